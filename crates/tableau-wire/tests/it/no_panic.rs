//! No bytes whatever make reading panic.

#![expect(
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its tests share"
)]

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use tableau_wire::endpoint::Query;
use tableau_wire::rest::auth::{Credentials, SignIn, SignOut, SignedIn};
use tableau_wire::rest::file_uploads::AppendToFileUpload;
use tableau_wire::rest::server::{GetServerInfo, Session};
use tableau_wire::rest::{Datasource, Project, ServerInfo, Site, Tag, User, View, Workbook};
use tableau_wire::{
    ApiError, Document, Fields, Filter, Format, Get, Incoming, List, Page, Sort, Timestamp, Version,
    decode_reply, decode_request, endpoints,
};

/// Reads bytes as everything there is.
fn read_as_everything(bytes: &[u8]) {
    macro_rules! each {
        ($($ty:ty),* $(,)?) => {$(
            let _ = <$ty as Document>::decode(bytes, Format::Xml);
            let _ = <$ty as Document>::decode(bytes, Format::Json);
        )*};
    }
    each!(
        Workbook,
        View,
        Project,
        Datasource,
        User,
        Site,
        Tag,
        ServerInfo,
        Session,
        Credentials,
        SignedIn,
        ApiError,
        (),
        Page<Workbook>,
        Page<View>,
        Page<Project>,
        Page<Datasource>,
        Page<User>,
        Page<Site>,
    );
    let _ = Format::sniff(bytes);
    for status in [http::StatusCode::OK, http::StatusCode::UNAUTHORIZED] {
        let _ = decode_reply::<Get<Workbook>>(status, bytes).map_err(|error| error.to_string());
        let _ = decode_reply::<SignOut>(status, bytes).map_err(|error| error.to_string());
        let _ = decode_reply::<GetServerInfo>(status, bytes).map_err(|error| error.to_string());
    }
}

/// Reads text as everything that stands in an address.
fn read_as_arguments(text: &str) {
    let _ = text.parse::<Filter>().map(|filter| filter.to_string());
    let _ = text.parse::<Sort>().map(|sort| sort.to_string());
    let _ = text.parse::<Fields>().map(|fields| fields.to_string());
    let _ = text.parse::<Version>().map_err(|error| error.to_string());
    let _ = text.parse::<Timestamp>().map_err(|error| error.to_string());
    let query = Query::parse(text);
    let segments: Vec<String> = text.split('/').map(str::to_owned).collect();
    for entry in endpoints() {
        let _ = entry.operation.recognize(&segments);
    }
    let arguments = tableau_wire::endpoint::Arguments {
        path: segments,
        query,
        headers: Query::default(),
    };
    let body = Bytes::copy_from_slice(text.as_bytes());
    let parts = Incoming::multipart(&body, Some(text)).map_err(|error| error.to_string());
    let incoming = parts.map_or_else(|_| Incoming::document(body), |(incoming, _)| incoming);
    macro_rules! each {
        ($($ty:ty),* $(,)?) => {$(
            let _ = decode_request::<$ty>(&arguments, &incoming).map_err(|error| error.to_string());
        )*};
    }
    each!(List<View>, Get<Site>, SignIn, AppendToFileUpload);
}

/// Documents that are right, to be spoilt.
const DOCUMENTS: &[&str] = &[
    "<?xml version='1.0' encoding='UTF-8'?><tsResponse xmlns=\"http://tableau.com/api\" xmlns:xsi=\"x\"><pagination pageNumber=\"1\" \
     pageSize=\"100\" totalAvailable=\"2\"/><workbooks><workbook id=\"1\" name=\"a &amp; b\" showTabs=\"true\" size=\"1\" \
     createdAt=\"2026-11-22T08:15:00Z\"><project id=\"p\" name=\"q\"/><tags><tag label=\"é😀\"/><tag label=\"&#x41;\"/></tags>\
     <views><view id='v'><usage totalViewCount='7'/></view></views></workbook><workbook/></workbooks></tsResponse>",
    "<ns0:tsResponse xmlns:ns0='http://tableau.com/api'><ns0:serverInfo><ns0:productVersion build='1.2'>20<!-- - -->26.2\
     </ns0:productVersion><ns0:restApiVersion>3.29</ns0:restApiVersion></ns0:serverInfo></ns0:tsResponse>",
    "<tsResponse><error code='404006'><summary>Not <![CDATA[<found>]]></summary><detail>&lt;&#10;</detail></error></tsResponse>",
    "<tsRequest><credentials personalAccessTokenName='n' personalAccessTokenSecret='s'><site contentUrl=''/><user id='u'/></credentials></tsRequest>",
    "<tsResponse><datasource id='d' encryptExtracts='false'><parentDataSourceUrls>a</parentDataSourceUrls><parentDataSourceUrls>b\
     </parentDataSourceUrls><owner id='o' siteRole='Viewer' lastLogin='never'/></datasource></tsResponse>",
    "{\"pagination\":{\"pageNumber\":\"1\",\"pageSize\":100,\"totalAvailable\":\"2\"},\"workbooks\":{\"workbook\":[{\"id\":\"1\",\"size\":\"7\",\
     \"showTabs\":\"true\",\"hasExtracts\":false,\"tags\":{\"tag\":{\"label\":\"\\u00e9\\ud83d\\ude00\"}},\"views\":null,\"x\":[1.5e3,{}]}]}}",
    "{\"serverInfo\":{\"productVersion\":{\"value\":\"2026.2.0\",\"build\":\"1\"},\"restApiVersion\":\"3.29\"}}",
    "{\"credentials\":{\"token\":\"a|b|c\",\"site\":{\"id\":\"s\",\"contentUrl\":\"\"},\"user\":{\"id\":\"u\"}}}",
];

