//! Uploads: what comes in chunks is counted and compared with the file it has to be.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tableau_benches::block::BLOCK;

/// The longest end of a multipart body: a boundary, and what stands around it.
const LONGEST_END: usize = 128;

/// What a chunk was.
pub(crate) struct Chunk {
    /// The bytes of the file in it.
    pub(crate) length: u64,
    /// Whether they are those of the file.
    pub(crate) is_right: bool,
}

/// Reads the multipart body of a chunk that begins at this place of the file.
pub(crate) async fn receive(mut body: Incoming, boundary: &str, start: u64, block: &Bytes) -> Option<Chunk> {
    let mut reader = Reader {
        head: Vec::new(),
        blank_lines: 0,
        held: Vec::new(),
        at: start,
        is_right: true,
        block,
    };
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            reader.read(&data);
        }
    }
    reader.finish(boundary)?;
    Some(Chunk {
        length: reader.at - start,
        is_right: reader.is_right,
    })
}

struct Reader<'a> {
    head: Vec<u8>,
    /// The file begins behind the second, that of its part.
    blank_lines: u8,
    /// The last bytes, which may be the end of the body.
    held: Vec<u8>,
    at: u64,
    is_right: bool,
    block: &'a Bytes,
}

impl Reader<'_> {
    fn read(&mut self, data: &[u8]) {
        if self.blank_lines == 2 {
            self.read_file(data);
            return;
        }
        self.head.extend_from_slice(data);
        while self.blank_lines < 2 {
            let Some(at) = find(&self.head, b"\r\n\r\n") else {
                return;
            };
            self.head.drain(..at + 4);
            self.blank_lines += 1;
        }
        let file = std::mem::take(&mut self.head);
        self.read_file(&file);
    }

    fn read_file(&mut self, data: &[u8]) {
        self.held
            .extend_from_slice(data.get(..data.len().min(LONGEST_END)).unwrap_or_default());
        if let Some(rest) = data.get(LONGEST_END..) {
            // All of what was held before is the file's, and most of the rest.
            let held = std::mem::take(&mut self.held);
            self.compare(&held);
            let (file, last) = rest.split_at(rest.len().saturating_sub(LONGEST_END));
            self.compare(file);
            self.held = last.to_vec();
        }
        if self.held.len() > LONGEST_END {
            let last = self.held.split_off(self.held.len() - LONGEST_END);
            let file = std::mem::replace(&mut self.held, last);
            self.compare(&file);
        }
    }

    fn compare(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let place = usize::try_from(self.at % BLOCK as u64).unwrap_or_default();
            let wanted = self.block.get(place..).unwrap_or_default();
            let length = wanted.len().min(bytes.len());
            let (now, rest) = bytes.split_at(length);
            self.is_right &= wanted.get(..length) == Some(now);
            self.at += length as u64;
            bytes = rest;
        }
    }

    fn finish(&mut self, boundary: &str) -> Option<()> {
        let end = format!("\r\n--{boundary}--");
        let held = std::mem::take(&mut self.held);
        let at = find(&held, end.as_bytes())?;
        self.compare(held.get(..at)?);
        Some(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
