//! Commands about workbooks, data sources and views.

use std::ffi::OsStr;
use std::path::Path;

use super::files::{self, Kind};
use super::{Ours, Plan, Translated, project, within};
use crate::tabcmd::parse::Typed;

pub(in crate::tabcmd) fn publish(typed: &Typed) -> Translated {
    let wanted = typed.value("--filetype");
    let found = files::to_publish(typed.argument(), wanted, typed.has("--recursive"))?;
    let target = project(typed.value("--parent-project-path"), typed.value("--project"));
    let target = target.unwrap_or_else(|| "Default".to_owned());
    let mut commands = Vec::new();
    for (kind, files) in found {
        if files.is_empty() {
            continue;
        }
        let words = ["publish", "--project", &target];
        let mut ours = Ours::new(&[kind.group()]).and(&words);
        ours = ours
            .with("--name", typed, "--name")
            .with_flag("--overwrite", typed, "--overwrite");
        ours = match kind {
            Kind::Workbook => ours
                .with_flag("--show-tabs", typed, "--tabbed")
                .with_flag("--skip-connection-check", typed, "--skip-connection-check")
                .with("--thumbnails-user", typed, "--thumbnail-username")
                .with("--thumbnails-group", typed, "--thumbnail-group"),
            Kind::Datasource => ours.with_flag("--append", typed, "--append"),
        };
        ours = connection(ours, typed);
        let encrypted = files.iter().filter(|_| typed.has("--encrypt-extracts"));
        let encrypted: Vec<_> = encrypted
            .map(|file| encrypt(kind, &target, typed.value("--name"), file))
            .collect();
        ours.words.extend(files);
        commands.push(ours);
        commands.extend(encrypted);
    }
    match commands.is_empty() {
        true => Err(format!("there is nothing to publish in {}", typed.argument())),
        false => Ok(Plan::Each(commands)),
    }
}

/// What content signs in to its database with.
fn connection(mut ours: Ours, typed: &Typed) -> Ours {
    if typed.has("--oauth-username") {
        return ours
            .with("--connection-username", typed, "--oauth-username")
            .and(&["--connection-oauth"])
            .with_flag("--embed-password", typed, "--save-oauth");
    }
    ours = ours.with("--connection-username", typed, "--db-username");
    if let Some(password) = typed.value("--db-password") {
        ours.secrets
            .push(("--connection-password-file", password.to_owned()));
    }
    // Without a user, there is no password to save.
    if typed.has("--db-username") {
        ours = ours.with_flag("--embed-password", typed, "--save-db-password");
    }
    ours
}

/// Encrypts the extracts of what was published: no call of the API does both.
fn encrypt(kind: Kind, project: &str, name: Option<&str>, file: &str) -> Ours {
    let stem = Path::new(file).file_stem().and_then(OsStr::to_str);
    let path = within(Some(project.to_owned()), name.or(stem).unwrap_or(file));
    Ours::new(&[kind.group(), "update", &path, "--encrypt-extracts", "true"])
}

pub(in crate::tabcmd) fn delete(typed: &Typed) -> Translated {
    let project = project(typed.value("--parent-project-path"), typed.value("--project"));
    let path = within(project, typed.argument());
    let of = |group: &str| Ours::new(&[group, "delete", &path, "--yes"]);
    Ok(match (typed.has("--workbook"), typed.has("--datasource")) {
        (true, _) => of("workbooks").into(),
        (_, true) => of("datasources").into(),
        // As tabcmd: the workbook of the name, or else the data source.
        _ => Plan::FirstFound(vec![of("workbooks"), of("datasources")]),
    })
}

/// The path of an address of tabcmd, and its parameters: `views/Sales/Overview.png?Region=East&:refresh=yes`.
struct Address<'t> {
    path: Vec<&'t str>,
    parameters: Vec<(String, String)>,
}