/// Pieces that mean something to one of the parsers.
const PIECES: &[&str] = &[
    "<",
    ">",
    "/>",
    "</",
    "&",
    "&#x",
    ";",
    "<!",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "=\"",
    "'",
    "\"",
    ":",
    "xmlns=\"\"",
    "<!DOCTYPE a [",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\\u",
    "\\",
    "null",
    "1e999",
    "-",
    "18446744073709551616",
    "\u{feff}",
    "\u{0}",
    "é",
    "<tsResponse>",
    "</tsResponse>",
    "<views>",
    "<view>",
    "value",
    "\"value\":",
    " ",
    "\r\n",
];

#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Cut(usize, usize),
    Insert(usize, usize),
    Splice(usize, usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<usize>(), 0_usize..40).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<usize>(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (any::<usize>(), 0..DOCUMENTS.len(), any::<usize>())
            .prop_map(|(at, other, from)| Change::Splice(at, other, from)),
    ]
}

fn spoil(document: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = document.as_bytes().to_vec();
    for change in changes {
        let place = |at: usize, bytes: &[u8]| at % (bytes.len() + 1);
        match *change {
            Change::Set(at, byte) => {
                let at = place(at, &bytes);
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            Change::Cut(at, length) => {
                let at = place(at, &bytes);
                let end = (at + length).min(bytes.len());
                bytes.drain(at..end);
            }
            Change::Insert(at, piece) => {
                let at = place(at, &bytes);
                bytes.splice(at..at, PIECES[piece].bytes());
            }
            Change::Splice(at, other, from) => {
                let at = place(at, &bytes);
                let tail = &DOCUMENTS[other].as_bytes()[from % DOCUMENTS[other].len()..];
                bytes.splice(at.., tail.iter().copied());
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..200)) {
        read_as_everything(&bytes);
        read_as_arguments(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_in_any_order(pieces in vec(prop::sample::select(PIECES), 0..40)) {
        let text = pieces.concat();
        for text in [format!("<tsResponse>{text}"), format!("{{\"workbook\":{text}"), text] {
            read_as_everything(text.as_bytes());
        }
    }

    #[test]
    fn mutated_documents(index in 0..DOCUMENTS.len(), changes in vec(change(), 1..6)) {
        read_as_everything(&spoil(DOCUMENTS[index], &changes));
    }

    #[test]
    fn arguments(pieces in vec(prop::sample::select(vec![
        ":", ",", "[", "]", "in", "eq", "name", ".", "..", "/", "%", "%2", "%FF", "&", "=", "+", "sites", "workbooks", "filter=", "3", "2026-11-22T08:15:00",
        "Z", "T", "-", "99999999999", "é", "😀", " ", "\u{0}", "pageSize=", "fields", "asc", "views",
    ]), 0..12)) {
        read_as_arguments(&pieces.concat());
    }
}

/// The documents are what they are meant to be: otherwise spoiling them would test little.
#[test]
fn the_documents_are_right() {
    let readable = DOCUMENTS.iter().filter(|document| {
        let (bytes, format) = (document.as_bytes(), Format::sniff(document.as_bytes()).unwrap());
        Page::<Workbook>::decode(bytes, format).is_ok()
            || ServerInfo::decode(bytes, format).is_ok()
            || ApiError::decode(bytes, format).is_ok()
            || Credentials::decode(bytes, format).is_ok()
            || Datasource::decode(bytes, format).is_ok()
    });
    assert_eq!(readable.count(), DOCUMENTS.len());
}
