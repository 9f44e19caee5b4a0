//! A process that works with a shared session, or with one of its own by a token of a pool.
//!
//! The environment configures it: `SERVER`, `STORE`, `PAT_NAMES`, `PAT_SECRETS` and `CALLS`; several tokens are a pool. Each step is a line, which ends with how often it has
//! signed in, and behind each call it waits for a line; warnings are lines as well.

use std::env;
use std::error::Error;
use std::io;

use stores::PATIENCE;
use tableau_client::{Client, FileStore, PersonalAccessToken, PersonalAccessTokenPool, RedisStore};

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
    let (names, secrets) = (env::var("PAT_NAMES")?, env::var("PAT_SECRETS")?);
    let tokens = names.split(',').zip(secrets.split(','));
    let tokens = tokens.map(|(name, secret)| PersonalAccessToken::new(name, secret));
    let token = match tokens.collect::<Vec<_>>() {
        tokens if tokens.len() > 1 => {
            client
                .lease(&PersonalAccessTokenPool::new(tokens), PATIENCE)
                .await?
        }
        mut tokens => tokens.remove(0),
    };
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
