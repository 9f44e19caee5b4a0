//! Multipart bodies: what clients send. However a body is cut into pieces, it is the same.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tableau_wire::codec::multipart::{Event, Reader, decode};

/// The parts, read piece by piece; `None` if it is no multipart body.
fn by_pieces(body: &[u8], content_type: &str, size: usize) -> Option<Vec<(String, Vec<u8>)>> {
    let mut reader = Reader::new(Some(content_type)).ok()?;
    let mut parts = Vec::new();
    let mut pieces = body.chunks(size);
    loop {
        let piece = pieces.next();
        match piece {
            Some(piece) => reader.push(piece),
            None => reader.finish(),
        }
        while let Some(event) = reader.next().ok()? {
            match event {
                Event::Begin(head) => parts.push((format!("{head:?}"), Vec::new())),
                Event::Data(data) => parts
                    .last_mut()
                    .expect("a part has begun")
                    .1
                    .extend_from_slice(&data),
                Event::End => {}
            }
        }
        if piece.is_none() {
            return Some(parts);
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let (content_type, body) = fuzz::line(data);
    let Ok(content_type) = std::str::from_utf8(content_type) else {
        return;
    };
    let whole = decode(&Bytes::copy_from_slice(body), Some(content_type)).ok();
    let whole = whole.map(|parts| {
        let part =
            |part: tableau_wire::codec::multipart::Part| (format!("{:?}", part.head), part.content.to_vec());
        parts.into_iter().map(part).collect::<Vec<_>>()
    });
    for size in [1, 7, body.len().max(1)] {
        assert_eq!(by_pieces(body, content_type, size), whole, "in pieces of {size}");
    }
});
