//! Answers of errors: any status, any headers, any body. The client gives an error that can be shown, and never waits for good.

#![no_main]

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response};
use libfuzzer_sys::fuzz_target;
use tableau_wire::rest::Workbook;

/// The headers that a client looks at.
const HEADERS: [&str; 6] = [
    "retry-after",
    "content-type",
    "location",
    "date",
    "www-authenticate",
    "server",
];

fuzz_target!(|data: &[u8]| {
    // A line with status and headers by number (`429 0:120 1:text/html`), then the body.
    let (line, body) = fuzz::line(data);
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ');
    let status = words
        .next()
        .and_then(|word| word.parse().ok())
        .filter(|status| (200..=999).contains(status));
    let mut response = Response::builder().status(status.unwrap_or(500_u16));
    for (number, value) in words.filter_map(|word| word.split_once(':')) {
        let name = number.parse().ok().and_then(|number: usize| HEADERS.get(number));
        if let (Some(name), Ok(value)) = (name, HeaderValue::from_str(&value.replace('_', " "))) {
            response = response.header(HeaderName::from_static(name), value);
        }
    }
    let Ok(answer) = response.body(Bytes::copy_from_slice(body)) else {
        return;
    };
    fuzz::run(async {
        let client = fuzz::client(answer);
        let shown = match client.server_info().await {
            Ok(info) => format!("{info:?}"),
            Err(error) => format!("{error} {error:?} {:?}", error.retry_after()),
        };
        assert!(!shown.is_empty());
        let token = tableau_client::PersonalAccessToken::new("name", "secret");
        let Ok(site) = client.sign_in(token).await else {
            return;
        };
        if let Err(error) = site.collection::<Workbook>().list().await {
            assert!(!error.to_string().is_empty());
        }
    });
});
