//! A session for the length of a block: signed out on success, on error, on a panic, and if the future is dropped.

use std::env::var;

use futures_util::TryStreamExt;
use tableau_client::{Client, PersonalAccessToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let client = Client::new(var("TABLEAU_SERVER_URL")?)?;
    let names = client.with_session(token, async |site| {
        let mut names = Vec::new();
        let mut workbooks = site.workbooks().list().all();
        while let Some(workbook) = workbooks.try_next().await? {
            names.push(workbook.name);
        }
        Ok(names)
    });
    println!("{} workbooks", names.await?.len());
    Ok(())
}
