//! Signs in as an administrator and impersonates another user, by name.

use std::env::{args, var};

use tableau_client::{Client, PersonalAccessToken};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = args().nth(1).ok_or("whom to be?")?;
    let token = PersonalAccessToken::new(var("TABLEAU_PAT_NAME")?, var("TABLEAU_PAT_SECRET")?);
    let client = Client::new(var("TABLEAU_SERVER_URL")?)?;
    let user = client.with_session(token.impersonate_name(name), async |site| {
        let me = site.session().user_id().clone();
        site.users().get(me).await
    });
    println!("{}", user.await?.name);
    Ok(())
}
