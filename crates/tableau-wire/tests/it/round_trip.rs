//! Whatever can be written can be read back: every wire type, in both formats, from both sides.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use std::cell::Cell;
use std::fmt::Debug;

use arbitrary::{Arbitrary, Unstructured};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value as Json;
use tableau_wire::Items;
use tableau_wire::codec::Root;
use tableau_wire::rest::auth::{Credentials, SignedIn, SiteName};
use tableau_wire::rest::connected_apps::{
    ConnectedApplication, ConnectedApplicationPatch, ConnectedApplicationSecret, NewConnectedApplication,
};
use tableau_wire::rest::external_authorization_servers::{
    ExternalAuthorizationServer, NewExternalAuthorizationServer,
};
use tableau_wire::rest::jobs::RefreshRequest;
use tableau_wire::rest::server::Session;
use tableau_wire::rest::users::PersonalAccessToken;
use tableau_wire::rest::{
    BackgroundJob, Datasource, FileUpload, Job, Project, ServerInfo, Site, Tag, User, View, Workbook,
};
use tableau_wire::{ApiError, Document, Format, Page, Version};

/// The bytes that values are made from: mostly readable text, with everything that XML or JSON treat specially.
///
/// `Arbitrary` takes lengths from the end: short ones stand there, so that the first string does not use up everything.
fn seeds() -> impl Strategy<Value = Vec<u8>> {
    (vec(any::<u16>(), 0..1200), vec(0_u8..10, 0..150)).prop_map(|(pieces, lengths)| {
        let mut bytes = Vec::new();
        for piece in pieces {
            let choice = usize::from(piece >> 8);
            match piece & 0xff {
                0 if choice < 32 => bytes.extend(FORBIDDEN[choice % FORBIDDEN.len()].bytes()),
                0..32 => bytes.extend(SPECIAL[choice % SPECIAL.len()].bytes()),
                _ => bytes.push(b' ' + (piece >> 8) as u8 % 95),
            }
        }
        bytes.extend(lengths.iter().flat_map(|&length| [0, length]));
        bytes
    })
}

/// What one of the formats treats specially, and characters of every length.
const SPECIAL: &[&str] = &[
    "\t",
    "\n",
    "\r",
    "\r\n",
    " ",
    "  ",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "\\",
    "]]>",
    "&amp;",
    "&#10;",
    "<!--",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffd}",
    "é",
    "日本",
    "😀",
    "\u{10ffff}",
];

/// What XML cannot carry.
const FORBIDDEN: &[&str] = &["\0", "\u{1}", "\u{8}", "\u{b}", "\u{1f}", "\u{fffe}", "\u{ffff}"];

/// What the generated values were like, so that the property cannot pass on nothing.
#[derive(Default)]
struct Seen {
    cases: Cell<usize>,
    members: Cell<usize>,
    depth: Cell<usize>,
    longest_list: Cell<usize>,
    refused: Cell<usize>,
}

impl Seen {
    fn add(&self, value: &Json) {
        let (members, depth, list) = measure(value);
        self.cases.set(self.cases.get() + 1);
        self.members.set(self.members.get() + members);
        self.depth.set(self.depth.get().max(depth));
        self.longest_list.set(self.longest_list.get().max(list));
    }
}

/// The number of members, the depth of objects and the length of the longest list.
fn measure(value: &Json) -> (usize, usize, usize) {
    match value {
        Json::Object(members) => members
            .values()
            .map(measure)
            .fold((members.len(), 1, 0), |all, one| {
                (all.0 + one.0, all.1.max(one.1 + 1), all.2.max(one.2))
            }),
        Json::Array(items) => items.iter().map(measure).fold((0, 0, items.len()), |all, one| {
            (all.0 + one.0, all.1.max(one.1), all.2.max(one.2))
        }),
        _ => (0, 0, 0),
    }
}

/// Whether XML 1.0 has no way to write one of the strings (its production `Char`).
fn forbidden(value: &Json) -> bool {
    match value {
        Json::String(text) => text
            .chars()
            .any(|character| !matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)),
        Json::Array(items) => items.iter().any(forbidden),
        Json::Object(members) => members.values().any(forbidden),
        _ => false,
    }
}

/// What a type's values must at least reach: members per value on average, depth, and items in a list.
struct AtLeast {
    members: usize,
    depth: usize,
    list: usize,
}

