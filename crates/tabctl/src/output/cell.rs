//! The text of a member of an item.

use serde_json::Value;

/// The value at a path such as `owner.name`, if there is one. An empty path is the item itself.
pub(super) fn value<'v>(item: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(item);
    }
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
            let name = ["label", "name", "value", "id"]
                .iter()
                .find_map(|name| members.get(*name));
            name.map_or_else(|| value.to_string(), text)
        }
    }
}

/// Whether a column holds identifiers.
pub(super) fn is_identifier(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    name == "id" || name.ends_with("Id") || name.ends_with("Guid")
}

/// The identifier of an item: its `id`, or a member such as `clientId` or `tokenGuid`.
pub(super) fn identifier(item: &Value) -> Option<String> {
    let members = item.as_object()?;
    // An item that is wrapped: {"extractRefresh": {"id": …}}.
    if let (1, Some(inner @ Value::Object(_))) = (members.len(), members.values().next()) {
        return identifier(inner);
    }
    let by_name = || {
        members
            .iter()
            .find(|(name, _)| is_identifier(name))
            .map(|(_, id)| id)
    };
    members.get("id").or_else(by_name).map(text)
}

/// The columns of an item if none were chosen: its name, a few more plain values, and its identifier.
pub(super) fn columns(item: &Value) -> Vec<String> {
    const PLAIN: usize = 4;
    let Some(members) = item.as_object() else {
        return vec![String::new()];
    };
    // An item that is wrapped: {"extractRefresh": {"id": …}}.
    if let Some((wrapper, inner @ Value::Object(_))) = members.iter().next()
        && members.len() == 1
    {
        let inner = columns(inner).into_iter();
        return inner.map(|name| format!("{wrapper}.{name}")).collect();
    }
    let plain = members
        .iter()
        .filter(|(_, value)| !value.is_object() && !value.is_array());
    let (ids, mut others): (Vec<_>, Vec<_>) = plain
        .map(|(name, _)| name.clone())
        .partition(|name| is_identifier(name));
    others.sort_by_key(|name| name != "name");
    others.truncate(PLAIN);
    others.extend(ids.into_iter().take(1));
    others
}
