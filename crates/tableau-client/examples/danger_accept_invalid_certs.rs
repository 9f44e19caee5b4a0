//! Checks no certificate: an attacker on the way can read everything. Prefer to name the authority (`ca_file`) or pin the certificate.

use std::env::var;

use tableau_client::{Client, UserPassword};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(var("TABLEAU_SERVER_URL")?)
        .danger_accept_invalid_certs()
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