fn survives<T>(at_least: &AtLeast)
where
    T: for<'a> Arbitrary<'a> + Document + PartialEq + Debug,
{
    let seen = Seen::default();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        cases: 128,
        ..Config::default()
    });
    let result = runner.run(&seeds(), |bytes| {
        let value = T::arbitrary(&mut Unstructured::new(&bytes))
            .map_err(|error| TestCaseError::reject(error.to_string()))?;
        let json = value
            .encode(Root::Request, Format::Json)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let back = T::decode(&json, Format::Json);
        prop_assert_eq!(back.as_ref(), Ok(&value), "{}", String::from_utf8_lossy(&json));
        let tree: Json =
            serde_json::from_slice(&json).map_err(|error| TestCaseError::fail(error.to_string()))?;
        seen.add(&tree);
        for root in [Root::Request, Root::Response(Version::NEWEST)] {
            match value.encode(root, Format::Xml) {
                Ok(xml) => {
                    prop_assert!(!forbidden(&tree), "written although XML cannot carry it");
                    let back = T::decode(&xml, Format::Xml);
                    prop_assert_eq!(back.as_ref(), Ok(&value), "{}", String::from_utf8_lossy(&xml));
                }
                Err(error) => {
                    prop_assert!(forbidden(&tree), "refused without a reason: {}", error);
                    prop_assert!(error.to_string().contains("XML cannot carry"), "{}", error);
                    seen.refused.set(seen.refused.get() + 1);
                }
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let cases = seen.cases.get();
    let average = seen.members.get() / cases.max(1);
    let reached = format!(
        "{cases} values, {average} members on average, depth {}, longest list {}, {} refused",
        seen.depth.get(),
        seen.longest_list.get(),
        seen.refused.get()
    );
    println!("{reached}");
    assert!(cases >= 100, "too few values: {reached}");
    assert!(average >= at_least.members, "values are too bare: {reached}");
    assert!(
        seen.depth.get() >= at_least.depth,
        "values are too shallow: {reached}"
    );
    assert!(
        seen.longest_list.get() >= at_least.list,
        "lists are too short: {reached}"
    );
    // Each is written twice; the more texts a value has, the more often one is in it that XML cannot carry.
    assert!(
        seen.refused.get() < cases + cases / 2,
        "XML was hardly tried: {reached}"
    );
}

macro_rules! survive {
    ($($test:ident: $ty:ty, $members:literal, $depth:literal, $list:literal;)*) => {$(
        #[test]
        fn $test() {
            survives::<$ty>(&AtLeast { members: $members, depth: $depth, list: $list });
        }
    )*};
}

survive! {
    workbook: Workbook, 12, 6, 2;
    view: View, 10, 6, 2;
    project: Project, 8, 4, 0;
    datasource: Datasource, 12, 4, 2;
    user: User, 8, 3, 0;
    site: Site, 20, 3, 0;
    tag: Tag, 1, 2, 0;
    server_info: ServerInfo, 4, 3, 0;
    session: Session, 20, 3, 0;
    credentials: Credentials, 4, 3, 0;
    signed_in: SignedIn, 6, 3, 0;
    api_error: ApiError, 4, 2, 0;
    site_name: SiteName, 1, 2, 0;
    personal_access_tokens: Items<PersonalAccessToken>, 2, 3, 2;
    connected_application: ConnectedApplication, 4, 3, 0;
    new_connected_application: NewConnectedApplication, 2, 2, 0;
    connected_application_patch: ConnectedApplicationPatch, 2, 2, 0;
    connected_application_secret: ConnectedApplicationSecret, 2, 2, 0;
    external_authorization_server: ExternalAuthorizationServer, 3, 2, 0;
    new_external_authorization_server: NewExternalAuthorizationServer, 2, 2, 0;
    background_job: BackgroundJob, 4, 2, 0;
    job: Job, 8, 6, 2;
    refresh_request: RefreshRequest, 0, 2, 0;
    page_of_background_jobs: Page<BackgroundJob>, 8, 3, 2;
    file_upload: FileUpload, 2, 2, 0;
    page_of_workbooks: Page<Workbook>, 12, 7, 2;
    page_of_views: Page<View>, 12, 7, 2;
    page_of_projects: Page<Project>, 10, 5, 2;
    page_of_datasources: Page<Datasource>, 12, 5, 2;
    page_of_users: Page<User>, 10, 4, 2;
    page_of_sites: Page<Site>, 20, 4, 2;
    page_of_connected_applications: Page<ConnectedApplication>, 6, 4, 2;
    page_of_external_authorization_servers: Page<ExternalAuthorizationServer>, 6, 3, 2;
}

/// One character at a time, in an attribute, in a child's text and in an element's own text.
#[test]
fn every_character_that_xml_can_carry_survives_and_no_other() {
    let planes = (0..=0x2fff_u32)
        .chain(0xd700..=0xffff)
        .chain((0x1_0000..=0x10_ffff).step_by(0x1ff));
    for character in planes.filter_map(char::from_u32) {
        let carried = matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        for text in [
            character.to_string(),
            format!("{character} {character}"),
            format!("a{character}"),
        ] {
            let error = ApiError::new(text.as_str(), text.as_str(), text.as_str());
            check(&error, carried, character);
        }
    }
    for text in ["", " ", "  ", "\t", "\r\n", "\n\n", "\u{a0}", "\u{2003}\u{3000}"] {
        let mut info = ServerInfo::default();
        info.product_version.value = text.into();
        info.product_version.build = Some(text.to_owned());
        info.platform = Some(text.into());
        check(&info, true, ' ');
    }
}

fn check<T: Document + PartialEq + Debug>(value: &T, carried: bool, character: char) {
    let json = value.encode(Root::Request, Format::Json).unwrap();
    assert_eq!(T::decode(&json, Format::Json).as_ref(), Ok(value));
    match value.encode(Root::Request, Format::Xml) {
        Ok(xml) => {
            assert!(carried, "U+{:04X} was written", character as u32);
            assert_eq!(
                T::decode(&xml, Format::Xml).as_ref(),
                Ok(value),
                "{}",
                String::from_utf8_lossy(&xml)
            );
        }
        Err(error) => {
            assert!(!carried, "{error}");
            assert!(
                error.to_string().contains(&format!("U+{:04X}", character as u32)),
                "{error}"
            );
        }
    }
}
