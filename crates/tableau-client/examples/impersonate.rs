//! Signs in as an administrator to be somebody else, by name.

use std::env::{args, var};

use tableau_client::{Client, Error, PersonalAccessToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = args().nth(1).ok_or("whom to be?")?;
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let client = Client::new(var("TABLEAU_SERVER_URL")?)?;
    let user = client.with_session(token.impersonate_name(name), async |site| {
        let me = site.session().user_id().clone();
        site.users().get(me).await
    });
    let user = user.await.map_err(|error: Error| error.to_string())?;
    println!("{}", user.name);
    Ok(())
}
