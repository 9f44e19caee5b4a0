//! `key=value`: parameters of a query, or members of a JSON body.

use std::path::Path;

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::input::read_text;

/// How deep a member may be nested: deeper than in any Tableau document, and below the limit of the JSON reader.
const DEEPEST: usize = 100;

/// A key and its value, as typed.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) value: Value,
}

impl Field {
    /// `key=value`, with the value as text.
    pub(super) fn raw(typed: &str) -> Result<Self, Failure> {
        match typed.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok(Self {
                key: key.to_owned(),
                value: Value::from(value),
            }),
            _ => Err(Failure::Usage(format!("`{typed}` is not KEY=VALUE"))),
        }
    }

    /// `key=value`, with the value as JSON literal, number, text or content of a file.
    pub(super) fn typed(typed: &str) -> Result<Self, Failure> {
        let Self { key, value } = Self::raw(typed)?;
        let text = value.as_str().unwrap_or_default();
        let value = match (text, text.strip_prefix('@')) {
            (_, Some(file)) => Value::from(read_text(Path::new(file))?),
            ("true", _) => Value::from(true),
            ("false", _) => Value::from(false),
            ("null", _) => Value::Null,
            _ => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        };
        Ok(Self { key, value })
    }
}

/// A JSON body from members by their paths: `workbook.name`, `tags.tag[].label`.
pub(super) fn body(fields: Vec<Field>) -> Result<Value, Failure> {
    let mut body = Value::Object(Map::new());
    for Field { key, value } in fields {
        if key.split('.').count() > DEEPEST {
            return Err(Failure::Usage(format!(
                "a key has more than {DEEPEST} parts: members do not stand that deep"
            )));
        }
        let conflict = || Failure::Usage(format!("`{key}` is given twice, or is two things at once"));
        set(&mut body, &key, value).ok_or_else(conflict)?;
    }
    Ok(body)
}

/// Sets a member; `None` if something else is in its place.
fn set(object: &mut Value, path: &str, value: Value) -> Option<()> {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    let (name, is_list) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
    let members = object.as_object_mut()?;
    match (is_list, rest) {
        (false, None) if members.contains_key(name) => None,
        (false, None) => {
            members.insert(name.to_owned(), value);
            Some(())
        }
        (false, Some(rest)) => {
            let inner = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
            set(inner, rest, value)
        }
        (true, rest) => {
            let list = members.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            let list = list.as_array_mut()?;
            let Some(rest) = rest else {
                list.push(value);
                return Some(());
            };
            // The last element is extended until it has this member already.
            if let Some(last) = list.last_mut()
                && set(last, rest, value.clone()).is_some()
            {
                return Some(());
            }
            let mut element = Value::Object(Map::new());
            set(&mut element, rest, value)?;
            list.push(element);
            Some(())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(fields: &[&str]) -> Result<Value, Failure> {
        body(
            fields
                .iter()
                .map(|field| Field::typed(field))
                .collect::<Result<_, _>>()?,
        )
    }

    #[test]
    fn bodies_are_made_from_paths() {
        let fields = [
            "workbook.name=Sales = more",
            "workbook.showTabs=true",
            "workbook.project.id=7",
            "workbook.owner=null",
            "workbook.note=",
        ];
        let expected = json!({"workbook": {
            "name": "Sales = more", "showTabs": true, "project": {"id": 7}, "owner": null, "note": "",
        }});
        assert_eq!(made(&fields).unwrap(), expected);
        let tags = ["tags.tag[].label=a", "tags.tag[].label=b", "ids[]=1", "ids[]=x"];
        let expected = json!({"tags": {"tag": [{"label": "a"}, {"label": "b"}]}, "ids": [1, "x"]});
        assert_eq!(made(&tags).unwrap(), expected);
        let pairs = ["c[].k=1", "c[].v=2", "c[].k=3"];
        assert_eq!(made(&pairs).unwrap(), json!({"c": [{"k": 1, "v": 2}, {"k": 3}]}));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for fields in [
            &["a=1", "a=2"][..],
            &["a=1", "a.b=2"],
            &["a[]=1", "a=2"],
            &["a.b=1", "a[]=2"],
        ] {
            assert!(made(fields).is_err(), "{fields:?}");
        }
        assert!(made(&[&format!("{}=1", ["a"; DEEPEST].join("."))]).is_ok());
        assert!(made(&[&format!("{}=1", ["a"; 20_000].join("."))]).is_err());
        for field in ["", "a", "=b"] {
            assert!(Field::raw(field).is_err(), "{field:?}");
        }
    }

    #[test]
    fn raw_values_stay_text() {
        let field = Field::raw("a=true").unwrap();
        assert_eq!((field.key.as_str(), field.value), ("a", json!("true")));
        let field = Field::raw("a=@file").unwrap();
        assert_eq!(field.value, json!("@file"));
    }
}
