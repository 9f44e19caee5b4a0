//! Signs in to the Default site and switches to another.

use std::env::var;

use tableau_client::{Client, UserPassword};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new(var("TABLEAU_SERVER_URL")?)?;
    let default = client
        .sign_in(UserPassword::new(
            var("TABLEAU_USERNAME")?,
            var("TABLEAU_PASSWORD")?,
        ))
        .await?;
    let marketing = default.switch("MarketingTeam").await?;
    println!(
        "{} workbooks on {}",
        marketing.workbooks().list().await?.total_available,
        marketing.session().content_url()
    );
    marketing.sign_out().await?;
    Ok(())
}
