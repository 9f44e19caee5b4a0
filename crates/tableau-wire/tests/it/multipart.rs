//! Multipart bodies: whatever is written is read back, other clients' forms are read, and no bytes make reading panic.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use tableau_wire::codec::multipart::{Part, decode, encode};
use tableau_wire::rest::file_uploads::Chunk;
use tableau_wire::{Body, BodyError, Format};

const MIXED: &str = "multipart/mixed; boundary=b1";

fn read(text: &str) -> Vec<Part> {
    decode(&Bytes::copy_from_slice(text.as_bytes()), Some(MIXED)).unwrap()
}

fn refused(text: &str, content_type: Option<&str>) -> String {
    let bytes = Bytes::copy_from_slice(text.as_bytes());
    decode(&bytes, content_type).unwrap_err().to_string()
}

/// The request payload and the file, as clients write them: with and without `form-data`, quoted or not, with either line break.
#[test]
fn every_form_that_clients_write_is_read() {
    let forms = [
        // TSC.
        "--b1\r\nContent-Disposition: form-data; name=\"request_payload\"; filename=\"\"\r\nContent-Type: text/xml\r\n\r\n\r\n--b1\r\n\
         Content-Disposition: form-data; name=\"tableau_file\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\na\r\nb\r\n--b1--\r\n",
        // The documentation.
        "--b1\r\nContent-Disposition: name=\"request_payload\"\r\nContent-Type: text/xml\r\n\r\n\r\n--b1\r\n\
         Content-Disposition: name=\"tableau_file\";filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\na\r\nb\r\n--b1--",
        // No value is quoted, names in another case, padding, a preamble, an epilogue, and no empty line for what is empty.
        "This is a multipart body.\r\n--b1 \t\r\ncontent-disposition:name=request_payload\r\n\r\n--b1\r\n\
         CONTENT-DISPOSITION: FORM-DATA ; Name = tableau_file ; FileName=file\r\nX-Other: y\r\n\r\na\r\nb\r\n--b1--\r\n--b1\r\nepilogue",
    ];
    for form in forms {
        let parts = read(form);
        assert_eq!(parts.len(), 2, "{form}");
        assert_eq!(parts[0].name, "request_payload");
        assert!(parts[0].content.is_empty(), "{form}");
        assert_eq!(parts[1].name, "tableau_file");
        assert_eq!(parts[1].file_name.as_deref(), Some("file"));
        assert_eq!(parts[1].content, "a\r\nb", "{form}");
    }
    let lf = read("--b1\nContent-Disposition: name=\"tableau_file\"\n\na\r\n\nb\n--b1--\n");
    assert_eq!(lf[0].content, "a\r\n\nb");
}

#[test]
fn what_only_looks_like_a_delimiter_is_content() {
    let content = "--b1\r\n--b1x\r\n-–b1\r\nx--b1--\r\n\n--b1\n\n--b1--\n\r--b1\r\r\n--b1-\r\n--b1 x\r\n--b";
    let parts = read(&format!(
        "--b1\r\nContent-Disposition: name=f\r\n\r\n.{content}\r\n--b1--\r\n"
    ));
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].content, format!(".{content}"));
}

#[test]
fn escapes_in_names() {
    let parts =
        read("--b1\r\nContent-Disposition: name=\"a\\\"b\\\\c;\\d\"; filename=\"x;y=z\"\r\n\r\n\r\n--b1--");
    assert_eq!(parts[0].name, "a\"b\\c;\\d");
    assert_eq!(parts[0].file_name.as_deref(), Some("x;y=z"));
}

#[test]
fn what_is_malformed_is_refused_with_what_is_wrong() {
    let whole = "--b1\r\nContent-Disposition: name=f\r\n\r\n.\r\n--b1--\r\n";
    for content_type in [
        None,
        Some(""),
        Some("multipart/mixed"),
        Some("multipart/mixed; boundary="),
        Some("text/plain; boundary=b1"),
    ] {
        let error = refused(whole, content_type);
        assert!(error.contains("boundary"), "{content_type:?}: {error}");
    }
    let too_long = format!("multipart/mixed; boundary={}", "b".repeat(71));
    assert!(refused(whole, Some(&too_long)).contains("boundary"));
    for (text, wrong) in [
        ("", "does not occur"),
        ("--b2\r\n", "does not occur"),
        ("--b1\r\nContent-Disposition: name=f\r\n\r\n.", "no end"),
        ("--b1\r\nContent-Disposition: name=f", "no end"),
        ("--b1\r\n\r\n.\r\n--b1--", "no name"),
        (
            "--b1\r\nContent-Disposition: form-data\r\n\r\n.\r\n--b1--",
            "no name",
        ),
        ("--b1\r\nname=f\r\n\r\n.\r\n--b1--", "no colon"),
    ] {
        let error = refused(text, Some(MIXED));
        assert!(error.contains(wrong), "{text:?}: {error}");
    }
    let many = "--b1\r\nContent-Disposition: name=f\r\n\r\n\r\n".repeat(17) + "--b1--";
    assert!(refused(&many, Some(MIXED)).contains("more than 16"));
    let long = format!("--b1\r\nX: {}\r\n\r\n\r\n--b1--", "x".repeat(9000));
    assert!(refused(&long, Some(MIXED)).contains("no end"));
    assert_eq!(decode(&"--b1--".into(), Some(MIXED)), Ok(Vec::new()));
}

