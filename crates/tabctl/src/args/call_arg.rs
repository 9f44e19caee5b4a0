//! One argument of a call, by the kind of its value.

use clap::{Arg, ArgAction};
use tableau_client::wire::{Field, ValueKind};

use super::call_help::{by_text, placeholder};
use super::known;
use super::refers::Refers;

/// `pageSize` as `page-size`, which is how other commands write it.
pub(crate) fn in_kebab_case(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

/// The argument of a parameter or a member, by its kind.
pub(super) fn arg(name: String, doc: &'static str, kind: ValueKind) -> Arg {
    // What is said about answers only.
    let doc = doc.split("; empty if the server").next().unwrap_or(doc);
    let doc = doc.trim_end_matches('.');
    let arg = Arg::new(name.clone())
        .alias(in_kebab_case(&name))
        .long(name)
        .allow_negative_numbers(true)
        .value_name(placeholder(kind))
        .help(match kind {
            ValueKind::OneOf(words) => format!("{doc} [known: {}]", words.join(", ")),
            ValueKind::List(ValueKind::Object(shape)) if shape.fields().len() > 1 => {
                let names: Vec<_> = shape.fields().iter().map(|field| field.name).collect();
                let by_text = by_text(**shape).map_or(String::new(), |name| format!("by its {name}, or "));
                format!("{doc}, each {by_text}in JSON with {}", names.join(", "))
            }
            _ => doc.to_owned(),
        });
    match kind {
        ValueKind::Boolean => arg.value_parser(["true", "false"]).ignore_case(true),
        ValueKind::OneOf(words) => arg.value_parser(move |typed: &str| known::word(words, typed)),
        ValueKind::List(_) | ValueKind::Filter | ValueKind::Sort => arg.action(ArgAction::Append),
        _ => arg,
    }
}

/// The argument of a member of the document; one that refers to an item is typed by name: `--user NAME` for `user.id`.
/// What the document requires is only said, as it may come from a file.
pub(super) fn member(path: &str, field: Field, refers: Option<&Refers>) -> Arg {
    let mut arg = arg(path.to_owned(), field.doc, field.kind);
    if let Some(refers) = refers {
        arg = arg.value_name("NAME").help(refers.help());
        if let Some(short) = &refers.short {
            arg = arg.long(short.clone()).alias(path.to_owned());
        }
    }
    match arg.get_help().map(ToString::to_string) {
        Some(help) if field.required => arg.help(format!("{help} [required]")),
        _ => arg,
    }
}
