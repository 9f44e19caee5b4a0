//! Signs in with a user's name and password, without async.

use std::env::var;

use tableau_client::{Client, UserPassword};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new(var("TABLEAU_SERVER_URL")?)?.blocking()?;
    let site = client.sign_in(UserPassword::new(
        var("TABLEAU_USERNAME")?,
        var("TABLEAU_PASSWORD")?,
    ))?;
    println!("{} workbooks", site.workbooks().list().send()?.total_available);
    site.sign_out()?;
    Ok(())
}
