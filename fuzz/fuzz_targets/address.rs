//! Addresses as people paste them, and paths as clients send them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tableau_client::ServerAddress;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = ServerAddress::site_in(text);
    let Ok(address) = text.parse::<ServerAddress>() else {
        return;
    };
    let origin = address.origin();
    let again: ServerAddress = origin.parse().expect("an origin is an address");
    assert_eq!(
        (again.origin(), again.host(), again.port()),
        (origin, address.host(), address.port()),
        "{text:?}"
    );
    assert!(
        !address.prefix().contains(['?', '#']) && !origin.contains('@'),
        "{text:?}"
    );
});
