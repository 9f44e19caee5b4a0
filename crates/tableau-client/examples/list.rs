//! Lists the data sources of a project, the last changed first, page by page as they arrive.

use std::env::{args, var};

use futures_util::TryStreamExt;
use tableau_client::{Client, Filter, PersonalAccessToken, Sort};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let project = args().nth(1).ok_or("usage: list PROJECT")?;
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let client = Client::new(var("TABLEAU_SERVER_URL")?)?;
    let printed = client.with_session(token, async |site| {
        let found = site
            .datasources()
            .list()
            .filter(Filter::eq("projectName", project))
            .sort(Sort::desc("updatedAt"));
        let mut datasources = found.all();
        while let Some(datasource) = datasources.try_next().await? {
            println!("{}\t{}", datasource.id, datasource.name);
        }
        Ok(())
    });
    printed.await?;
    Ok(())
}
