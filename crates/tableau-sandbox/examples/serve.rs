//! Serves a sandbox until it is killed: `cargo run -p tableau-sandbox --example serve -- [PORT] [WORKBOOKS] [DIRECTORY]`.

use std::net::{Ipv4Addr, SocketAddr};

use tableau_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let mut builder = Sandbox::builder().listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    if let Some(workbooks) = arguments.next() {
        builder = builder.workbooks(workbooks.parse()?);
    }
    if let Some(directory) = arguments.next() {
        builder = builder.data(directory);
    }
    let sandbox = builder.start()?;
    #[expect(clippy::print_stdout, reason = "the program that starts it reads the address")]
    {
        println!("{}", sandbox.url());
    }
    loop {
        std::thread::park();
    }
}
