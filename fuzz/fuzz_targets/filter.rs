//! Filters, sorting and fields, as they stand in addresses: what was read is the same when it is written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tableau_wire::endpoint::Query;
use tableau_wire::{Fields, Filter, Sort, Timestamp, Version};

fn same_again<T: std::str::FromStr + std::fmt::Display + PartialEq + std::fmt::Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert_eq!(
            written.parse::<T>().ok(),
            Some(value),
            "{text:?} is written as {written:?}"
        );
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    // What a server would take for something else is read, and never written.
    if text.parse::<Filter>().is_ok_and(|filter| filter.check().is_ok()) {
        same_again::<Filter>(text);
    }
    same_again::<Sort>(text);
    same_again::<Fields>(text);
    same_again::<Version>(text);
    same_again::<Timestamp>(text);
    for (name, value) in Query::parse(text).0 {
        let _ = (name.parse::<Filter>(), value.parse::<Filter>());
    }
});
