//! Secrets of TSM: system passwords, product keys, and secret values of the configuration.

use serde_json::json;
use support::ANY_PORT;
use tableau_client::tsm::{JobEvent, JobId, Tsm};
use tableau_client::wire::Secret;
use tableau_client::wire::tsm::configurations::{ConfigKeys, GetKey};
use tableau_client::wire::tsm::licensing::{ProductKey, ProductKeys};
use tableau_client::wire::tsm::settings::{Import, Settings};
use tableau_client::wire::tsm::{Json, Login};
use tableau_sandbox::{Sandbox, well_known};

use crate::secrets::shown::Shown;

/// Prints the values of a program that talks to a controller, and its errors when it is refused.
pub(crate) async fn show_client(shown: &mut Shown, secret: &str) {
    let sandbox = Sandbox::builder()
        .workbooks(1)
        .listen_tsm(ANY_PORT)
        .start()
        .unwrap();
    let proxied = Tsm::builder("127.0.0.1:1").proxy(format!("http://user:{secret}@127.0.0.1:1"));
    shown.show(&proxied);
    let builder = Tsm::builder(sandbox.tsm_url().unwrap()).no_proxy();
    let builder = builder.pin_sha256(&sandbox.tsm_fingerprint().unwrap());
    let client = builder.build().unwrap();
    shown.show(&client);
    shown.error(&client.sign_in("tsmadmin", secret).await.unwrap_err());
    let cookies = json!([{"name": "AUTH_COOKIE", "value": secret, "path": "/", "expires": null}]);
    let session = client.resume(&Secret::new(cookies.to_string())).unwrap();
    shown.show(&session);
    shown.show(&session.cookies());
    shown.show(&session.watch(JobId(1)));
    let over = session.nodes().await.unwrap_err();
    shown.error(&over);
    shown.show(&JobEvent::Unreachable(over));
}

/// Signs in to a controller and out again; returns the cookie.
pub(crate) async fn use_it() -> String {
    let sandbox = Sandbox::builder()
        .workbooks(1)
        .listen_tsm(ANY_PORT)
        .start()
        .unwrap();
    let builder = Tsm::builder(sandbox.tsm_url().unwrap()).no_proxy();
    let builder = builder.pin_sha256(&sandbox.tsm_fingerprint().unwrap());
    let client = builder.build().unwrap();
    let session = client
        .sign_in(well_known::TSM_ACCOUNT, well_known::PASSWORD)
        .await
        .unwrap();
    session.status().await.unwrap();
    session.sign_out().await.unwrap();
    let cookies: serde_json::Value = serde_json::from_str(session.cookies().expose()).unwrap();
    cookies.pointer("/0/value").unwrap().as_str().unwrap().to_owned()
}

/// Prints each with this secret in it.
pub(crate) fn show(shown: &mut Shown, secret: &str) {
    let login = Login::with_password("tsmadmin", Secret::new(secret));
    shown.show(&login.authentication);
    shown.show(&login);

    let keys = json!({"productKeys": {"items": [{"serial": secret}]}});
    let keys: Json<ProductKeys> = Json::from_raw(keys).unwrap();
    shown.show::<ProductKey>(keys.items.first().unwrap());
    shown.show::<ProductKeys>(&keys);
    shown.show(&keys);

    let settings = json!({
        "configEntities": {"mail": {"_type": "mailType", "password": secret}},
        "configKeys": {"svcmonitor.notification.smtp.password": secret},
    });
    let settings: Json<Settings> = Json::from_raw(settings).unwrap();
    shown.show::<ConfigKeys>(&settings.config_keys);
    shown.show::<Settings>(&settings);
    shown.show(&Import::new(settings).with(|call| call.configuration = Some(true)));
    shown.show(&GetKey::new(
        1,
        "svcmonitor.notification.smtp.password".to_owned(),
    ));

    let wrong = json!({"configKeys": secret});
    shown.error(&Json::<ConfigKeys>::from_raw(wrong).unwrap_err());

    let sandbox = Sandbox::builder().listen_tsm(ANY_PORT).start().unwrap();
    shown.show(sandbox.tsm());
    shown.show(sandbox.tsm_controller().unwrap());
}
