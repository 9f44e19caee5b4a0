//! `tabctl tsm configuration`, `export`, `import`.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::Value;
use tableau_client::tsm::Json;
use tableau_client::wire::tsm::Settings;
use tableau_client::wire::tsm::settings::Import;

use super::connect::Connector;
use super::print;
use crate::args::tsm;
use crate::failure::Failure;
use crate::input;
use crate::output::file::{self, Readers};
use crate::terminal::text::{plain, say};

pub(super) fn get(connector: &Connector, args: &tsm::ConfigurationGet) -> Result<(), Failure> {
    let key = args.key.as_str();
    let keys = connector.run(async |session| {
        let version = session.requested_configuration().await?.version;
        Ok(session.configuration_key(version, key).await?)
    })?;
    if args.json {
        return print::document(keys.raw());
    }
    let value = match keys.get(key) {
        Some(Value::String(text)) => plain(text).into_owned(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    writeln!(io::stdout(), "{value}")?;
    Ok(())
}

pub(super) fn export(connector: &Connector, args: &tsm::Export) -> Result<(), Failure> {
    let to_output = args.file == Path::new("-");
    if !to_output {
        file::check_place(&args.file)?;
    }
    let settings = connector.run(async |session| Ok(session.export().await?))?;
    if to_output {
        return print::document(settings.raw());
    }
    let mut text = serde_json::to_vec_pretty(settings.raw()).map_err(io::Error::from)?;
    text.push(b'\n');
    file::save(&args.file, &text, Readers::Owner, args.force)?;
    say(&format!(
        "Written to {} (readable by you only, as it holds secrets of the server)",
        args.file.display()
    ));
    Ok(())
}

/// The members of a file with settings, of which it has one at least.
const PARTS: [&str; 3] = ["configEntities", "configKeys", "topologyVersion"];

/// Reads settings from a file.
fn read(file: &Path) -> Result<Json<Settings>, Failure> {
    let raw: Option<Value> = serde_json::from_str(&input::read_text(file)?).ok();
    let has_part = |raw: &Value| PARTS.iter().any(|part| raw.get(part).is_some());
    if raw.as_ref().is_some_and(|raw| raw.is_object() && !has_part(raw)) {
        return Err(Failure::Usage(format!(
            "{} has none of {}: it changes nothing",
            file.display(),
            PARTS.join(", ")
        )));
    }
    let settings = raw.and_then(|raw| Json::from_raw(raw).ok());
    // The reason may quote the file, and so secrets.
    settings.ok_or_else(|| Failure::Usage(format!("{} holds no settings of TSM in JSON", file.display())))
}

pub(super) fn import(connector: &Connector, args: &tsm::Import) -> Result<(), Failure> {
    // Read before signing in, so that a missing file is reported at once.
    let settings = read(&args.file)?;
    let import = Import::new(settings).with(|call| {
        call.configuration = args.topology_only.then_some(false);
        call.topology = args.config_only.then_some(false);
    });
    connector.run(async |session| Ok(session.call(import).await?))?;
    say(
        "Imported; the changes are pending until they are applied (`tsm pending-changes apply` on the server)",
    );
    Ok(())
}
