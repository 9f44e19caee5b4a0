//! Fields: the members of a record that answers have by default, and those that they have on request.

use tableau_wire::Fields;

use super::served::Served;
use crate::store::State;

/// A member of a record in an answer.
pub(crate) struct Member<S: Served> {
    pub(crate) name: &'static str,
    pub(crate) level: Level,
    pub(crate) put: fn(&mut S, &S::Record, &Context<'_>),
}

impl<S: Served> Member<S> {
    pub(crate) const fn new(
        name: &'static str,
        level: Level,
        put: fn(&mut S, &S::Record, &Context<'_>),
    ) -> Self {
        Self { name, level, put }
    }
}

/// The members of a related record in an answer: of the owner, of the project.
pub(crate) struct Nested<S: Served> {
    pub(crate) name: &'static str,
    /// The names that an answer has by default.
    pub(crate) default: &'static [&'static str],
    /// The names that `_all_` adds.
    pub(crate) all: &'static [&'static str],
    pub(crate) put: fn(&mut S, &S::Record, &Context<'_>, &[&str]),
}

/// When an answer has a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Always.
    Default,
    /// In answers of one record, and in lists with `_all_`.
    Detail,
    /// In lists with `_all_`.
    All,
    /// In answers of one record only.
    Single,
    /// When the request names it.
    Named,
}

/// The sources of members other than the record.
pub(crate) struct Context<'s> {
    pub(crate) state: &'s State,
    /// The address of the sandbox.
    pub(crate) origin: &'s str,
}

/// The members that a request asks for.
#[derive(Debug, Default)]
pub(crate) struct Selection<'f> {
    default: bool,
    all: bool,
    single: bool,
    names: Vec<&'f str>,
}

impl<'f> Selection<'f> {
    pub(crate) fn of_one() -> Self {
        Self {
            default: true,
            single: true,
            ..Self::default()
        }
    }

    pub(crate) fn of_list(fields: Option<&'f Fields>) -> Self {
        let Some(fields) = fields else {
            return Self {
                default: true,
                ..Self::default()
            };
        };
        let has = |wanted: &str| fields.names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        let all = has("_all_");
        let names = fields.names.iter().map(String::as_str).collect();
        Self {
            default: all || has("_default_"),
            all,
            single: false,
            names,
        }
    }

    fn takes(&self, level: Level) -> bool {
        match level {
            Level::Default => self.default,
            Level::Detail => self.single || self.all,
            Level::All => self.all,
            Level::Single => self.single,
            Level::Named => false,
        }
    }

    /// Whether a member of the resource itself is asked for: `name` or `workbook.name`.
    fn names(&self, element: &str, name: &str) -> bool {
        self.names
            .iter()
            .any(|asked| !asked.contains('.') && asked.eq_ignore_ascii_case(name))
            || self.names_in(element, name)
    }

    /// Whether a member of a related record is asked for: `owner.email`.
    fn names_in(&self, element: &str, name: &str) -> bool {
        let mut dotted = self.names.iter().filter_map(|asked| asked.split_once('.'));
        dotted.any(|(of, asked)| of.eq_ignore_ascii_case(element) && asked.eq_ignore_ascii_case(name))
    }
}

type Put<S> = fn(&mut S, &<S as Served>::Record, &Context<'_>);
type PutNested<S> = fn(&mut S, &<S as Served>::Record, &Context<'_>, &[&str]);

/// The members that each record of an answer has, decided once for the whole list. Unknown names are ignored.
pub(crate) struct Plan<S: Served> {
    members: Vec<Put<S>>,
    nested: Vec<(PutNested<S>, Vec<&'static str>)>,
}

impl<S: Served> Plan<S> {
    /// The plan for a selection, with members that another part of the request asks for.
    pub(crate) fn new(selection: &Selection<'_>, asked: &[&str]) -> Self {
        let wanted = |member: &&Member<S>| {
            selection.takes(member.level)
                || selection.names(S::ELEMENT, member.name)
                || asked.contains(&member.name)
        };
        let nested = |nested: &Nested<S>| {
            // The name alone asks for the default members.
            let whole = selection.names(S::ELEMENT, nested.name);
            let default = nested
                .default
                .iter()
                .filter(|name| selection.default || whole || selection.names_in(nested.name, name));
            let more = nested
                .all
                .iter()
                .filter(|name| selection.all || selection.names_in(nested.name, name));
            let names: Vec<_> = default.chain(more).copied().collect();
            (!names.is_empty()).then_some((nested.put, names))
        };
        Self {
            members: S::MEMBERS
                .iter()
                .filter(wanted)
                .map(|member| member.put)
                .collect(),
            nested: S::NESTED.iter().filter_map(nested).collect(),
        }
    }

    pub(crate) fn show(&self, record: &S::Record, context: &Context<'_>) -> S {
        let mut shown = S::default();
        for put in &self.members {
            put(&mut shown, record, context);
        }
        for (put, names) in &self.nested {
            put(&mut shown, record, context, names);
        }
        shown
    }
}

/// A record with the named members, as it stands inside another.
pub(crate) fn only<S: Served>(record: &S::Record, context: &Context<'_>, names: &[&str]) -> S {
    let mut shown = S::default();
    for member in S::MEMBERS.iter().filter(|member| names.contains(&member.name)) {
        (member.put)(&mut shown, record, context);
    }
    shown
}
