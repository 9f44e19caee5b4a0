//! The `{:?}` of values.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// The printed values, and their types.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) names: BTreeSet<(String, String)>,
    pub(crate) text: String,
}

impl Shown {
    pub(crate) fn show<T: Debug>(&mut self, value: &T) {
        let path = type_name::<T>().split('<').next().unwrap_or_default();
        let (module, name) = path.rsplit_once("::").unwrap();
        let package = module.split("::").next().unwrap_or_default().replace('_', "-");
        self.names.insert((package, name.to_owned()));
        self.text.push_str(&format!("{name}: {value:?} {value:#?}\n"));
    }

    /// Prints an error with its causes.
    pub(crate) fn error<T: std::error::Error>(&mut self, error: &T) {
        self.show(error);
        let mut next: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = next {
            self.text.push_str(&format!("{error} {error:?}\n"));
            next = error.source();
        }
    }
}
