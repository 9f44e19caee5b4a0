//! Uses one version of the API and JSON, instead of the server's newest and XML.

use std::env::var;

use tableau_client::{Client, Format, UserPassword, Version};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(var("TABLEAU_SERVER_URL")?)
        .api_version(Version::new(3, 0))
        .format(Format::Json)
        .build()?;
    let site = client
        .sign_in(UserPassword::new(
            var("TABLEAU_USERNAME")?,
            var("TABLEAU_PASSWORD")?,
        ))
        .await?;
    println!(
        "{} workbooks at version {}",
        site.workbooks().list().await?.total_available,
        site.api_version().await?
    );
    site.sign_out().await?;
    Ok(())
}
