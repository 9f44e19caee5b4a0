//! The text of a member of an item.

use serde_json::Value;

/// The value at a path such as `owner.name`; nothing if there is none.
pub(super) fn value<'v>(item: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(item, |value, name| value.get(name))
}

/// A value as people read it in one line.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => value.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            // Tableau wraps its lists: {"tag": [{"label": "sales"}]}.
            if members.len() == 1
                && let Some(list @ Value::Array(_)) = members.values().next()
            {
                return text(list);
            }
            let name = ["label", "name", "id"].iter().find_map(|name| members.get(*name));
            name.map_or_else(|| value.to_string(), text)
        }
    }
}

/// Whether a column holds identifiers, which are there to be copied: they stay whole.
pub(super) fn is_identifier(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    name == "id" || name.ends_with("Id") || name.ends_with("Guid")
}

/// The identifier of an item: its `id`, or what is called so with more words (`clientId`, `tokenGuid`).
pub(super) fn identifier(item: &Value) -> Option<String> {
    let members = item.as_object()?;
    let by_name = || {
        members
            .iter()
            .find(|(name, _)| is_identifier(name))
            .map(|(_, id)| id)
    };
    members.get("id").or_else(by_name).map(text)
}
