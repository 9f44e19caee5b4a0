//! Columns by their names: an unknown name is a typing mistake, found before anything is printed.

use serde_json::Value;
use tableau_client::wire::{Field, Shape, ValueKind};

use super::cell;
use super::style::{Form, Style};
use crate::failure::Failure;
use crate::terminal::text::plain;

/// A column: its title, and the member of an item that it shows (`owner.name`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) path: &'static str,
}

impl Column {
    /// A column whose title is the name of the member.
    pub(crate) const fn of(member: &'static str) -> Self {
        Self::titled(member, member)
    }

    /// A column with a title of its own.
    pub(crate) const fn titled(title: &'static str, path: &'static str) -> Self {
        Self { title, path }
    }
}

/// What is wrong with `--quiet` for items that have no identifier.
pub(super) const NO_IDENTIFIER: &str = "--quiet prints identifiers, and these have none: use --columns";

/// The columns to choose from.
pub(crate) enum Members<'m> {
    /// The described members of a type.
    Of(Shape),
    /// The members of these items; of no items, nothing is known.
    In(&'m [Value]),
    /// This list, apart from the columns of the command.
    Named(&'static [&'static str]),
}

impl Style {
    /// Checks the chosen columns: each is one of a command's own, or a member of the items; and that there are identifiers if they are printed.
    ///
    /// Members of items without a description are checked once the items have arrived.
    pub(crate) fn check(&self, own: &[Column], members: &Members<'_>) -> Result<(), Failure> {
        let has_identifier = || {
            own.iter()
                .any(|column| !column.path.contains('.') && cell::is_identifier(column.path))
        };
        if self.form == Form::Ids && !members.have_identifier() && !has_identifier() {
            return Err(Failure::Usage(NO_IDENTIFIER.to_owned()));
        }
        let mut asked = self.columns.iter().flatten();
        let is_own = |name: &String| own.iter().any(|column| column.title == name);
        let Some(wrong) = asked.find(|name| !is_own(name) && !members.has(name)) else {
            return Ok(());
        };
        let mut names: Vec<String> = own.iter().map(|column| column.title.to_owned()).collect();
        for name in members.names() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Err(Failure::Usage(format!(
            "--columns: there is no column {:?}; there are: {}",
            plain(wrong),
            plain(&names.join(", "))
        )))
    }
}

impl Members<'_> {
    /// Whether items have an identifier, or may have one.
    fn have_identifier(&self) -> bool {
        match self {
            Self::Of(shape) => {
                let fields = shape.fields();
                let is_wrapped = |field: &Field| matches!(field.kind, ValueKind::Object(_));
                // Of what is wrapped, each kind has one.
                fields.iter().all(is_wrapped) || fields.iter().any(|field| cell::is_identifier(field.name))
            }
            Self::In(items) => items.is_empty() || items.iter().any(|item| cell::identifier(item).is_some()),
            Self::Named(names) => names.iter().any(|name| cell::is_identifier(name)),
        }
    }

    fn has(&self, path: &str) -> bool {
        if path.is_empty() {
            return false;
        }
        match self {
            Self::Of(shape) => shape.fields().is_empty() || is_in(*shape, path),
            Self::In(items) => items.is_empty() || items.iter().any(|item| cell::value(item, path).is_some()),
            Self::Named(names) => names.contains(&path),
        }
    }

    fn names(&self) -> Vec<String> {
        match self {
            Self::Of(shape) => shape.fields().iter().map(|field| field.name.to_owned()).collect(),
            Self::In(items) => {
                let mut names: Vec<String> = Vec::new();
                for name in items
                    .iter()
                    .filter_map(Value::as_object)
                    .flat_map(|item| item.keys())
                {
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                }
                names
            }
            Self::Named(names) => names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }
}

/// Whether a type has a member at a path.
fn is_in(shape: Shape, path: &str) -> bool {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let field = shape.fields().iter().find(|field| field.name == name);
    match (field, rest) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(Field { kind, .. }), Some(rest)) => match kind {
            ValueKind::Object(inner) => inner.fields().is_empty() || is_in(**inner, rest),
            // The items are wrapped in an object with a name of its own.
            ValueKind::List(_) => true,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Form;
    use serde_json::json;
    use tableau_client::Workbook;
    use tableau_client::wire::Described as _;

    fn checked(names: &[&str], members: &Members<'_>) -> Result<(), String> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let style = Style::settle(Some(Form::Tabs), Some(names), true);
        let own = [Column::titled("project", "project.name")];
        style.check(&own, members).map_err(|failure| failure.to_string())
    }

    #[test]
    fn members_of_types_are_columns_whether_or_not_an_item_has_them() {
        let members = Members::Of(Workbook::SHAPE);
        for names in [
            &["name", "description", "project"][..],
            &["owner.id", "project.name", "tags"],
            &["tags.tag"],
        ] {
            assert_eq!(checked(names, &members), Ok(()), "{names:?}");
        }
        for wrong in ["nmae", "", "name.first", "owner.nmae", "owner.", " name"] {
            let told = checked(&["name", wrong], &members).unwrap_err();
            let start = format!("--columns: there is no column {wrong:?}; there are: project, id, name, ");
            assert!(told.starts_with(&start), "{told}");
        }
    }

    #[test]
    fn items_without_a_description_have_what_one_of_them_has() {
        let items = [json!({"a": 1, "b": {"c": 2}}), json!({"a": 1, "d": null})];
        let members = Members::In(&items);
        assert_eq!(checked(&["a", "b.c", "d", "project"], &members), Ok(()));
        let told = checked(&["e"], &members).unwrap_err();
        assert_eq!(
            told,
            "--columns: there is no column \"e\"; there are: project, a, b, d"
        );
        assert_eq!(checked(&["e"], &Members::In(&[])), Ok(()));
        assert!(checked(&[""], &Members::In(&[])).is_err());
    }
}
