//! The body of a request as it arrives: a document into memory, a file into a spool.

use std::fmt::Display;

use bytes::{Buf, Bytes, BytesMut};
use http::header::{CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http_body::Body;
use http_body_util::BodyExt;
use tableau_wire::body::REQUEST_PAYLOAD;
use tableau_wire::codec::multipart::{Event, Reader};
use tableau_wire::rest::file_uploads::MAX_CHUNK;
use tableau_wire::{BodyError, DecodeError, Format, Incoming, Root};

use crate::files::{Files, Spool};
use crate::refusal::Refusal;
use crate::routes::Route;

/// The maximum size of a body, in bytes: files of 64 MB, the API's limit for one request, and the multipart framing.
pub(crate) const MAX_BODY: u64 = MAX_CHUNK as u64 + 1024 * 1024;
/// The maximum size of a document beside a file, in bytes. The limit of real servers is not known.
const MAX_DOCUMENT: usize = 4 * 1024 * 1024;

/// Reads the body of a request, and the bytes of the file in it.
pub(crate) async fn body<B>(
    head: &Parts,
    body: &mut B,
    route: &Route,
    files: &Files,
) -> Result<(Incoming, Option<Spool>), Refusal>
where
    B: Body<Data = Bytes, Error: Display> + Unpin,
{
    let content_type = head
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if !route.takes_file {
        // Other services speak JSON only.
        let content_type = content_type.filter(|_| route.operation.root == Root::Version);
        return Ok((document(body, content_type).await?, None));
    }
    // Tableau's migration SDK sends files of users as forms.
    let takes_forms = route.operation.group == "users";
    let mut spool = files.spool();
    let incoming = multipart(body, content_type, takes_forms, &mut spool).await?;
    let spool = incoming.file.is_some().then_some(spool);
    Ok((incoming, spool))
}

/// Reads a body that is a document.
async fn document<B>(body: &mut B, content_type: Option<&str>) -> Result<Incoming, Refusal>
where
    B: Body<Data = Bytes, Error: Display> + Unpin,
{
    let incoming = whole(body).await?;
    check_type(&incoming.document, content_type)?;
    Ok(incoming)
}

/// Tableau reads as XML what is not said to be JSON: what `curl -d` says, without a header of its own (text by an article of Tableau's knowledge
/// base, 001474388). One without any type is taken, as clients that send none were not seen to be refused.
fn check_type(document: &[u8], content_type: Option<&str>) -> Result<(), Refusal> {
    const OF_XML: [&str; 3] = ["application/x-www-form-urlencoded", "application/xml", "text/xml"];
    let media_type = content_type.map(|text| text.split(';').next().unwrap_or_default().trim());
    let is_read_as_xml =
        media_type.is_some_and(|given| OF_XML.iter().any(|xml| given.eq_ignore_ascii_case(xml)));
    match is_read_as_xml && Format::sniff(document) == Some(Format::Json) {
        true => Err(Refusal::bad_request(
            "400000",
            "Deserialization problem: Content is not allowed in prolog.;",
        )),
        false => Ok(()),
    }
}

async fn whole<B>(body: &mut B) -> Result<Incoming, Refusal>
where
    B: Body<Data = Bytes, Error: Display> + Unpin,
{
    let mut arriving = Arriving::new(body);
    let Some(first) = arriving.next().await? else {
        return Ok(Incoming::document(Bytes::new()));
    };
    let Some(second) = arriving.next().await? else {
        return Ok(Incoming::document(first));
    };
    let mut document = BytesMut::from(first);
    document.extend_from_slice(&second);
    while let Some(chunk) = arriving.next().await? {
        document.extend_from_slice(&chunk);
    }
    Ok(Incoming::document(document.freeze()))
}

/// Reads a multipart body; the bytes of its file go into the spool.
async fn multipart<B>(
    body: &mut B,
    content_type: Option<&str>,
    takes_forms: bool,
    spool: &mut Spool,
) -> Result<Incoming, Refusal>
where
    B: Body<Data = Bytes, Error: Display> + Unpin,
{
    // As browsers, Postman and `curl -F` send it (code and text by tableau/rest-api-samples#82).
    let form = content_type.filter(|text| text.to_ascii_lowercase().starts_with("multipart/form-data"));
    if let Some(form) = form.filter(|_| !takes_forms) {
        let detail = format_args!("Content type '{form}' not supported");
        return Err(Refusal::bad_request("406000", detail));
    }
    let mut reader = Reader::new(content_type).map_err(malformed)?;
    let mut incoming = Incoming::default();
    let mut document = BytesMut::new();
    let mut part = Part::Other;
    let mut arriving = Arriving::new(body);
    loop {
        let chunk = arriving.next().await?;
        match &chunk {
            Some(chunk) => reader.push(chunk),
            None => reader.finish(),
        }
        while let Some(event) = reader.next().map_err(malformed)? {
            match (event, &part) {
                (Event::Begin(head), _) if head.name == REQUEST_PAYLOAD => part = Part::Document,
                (Event::Begin(head), _) if incoming.file.is_none() => {
                    incoming.file = Some(head.into());
                    part = Part::File;
                }
                (Event::Data(data), Part::Document) => {
                    document.extend_from_slice(&data);
                    if document.len() > MAX_DOCUMENT {
                        return Err(Refusal::body_too_large(MAX_DOCUMENT as u64));
                    }
                }
                (Event::Data(data), Part::File) => spool.append(&data).map_err(Refusal::internal)?,
                (Event::Data(_), Part::Other) => {}
                (Event::Begin(_) | Event::End, _) => part = Part::Other,
            }
        }
        if chunk.is_none() {
            incoming.document = document.freeze();
            return Ok(incoming);
        }
    }
}

/// Reads the rest of the body, within bounds: a client that is still sending does not read the answer yet.
pub(crate) async fn rest<B>(head: &Parts, body: &mut B)
where
    B: Body<Data = Bytes, Error: Display> + Unpin,
{
    // It sends nothing before `100 Continue`.
    let waits = head
        .headers
        .get(EXPECT)
        .is_some_and(|expect| expect.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    let mut arriving = Arriving::new(body);
    while !waits && matches!(arriving.next().await, Ok(Some(_))) {}
}

/// Reads this much of the body, or all of it if it is shorter.
pub(crate) async fn at_least<B>(bytes: u64, body: &mut B)
where
    B: Body<Data = Bytes, Error: Display> + Unpin,
{
    let mut arriving = Arriving::new(body);
    while MAX_BODY - arriving.left < bytes && matches!(arriving.next().await, Ok(Some(_))) {}
}

/// The part of a multipart body that is arriving.
enum Part {
    Document,
    File,
    /// None, or one that is ignored.
    Other,
}

/// The chunks of a body, within its bound.
struct Arriving<'b, B> {
    body: &'b mut B,
    left: u64,
}

impl<'b, B: Body<Data = Bytes, Error: Display> + Unpin> Arriving<'b, B> {
    fn new(body: &'b mut B) -> Self {
        Self { body, left: MAX_BODY }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        while let Some(frame) = self.body.frame().await {
            // The client has disconnected and does not read the answer.
            let frame = frame.map_err(|_| Refusal::incomplete_payload())?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            self.left = self
                .left
                .checked_sub(data.remaining() as u64)
                .ok_or_else(|| Refusal::body_too_large(MAX_BODY))?;
            return Ok(Some(data));
        }
        Ok(None)
    }
}

fn malformed(error: DecodeError) -> Refusal {
    Refusal::of_body(&BodyError::Multipart(error))
}
