//! Values of a file, each of the type that is needed.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeTable;

use super::{Reader, Value};
use crate::commands::state::model::Noted;

impl Reader {
    /// Calls a function for each member of a table.
    pub(super) fn each(
        &mut self,
        value: &Value<'_>,
        what: &str,
        mut act: impl FnMut(&mut Self, &Spanned<Cow<'_, str>>, &Value<'_>),
    ) {
        for (key, value) in self.table(value, what).into_iter().flatten() {
            act(self, key, value);
        }
    }

    pub(super) fn table<'v, 't>(&mut self, value: &'v Value<'t>, what: &str) -> Option<&'v DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.mismatch(value, what, "a table");
        }
        table
    }

    pub(super) fn text(&mut self, value: &Value<'_>, what: &str) -> Option<String> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.mismatch(value, what, "a text");
        }
        text.map(str::to_owned)
    }

    pub(super) fn flag(&mut self, value: &Value<'_>, what: &str) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.mismatch(value, what, "true or false");
        }
        flag
    }

    pub(super) fn texts(&mut self, value: &Value<'_>, what: &str) -> Option<Vec<Noted<String>>> {
        let Some(items) = value.get_ref().as_array() else {
            self.mismatch(value, what, "a list of texts");
            return None;
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            let line = self.line(item);
            let text = self.text(item, what);
            texts.extend(text.map(|value| Noted { value, line }));
        }
        Some(texts)
    }

    pub(super) fn one_of<T: Clone>(
        &mut self,
        value: &Value<'_>,
        what: &str,
        all: &[T],
        text: impl Fn(&T) -> &str + Copy,
    ) -> Option<T> {
        let typed = self.text(value, what)?;
        let found = known(&typed, all, text);
        if found.is_none() {
            self.wrong(value, unknown_value(&typed, what, all, text));
        }
        found
    }

    fn mismatch(&mut self, value: &Value<'_>, what: &str, wanted: &str) {
        let found = value.get_ref().type_str();
        self.wrong(
            value,
            format!("{what}: {wanted} is needed, and this is a TOML {found}"),
        );
    }
}

/// The known value of a text, without regard to case.
pub(super) fn known<T: Clone>(typed: &str, all: &[T], text: impl Fn(&T) -> &str) -> Option<T> {
    let found = all
        .iter()
        .find(|known| text(known).eq_ignore_ascii_case(typed.trim()));
    found.cloned()
}

pub(super) fn unknown_value<T>(typed: &str, what: &str, all: &[T], text: impl Fn(&T) -> &str) -> String {
    let names: Vec<_> = all.iter().map(text).collect();
    format!("{typed:?} is no {what}; there are: {}", names.join(", "))
}
