//! The documents that the reference server answers with, as Tableau Server writes them.

use bytes::Bytes;

const SITE: &str = "5f2c9a31-7d0e-4b86-9a44-c1d7e3f08b52";
const USER: &str = "c85b7f09-36ae-4d12-8e70-2f4a91d6b3e8";
const TOKEN: &str =
    "Qm7zT1xWRk2vYp0sLd8nAg|uH3cF5eJ9bKqXwZo6tVrMi4yNsPlDa1|5f2c9a31-7d0e-4b86-9a44-c1d7e3f08b52";
const WORKBOOK: &str = "0b9d4c7e-51f2-4a8b-b3c6-7e1f20a9d845";

/// How long the XML of each workbook is, in bytes.
const LENGTH: usize = 772;

fn response(content: &str) -> Bytes {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><tsResponse xmlns=\"http://tableau.com/api\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://tableau.com/api https://help.tableau.com/samples/en-us/rest_api/ts-api_3_24.xsd\">{content}</tsResponse>"
    )
    .into()
}

/// What the server is.
#[must_use]
pub fn server_info() -> Bytes {
    response(
        "<serverInfo><productVersion build=\"20243.24.1112.0342\">2024.3.0</productVersion><prepConductorVersion>24.3.0</prepConductorVersion>\
         <restApiVersion>3.24</restApiVersion></serverInfo>",
    )
}

/// The answer to a sign-in.
#[must_use]
pub fn credentials() -> Bytes {
    response(&format!(
        "<credentials token=\"{TOKEN}\" estimatedTimeToExpiration=\"239:59:59\"><site id=\"{SITE}\" contentUrl=\"\"/><user id=\"{USER}\"/></credentials>"
    ))
}

/// Who is signed in, and where.
#[must_use]
pub fn current_session() -> Bytes {
    response(&format!(
        "<session><site id=\"{SITE}\" name=\"Default\" contentUrl=\"\"/><user id=\"{USER}\" name=\"admin\" siteRole=\"ServerAdministrator\"/></session>"
    ))
}

/// The user who is signed in.
#[must_use]
pub fn user() -> Bytes {
    response(&format!(
        "<user id=\"{USER}\" name=\"admin\" siteRole=\"ServerAdministrator\" externalAuthUserId=\"\"/>"
    ))
}

/// A list without tokens.
#[must_use]
pub fn no_tokens() -> Bytes {
    response("<personalAccessTokens/>")
}

/// A page of the only project.
#[must_use]
pub fn projects() -> Bytes {
    response(&format!(
        "<pagination pageNumber=\"1\" pageSize=\"100\" totalAvailable=\"1\"/><projects>{}</projects>",
        "<project id=\"a3c1f0de-92b7-4c55-8d1e-60f7b2e49a10\" name=\"default\" description=\"\" contentPermissions=\"ManagedByOwner\"/>"
    ))
}

/// An upload, by its number, and how much of it is there: servers say whole megabytes.
#[must_use]
pub fn upload(number: usize, length: u64) -> Bytes {
    response(&format!(
        "<fileUpload uploadSessionId=\"{number}\" fileSize=\"{}\"/>",
        length >> 20
    ))
}

/// A workbook that was published.
#[must_use]
pub fn published() -> Bytes {
    response(&format!(
        "<workbook id=\"{WORKBOOK}\" name=\"Large\" contentUrl=\"Large\" size=\"1024\"/>"
    ))
}

/// The error for what there is not.
#[must_use]
pub fn not_found() -> Bytes {
    response(
        "<error code=\"404000\"><summary>Resource Not Found</summary><detail>There is no such resource.</detail></error>",
    )
}

/// The error for a body that is not right.
#[must_use]
pub fn wrong() -> Bytes {
    response(
        "<error code=\"400000\"><summary>Bad Request</summary><detail>The body is not what was announced.</detail></error>",
    )
}

/// A page of workbooks, of as many as there are.
#[must_use]
pub fn page(items: u32, size: u32, number: u32) -> Bytes {
    let first = number.saturating_sub(1).saturating_mul(size);
    let last = first.saturating_add(size).min(items);
    let mut content = String::with_capacity(LENGTH * (size as usize + 1));
    content.push_str(&format!(
        "<pagination pageNumber=\"{number}\" pageSize=\"{size}\" totalAvailable=\"{items}\"/><workbooks>"
    ));
    for item in first..last {
        content.push_str(&workbook(item));
    }
    content.push_str("</workbooks>");
    response(&content)
}

/// A workbook with project, owner, tags and dates. A description fills it to the length.
fn workbook(number: u32) -> String {
    let luid = |kind: u32| {
        let mixed = number.wrapping_mul(2_654_435_761).wrapping_add(kind);
        format!("{mixed:08x}-{kind:04x}-4a6d-9f3e-{number:012x}")
    };
    let date = |shift: u32| {
        format!(
            "2026-{:02}-{:02}T{:02}:{:02}:07Z",
            number % 12 + 1,
            number % 28 + 1,
            number % 24,
            (number + shift) % 60
        )
    };
    let (project, owner) = (number % 20, number % 90);
    let with = |description: &str| {
        format!(
            "<workbook id=\"{}\" name=\"Quarterly revenue {number}\" description=\"{description}\" contentUrl=\"Quarterlyrevenue{number}\" \
             webpageUrl=\"https://tableau.example.com/#/site/marketing/workbooks/{number}\" showTabs=\"{}\" size=\"{}\" createdAt=\"{}\" \
             updatedAt=\"{}\" encryptExtracts=\"false\" defaultViewId=\"{}\"><project id=\"{project:08x}-0bd4-47a1-8e09-0e5d1c7b2f66\" \
             name=\"Region {project} &amp; partners\"/><owner id=\"{owner:08x}-9c12-4e6b-a7d3-55f0e2b81c94\" name=\"analyst{owner}\"/>\
             <tags><tag label=\"finance\"/><tag label=\"quarter {}\"/></tags><dataAccelerationConfig accelerationEnabled=\"false\"/></workbook>",
            luid(1),
            number.is_multiple_of(2),
            number % 300 + 1,
            date(0),
            date(7),
            luid(2),
            number % 4 + 1,
        )
    };
    let missing = LENGTH.saturating_sub(with("").len());
    let text = "Revenue by region against plan, with last year beside it. ";
    with(&text.chars().cycle().take(missing).collect::<String>())
}
