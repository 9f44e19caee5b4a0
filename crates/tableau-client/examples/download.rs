//! Downloads every workbook of a project to a folder, under its own name.

use std::env::{args, var};

use futures_util::TryStreamExt;
use tableau_client::{Client, Filter, PersonalAccessToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (Some(project), Some(folder)) = (args().nth(1), args().nth(2)) else {
        return Err("usage: download PROJECT FOLDER".into());
    };
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let site = Client::new(var("TABLEAU_SERVER_URL")?)?.sign_in(token).await?;
    let in_project = Filter::eq("projectName", project);
    let mut workbooks = site.workbooks().list().filter(in_project).all();
    while let Some(workbook) = workbooks.try_next().await? {
        let download = site.workbooks().download(&workbook.id);
        let saved = download.to_folder(&folder, &workbook.name).await?;
        println!("{}\t{} bytes", saved.path.display(), saved.bytes);
    }
    site.sign_out().await?;
    Ok(())
}
