//! The sockets: a service on loopback ports, with a thread and a runtime of its own.

mod connection;
mod control;
mod redirect;
mod serve;
mod tsm;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use jiff::tz::TimeZone;
use tokio::sync::oneshot;

use crate::ready::Ready;
use crate::service::Service;
use crate::start_error::StartError;
use crate::tls::{Certificate, Files, Options, Tls, TsmCertificate};
use crate::tsm::{Controller, Listening as TsmListener, Service as Tsm};

use control::Control;
pub use redirect::Redirect;
use redirect::Switch;
use serve::{GRACE, Listeners};
use tsm::OverTsm;

/// The default number of workbooks on the Default site.
const WORKBOOKS: u32 = 40;

/// A running server; it stops when this is dropped.
pub struct Sandbox {
    service: Service,
    url: String,
    tls: Option<OverTls>,
    tsm: Tsm,
    over_tsm: Option<OverTsm>,
    switch: Arc<Switch>,
    stop: Option<oneshot::Sender<()>>,
    stopped: mpsc::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

/// Where the server is over TLS.
struct OverTls {
    url: String,
    files: Files,
}

impl Sandbox {
    /// Starts a server on a free loopback port, seeded, in memory.
    ///
    /// # Errors
    /// No port or no thread is available.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Configures a server before it starts.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            listen_tls: None,
            listen_tsm: None,
            tsm_certificate: None,
            workbooks: WORKBOOKS,
            zone: None,
            data: None,
            ca_dir: None,
            tls: Options::default(),
            redirect: None,
            control: false,
        }
    }

    /// The address: `http://127.0.0.1:8000`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address over TLS: `https://127.0.0.1:8443`. The certificate is good for `localhost` as well.
    #[must_use]
    pub fn tls_url(&self) -> Option<&str> {
        self.tls.as_ref().map(|tls| tls.url.as_str())
    }

    /// The certificate of the authority to trust, as PEM; without a directory to keep it in, the file is gone with the sandbox.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.tls.as_ref().map(|tls| tls.files.ca.as_path())
    }

    /// A client certificate with its key, as PEM, if the sandbox requires one.
    #[must_use]
    pub fn client_certificate(&self) -> Option<&Path> {
        self.tls.as_ref()?.files.client.as_deref()
    }

    /// Sets or ends redirection from now on.
    pub fn set_redirect(&self, redirect: impl Into<Option<Redirect>>) {
        self.switch.set(redirect.into());
    }

    /// The same state in process.
    #[must_use]
    pub fn service(&self) -> Service {
        self.service.clone()
    }

    /// Addresses, sites and credentials.
    #[must_use]
    pub fn ready(&self) -> Ready {
        let mut ready = self.service.ready();
        ready.rest_tls = self.tls_url().map(str::to_owned);
        ready.ca_file = self.ca_file().map(Path::to_path_buf);
        ready
    }

    /// Stops: answers that are under way are finished, within bounds.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Sending fails only if the server has stopped already.
            let _ = stop.send(());
        }
        // The thread bounds its own waiting; this bounds the waiting for the thread.
        let ended = self.stopped.recv_timeout(GRACE * 2);
        if let (Some(thread), true) = (
            self.thread.take(),
            !matches!(ended, Err(mpsc::RecvTimeoutError::Timeout)),
        ) {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The options of a sandbox that is to be started.
#[derive(Debug, Clone)]
pub struct Builder {
    listen: SocketAddr,
    listen_tls: Option<SocketAddr>,
    listen_tsm: Option<SocketAddr>,
    tsm_certificate: Option<TsmCertificate>,
    workbooks: u32,
    zone: Option<TimeZone>,
    data: Option<PathBuf>,
    ca_dir: Option<PathBuf>,
    tls: Options,
    redirect: Option<Redirect>,
    control: bool,
}

impl Builder {
    /// Listens at this address instead of a free loopback port.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Listens over TLS too; port 0 takes a free one. The certificate is signed by an authority that is made at the first start.
    #[must_use]
    pub fn listen_tls(mut self, address: SocketAddr) -> Self {
        self.listen_tls = Some(address);
        self
    }

    /// Shows this certificate over TLS instead of a good one.
    #[must_use]
    pub fn certificate(mut self, certificate: Certificate) -> Self {
        self.tls.certificate = certificate;
        self
    }

    /// Requires of TLS clients a certificate that the sandbox's authority has signed: [`Sandbox::client_certificate`].
    #[must_use]
    pub fn require_client_certificate(mut self) -> Self {
        self.tls.require_client_certificate = true;
        self
    }

    /// Keeps the authority in this directory instead of that of [`data`](Self::data).
    #[must_use]
    pub fn ca_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.ca_dir = Some(directory.into());
        self
    }

    /// Redirects requests to the API.
    #[must_use]
    pub fn redirect(mut self, redirect: Redirect) -> Self {
        self.redirect = Some(redirect);
        self
    }

    /// Lets tests in other processes move the clock, end sessions and read the log, below `/_sandbox`.
    ///
    /// Every client that reaches the address may, so the address and the host that a request names have to be loopback; pages in a browser may not.
    ///
    /// | request | what it does |
    /// | --- | --- |
    /// | `GET /_sandbox/clock` | the time: `{"now": "…", "ahead_seconds": 0}` |
    /// | `POST /_sandbox/clock` | moves it by `{"advance_seconds": 3600}` and answers as above |
    /// | `GET /_sandbox/sessions` | [`OpenSession`](crate::OpenSession)s, a JSON array |
    /// | `DELETE /_sandbox/sessions` | ends all of them: `{"ended": 2}` |
    /// | `DELETE /_sandbox/sessions/{id}` | ends one of them |
    /// | `GET /_sandbox/log?since=17` | [`LogEntry`](crate::LogEntry)s after number 17, each on a line; the header `sandbox-log-dropped` says how many are lost |
    /// | `DELETE /_sandbox/log` | forgets them: `{"cleared": 40}` |
    /// | `GET /_sandbox/deliveries` | the [`Delivery`](crate::Delivery)s of webhooks, a JSON array |
    /// | `GET /_sandbox/mails` | the [`Mail`](crate::Mail)s of subscriptions and data-driven alerts, a JSON array |
    /// | `GET /_sandbox/mails/{number}/{attachment}` | an attachment of a mail, by its number and its name |
    /// | `GET /_sandbox/faults` | the [`DueFault`](crate::DueFault)s: `{"seed": 7, "faults": […]}` |
    /// | `POST /_sandbox/faults` | injects a [`FaultPlan`](crate::FaultPlan) or one [`Fault`](crate::Fault): `{"ids": ["f1"]}` |
    /// | `DELETE /_sandbox/faults` | removes all of them: `{"removed": 3}` |
    /// | `DELETE /_sandbox/faults/{id}` | removes one of them |
    #[must_use]
    pub fn with_control(mut self) -> Self {
        self.control = true;
        self
    }

    /// Seeds the Default site with exactly this many workbooks instead of forty; an existing database keeps its own.
    #[must_use]
    pub fn workbooks(mut self, count: u32) -> Self {
        self.workbooks = count;
        self
    }

    /// Puts the server into a time zone by its IANA name (`Europe/Lisbon`) or by a POSIX rule; schedules come due by its wall clock. The default is
    /// UTC.
    ///
    /// # Errors
    /// A time zone that this machine does not know.
    pub fn time_zone(mut self, name: &str) -> Result<Self, StartError> {
        let known = TimeZone::get(name).or_else(|_| TimeZone::posix(name));
        self.zone = Some(known.map_err(|error| StartError::TimeZone {
            name: name.to_owned(),
            reason: error.to_string(),
        })?);
        Ok(self)
    }

    /// Keeps the state in this directory instead of memory.
    #[must_use]
    pub fn data(mut self, directory: impl Into<PathBuf>) -> Self {
        self.data = Some(directory.into());
        self
    }

    /// Makes the service without a socket.
    ///
    /// # Errors
    /// A directory that cannot be used.
    pub fn build(self) -> Result<Service, StartError> {
        Service::new(self.data.as_deref(), self.workbooks, self.zone)
    }

    /// Starts the server.
    ///
    /// # Errors
    /// A directory or an address that cannot be used.
    pub fn start(mut self) -> Result<Sandbox, StartError> {
        let listen = self.listen;
        if self.control {
            let mut addresses = [Some(listen), self.listen_tls].into_iter().flatten();
            if let Some(address) = addresses.find(|address| !address.ip().is_loopback()) {
                return Err(StartError::ControlNotOnLoopback { address });
            }
        }
        let (plain, url) = bind(listen, "http")?;
        let tls_socket = self
            .listen_tls
            .map(|address| bind(address, "https"))
            .transpose()?;
        let tsm_socket = self
            .listen_tsm
            .map(|address| bind(address, "https"))
            .transpose()?;
        let switch = Arc::new(Switch::new(self.redirect.take()));
        let (options, ca_dir) = (self.tls.clone(), self.ca_dir.take().or_else(|| self.data.clone()));
        let control = self.control;
        let tsm_certificate = self.tsm_certificate;
        // The state comes first: it makes sure that no other sandbox uses the directory.
        let service = self.build()?;
        service.set_origin(&url);
        let mut tls = None;
        let mut tls_listener = None;
        if let Some((socket, url)) = tls_socket {
            let Tls { config, files } = Tls::set_up(ca_dir.as_deref(), &options)?;
            tls_listener = Some((socket, config));
            tls = Some(OverTls { url, files });
        }
        let tsm = Tsm::new(service.clock().clone());
        let (mut over_tsm, mut tsm_listener) = (None, None);
        if let Some((socket, url)) = tsm_socket {
            let controller = Controller::new(service.clock().clone(), ca_dir.as_deref(), tsm_certificate)?;
            service.set_tsm_origin(&url);
            tsm_listener = Some(TsmListener {
                socket,
                service: tsm.clone(),
                controller: controller.clone(),
            });
            over_tsm = Some(OverTsm { url, controller });
        }
        let listeners = Listeners {
            plain,
            tls: tls_listener,
            tsm: tsm_listener,
            service: service.clone(),
            switch: Arc::clone(&switch),
            control: control.then(|| Control::new(service.controls().clone())),
        };
        let refuse = |error| StartError::listen(listen, &error);
        let (thread, stop, stopped) = spawn(listeners).map_err(refuse)?;
        Ok(Sandbox {
            service,
            url,
            tls,
            tsm,
            over_tsm,
            switch,
            stop: Some(stop),
            stopped,
            thread: Some(thread),
        })
    }
}

fn bind(address: SocketAddr, scheme: &str) -> Result<(TcpListener, String), StartError> {
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        let mut address = listener.local_addr()?;
        // An unspecified address is one to listen at and not to connect to: links name loopback instead.
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        let url = format!("{scheme}://{address}");
        Ok((listener, url))
    });
    bound.map_err(|error| StartError::listen(address, &error))
}

type Running = (JoinHandle<()>, oneshot::Sender<()>, mpsc::Receiver<()>);

/// Serves on a thread of its own; gives the thread, a sender that stops it, and a receiver that hears when it has stopped.
fn spawn(listeners: Listeners) -> std::io::Result<Running> {
    let workers = std::thread::available_parallelism().map_or(2, |count| count.get().min(4));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name("tableau-sandbox")
        .enable_all()
        .build()?;
    let (stop, told) = oneshot::channel();
    let (ended, stopped) = mpsc::channel();
    let run = move || {
        runtime.block_on(listeners.serve(told));
        runtime.shutdown_timeout(GRACE);
        // The receiver is gone if the sandbox was leaked.
        let _ = ended.send(());
    };
    let thread = std::thread::Builder::new()
        .name("tableau-sandbox".to_owned())
        .spawn(run)?;
    Ok((thread, stop, stopped))
}
