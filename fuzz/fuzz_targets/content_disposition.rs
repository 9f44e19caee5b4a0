//! Names of files, as servers give them: the name to save by leads nowhere else, whatever the header says.

#![no_main]

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_DISPOSITION, HeaderValue};
use libfuzzer_sys::fuzz_target;
use tableau_client::{Async, FileStream, PersonalAccessToken, harmless_file_name};

fn check(name: &str) {
    let odd = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter);
    assert!(!name.is_empty() && name.len() <= 255, "{name:?}");
    assert!(
        !name.starts_with('.') && !name.ends_with(['.', ' ']) && !name.contains(odd),
        "{name:?}"
    );
}

fuzz_target!(|data: &[u8]| {
    check(&harmless_file_name(&String::from_utf8_lossy(data)));
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let answer = Response::builder().header(CONTENT_DISPOSITION, value);
    let Ok(answer) = answer.body(Bytes::from_static(b"PK\x03\x04")) else {
        return;
    };
    fuzz::run(async {
        let client = fuzz::client(answer);
        let site = client
            .sign_in(PersonalAccessToken::new("name", "secret"))
            .await
            .expect("a session");
        let stream: Result<FileStream<Async>, _> = site.workbooks().download("5f1c2f0e").await;
        if let Some(name) = stream.ok().as_ref().and_then(FileStream::file_name) {
            check(name);
        }
    });
});
