//! The codes of errors that are a call's own, beside those that every call may answer with.
//!
//! Source: the error tables of Tableau's reference, and the codes by which items that are not there are refused.

use std::collections::BTreeSet;

use crate::Operation;

/// A call in a line, with its codes but the one of its resource ([`Operation::missing`]).
const TABLE: &str = include_str!("call_codes.txt");

impl Operation {
    /// The codes of errors that are its own, in ascending order: `404006` for a workbook that is not there. The first three digits are the HTTP status.
    pub fn error_codes(&self) -> impl Iterator<Item = &'static str> + use<> {
        let name = self.full_name();
        let line = TABLE
            .lines()
            .find(|line| line.split(' ').next() == Some(name.as_str()));
        let of_the_table = line.unwrap_or_default().split(' ').skip(1);
        let codes: BTreeSet<_> = of_the_table.chain(self.missing).collect();
        codes.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_call_with_codes_in_order() {
        let mut names = Vec::new();
        for line in TABLE.lines() {
            let (name, codes) = line.split_once(' ').unwrap();
            let call = crate::endpoints()
                .find(|entry| entry.operation.full_name() == name)
                .expect(name);
            let codes: Vec<_> = codes.split(' ').collect();
            assert!(codes.is_sorted_by(|one, other| one < other), "{line}");
            let is_code =
                |code: &&str| code.len() == 6 && code.starts_with(['4', '5']) && code.parse::<u32>().is_ok();
            assert!(codes.iter().all(is_code), "{line}");
            let of_the_resource = |code: &&str| call.operation.missing == Some(code);
            assert!(!codes.iter().any(of_the_resource), "{line}: its resource says so");
            names.push(name);
        }
        assert!(names.is_sorted_by(|one, other| one < other));
    }
}
