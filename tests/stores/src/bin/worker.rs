//! A process that works with a session it shares with others.
//!
//! The environment says what with: `SERVER`, `STORE`, `PAT_NAME`, `PAT_SECRET` and `CALLS`. Each step is a line, which ends with how often it has
//! signed in, and behind each call it waits for a line; warnings are lines as well.

use std::env;
use std::error::Error;
use std::io;

use tableau_client::{Client, FileStore, PersonalAccessToken, RedisStore};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .with_writer(io::stdout)
        .init();
    let client = Client::builder(env::var("SERVER")?);
    let store = env::var("STORE")?;
    let client = match store.strip_prefix("file:") {
        Some(directory) => client.session_store(FileStore::at(directory)?),
        None => client.session_store(RedisStore::new(store)?),
    };
    let client = client.build()?;
    println!("started");
    let token = PersonalAccessToken::new(env::var("PAT_NAME")?, env::var("PAT_SECRET")?);
    let site = client.sign_in(token).await?;
    println!("signed in {}", site.session().sign_ins());
    let calls: u32 = env::var("CALLS")?.parse()?;
    for call in 0..calls {
        match call % 3 {
            0 => drop(site.workbooks().list().await?),
            1 => drop(site.projects().list().await?),
            _ => drop(site.users().get(site.session().user_id().clone()).await?),
        }
        println!("call {}", site.session().sign_ins());
        tokio::task::spawn_blocking(|| io::stdin().read_line(&mut String::new())).await??;
    }
    site.sign_out().await?;
    println!("done");
    Ok(())
}
