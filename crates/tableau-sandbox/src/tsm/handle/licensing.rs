//! Licenses and registration.

use tableau_wire::Secret;
use tableau_wire::tsm::licensing::{GetLicensing, ListProductKeys, Register};
use tableau_wire::tsm::{Json, Links, ProductKey, ProductKeys};

use super::Call;
use super::settings::link;
use crate::tsm::refusal::Refusal;

pub(crate) fn links(_: &mut Call<'_>, _: GetLicensing) -> Result<Json<Links>, Refusal> {
    let paths = ["licensing/productKeys", "licensing/registration"];
    Ok(Json::new(Links {
        items: paths.map(link).into(),
    }))
}

/// A permanent key, one that expires, and an expired trial; their values are invented.
pub(crate) fn product_keys(_: &mut Call<'_>, _: ListProductKeys) -> Result<Json<ProductKeys>, Refusal> {
    let key = |serial: &str, expiration: &str, valid: bool| {
        let mut key = ProductKey::default();
        key.serial = Some(Secret::new(serial));
        key.is_active = Some(valid);
        key.valid = Some(valid);
        key.is_updatable = Some(serial != "trial");
        key.expiration = Some(expiration.to_owned());
        key.maintenance = Some(expiration.to_owned());
        key.num_cores = Some(0);
        key.author_user_count = Some(10);
        key.interactor_user_count = Some(50);
        key.basic_user_count = Some(200);
        key.guest_allowed = Some(false);
        key.flows_enabled = Some(true);
        key
    };
    let items = vec![
        key("TSSB-0000-0000-0000-0001", "permanent", true),
        key("TSSB-0000-0000-0000-0002", "2036-12-31", true),
        key("trial", "2020-01-14", false),
    ];
    Ok(Json::new(ProductKeys { items }))
}

pub(crate) fn register(call: &mut Call<'_>, register: Register) -> Result<(), Refusal> {
    call.state.registration = Some(register.registration.into_inner());
    Ok(())
}
