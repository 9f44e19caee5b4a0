//! A process that takes leases and saves entries until it is killed: `STORE=… holder write|hold KEY`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "its test sees how it ends")]

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use stores::contract::{LEASE, Store, entry};
use tableau_client::{Lease, SessionKey, StoreError};

const KEEP: Duration = Duration::from_secs(3600);

#[tokio::main]
async fn main() -> ExitCode {
    let store = stores::open(&env::var("STORE").unwrap());
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", key] => write(&store, &SessionKey::of(&[key])).await,
        ["hold", key] => hold(&store, &SessionKey::of(&[key])).await,
        _ => ExitCode::from(2),
    }
}

/// Takes the lease, saves one entry, gives the lease back; repeats.
async fn write(store: &Store, key: &SessionKey) -> ExitCode {
    for n in 0.. {
        let mut lease = take(store, key).await;
        match lease.save(&entry(n), KEEP).await {
            Ok(()) => println!("saved"),
            Err(StoreError::LeaseLost) => println!("lost"),
            Err(error) => panic!("{error}"),
        }
        lease.release().await.unwrap();
    }
    ExitCode::SUCCESS
}

/// Takes the lease and saves entries until it is lost; repeats.
async fn hold(store: &Store, key: &SessionKey) -> ExitCode {
    loop {
        let mut lease = take(store, key).await;
        println!("held");
        for n in 0.. {
            let done = match lease.extend(LEASE).await {
                Ok(()) => lease.save(&entry(n), KEEP).await,
                failed => failed,
            };
            match done {
                Ok(()) => println!("saved"),
                Err(StoreError::LeaseLost) => break,
                Err(error) => panic!("{error}"),
            }
        }
        println!("lost");
    }
}

async fn take(store: &Store, key: &SessionKey) -> Box<dyn Lease> {
    stores::until("the lease", async || store.try_lease(key, LEASE).await.unwrap()).await
}
