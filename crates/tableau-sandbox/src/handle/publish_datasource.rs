//! Publishing data sources.

use tableau_wire::rest::datasources::Publish;
use tableau_wire::rest::{Datasource, View};
use uuid::Uuid;

use super::publish::{New, Publishing};
use crate::content_file::FileType;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
use crate::store::unshown::{JobOf, Pending};

impl Publishing for Publish {
    const TYPES: &'static [FileType] = FileType::DATASOURCES;
    const TYPE_PARAMETER: &'static str = "datasourceType";
    const NO_TYPE: (&'static str, &'static str) = ("400010", "400010");

    /// The codes are documented; that appending needs a data source with an extract is inferred.
    fn admit(&self, before: Option<&Row<Datasource>>, may_write: bool) -> Result<(), Refusal> {
        let (overwrite, append) = (self.overwrite == Some(true), self.append == Some(true));
        if overwrite && append {
            return Err(Refusal::bad_request(
                "400055",
                "A data source is either overwritten or appended to.",
            ));
        }
        let name = &self.body.document.name;
        let Some(before) = before else {
            return match append {
                true => Err(Refusal::not_found("404004", "Data source", name)),
                false => Ok(()),
            };
        };
        if !(overwrite || append) {
            return Err(Refusal::forbidden(
                "403007",
                format_args!(
                    "There is a data source '{name}' in the project, and it is neither to be overwritten nor appended to."
                ),
            ));
        }
        if !may_write {
            return Err(Refusal::forbidden(
                "403007",
                "The user is not allowed to overwrite this data source.",
            ));
        }
        if append && before.shown.has_extracts != Some(true) {
            return Err(Refusal::bad_request(
                "400011",
                "The data source has no extract that could be appended to.",
            ));
        }
        Ok(())
    }

    /// The sandbox reads no rows: a data source that was appended to has the file that was appended.
    fn complete(
        &self,
        _: &State,
        row: &mut Row<Datasource>,
        new: &New<'_>,
    ) -> Result<Vec<Row<View>>, Refusal> {
        if self.append == Some(true) && !new.read.has_extracts {
            return Err(Refusal::bad_request(
                "400011",
                "The file has no extract that could be appended.",
            ));
        }
        let document = &self.body.document;
        let shown = &mut row.shown;
        shown.encrypt_extracts = document.encrypt_extracts.or(shown.encrypt_extracts);
        shown.is_certified = document.is_certified.or(shown.is_certified);
        if document.certification_note.is_some() {
            shown.certification_note.clone_from(&document.certification_note);
        }
        shown.use_remote_query_agent = document.use_remote_query_agent.or(shown.use_remote_query_agent);
        let Some(connection) = new.read.connections.first() else {
            return Ok(Vec::new());
        };
        let named = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        shown.r#type = Some(connection.class.clone());
        shown.server_name = named(&connection.server);
        shown.database_name = named(&connection.database);
        let credentials = new.asked.credentials;
        let unshown = &mut row.unshown;
        unshown.server_port = named(&connection.port);
        unshown.has_embedded_password =
            credentials.is_some_and(|credentials| credentials.embed == Some(true));
        let kind = match connection.server.as_str() {
            "" => "auth-none",
            _ => "auth-user-pass",
        };
        kind.clone_into(&mut unshown.authentication_type);
        Ok(Vec::new())
    }

    fn embedded(_: Uuid, _: &str) -> Option<(Uuid, String)> {
        None
    }

    fn job(pending: Box<Pending<Datasource>>) -> JobOf {
        JobOf::PublishingDatasource(pending)
    }
}
