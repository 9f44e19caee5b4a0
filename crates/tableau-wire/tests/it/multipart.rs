//! Multipart bodies: whatever is written is read back, other clients' forms are read, and no bytes make reading panic.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use tableau_wire::codec::multipart::{Event, Part, PartHead, Reader, decode, encode};
use tableau_wire::{Body, BodyError, FilePart, Format, Incoming, Multipart};

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
        assert_eq!(parts[0].head.name, "request_payload");
        assert!(parts[0].content.is_empty(), "{form}");
        assert_eq!(parts[1].head.name, "tableau_file");
        assert_eq!(parts[1].head.file_name.as_deref(), Some("file"));
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
    assert_eq!(parts[0].head.name, "a\"b\\c;\\d");
    assert_eq!(parts[0].head.file_name.as_deref(), Some("x;y=z"));
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
        head: PartHead {
            name: "a\r\nb".to_owned(),
            file_name: None,
            media_type: None,
        },
        content: Bytes::new(),
    };
    assert!(encode(std::slice::from_ref(&part)).is_err());
    part.head.name = "a".to_owned();
    part.head.media_type = Some("a\nb".to_owned());
    assert!(encode(&[part]).is_err());
}

#[test]
fn a_chunk_needs_its_file() {
    let other = "--b1\r\nContent-Disposition: name=\"request_payload\"\r\n\r\n\r\n--b1--";
    assert_eq!(
        chunk(&other.into(), Some(MIXED)),
        Err(BodyError::MissingPart("tableau_file"))
    );
    assert!(matches!(
        chunk(&"<tsRequest/>".into(), Some("text/xml")),
        Err(BodyError::Multipart(_))
    ));
}

/// The bytes of the file are not looked through: what protects them is a boundary that nothing can be made to hold.
#[test]
fn boundaries_are_random_and_no_body_has_that_of_another() {
    let (first, first_type) = sent(b"");
    let (second, second_type) = sent(&first);
    assert_ne!(first_type, second_type);
    assert_eq!(chunk(&second, Some(&second_type)), Ok(first));
}

/// A chunk as it is sent, and its media type.
fn sent(content: &[u8]) -> (Bytes, String) {
    let chunk = Multipart {
        document: (),
        file: Some(FilePart::new("file")),
    };
    let body = chunk.write(Format::Xml).unwrap();
    let media_type = body.media_type().unwrap().to_owned();
    (body.with_file(content), media_type)
}

/// A chunk as it is received, and its bytes.
fn chunk(body: &Bytes, content_type: Option<&str>) -> Result<Bytes, BodyError> {
    let (incoming, content) = Incoming::multipart(body, content_type)?;
    Multipart::<()>::read(&incoming)?;
    Ok(content)
}

/// The parts of a body that arrives in pieces of this size.
fn in_pieces(body: &[u8], content_type: &str, size: usize) -> Result<Vec<Part>, ()> {
    let mut reader = Reader::new(Some(content_type)).map_err(|_| ())?;
    let (mut parts, mut ended) = (Vec::<Part>::new(), 0);
    let mut read = |reader: &mut Reader| {
        while let Some(event) = reader.next().map_err(|_| ())? {
            match event {
                Event::Begin(head) => parts.push(Part {
                    head,
                    content: Bytes::new(),
                }),
                Event::Data(data) => {
                    let part = parts.last_mut().unwrap();
                    part.content = [&*part.content, &*data].concat().into();
                }
                Event::End => ended += 1,
            }
        }
        Ok(())
    };
    for piece in body.chunks(size) {
        reader.push(piece);
        read(&mut reader)?;
    }
    reader.finish();
    read(&mut reader)?;
    assert_eq!(ended, parts.len());
    Ok(parts)
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
            head: PartHead {
                name,
                file_name,
                media_type,
            },
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
        let (body, content_type) = sent(&content);
        let whole = body.len() - "--\r\n".len();
        prop_assert!(chunk(&body.slice(..cut.index(whole)), Some(&content_type)).is_err());
    }

    /// What arrives in pieces says the same as what arrives whole, and gives no more of a part than it has.
    #[test]
    fn pieces_say_the_same_as_the_whole(
        body in vec(prop::sample::select(PIECES), 0..30),
        parts in vec(part(), 0..3),
        size in 1_usize..9,
    ) {
        let written = encode(&parts).unwrap();
        let opened = Bytes::from(["--b1\r\nContent-Disposition: name=f\r\n\r\n".to_owned(), body.concat()].concat());
        for (body, content_type) in [(opened, MIXED.to_owned()), (written.bytes.into(), written.media_type.into_owned())] {
            let whole = decode(&body, Some(&content_type)).map_err(|_| ());
            prop_assert_eq!(in_pieces(&body, &content_type, size), whole);
        }
    }
}
