//! Signs in with a JWT that another program makes: here a file, read anew at each sign-in.

use std::env::var;

use tableau_client::{Client, Jwt, Secret};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = var("TABLEAU_JWT_FILE")?;
    let jwt = Jwt::provider(move || {
        let file = file.clone();
        async move { std::fs::read_to_string(file).map(Secret::from) }
    });
    let site = Client::new(var("TABLEAU_SERVER_URL")?)?
        .sign_in(jwt.site("MarketingTeam"))
        .await?;
    println!("{} workbooks", site.workbooks().list().await?.total_available);
    site.sign_out().await?;
    Ok(())
}
