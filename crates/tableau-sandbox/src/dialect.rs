//! How the REST API speaks: addresses and versions, XML or JSON, and the form of refusals.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::json;
use tableau_wire::{ApiError, Format, Root, Version, encode_error};

use crate::body::ResponseBody;
use crate::call::Download;
use crate::clock::time;
use crate::refusal::Refusal;

/// The oldest supported version.
const OLDEST: Version = Version::new(2, 0);

/// The roots that are served beside the versions.
const ROOTS: [Root; 4] = [
    Root::Experimental,
    Root::Services,
    Root::Metadata,
    Root::VizqlDataService,
];
/// The roots of a real server's other APIs, which stand below `/api` in place of a version.
const OTHER_ROOTS: [&str; 1] = ["v1"];

/// An address below `/api`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address<'p> {
    /// The path segment in the version's place.
    pub(crate) version: &'p str,
    /// The segments after the version, decoded.
    pub(crate) segments: Vec<String>,
    /// Everything behind `/api`, as it was sent.
    pub(crate) raw: &'p str,
}

impl<'p> Address<'p> {
    /// Takes a path apart; `None` if it is not below `/api`.
    ///
    /// Clients whose address ends with a slash send two slashes before `api`; a slash at the end is tolerated as well.
    pub(crate) fn parse(path: &'p str) -> Option<Self> {
        let path = path.trim_start_matches('/');
        let (api, rest) = path.split_at_checked(3)?;
        if !api.eq_ignore_ascii_case("api") || !(rest.is_empty() || rest.starts_with('/')) {
            return None;
        }
        let inner = rest.strip_prefix('/').unwrap_or(rest);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let mut parts = inner.split('/');
        let version = parts.next().unwrap_or_default();
        let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Some(Self {
            version,
            segments: parts.map(decode).collect(),
            raw: rest,
        })
    }

    /// The segments below a root that the address has.
    pub(crate) fn below(&self, root: Root) -> &[String] {
        // The first segment of the root stands in the version's place.
        let further = root
            .segments()
            .map_or(0, |segments| segments.len().saturating_sub(1));
        self.segments.get(further..).unwrap_or_default()
    }

    /// The root, and the version if the server has it: other roots have the newest. The root of another API is an address that is not served.
    pub(crate) fn known_root(&self) -> Result<(Root, Version), Refusal> {
        let stands_here = |root: &Root| {
            let mut path = std::iter::once(self.version).chain(self.segments.iter().map(String::as_str));
            let mut segments = root.segments().unwrap_or_default().iter();
            segments.all(|segment| path.next().is_some_and(|part| part.eq_ignore_ascii_case(segment)))
        };
        if let Some(root) = ROOTS.into_iter().find(stands_here) {
            return Ok((root, Version::NEWEST));
        }
        self.version
            .parse()
            .ok()
            .filter(|version| (OLDEST..=Version::NEWEST).contains(version))
            .map(|version| (Root::Version, version))
            .ok_or_else(|| {
                if OTHER_ROOTS.contains(&self.version.to_ascii_lowercase().as_str()) {
                    Refusal::not_served(self.raw)
                } else {
                    Refusal::invalid_version(self.version)
                }
            })
    }
}

/// The format of the answer: JSON if `Accept` names it with the highest quality, else XML.
///
/// A wildcard is not a name: `*/*` gives XML, as does no `Accept` at all.
pub(crate) fn answer_format(headers: &HeaderMap) -> Format {
    let mut best = (0, Format::Xml);
    let values = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    for range in values.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let format = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "application/json" => Format::Json,
            "application/xml" | "text/xml" => Format::Xml,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let quality = quality.map_or(1000, thousandths);
        if quality > best.0 {
            best = (quality, format);
        }
    }
    best.1
}

/// A quality value in thousandths, which can be compared.
fn thousandths(text: &str) -> u32 {
    let quality: f64 = text.trim().parse().unwrap_or(0.0);
    (0..=1000)
        .rev()
        .find(|part| f64::from(*part) <= quality * 1000.0 + 0.5)
        .unwrap_or(0)
}

