//! Documents in XML: what servers answer. Nothing panics, and what was read is read again from what is written.

#![no_main]

use http::StatusCode;
use libfuzzer_sys::fuzz_target;
use tableau_wire::rest::auth::SignedIn;
use tableau_wire::rest::{Job, User, Workbook};
use tableau_wire::{ApiError, Document, Format, endpoints};

fuzz_target!(|data: &[u8]| {
    // The first byte chooses a call, whose answer the rest is; and is read as some documents anyway.
    let (&choice, document) = data.split_first().unwrap_or((&0, &[]));
    let count = endpoints().count();
    if let Some(entry) = endpoints().nth(usize::from(choice) % count) {
        let _ = entry.decode_reply(StatusCode::OK, document);
    }
    fuzz::same_items::<Workbook>(document, Format::Xml);
    fuzz::same_again::<User>(document, Format::Xml);
    fuzz::same_again::<Job>(document, Format::Xml);
    fuzz::same_again::<SignedIn>(document, Format::Xml);
    let _ = ApiError::decode(document, Format::Xml);
    let _ = Workbook::decode_request(document, Format::Xml);
});
