use jiff::Timestamp;
use tableau_wire::rest;

use super::page::Paging;
use super::{Context, Kept, Kind, Value};
use crate::refusal::Refusal;
use crate::store::Store;

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
    result.unwrap_err().error.code
}

#[test]
fn pages_have_edges() {
    let page = |number, size| Paging::new(number, size);
    assert_eq!(page(None, None), Ok(Paging { number: 1, size: 100 }));
    assert_eq!(
        page(Some(1), Some(1000)),
        Ok(Paging {
            number: 1,
            size: 1000
        })
    );
    assert_eq!(code(page(Some(0), None)), "400006");
    assert_eq!(code(page(None, Some(0))), "400007");
    assert_eq!(code(page(None, Some(1001))), "403014");
}

#[test]
fn windows_end_with_the_list() {
    let window = |number, size, total| Paging::new(Some(number), Some(size)).unwrap().window(total);
    assert_eq!(window(1, 10, 0), Ok(0..0));
    assert_eq!(window(1, 10, 11), Ok(0..10));
    assert_eq!(window(2, 10, 11), Ok(10..11));
    assert_eq!(code(window(2, 10, 10)), "400006");
    assert_eq!(code(window(2, 10, 0)), "400006");
    assert_eq!(code(window(u64::MAX, 1000, 10)), "400006");
}

#[test]
fn missing_values_stand_last() {
    let text = |text: &'static str| Value::Text(text.to_owned());
    assert!(Value::Missing > text("zzz"));
    assert!(text("a") < text("b"));
}

/// A field that no member has is one of related rows, or one that is never shown: not a misspelt name.
#[test]
fn every_described_filter_has_a_value_on_some_row() {
    fn missing<R: Kept>(context: &Context<'_>, expected: &[&str]) {
        let never: Vec<_> = R::FILTERS
            .iter()
            .map(|described| described.name)
            .filter(|name| {
                let (_, field) = super::field::described::<R>(name).unwrap();
                let mut rows = R::table(context.state).iter();
                rows.all(|row| field.value(row, context) == Value::Missing)
            })
            .collect();
        assert_eq!(never, expected, "{}", R::NOUNS);
    }
    let store = Store::in_memory();
    store
        .write(|transaction| crate::seed::fill(transaction, 40, Timestamp::UNIX_EPOCH))
        .unwrap();
    let state = store.read();
    let context = Context {
        state: &state,
        origin: "",
    };
    missing::<rest::Workbook>(&context, &[]);
    missing::<rest::View>(&context, &["tags"]);
    missing::<rest::Project>(&context, &[]);
    missing::<rest::User>(&context, &[]);
    // The sandbox connects to nothing, so no data source says what it would find there.
    missing::<rest::Datasource>(&context, &["connectionTo", "databaseUserName", "tableName"]);
}

#[test]
fn fields_have_types() {
    let kind = |name| super::field::described::<rest::Workbook>(name).unwrap().1.kind();
    assert_eq!(kind("createdAt"), Kind::Time);
    assert_eq!(kind("sheetCount"), Kind::Number);
    assert_eq!(kind("subscriptionsTotal"), Kind::Number);
    assert_eq!(kind("hasAlerts"), Kind::Flag);
    assert_eq!(kind("displayTabs"), Kind::Flag);
    assert_eq!(kind("ownerName"), Kind::Text);
    assert_eq!(kind("tags"), Kind::Text);
    let lists = |name| super::field::described::<rest::Workbook>(name).is_some();
    assert!(!lists("description") && !lists("nonsense"));
}

#[test]
fn values_are_found_by_their_paths() {
    let document = serde_json::json!({
        "name": "a", "size": 3, "showTabs": "true", "createdAt": "2026-01-01T00:00:00Z",
        "tags": { "tag": [{ "label": "x" }, { "label": "y" }] }, "owner": { "name": "b" },
    });
    let at = |path, kind| Value::at(&document, path, kind);
    assert_eq!(at("name", Kind::Text), Value::Text("a".to_owned()));
    assert_eq!(at("owner.name", Kind::Text), Value::Text("b".to_owned()));
    assert_eq!(at("size", Kind::Number), Value::Number(3));
    assert_eq!(at("showTabs", Kind::Flag), Value::Flag(true));
    assert_eq!(
        at("createdAt", Kind::Time),
        Value::Time("2026-01-01T00:00:00Z".parse().unwrap())
    );
    assert_eq!(
        at("tags.tag.label", Kind::Text),
        Value::Labels(vec!["x".to_owned(), "y".to_owned()])
    );
    for path in ["owner", "owner.email", "name.x", "nonsense", ""] {
        assert_eq!(at(path, Kind::Text), Value::Missing, "{path}");
    }
}
