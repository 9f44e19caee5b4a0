//! A TCP proxy that breaks connections as a seed says: it refuses, delays, truncates, resets and stalls them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::{ANY_PORT, Random};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// A proxy in front of a server. It ends, with its connections, when it is dropped.
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    calm: Arc<AtomicBool>,
    /// How many connections there are.
    open: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// A proxy that asks for each connection what is to happen to it.
    pub(super) async fn start(server: SocketAddr, plans: impl FnMut() -> Plan + Send + 'static) -> Self {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let address = listener.local_addr().unwrap();
        let calm = Arc::new(AtomicBool::new(false));
        let (count, open) = watch::channel(0);
        let task = tokio::spawn(accept(listener, server, plans, Arc::clone(&calm), count));
        Self {
            address,
            calm,
            open,
            task,
        }
    }

    /// Breaks nothing from now on, and waits until what was under way has arrived or is lost. The client must have gone.
    pub(super) async fn calm(&mut self) {
        self.calm.store(true, Ordering::Relaxed);
        self.open.wait_for(|open| *open == 0).await.unwrap();
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    mut plans: impl FnMut() -> Plan,
    calm: Arc<AtomicBool>,
    count: watch::Sender<usize>,
) {
    // Aborted when it is dropped with this task.
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let plan = plans();
        let (calm, count) = (Arc::clone(&calm), count.clone());
        count.send_modify(|open| *open += 1);
        connections.spawn(async move {
            plan.serve(client, server, &calm).await;
            count.send_modify(|open| *open -= 1);
        });
    }
}

/// What happens to a connection.
pub(super) struct Plan {
    refuses: bool,
    request: Way,
    answer: Way,
}

/// What happens to one direction of it.
struct Way {
    /// How many bytes go on at a time.
    piece: usize,
    /// What happens after so many bytes.
    fault: Option<(u64, Fault)>,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    /// Both sides see the connection reset.
    Reset,
    /// Both sides see the connection closed, as if there were no more.
    Close,
    /// Nothing goes on any more, and the connection stays open.
    Stall,
    /// What follows comes later, perhaps when nothing waits for it any more.
    Late(Duration),
}

impl Plan {
    /// Answers no longer go on after so many bytes.
    pub(super) fn stall(after: u64) -> Self {
        let mut plan = Self::nothing();
        plan.answer.fault = Some((after, Fault::Stall));
        plan
    }

    /// The connection is left alone.
    pub(super) fn nothing() -> Self {
        let way = || Way {
            piece: 64 * 1024,
            fault: None,
        };
        Self {
            refuses: false,
            request: way(),
            answer: way(),
        }
    }

    /// Of twenty connections one is refused and eight are left alone; the others have a fault in one direction.
    pub(super) fn draw(random: &mut Random) -> Self {
        let (kind, is_request) = (random.below(20), random.below(2) == 0);
        let fault = Fault::draw(random);
        let mut way = |faulty: bool| Way {
            piece: match random.below(8) {
                0 => 1 + usize::try_from(random.below(100)).unwrap(),
                _ => 64 * 1024,
            },
            fault: Some(fault).filter(|_| faulty && kind > 8),
        };
        Self {
            refuses: kind == 0,
            request: way(is_request),
            answer: way(!is_request),
        }
    }

    /// Carries bytes both ways until one way breaks, or both have ended.
    async fn serve(self, client: TcpStream, server: SocketAddr, calm: &AtomicBool) {
        if self.refuses && !calm.load(Ordering::Relaxed) {
            // What is closed with a linger of zero is reset.
            let _ = client.set_zero_linger();
            return;
        }
        let Ok(server) = TcpStream::connect(server).await else {
            return;
        };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let request = self.request.carry(from_client, to_server, calm);
        let answer = self.answer.carry(from_server, to_client, calm);
        // Both sockets are closed with the halves that are dropped here.
        let _ = tokio::try_join!(request, answer);
    }
}

impl Fault {
    /// A fault, and after how many bytes it comes: most of them within the first kilobytes, some within the chunks of a file.
    fn draw(random: &mut Random) -> (u64, Self) {
        let most = 1 << random.below(23);
        let fault = match random.below(8) {
            0..=2 => Self::Reset,
            3..=4 => Self::Close,
            5 => Self::Stall,
            _ => Self::Late(Duration::from_millis(50 + random.below(1_000))),
        };
        (random.below(most), fault)
    }
}

/// The connection is over, in both directions.
struct Broken;

impl From<std::io::Error> for Broken {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Way {
    async fn carry(
        self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
        calm: &AtomicBool,
    ) -> Result<(), Broken> {
        let (mut buffer, mut carried) = (vec![0; self.piece], 0);
        let mut due = self.fault;
        loop {
            let read = from.read(&mut buffer).await?;
            if read == 0 {
                to.shutdown().await?;
                return Ok(());
            }
            let read = &buffer[..read];
            let end = carried + read.len() as u64;
            let mut rest = read;
            if let Some((at, fault)) = due.filter(|(at, _)| *at < end && !calm.load(Ordering::Relaxed)) {
                let (before, after) = read.split_at(usize::try_from(at - carried).unwrap());
                to.write_all(before).await?;
                fault.happen(&mut from, &to).await?;
                (due, rest) = (None, after);
            }
            to.write_all(rest).await?;
            carried = end;
        }
    }
}

impl Fault {
    /// `Ok` if the connection goes on afterwards.
    async fn happen(self, from: &mut OwnedReadHalf, to: &OwnedWriteHalf) -> Result<(), Broken> {
        match self {
            Self::Reset => {
                from.as_ref().set_zero_linger()?;
                to.as_ref().set_zero_linger()?;
                Err(Broken)
            }
            Self::Close => Err(Broken),
            Self::Stall => {
                let mut nowhere = tokio::io::sink();
                tokio::io::copy(from, &mut nowhere).await?;
                Err(Broken)
            }
            Self::Late(pause) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
        }
    }
}
