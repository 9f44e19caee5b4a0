//! What the help of a call says, from its description.

use tableau_client::wire::{Availability, Family, Operation, Shape, ValueKind};

/// Whether a member is a secret, or a list of secrets: read from a file and never shown.
pub(crate) fn is_secret(kind: ValueKind) -> bool {
    matches!(kind, ValueKind::Secret | ValueKind::List(ValueKind::Secret))
}

/// The placeholder of a value in help.
pub(super) fn placeholder(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "NUMBER",
        ValueKind::Boolean => "BOOLEAN",
        ValueKind::Id => "ID",
        ValueKind::Timestamp => "TIME",
        ValueKind::Version => "VERSION",
        ValueKind::Filter => "FILTER",
        ValueKind::Sort => "SORT",
        ValueKind::Fields => "FIELDS",
        kind if is_secret(kind) => "@FILE",
        ValueKind::List(ValueKind::Object(shape)) if by_text(**shape).is_none() => "JSON",
        _ => "TEXT",
    }
}

/// The member that a text gives which stands for an item of a list: its only one, or the first if that is what names the item.
pub(crate) fn by_text(shape: Shape) -> Option<&'static str> {
    match shape.fields() {
        [only] => Some(only.name),
        [first, ..] if matches!(first.name, "fieldCaption" | "id" | "label" | "name" | "url") => {
            Some(first.name)
        }
        _ => None,
    }
}

/// What a command does, as its help says it: `Lists workbooks.` is `List workbooks`.
pub(crate) fn in_imperative(summary: &str) -> String {
    let summary = summary.trim_end_matches('.');
    let Some((verb, rest)) = summary.split_once(' ') else {
        return summary.to_owned();
    };
    let base = match verb {
        "Does" => "Do",
        _ if verb.ends_with("ies") => return format!("{}y {rest}", verb.trim_end_matches("ies")),
        _ if verb.ends_with("shes") || verb.ends_with("sses") || verb.ends_with("ches") => {
            verb.trim_end_matches("es")
        }
        _ => verb.strip_suffix('s').unwrap_or(verb),
    };
    format!("{base} {rest}")
}

/// Where an endpoint is, since when, and who may call it.
pub(super) fn facts(operation: &Operation) -> String {
    let mut facts = format!(
        "{} {}, since version {} of {}",
        operation.method.as_str(),
        operation.template(),
        operation.since,
        match operation.family {
            Family::Tsm => "the TSM API",
            _ => "the REST API",
        }
    );
    if let Some(until) = operation.until {
        facts.push_str(&format!(" until {until}"));
    }
    match operation.availability {
        Availability::ServerOnly => facts.push_str("; on Tableau Server only"),
        Availability::CloudOnly => facts.push_str("; on Tableau Cloud only"),
        Availability::Everywhere => {}
    }
    if let Some(scope) = operation.jwt_scope {
        facts.push_str("; a JWT needs the scope ");
        facts.push_str(scope);
    }
    if !operation.filters.is_empty() {
        let filters = operation.filters.iter().map(|field| {
            let operators = field.operators.iter().map(|operator| operator.as_str());
            format!("{} ({})", field.name, operators.collect::<Vec<_>>().join(" "))
        });
        facts.push_str("\n\nFilters: ");
        facts.push_str(&filters.collect::<Vec<_>>().join(", "));
        // Tags are a list, which has no order.
        let has_sort = operation
            .options
            .iter()
            .chain(operation.params)
            .any(|param| param.kind == ValueKind::Sort);
        let sorts = operation
            .filters
            .iter()
            .map(|field| field.name)
            .filter(|name| *name != "tags");
        if has_sort {
            facts.push_str("\n\nSort by: ");
            facts.push_str(&sorts.collect::<Vec<_>>().join(", "));
        }
    }
    for (title, names) in [
        ("Fields: ", operation.fields.default),
        ("Fields only if asked for: ", operation.fields.more),
    ] {
        if !names.is_empty() {
            facts.push_str("\n\n");
            facts.push_str(title);
            facts.push_str(&names.join(", "));
        }
    }
    facts
}
