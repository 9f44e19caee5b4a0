//! Recorded answers, if there are any at hand: `TABLEAU_RECORDED_ANSWERS` names a directory of `*.xml`.
//!
//! They are not part of this repository. Every document that belongs to a group that exists must be read, and survive being written.

use std::fmt::Debug;
use std::path::Path;

use tableau_wire::codec::Root;
use tableau_wire::rest::auth::{Credentials, SignedIn};
use tableau_wire::rest::server::Session;
use tableau_wire::rest::{BackgroundJob, Datasource, Job, Project, ServerInfo, Site, User, View, Workbook};
use tableau_wire::{ApiError, Document, Format, Page, Version};

/// Reads, writes and reads again; what it was the second time is what it was the first time, also in JSON.
fn keeps<T: Document + PartialEq + Debug>(bytes: &[u8]) -> Result<String, String> {
    let value = T::decode(bytes, Format::Xml).map_err(|error| error.to_string())?;
    for format in [Format::Xml, Format::Json] {
        let written = value
            .encode(Root::Response(Version::NEWEST), format)
            .map_err(|error| error.to_string())?;
        let again = T::decode(&written, format).map_err(|error| error.to_string())?;
        if again != value {
            return Err(format!("{format:?} gives {again:#?} instead of {value:#?}"));
        }
    }
    let written = value
        .encode(Root::Request, Format::Xml)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&written).into_owned())
}

/// The names of the root and of its children.
fn names(text: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut depth, mut names) = (0, Vec::new());
    loop {
        use quick_xml::events::Event;
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                if depth < 2 {
                    names.push(start.local_name().as_ref().to_owned());
                }
                depth += 1;
            }
            Ok(Event::Empty(start)) if depth < 2 => names.push(start.local_name().as_ref().to_owned()),
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Eof) | Err(_) => return names,
            Ok(_) => {}
        }
    }
}

/// What became of one document; `None` if nothing in it belongs to a group that exists.
fn check(bytes: &[u8]) -> Option<Result<String, String>> {
    let text = String::from_utf8_lossy(bytes);
    let names = names(&text);
    let (root, children) = names.split_first()?;
    let child = children.iter().find(|name| *name != "pagination")?;
    let answer = root == "tsResponse";
    Some(match child.as_str() {
        "workbooks" => keeps::<Page<Workbook>>(bytes),
        "workbook" => keeps::<Workbook>(bytes),
        "views" => keeps::<Page<View>>(bytes),
        "view" => keeps::<View>(bytes),
        "projects" => keeps::<Page<Project>>(bytes),
        "project" => keeps::<Project>(bytes),
        "datasources" => keeps::<Page<Datasource>>(bytes),
        "datasource" => keeps::<Datasource>(bytes),
        "users" => keeps::<Page<User>>(bytes),
        "user" => keeps::<User>(bytes),
        "sites" => keeps::<Page<Site>>(bytes),
        "site" => keeps::<Site>(bytes),
        "serverInfo" => keeps::<ServerInfo>(bytes),
        "session" => keeps::<Session>(bytes),
        "credentials" if answer => keeps::<SignedIn>(bytes),
        "credentials" => keeps::<Credentials>(bytes),
        "backgroundJobs" => keeps::<Page<BackgroundJob>>(bytes),
        "job" => keeps::<Job>(bytes),
        "error" => keeps::<ApiError>(bytes),
        _ => return None,
    })
}

#[test]
fn recorded_answers_are_read_and_survive() {
    let Some(directory) = std::env::var_os("TABLEAU_RECORDED_ANSWERS") else {
        println!("skipped: TABLEAU_RECORDED_ANSWERS is not set");
        return;
    };
    let mut files: Vec<_> = Path::new(&directory)
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    files.sort();
    let (mut read, mut failed) = (0, Vec::new());
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        match check(&bytes) {
            Some(Ok(written)) => {
                read += 1;
                println!("{}\n    {written}", path.display());
            }
            Some(Err(error)) => failed.push(format!("{}: {error}", path.display())),
            None => {}
        }
    }
    println!(
        "{read} of {} documents belong to a group that exists",
        files.len()
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(read > 0, "nothing to read in {}", directory.display());
}
