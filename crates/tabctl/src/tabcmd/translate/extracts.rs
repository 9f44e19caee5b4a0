//! Commands about extracts.

use super::{Ours, Translated, project, within};
use crate::tabcmd::parse::Typed;

/// The group and the item that a command about extracts is for.
fn with_extracts(typed: &Typed) -> (&'static str, String) {
    let project = project(typed.value("--parent-project-path"), typed.value("--project"));
    match (typed.value("--datasource"), typed.value("--workbook")) {
        (Some(name), _) => ("datasources", within(project, name)),
        (_, Some(name)) => ("workbooks", within(project, name)),
        // An address is a content URL.
        _ => ("workbooks", typed.value("--url").unwrap_or_default().to_owned()),
    }
}

/// Which of a workbook's data sources are meant.
fn embedded(ours: Ours, typed: &Typed, group: &str) -> Translated {
    if group == "datasources" {
        return Ok(ours.into());
    }
    match (typed.has("--include-all"), typed.value("--embedded-datasources")) {
        (true, _) => Ok(ours.and(&["--datasources.include-all", "true"]).into()),
        (_, Some(names)) => {
            let names = names.split(',').map(str::trim);
            let ours = names.fold(ours, |ours, name| ours.and(&["--datasources.datasource", name]));
            Ok(ours.into())
        }
        _ => Err(
            "of a workbook, name the data sources by --embedded-datasources, or take --include-all"
                .to_owned(),
        ),
    }
}

pub(in crate::tabcmd) fn create_extracts(typed: &Typed) -> Translated {
    let (group, item) = with_extracts(typed);
    let ours = Ours::new(&[group, "create-extracts", &item]);
    let ours = match typed.has("--encrypt") {
        true => ours.and(&["--encrypt", "true"]),
        false => ours,
    };
    embedded(ours, typed, group)
}

pub(in crate::tabcmd) fn delete_extracts(typed: &Typed) -> Translated {
    let (group, item) = with_extracts(typed);
    embedded(
        Ours::new(&[group, "delete-extracts", &item, "--yes"]),
        typed,
        group,
    )
}

pub(in crate::tabcmd) fn refresh_extracts(typed: &Typed) -> Translated {
    let (group, item) = with_extracts(typed);
    let ours = Ours::new(&[group, "refresh", &item]).with_flag("--incremental", typed, "--incremental");
    if !typed.has("--synchronous") {
        return Ok(ours.into());
    }
    Ok(match typed.value("--timeout") {
        Some(seconds) => ours.and(&[&format!("--wait={seconds}")]),
        None => ours.and(&["--wait"]),
    }
    .into())
}

/// A call for all extracts of a site, which is made on that site: its content URL is taken for its name.
fn on_site(call: &str, typed: &Typed) -> Translated {
    let named = typed.argument();
    let named = if named.eq_ignore_ascii_case("default") {
        ""
    } else {
        named
    };
    let ours = Ours::new(&["sites", call]);
    match typed.site() {
        Some(site) if site.eq_ignore_ascii_case(named) => Ok(ours.into()),
        None if !typed.has_credentials() => Ok(ours.and(&["--site", named]).into()),
        None if named.is_empty() => Ok(ours.into()),
        // Nothing is done to another site than the one that is named.
        _ => Err(format!(
            "the call is made on the site that is signed in to: sign in with --site {named}"
        )),
    }
}

pub(in crate::tabcmd) fn encrypt_extracts(typed: &Typed) -> Translated {
    on_site("encrypt-extracts", typed)
}

pub(in crate::tabcmd) fn decrypt_extracts(typed: &Typed) -> Translated {
    on_site("decrypt-extracts", typed)
}

pub(in crate::tabcmd) fn reencrypt_extracts(typed: &Typed) -> Translated {
    on_site("reencrypt-extracts", typed)
}