impl<'t> Address<'t> {
    fn parse(text: &'t str) -> Result<Self, String> {
        if text.contains(' ') {
            return Err("the address has a blank: names in addresses are written without".to_owned());
        }
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name);
            let name = name.strip_prefix("Parameters.").unwrap_or(&name).to_owned();
            (name, decoded(value))
        };
        Ok(Self {
            path: path.trim_start_matches('/').split('/').collect(),
            parameters: pairs.map(pair).collect(),
        })
    }

    /// The last part of the path, without the extension.
    fn name(&self) -> &'t str {
        let last = self.path.last().copied().unwrap_or_default();
        last.split('.').next().unwrap_or_default()
    }
}

/// What a view is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Pdf,
    Png,
    Csv,
}

impl Form {
    fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Csv => "csv",
        }
    }
}

/// The extension of a file or an address, without parameters.
fn extension(text: &str) -> Option<String> {
    let text = text.split('?').next().unwrap_or_default();
    let last = text.rsplit('/').next().unwrap_or_default();
    last.rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase())
}

/// The name of the file to write: what was typed, with the extension that it needs; what a variable ends with is not known.
fn file_name(typed: &Typed, name: &str, extension: &str) -> String {
    let file = typed.value("--filename").unwrap_or(name);
    match ends_with_variable(file) || file.to_lowercase().ends_with(extension) {
        true => file.to_owned(),
        false => format!("{file}.{extension}"),
    }
}

/// Whether a word of a script ends with what a shell puts in its place: `$OUT`, `${OUT}`, `$(…)`, `%OUT%`.
fn ends_with_variable(word: &str) -> bool {
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let begun = match word.chars().next_back() {
        Some('}') => word.trim_end_matches('}').rsplit_once("${"),
        Some('%') => word.trim_end_matches('%').rsplit_once('%'),
        Some(')' | '`') => return word.contains("$(") || word.matches('`').count() > 1,
        _ => word.rsplit_once('$'),
    };
    begun.is_some_and(|(_, name)| is_name(name))
}

const KNOWN: [&str; 7] = ["pdf", "csv", "png", "twb", "twbx", "tdsx", "tds"];

pub(in crate::tabcmd) fn get(typed: &Typed) -> Translated {
    let address = Address::parse(typed.argument())?;
    let known = |text: &str| extension(text).filter(|extension| KNOWN.contains(&extension.as_str()));
    let by_name = typed.value("--filename").and_then(known);
    let extension = by_name.or_else(|| known(typed.argument())).ok_or_else(|| {
        "the type of the file is not known: end the address, or --filename, with .pdf, .csv, .png, .twb, .twbx, .tds or .tdsx".to_owned()
    })?;
    let form = match extension.as_str() {
        "pdf" => Some(Form::Pdf),
        "png" => Some(Form::Png),
        "csv" => Some(Form::Csv),
        _ => None,
    };
    match (address.path.as_slice(), form) {
        (["workbooks", _], None) => {
            let file = file_name(typed, address.name(), &extension);
            Ok(Ours::new(&[
                "workbooks",
                "download",
                address.name(),
                "--output",
                &file,
                "--fit-extension",
                "--overwrite",
            ])
            .into())
        }
        (["datasources", _], None) => {
            let file = file_name(typed, address.name(), &extension);
            Ok(Ours::new(&[
                "datasources",
                "download",
                address.name(),
                "--output",
                &file,
                "--fit-extension",
                "--overwrite",
            ])
            .into())
        }
        (["views", workbook, _], Some(form)) => {
            let view = format!("{workbook}/{}", address.name());
            Ok(view_export(typed, &view, form, &address, &[]).into())
        }
        (["views", _, _, id, _], Some(form)) => Ok(custom_view(typed, id, form, &address, &[]).into()),
        _ => Err(format!(
            "{} is no address that can be got: write /workbooks/NAME.twbx, /datasources/NAME.tdsx or /views/WORKBOOK/VIEW.pdf (.png, .csv)",
            typed.argument()
        )),
    }
}

/// A view as a file; of a name that the server gives, unless one was typed.
fn view_export(typed: &Typed, view: &str, form: Form, address: &Address<'_>, more: &[&str]) -> Ours {
    let extension = form.extension();
    let ours = Ours::new(&["views", "export", view, "--format", extension]);
    let ours = match typed.value("--filename") {
        Some(_) => ours.and(&["--output", &file_name(typed, "", extension)]),
        None => ours.and(&["--output", ".", "--name", "{view}"]),
    };
    let ours = ours.and(&["--overwrite", "--max-age", "1"]).and(more);
    let ours = sized(ours, address, form, ["--width", "--height"]);
    filtered(ours, typed, address, "--filter")
}

