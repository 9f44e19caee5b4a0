//! Signs in with a personal access token, lists the workbooks and signs out.

use std::env::var;

use tableau_client::{Client, PersonalAccessToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let site = Client::new(var("TABLEAU_SERVER_URL")?)?
        .sign_in(token.site("MarketingTeam"))
        .await?;
    let page = site.workbooks().list().await?;
    println!("There are {} workbooks on site:", page.total_available);
    for workbook in page {
        println!("{}", workbook.name);
    }
    site.sign_out().await?;
    Ok(())
}
