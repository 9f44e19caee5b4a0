//! Publishes a workbook to a project, in place of the one of that name, and says how much is sent.

use std::env::{args, var};

use tableau_client::{Client, Filter, PersonalAccessToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (Some(file), Some(project)) = (args().nth(1), args().nth(2)) else {
        return Err("usage: publish FILE PROJECT".into());
    };
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let site = Client::new(var("TABLEAU_SERVER_URL")?)?.sign_in(token).await?;
    let named = site
        .projects()
        .list()
        .filter(Filter::eq("name", &project))
        .await?;
    let Some(project) = named.into_iter().next() else {
        return Err(format!("there is no project named {project}").into());
    };
    let workbook = site
        .workbooks()
        .publish(file, project.id)
        .overwrite()
        .on_progress(|progress| eprintln!("{} bytes", progress.bytes))
        .await?;
    println!("{}\t{}", workbook.id, workbook.name);
    site.sign_out().await?;
    Ok(())
}