#[test]
fn a_name_that_no_header_carries_is_not_sent() {
    let mut part = Part {
        name: "a\r\nb".to_owned(),
        file_name: None,
        media_type: None,
        content: Bytes::new(),
    };
    assert!(encode(std::slice::from_ref(&part)).is_err());
    part.name = "a".to_owned();
    part.media_type = Some("a\nb".to_owned());
    assert!(encode(&[part]).is_err());
}

#[test]
fn a_chunk_needs_its_file() {
    let other = "--b1\r\nContent-Disposition: name=\"request_payload\"\r\n\r\n\r\n--b1--";
    assert_eq!(
        Chunk::read(&other.into(), Some(MIXED)),
        Err(BodyError::MissingPart("tableau_file"))
    );
    assert!(matches!(
        Chunk::read(&"<tsRequest/>".into(), Some("text/xml")),
        Err(BodyError::Multipart(_))
    ));
}

/// Our own boundaries inside the content: each is avoided, in one pass.
#[test]
fn boundaries_in_the_content_are_avoided() {
    let taken: String = (0..100)
        .map(|n| format!("\r\n--tabctl-boundary-{n:016x}--\r\n"))
        .collect();
    let encoded = Chunk(taken.clone().into()).write(Format::Json).unwrap();
    assert!(encoded.media_type.ends_with(&format!("{:016x}", 100)));
    let read = Chunk::read(&encoded.bytes.into(), Some(&encoded.media_type)).unwrap();
    assert_eq!(read.0, taken);
}

/// What means something to the parser.
const PIECES: &[&str] = &[
    "--b1",
    "--b1--",
    "--",
    "b1",
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "Content-Disposition:",
    "form-data",
    "name=",
    "\"f\"",
    "\"",
    "\\",
    ";",
    "=",
    ":",
    " ",
    "filename",
    "é",
    "x",
    "--tabctl-boundary-0000000000000000",
    "tabctl-boundary-",
    "\r\n--tabctl-boundary-0000000000000001--",
];

fn content() -> impl Strategy<Value = Bytes> {
    let pieces = vec(prop::sample::select(PIECES), 0..12).prop_map(|pieces| Bytes::from(pieces.concat()));
    prop_oneof![pieces, vec(any::<u8>(), 0..60).prop_map(Bytes::from)]
}

fn text() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{0,12}"
}

fn part() -> impl Strategy<Value = Part> {
    let media_type = prop::option::of("[a-z]{1,8}/[a-z]{1,8}");
    (text(), prop::option::of(text()), media_type, content()).prop_map(
        |(name, file_name, media_type, content)| Part {
            name,
            file_name,
            media_type,
            content,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(parts in vec(part(), 1..4)) {
        let encoded = encode(&parts).unwrap();
        prop_assert_eq!(decode(&encoded.bytes.into(), Some(&encoded.media_type)).unwrap(), parts);
    }

    #[test]
    fn no_bytes_make_reading_panic(
        bytes in vec(any::<u8>(), 0..200),
        pieces in vec(prop::sample::select(PIECES), 0..40),
        content_type in "multipart/mixed; ?boundary=[b1\" \\\\;=é\r\n]{0,6}",
    ) {
        let pieces = Bytes::from(pieces.concat());
        let opened = Bytes::from([b"--b1\r\n", &pieces[..]].concat());
        for body in [bytes.into(), pieces, opened] {
            let _ = decode(&body, Some(MIXED)).map_err(|error| error.to_string());
            let _ = decode(&body, Some(&content_type)).map_err(|error| error.to_string());
        }
    }

    /// A body that was cut anywhere is not taken for a whole one.
    #[test]
    fn what_was_cut_is_refused(content in content(), cut in any::<prop::sample::Index>()) {
        let encoded = Chunk(content).write(Format::Xml).unwrap();
        let whole = encoded.bytes.len() - "--\r\n".len();
        let body = Bytes::from(encoded.bytes).slice(..cut.index(whole));
        prop_assert!(Chunk::read(&body, Some(&encoded.media_type)).is_err());
    }
}
