//! Signs in as a user by a connected app: the JWT is made here, with the scope that the calls need.

use std::env::var;

use tableau_client::wire::List;
use tableau_client::{Client, ConnectedApp, Workbook};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = ConnectedApp::new(
        var("TABLEAU_CONNECTED_APP_CLIENT_ID")?,
        var("TABLEAU_CONNECTED_APP_SECRET_ID")?,
        var("TABLEAU_CONNECTED_APP_SECRET_VALUE")?,
        var("TABLEAU_USERNAME")?,
    );
    let app = app.scope_for::<List<Workbook>>().site("MarketingTeam");
    let site = Client::new(var("TABLEAU_SERVER_URL")?)?.sign_in(app).await?;
    println!("{} workbooks", site.workbooks().list().await?.total_available);
    site.sign_out().await?;
    Ok(())
}
