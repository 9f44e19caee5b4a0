//! What TSM knows: passwords of the system, product keys, and values of the configuration that are secrets.

use std::net::SocketAddr;

use serde_json::json;
use tableau_client::wire::Secret;
use tableau_client::wire::tsm::configurations::{ConfigKeys, GetKey};
use tableau_client::wire::tsm::licensing::{ProductKey, ProductKeys};
use tableau_client::wire::tsm::settings::{Import, Settings};
use tableau_client::wire::tsm::{Json, Login};
use tableau_sandbox::Sandbox;

use crate::shown::Shown;

/// Prints each with this secret in it.
pub(crate) fn show(shown: &mut Shown, secret: &str) {
    let login = Login::new("tsmadmin", Secret::new(secret));
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
    shown.show(&Import {
        configuration: Some(true),
        topology: None,
        settings,
    });
    shown.show(&GetKey {
        version: 1,
        key: "svcmonitor.notification.smtp.password".to_owned(),
    });

    let wrong = json!({"configKeys": secret});
    shown.error(&Json::<ConfigKeys>::from_raw(wrong).unwrap_err());

    let listen: SocketAddr = ([127, 0, 0, 1], 0).into();
    let sandbox = Sandbox::builder().listen_tsm(listen).start().unwrap();
    shown.show(sandbox.tsm());
    shown.show(sandbox.tsm_controller().unwrap());
}