/// The answer that says why a call is refused.
pub(crate) fn refuse(refusal: &Refusal, version: Version, format: Format) -> Response<Bytes> {
    if let Ok(response) = encode_error(&refusal.error, refusal.status, version, format) {
        return response;
    }
    // A name from the request may have characters that XML cannot carry.
    let error = ApiError::new(
        refusal.error.code.as_str(),
        printable(&refusal.error.summary.0),
        printable(&refusal.error.detail.0),
    );
    encode_error(&error, refusal.status, version, format).unwrap_or_else(|_| {
        plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the answer cannot be written\n",
        )
    })
}

/// The same in the form of the `VizQL` Data Service.
pub(crate) fn refuse_query(refusal: &Refusal, now: Timestamp) -> Response<Bytes> {
    let error = &refusal.error;
    let document = json!({
        "errorCode": error.code,
        "message": error.detail.0,
        "datetime": time(now),
        "debug": { "detail": error.summary.0 },
        "tab-error-code": error.code,
    });
    json_answer(refusal, &document)
}

/// The same in the form of Pulse.
pub(crate) fn refuse_service(refusal: &Refusal) -> Response<Bytes> {
    let error = &refusal.error;
    let mut document = json!({ "message": error.detail.0, "details": [] });
    if let (Ok(code), Some(members)) = (error.code.parse::<i64>(), document.as_object_mut()) {
        members.insert("code".to_owned(), json!(code));
    }
    json_answer(refusal, &document)
}

fn json_answer(refusal: &Refusal, document: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(document.to_string()));
    *response.status_mut() =
        StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// An answer outside the REST API.
pub(crate) fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain;charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}

/// An answer that is a file, with a name that Tableau's own library can read.
pub(crate) fn file(download: Download) -> Result<Response<ResponseBody>, Refusal> {
    let Download {
        content,
        part,
        file_name,
        media_type,
    } = download;
    let plain = |c: char| c.is_ascii() && !c.is_ascii_control() && !matches!(c, '"' | '\\');
    let name = if file_name.chars().all(plain) {
        format!("filename=\"{file_name}\"")
    } else {
        let encoded = utf8_percent_encode(&file_name, NON_ALPHANUMERIC);
        format!("filename*=UTF-8''{encoded}")
    };
    let mut response = Response::new(ResponseBody::file(content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let disposition =
        HeaderValue::from_str(&format!("name=\"{part}\"; {name}")).map_err(Refusal::internal)?;
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

fn printable(text: &str) -> String {
    let carried = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars()
        .map(|c| {
            if carried(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

/// The host that a request is for, without its port.
pub(crate) fn host(request: &http::request::Parts) -> Option<&str> {
    let header = request.headers.get(header::HOST);
    let named = header
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.uri.authority().map(http::uri::Authority::as_str))?;
    let port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match named.rsplit_once(':') {
        Some((host, end)) if port(end) => Some(host),
        _ => Some(named),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(accept: &str) -> Format {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        answer_format(&headers)
    }

    #[test]
    fn json_is_given_to_those_who_name_it() {
        for accept in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json, text/plain, */*",
            "application/xml;q=0.5, application/json;q=0.9",
            "*/*;q=0.1, application/json;q=0.001",
        ] {
            assert_eq!(format(accept), Format::Json, "{accept}");
        }
        for accept in [
            "*/*",
            "",
            "text/html",
            "application/*",
            "application/json;q=0",
            "application/xml, application/json",
            "text/xml;q=0.9, application/json;q=0.2",
            "application/json;q=nan",
        ] {
            assert_eq!(format(accept), Format::Xml, "{accept}");
        }
        assert_eq!(answer_format(&HeaderMap::new()), Format::Xml);
    }

    #[test]
    fn addresses_come_apart() {
        let address = Address::parse("//api/3.29/sites/a%2Fb/Workbooks/").unwrap();
        assert_eq!(address.version, "3.29");
        assert_eq!(address.segments, ["sites", "a/b", "Workbooks"]);
        assert_eq!(Address::parse("/apis/3.29"), None);
        assert_eq!(Address::parse("/"), None);
        assert_eq!(Address::parse("/ap"), None);
        assert_eq!(Address::parse("/aöö/"), None);
        assert_eq!(Address::parse("/api").unwrap().version, "");
    }
}
