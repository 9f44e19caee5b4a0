//! The least that a program does for a task: hyper for HTTP, events of quick-xml, and nothing that could be left out.
//!
//! `limit TASK URL …`; over TLS, `SSL_CERT_FILE` names the authorities. It is what the others are measured against, and also sends the load under
//! which servers are measured.

mod connection;
mod files;
mod list;
mod load;
mod sessions;
mod workbooks;

use std::error::Error;

use tableau_benches::clock::Clock;

use connection::Server;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments == ["--version"] {
        println!("limit {}", env!("CARGO_PKG_VERSION"));
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &[&str]) -> Outcome<()> {
    match arguments {
        ["sign-in", url] => sessions::once(&Server::new(url)?).await,
        ["cycles", url, count] => {
            let server = Server::new(url)?;
            sessions::cycles(&server, count.parse()?).await
        }
        ["list", url, size, keep @ ("keep" | "drop"), ahead] => {
            let server = Server::new(url)?;
            let tally = list::list(&server, size.parse()?, *keep == "keep", ahead.parse()?).await?;
            println!("{tally}");
            Ok(())
        }
        ["publish", url, file, chunk] => files::publish(&Server::new(url)?, file, chunk.parse()?).await,
        ["download", url, target] => files::download(&Server::new(url)?, target).await,
        ["sessions", url, count, at_once] => {
            let clock = Clock::start()?;
            let tally = sessions::many(&Server::new(url)?, count.parse()?, at_once.parse()?).await?;
            println!("{tally}\n{}", clock.stop()?);
            Ok(())
        }
        ["load", url, kind, limit] => load::load(&Server::new(url)?, kind, limit).await,
        _ => Err("usage: limit TASK URL …".into()),
    }
}
