//! Trusts a private authority, whose certificate is in a PEM file, beside those of the operating system.

use std::env::var;

use tableau_client::{Client, UserPassword};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(var("TABLEAU_SERVER_URL")?)
        .ca_file(var("TABLEAU_CA_BUNDLE")?)
        .build()?;
    let site = client
        .sign_in(UserPassword::new(
            var("TABLEAU_USERNAME")?,
            var("TABLEAU_PASSWORD")?,
        ))
        .await?;
    println!("{} workbooks", site.workbooks().list().await?.total_available);
    site.sign_out().await?;
    Ok(())
}
