//! Files: published in chunks, and downloaded.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::{Frame, SizeHint};
use hyper::header::CONTENT_TYPE;

use crate::Outcome;
use crate::connection::{Body, Server, whole};
use crate::sessions::{API, sign_in, sign_out};
use crate::workbooks::attribute;

/// How much of a file is read at once.
const PIECE: usize = 256 * 1024;
const BOUNDARY: &str = "0f6f4dca3d3a4e0b9f4bc8c8cd9aa01d";

/// What stands before a chunk, a part of a file, and what stands behind it.
struct Chunk {
    head: Bytes,
    file: File,
    left: usize,
    tail: Bytes,
}

impl hyper::body::Body for Chunk {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = if !self.head.is_empty() {
            std::mem::take(&mut self.head)
        } else if self.left > 0 {
            let mut piece = vec![0; self.left.min(PIECE)];
            if let Err(error) = self.file.read_exact(&mut piece) {
                return Poll::Ready(Some(Err(error)));
            }
            self.left -= piece.len();
            piece.into()
        } else {
            std::mem::take(&mut self.tail)
        };
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.head.len() + self.left + self.tail.len()) as u64)
    }
}

/// Publishes a file in chunks of so many bytes.
pub(crate) async fn publish(server: &Server, path: &str, chunk: usize) -> Outcome<()> {
    let mut connection = server.connect().await?;
    let session = sign_in(&mut connection).await?;
    let (token, site) = (
        Some(session.token.as_str()),
        format!("{API}/sites/{}", session.site),
    );
    let uploads = format!("{site}/fileUploads");
    let begun = connection.read(Method::POST, &uploads, token, whole("")).await?;
    let upload = uploaded(&begun, "uploadSessionId")?;
    let file = File::open(path)?;
    let all = usize::try_from(file.metadata()?.len())?;
    let mut left = all;
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: name=\"request_payload\"\r\nContent-Type: text/xml\r\n\r\n\r\n\
         --{BOUNDARY}\r\nContent-Disposition: name=\"tableau_file\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    let path = format!("{uploads}/{upload}");
    let media_type = format!("multipart/mixed; boundary={BOUNDARY}");
    let mut sent = String::new();
    while left > 0 {
        let length = left.min(chunk);
        let body: Body = Chunk {
            head: head.clone().into(),
            file: file.try_clone()?,
            left: length,
            tail: format!("\r\n--{BOUNDARY}--\r\n").into(),
        }
        .boxed();
        let headers = [(CONTENT_TYPE, media_type.as_str())];
        let answer = connection.send(Method::PUT, &path, token, &headers, body).await?;
        sent = uploaded(&answer.into_body().collect().await?.to_bytes(), "fileSize")?;
        left -= length;
    }
    let path = format!("{site}/workbooks?uploadSessionId={upload}&workbookType=twbx&overwrite=true");
    let document = "<tsRequest><workbook name=\"Large\"><project id=\"a3c1f0de-92b7-4c55-8d1e-60f7b2e49a10\"/></workbook></tsRequest>";
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: name=\"request_payload\"\r\nContent-Type: text/xml\r\n\r\n{document}\r\n--{BOUNDARY}--\r\n"
    );
    connection.read(Method::POST, &path, token, whole(body)).await?;
    sign_out(&mut connection, &session).await?;
    if sent != (all >> 20).to_string() {
        return Err(format!("the server has {sent} MB of {all} bytes").into());
    }
    println!("sent={all}");
    Ok(())
}

/// What the answer says of an upload.
fn uploaded(answer: &[u8], name: &str) -> Outcome<String> {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(answer)?);
    loop {
        match reader.read_event()? {
            quick_xml::events::Event::Empty(start) if start.name().as_ref() == "fileUpload" => {
                return Ok(attribute(&start, name)?.ok_or("not said")?);
            }
            quick_xml::events::Event::Eof => return Err("no upload".into()),
            _ => {}
        }
    }
}

/// Downloads a workbook.
pub(crate) async fn download(server: &Server, target: &str) -> Outcome<()> {
    let mut connection = server.connect().await?;
    let session = sign_in(&mut connection).await?;
    let path = format!("{API}/sites/{}/workbooks/large/content", session.site);
    let token = Some(session.token.as_str());
    let answer = connection.send(Method::GET, &path, token, &[], whole("")).await?;
    let (mut body, mut file) = (answer.into_body(), File::create(target)?);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            file.write_all(&data)?;
        }
    }
    sign_out(&mut connection, &session).await?;
    println!("saved={}", std::fs::metadata(target)?.len());
    Ok(())
}
