//! Published data sources.

use std::fmt::Write as _;

use quick_xml::escape::escape;
use tableau_wire::Update;
use tableau_wire::rest::Datasource;
use tableau_wire::rest::publishing::Connection;

use super::content::Downloaded;
use super::publish;
use crate::auth::Caller;
use crate::call::Call;
use crate::content_file::FileType;
use crate::content_url::content_url;
use crate::kept::{ChangeCodes, Content, Kept, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;

const DATASOURCE: Content = Content {
    kind: "datasources",
    capabilities: &[
        "ChangeHierarchy",
        "ChangePermissions",
        "Connect",
        "Delete",
        "ExportXml",
        "ExtractRefresh",
        "Read",
        "SaveAs",
        "VizqlDataApiAccess",
        "Write",
    ],
    template: &["Read", "Connect"],
};

impl Kept for Datasource {
    const MAY_READ: Rights = Rights::Capability("Read");
    const UNSEEN: Option<&'static str> = Some("403004");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    const MAY_DELETE: Rights = Rights::Capability("Delete");
    const UNCHANGED: ChangeCodes = ChangeCodes {
        write: "403032",
        owner: "403027",
        project: "403030",
    };
    const CONTENT: Option<&'static Content> = Some(&DATASOURCE);
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("connectionType", "type"),
        // The documented operators imply that it is a number.
        ("connectedWorkbookType", "connectedWorkbooksCount"),
        // TSC asks for the tags by this name.
        ("tag", "tags"),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.content_url.get_or_insert_with(|| content_url(&shown.name));
        shown.description.get_or_insert_default();
        shown.encrypt_extracts.get_or_insert_default();
        shown.use_remote_query_agent.get_or_insert_default();
        shown.has_extracts.get_or_insert_default();
        shown.is_certified.get_or_insert_default();
        shown.has_alert.get_or_insert_default();
        shown.is_published.get_or_insert(true);
        shown.favorites_total.get_or_insert_default();
        shown.connected_workbooks_count.get_or_insert_default();
        shown.tags.get_or_insert_default();
    }
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<Datasource>,
) -> Result<Datasource, Refusal> {
    let members = row::members::<Datasource>(&update.patch)?;
    call.store.write(|transaction| {
        let datasource =
            verbs::changed::<Datasource>(call, transaction, caller, update.id.as_str(), members)?;
        publish::check_name(&datasource, transaction)?;
        let id = datasource.id;
        row::put(transaction, datasource)?;
        verbs::one(call, transaction, id)
    })
}

impl Downloaded for Datasource {
    const REFUSED: &'static str = "403028";
    const PART: &'static str = "tableau_datasource";
    const MADE: FileType = FileType::Tds;

    /// Its connections.
    fn document(row: &Row<Self>, state: &State) -> String {
        let shown = &row.shown;
        let mut connections: Vec<_> = state
            .connections
            .within(row.id)
            .map(|connection| connection.shown.clone())
            .collect();
        if connections.is_empty() {
            let mut connection = Connection::default();
            connection.r#type = shown.r#type.clone().or_else(|| Some("hyper".to_owned()));
            connection.server_address.clone_from(&shown.server_name);
            connections.push(connection);
        }
        let database = shown.database_name.as_deref().unwrap_or_default();
        let mut inside = String::new();
        for (connection, number) in connections.iter().zip(1..) {
            let text = |text: &Option<String>| escape(text.as_deref().unwrap_or_default()).into_owned();
            let class = text(&connection.r#type);
            // Writing to a `String` does not fail.
            let _ = writeln!(
                inside,
                "      <named-connection name='{class}.{number}'>\n        <connection class='{class}' dbname='{}' \
                 port='{}' server='{}' username='{}' />\n      </named-connection>",
                escape(database),
                text(&connection.server_port),
                text(&connection.server_address),
                text(&connection.user_name),
            );
        }
        format!(
            "<?xml version='1.0' encoding='utf-8' ?>\n<datasource caption='{}' version='18.1'>\n  <connection class='federated'>\n    \
             <named-connections>\n{inside}    </named-connections>\n  </connection>\n</datasource>\n",
            escape(&shown.name)
        )
    }
}