/// A custom view as a file.
fn custom_view(typed: &Typed, id: &str, form: Form, address: &Address<'_>, more: &[&str]) -> Ours {
    let call = match form {
        Form::Pdf => "pdf",
        Form::Png => "image",
        Form::Csv => "data",
    };
    let file = file_name(typed, address.name(), form.extension());
    let ours = Ours::new(&["custom-views", call, id, "--output", &file, "--max-age", "1"]).and(more);
    let ours = sized(ours, address, form, ["--viz-width", "--viz-height"]);
    filtered(ours, typed, address, "--vf_")
}

/// The size that `:size=WIDTH,HEIGHT` asks for.
fn sized(ours: Ours, address: &Address<'_>, form: Form, [width, height]: [&str; 2]) -> Ours {
    let size = address.parameters.iter().find(|(name, _)| name == ":size");
    match size.and_then(|(_, size)| size.split_once(',')) {
        Some((w, h)) if form != Form::Csv => ours.and(&[width, w.trim(), height, h.trim()]),
        _ => ours,
    }
}

/// The filters of the address and of `--filter`, whose parts are separated by `&`.
fn filtered(mut ours: Ours, typed: &Typed, address: &Address<'_>, option: &str) -> Ours {
    let fields = address
        .parameters
        .iter()
        .filter(|(name, _)| !name.starts_with(':'));
    for (field, values) in fields {
        ours = ours.and(&[option, &format!("{field}={values}")]);
    }
    for filter in typed
        .value("--filter")
        .into_iter()
        .flat_map(|text| text.split('&'))
    {
        ours = ours.and(&[option, filter]);
    }
    ours
}

pub(in crate::tabcmd) fn export(typed: &Typed) -> Translated {
    let address = Address::parse(typed.argument())?;
    let (workbook, view, custom) = match address.path.as_slice() {
        [workbook, view] => (*workbook, format!("{workbook}/{view}"), None),
        [workbook, view, id, _] => (*workbook, format!("{workbook}/{view}"), Some(*id)),
        _ => {
            return Err(format!(
                "{} is no address of a view: write WORKBOOK/VIEW",
                typed.argument()
            ));
        }
    };
    let form = match (typed.has("--png"), typed.has("--csv")) {
        (true, _) => Form::Png,
        (_, true) => Form::Csv,
        _ => Form::Pdf,
    };
    let page = typed.value("--pagesize").unwrap_or("letter");
    let (width, height) = (
        typed.value("--width").unwrap_or("800"),
        typed.value("--height").unwrap_or("600"),
    );
    let is_whole = typed.has("--fullpdf");
    let [page_name, width_name, height_name] = match is_whole || custom.is_some() {
        true => ["--type", "--viz-width", "--viz-height"],
        false => ["--page", "--width", "--height"],
    };
    let mut more: Vec<&str> = Vec::new();
    if form != Form::Csv {
        more.extend([width_name, width, height_name, height]);
    }
    if form == Form::Pdf {
        more.extend([page_name, page]);
        if let Some(layout) = typed.value("--pagelayout") {
            more.extend(["--orientation", layout]);
        }
    }
    let is_high = typed.value("--resolution") != Some("standard");
    if form == Form::Png && is_high {
        match custom {
            Some(_) => more.extend(["--resolution", "high"]),
            None => more.push("--high-resolution"),
        }
    }
    Ok(match custom {
        _ if is_whole => {
            let file = file_name(typed, workbook, "pdf");
            let ours =
                Ours::new(&["workbooks", "pdf", workbook, "--output", &file, "--max-age", "1"]).and(&more);
            filtered(ours, typed, &address, "--vf_").into()
        }
        Some(id) => custom_view(typed, id, form, &address, &more).into(),
        None => view_export(typed, &view, form, &address, &more).into(),
    })
}
