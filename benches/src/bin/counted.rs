//! Pieces of work whose instructions are counted: reading and writing documents, and one request of a session.
//!
//! `counted TASK COUNT [URL]` does a task so many times: what one costs is the difference of two counts.

use std::error::Error;
use std::hint::black_box;

use tableau_benches::documents;
use tableau_client::{Client, PersonalAccessToken};
use tableau_wire::codec::{Root, decode, encode};
use tableau_wire::resource::{Capability, CapabilityName, GranteeCapabilities, Permissions};
use tableau_wire::rest::Workbook;
use tableau_wire::{Format, Page, Version};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Workbooks of the page that is read and written.
const ITEMS: u32 = 1000;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["decode", count] => decode_page(count.parse()?),
        ["encode", count] => encode_page(count.parse()?),
        ["encode-permissions", count] => encode_permissions(count.parse()?),
        ["request", count, url] => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(requests(count.parse()?, url))
        }
        _ => Err("usage: counted TASK COUNT [URL]".into()),
    }
}

fn decode_page(count: u32) -> Outcome<()> {
    let xml = documents::page(ITEMS, ITEMS, 1);
    for _ in 0..count {
        let page: Page<Workbook> = decode(black_box(&xml), Format::Xml)?;
        if black_box(page).items.len() != ITEMS as usize {
            return Err("not the page that was written".into());
        }
    }
    Ok(())
}

fn encode_page(count: u32) -> Outcome<()> {
    let xml = documents::page(ITEMS, ITEMS, 1);
    let page: Page<Workbook> = decode(&xml, Format::Xml)?;
    for _ in 0..count {
        let root = Root::Response(Version::NEWEST);
        black_box(encode(black_box(&page), root, Format::Xml)?);
    }
    Ok(())
}

fn encode_permissions(count: u32) -> Outcome<()> {
    let capabilities = [
        Capability::allow(CapabilityName::Read),
        Capability::allow(CapabilityName::Filter),
        Capability::allow(CapabilityName::ExportImage),
        Capability::deny(CapabilityName::ExportXml),
    ];
    let grantee = |number: u32| {
        let id = format!("{number:08x}-4b1c-4d2a-9c3e-7f6a5b4c3d2e");
        GranteeCapabilities::group(id, capabilities.clone())
    };
    let mut permissions = Permissions::default();
    permissions.grantee_capabilities = (0..20).map(grantee).collect();
    for _ in 0..count {
        black_box(encode(black_box(&permissions), Root::Request, Format::Xml)?);
    }
    Ok(())
}

/// The same small request in one session, again and again.
async fn requests(count: u32, url: &str) -> Outcome<()> {
    let token = PersonalAccessToken::new("benches", "qlE1g9MMh9vbrjjg==:rZTHhPpP2tUW1kfn4tjg8");
    let site = Client::builder(url).no_proxy().build()?.sign_in(token).await?;
    for _ in 0..count {
        let page = site.projects().list().await?;
        if page.items.len() != 1 {
            return Err("not the list that was asked for".into());
        }
    }
    Ok(site.sign_out().await?)
}
