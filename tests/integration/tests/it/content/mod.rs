//! Content from its creation to its end, by every method of the client for it: in process and over TCP, in both formats.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alike;
mod custom_views;
mod datasources;
mod flows;
mod queued;
mod virtual_connections;
mod workbooks;

use std::io::{Cursor, Write as _};
use std::time::Duration;

use tableau_client::wire::Deleted;
use tableau_client::wire::Document;
use tableau_client::wire::Fetched;
use tableau_client::wire::resource::{CapabilityMode, CapabilityName, HasPermissions, HasTags};
use tableau_client::{Collection, ErrorKind, Filter, Grantee, Id, JobOutcome, User};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(super) use crate::files::{Fixture, fixtures, twbx};

pub(super) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) const TDS: &str = "<?xml version='1.0' encoding='utf-8'?>\n<datasource version='18.1'>\
    <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales' username='reader'/></datasource>\n";

pub(crate) const FLOW: &str = r#"{"nodes": {"1": {"name": "Orders", "baseType": "input"}, "2": {"name": "Clean", "baseType": "output"},
    "3": {"name": "Rejected", "baseType": "output"}},
    "connections": {"c": {"connectionAttributes": {"class": "sqlserver", "server": "dwh.example.com", "port": "1433", "username": "reader"}}},
    "parameters": {"parameters": {"p": {"name": "Year", "dataType": "integer", "currentValue": "2025"}}}}"#;

/// A package with one member.
pub(crate) fn zipped(name: &str, text: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Content of a kind, with what all tests of kinds ask of it.
impl Fixture {
    /// Jobs take some seconds of the sandbox's clock, which is moved instead of waited for.
    pub(super) fn let_jobs_end(&self) {
        self.service.clock().advance(Duration::from_secs(600));
    }

    /// A user who is not the one of the session.
    pub(super) async fn other_user(&self) -> Id<User> {
        let filter = Filter::eq("name", "liam.obrien");
        let users = self.site.users().list().filter(filter).await.unwrap();
        users.items.first().unwrap().id.clone()
    }

    /// Tags are added to an item and deleted from it.
    pub(super) async fn tags<R>(&self, items: &Collection<R>, id: &Id<R::One>)
    where
        R: HasTags,
    {
        let tags = items.tags(id).add(["q3", "checked"]).await.unwrap();
        let labels: Vec<_> = tags.iter().map(|tag| tag.label.as_str()).collect();
        assert!(
            labels.contains(&"q3") && labels.contains(&"checked"),
            "{labels:?}"
        );
        items.tags(id).delete("checked").await.unwrap();
        let tags = items.tags(id).add(["q4"]).await.unwrap();
        assert!(tags.iter().all(|tag| tag.label != "checked"), "{tags:?}");
    }

    /// Rules are added to an item, seen, and deleted.
    pub(super) async fn permissions<R>(&self, items: &Collection<R>, id: &Id<R::One>)
    where
        R: HasPermissions,
    {
        let user = self.other_user().await;
        let rules = items.permissions(id);
        let holds = async || {
            let all = rules.get().await.unwrap().grantee_capabilities;
            let of_user = all
                .iter()
                .find(|rule| rule.user.as_ref().is_some_and(|found| found.id == user));
            of_user.is_some_and(|rule| {
                let mut capabilities = rule.capabilities.iter();
                capabilities
                    .any(|rule| rule.name == CapabilityName::Read && rule.mode == CapabilityMode::Deny)
            })
        };
        assert!(!holds().await);
        let grantee = Grantee::user(&user);
        rules.deny(grantee.clone(), [CapabilityName::Read]).await.unwrap();
        assert!(holds().await);
        rules
            .delete(&grantee, CapabilityName::Read, CapabilityMode::Deny)
            .await
            .unwrap();
        assert!(!holds().await);
    }

    /// An item is deleted, and is not there any more.
    pub(super) async fn ends<R>(&self, items: &Collection<R>, id: &Id<R::One>)
    where
        R: Deleted + Fetched<Answer: Document>,
    {
        items.get(id).await.map(drop).unwrap();
        items.delete(id).await.unwrap();
        let gone = items.get(id).await.map(drop).unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
        let gone = items.delete(id).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
    }
}

pub(super) fn succeeded(outcome: &JobOutcome) {
    assert!(matches!(outcome, JobOutcome::Succeeded(_)), "{outcome:?}");
}
