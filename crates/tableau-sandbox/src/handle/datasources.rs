//! Published data sources.

use tableau_wire::rest::{Datasource, Project, User};

use super::{id, tags, time, webpage_url};
use crate::auth::Caller;
use crate::kept::Level::{All, Default, Named};
use crate::kept::rights::{Protected, may};
use crate::kept::{Column, EQUAL, Member, Nested, Value, only};
use crate::kept::{Gettable, Listable, Served};
use crate::store::State;
use crate::store::record::{self, Filed, Owned};

type Record = record::Datasource;

impl Served for Datasource {
    type Record = Record;

    fn is_seen(record: &Record, state: &State, caller: &Caller) -> bool {
        record
            .item(state)
            .is_some_and(|item| may(state, caller, &item, "Read"))
    }
    const COLUMNS: &'static [Column<Record>] = &[
        Column::text("name", |datasource, _| Value::from(&datasource.name)),
        Column::text("contentUrl", |datasource, _| Value::from(&datasource.content_url)),
        Column::text("description", |datasource, _| {
            Value::from(&datasource.description)
        }),
        Column::text("type", |datasource: &Record, _| {
            Value::from(&datasource.connection)
        })
        .takes(EQUAL),
        Column::text("connectionType", |datasource, _| {
            Value::from(&datasource.connection)
        }),
        Column::text("databaseName", |datasource, _| {
            Value::from(&datasource.database_name)
        }),
        Column::text("serverName", |datasource, _| Value::from(&datasource.server_name)),
        Column::number("size", |datasource, _| Value::Number(datasource.size)),
        Column::number("favoritesTotal", |datasource, _| {
            Value::Number(datasource.favorites_total)
        }),
        // Inferred: files need no authentication, all other kinds a name and a password.
        Column::text("authenticationType", |datasource: &Record, _| {
            Value::Text(
                if datasource.server_name.is_empty() {
                    "auth-none"
                } else {
                    "auth-user-pass"
                }
                .into(),
            )
        }),
        // The documented operators imply that it is a number.
        Column::number("connectedWorkbookType", |datasource, _| {
            Value::Number(datasource.connected_workbooks_count)
        }),
        // The sandbox has no published data sources that are based on others.
        Column::text("connectionTo", |_, _| Value::Missing),
        Column::text("databaseUserName", |_, _| Value::Missing),
        Column::text("tableName", |_, _| Value::Missing),
        Column::flag("hasEmbeddedPassword", |datasource, _| {
            Value::Flag(!datasource.server_name.is_empty())
        }),
        Column::flag("isConnectable", |_, _| Value::Flag(true)),
        Column::flag("isDefaultPort", |_, _| Value::Flag(true)),
        Column::flag("isHierarchical", |_, _| Value::Flag(false)),
        Column::text("serverPort", |datasource, _| default_port(datasource)).takes(EQUAL),
        Column::flag("hasAlert", |_, _| Value::Flag(false)),
        Column::flag("hasExtracts", |datasource, _| {
            Value::Flag(datasource.has_extracts)
        }),
        Column::flag("isCertified", |datasource, _| {
            Value::Flag(datasource.is_certified)
        }),
        Column::flag("isPublished", |_, _| Value::Flag(true)),
        Column::time("createdAt", |datasource, _| Value::Time(datasource.created_at)),
        Column::time("updatedAt", |datasource, _| Value::Time(datasource.updated_at)),
        Column::OWNER_DOMAIN,
        Column::OWNER_EMAIL.takes(EQUAL),
        Column::OWNER_NAME,
        Column::PROJECT_NAME,
        Column::tags(|datasource, _| Value::Tags(&datasource.tags)),
    ];
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |datasource, record, _| {
            datasource.id = id(record.id);
        }),
        Member::<Self>::new("name", Default, |datasource, record, _| {
            datasource.name.clone_from(&record.name);
        }),
        Member::<Self>::new("description", Default, |datasource, record, _| {
            datasource.description = Some(record.description.clone());
        }),
        Member::<Self>::new("contentUrl", Default, |datasource, record, _| {
            datasource.content_url = Some(record.content_url.clone());
        }),
        Member::<Self>::new("webpageUrl", Default, |datasource, record, context| {
            datasource.webpage_url = Some(webpage_url(context, record.site, "datasources", record.number));
        }),
        Member::<Self>::new("type", Default, |datasource, record, _| {
            datasource.r#type = Some(record.connection.clone());
        }),
        Member::<Self>::new("createdAt", Default, |datasource, record, _| {
            datasource.created_at = Some(time(record.created_at));
        }),
        Member::<Self>::new("updatedAt", Default, |datasource, record, _| {
            datasource.updated_at = Some(time(record.updated_at));
        }),
        Member::<Self>::new("encryptExtracts", Default, |datasource, _, _| {
            datasource.encrypt_extracts = Some(false);
        }),
        Member::<Self>::new("hasExtracts", Default, |datasource, record, _| {
            datasource.has_extracts = Some(record.has_extracts);
        }),
        Member::<Self>::new("isCertified", Default, |datasource, record, _| {
            datasource.is_certified = Some(record.is_certified);
        }),
        Member::<Self>::new("certificationNote", Default, |datasource, record, _| {
            datasource.certification_note = record.is_certified.then(|| record.certification_note.clone());
        }),
        Member::<Self>::new("useRemoteQueryAgent", Default, |datasource, _, _| {
            datasource.use_remote_query_agent = Some(false);
        }),
        Member::<Self>::new("tags", Default, |datasource, record, _| {
            datasource.tags = Some(tags(&record.tags));
        }),
        // TSC asks for the tags by this name.
        Member::<Self>::new("tag", Named, |datasource, record, _| {
            datasource.tags = Some(tags(&record.tags));
        }),
        Member::<Self>::new("size", All, |datasource, record, _| {
            datasource.size = Some(record.size);
        }),
        Member::<Self>::new("favoritesTotal", All, |datasource, record, _| {
            datasource.favorites_total = Some(record.favorites_total);
        }),
        Member::<Self>::new("databaseName", All, |datasource, record, _| {
            datasource.database_name = Some(record.database_name.clone());
        }),
        Member::<Self>::new("serverName", All, |datasource, record, _| {
            datasource.server_name = Some(record.server_name.clone());
        }),
        Member::<Self>::new("connectedWorkbooksCount", All, |datasource, record, _| {
            datasource.connected_workbooks_count = Some(record.connected_workbooks_count);
        }),
        Member::<Self>::new("hasAlert", All, |datasource, _, _| {
            datasource.has_alert = Some(false);
        }),
        Member::<Self>::new("isPublished", All, |datasource, _, _| {
            datasource.is_published = Some(true);
        }),
    ];
    const NESTED: &'static [Nested<Self>] = &[
        Nested {
            name: "project",
            default: &["id", "name"],
            all: super::PROJECT_ALL,
            put: |datasource, record, context, names| {
                datasource.project = record
                    .project(context.state)
                    .map(|project| Box::new(only::<Project>(project, context, names)));
            },
        },
        Nested {
            name: "owner",
            default: &["id"],
            all: super::OWNER_ALL_WITH_NAME,
            put: |datasource, record, context, names| {
                datasource.owner = record
                    .owner(context.state)
                    .map(|owner| Box::new(only::<User>(owner, context, names)));
            },
        },
    ];
}

impl Listable for Datasource {}

impl Gettable for Datasource {
    type Of = Self;
}

/// The port of the database, which is the usual one of its kind.
fn default_port(datasource: &Record) -> Value<'static> {
    let port = match datasource.connection.as_str() {
        "sqlserver" => "1433",
        "oracle" => "1521",
        "postgres" => "5432",
        "redshift" => "5439",
        "snowflake" | "salesforce" | "bigquery" => "443",
        _ => return Value::Missing,
    };
    Value::Text(port.into())
}
