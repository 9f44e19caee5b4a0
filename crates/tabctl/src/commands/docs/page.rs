//! The page of a group.

use clap::Command;
use serde_json::Value;
use tableau_client::wire::{
    Availability, BodyKind, Entry, Field, KnownCode, Operation, Param, Place, ReplyKind, Retry, Scope,
    Segment, Shape, Summary, ValueKind, endpoints,
};

use crate::args::in_kebab_case;

/// The page of a group: its calls, then the documents that they send and answer with.
pub(super) fn of(group: &str, entries: &[&Entry], command: &Command) -> String {
    let mut text = format!("# {group}\n");
    let (mut shapes, resource) = (Vec::new(), resource(entries));
    for entry in entries {
        text.push_str(&call(entry, (group, &resource), command));
        collect(entry, &mut shapes);
    }
    if !shapes.is_empty() {
        text.push_str("\n## Documents\n");
        for shape in shapes {
            text.push_str(&document(shape));
        }
    }
    text
}

fn call(entry: &Entry, (group, resource): (&str, &str), command: &Command) -> String {
    let operation = &entry.operation;
    let mut text = format!("\n## {}\n\n{}\n\n", operation.full_name(), operation.summary);
    text.push_str(&format!(
        "    {} {}\n\n",
        operation.method.as_str(),
        address(operation)
    ));
    text.push_str(&format!("{}.\n\n", facts(operation).join("; ")));
    let params: Vec<&Param> = operation.all_params().collect();
    if !params.is_empty() {
        text.push_str("| argument | in | kind | meaning |\n| --- | --- | --- | --- |\n");
        for param in params {
            text.push_str(&argument(param));
        }
        text.push('\n');
    }
    text.push_str(&filters(operation));
    text.push_str(&format!(
        "- Sends: {}{}\n- Answers {}: {}\n",
        body(entry.body),
        required(entry.body),
        operation.status,
        reply(entry.reply)
    ));
    text.push_str(&errors(operation));
    text.push_str(&format!(
        "- Rust: `{}`\n- Shell: `{}`\n",
        rust(entry, group, resource),
        shell(operation, command)
    ));
    text
}

/// The members of a document that it has to have.
fn required(body: BodyKind) -> String {
    let (BodyKind::Document { shape, .. } | BodyKind::File { shape, .. }) = body else {
        return String::new();
    };
    let required = shape.missing(&Value::Null);
    let required: Vec<_> = required.iter().map(|path| format!("`{path}`")).collect();
    match required.is_empty() {
        true => String::new(),
        false => format!(", with {}", required.join(", ")),
    }
}

fn address(operation: &Operation) -> String {
    let template = operation.template();
    match operation.root.segments() {
        Some(_) => template,
        None => format!("/api/{{version}}/{template}"),
    }
}

fn facts(operation: &Operation) -> Vec<String> {
    let mut facts = vec![match operation.until {
        Some(until) => format!("Versions {} to {until}", operation.since),
        None => format!("Since version {}", operation.since),
    }];
    facts.push(
        match operation.availability {
            Availability::Everywhere => "Tableau Server and Tableau Cloud",
            Availability::ServerOnly => "Tableau Server only",
            Availability::CloudOnly => "Tableau Cloud only",
        }
        .to_owned(),
    );
    if operation.scope == Scope::Open {
        facts.push("needs no session".to_owned());
    }
    if let Some(scope) = operation.jwt_scope {
        facts.push(format!("a JWT needs the scope `{scope}`"));
    }
    facts.push(
        match operation.retry {
            Retry::Idempotent => "may be retried",
            Retry::Never => "is never retried",
        }
        .to_owned(),
    );
    if operation.json {
        facts.push("JSON only".to_owned());
    }
    facts
}

fn argument(param: &Param) -> String {
    let place = match param.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::QuerySet => "query, by names that begin so",
        Place::Header => "header",
    };
    let required = if param.required { ", required" } else { "" };
    format!(
        "| `{}` | {place}{required} | {} | {} |\n",
        param.name,
        kind(param.kind),
        cell(param.doc)
    )
}

fn filters(operation: &Operation) -> String {
    if operation.filters.is_empty() {
        return String::new();
    }
    let fields = operation.filters.iter().map(|field| {
        let operators: Vec<_> = field.operators.iter().map(|operator| operator.as_str()).collect();
        format!("`{}` ({})", field.name, operators.join(" "))
    });
    format!("- Filters: {}\n", fields.collect::<Vec<_>>().join(", "))
}

/// The errors that are the call's own: codes with what they mean, or what their status means.
fn errors(operation: &Operation) -> String {
    let codes: Vec<_> = operation.error_codes().collect();
    if codes.is_empty() {
        return String::new();
    }
    let mut text = "- Errors:\n".to_owned();
    for code in codes {
        let status = code.get(..3).unwrap_or_default();
        let meaning = match (KnownCode::find(code), status) {
            (Some(known), _) => known.meaning.trim_end_matches('.').to_owned(),
            (None, "400") => "the request is not valid".to_owned(),
            (None, "403") => "the user may not do this, or the item does not allow it".to_owned(),
            (None, "404") => "something that the request names is not there".to_owned(),
            (None, "409") => "it contradicts what is there".to_owned(),
            (None, _) => "the server cannot do it".to_owned(),
        };
        text.push_str(&format!("  - {status} `{code}`: {meaning}\n"));
    }
    text
}

fn body(kind: BodyKind) -> String {
    match kind {
        BodyKind::Document { child, shape } => named(child, shape),
        BodyKind::File { part, child, shape } => {
            format!("a file (part `{part}`) beside {}", named(child, shape))
        }
        _ => "no document".to_owned(),
    }
}

fn reply(kind: ReplyKind) -> String {
    match kind {
        ReplyKind::Document { child, shape } => named(child, shape),
        ReplyKind::Page { element, shape } => format!("a list of {}", named(Some(element), shape)),
        ReplyKind::Content => "a file".to_owned(),
        _ => "nothing".to_owned(),
    }
}

fn named(child: Option<&str>, shape: Shape) -> String {
    let link = link(shape);
    match child {
        Some(child) => format!("`{child}`: {link}"),
        None => link,
    }
}

fn link(shape: Shape) -> String {
    if shape.fields().is_empty() {
        return "an empty document".to_owned();
    }
    format!("[{}](#{})", shape.name, shape.name.to_lowercase())
}

fn kind(kind: ValueKind) -> String {
    match kind {
        ValueKind::Text => "text".to_owned(),
        ValueKind::Number => "number".to_owned(),
        ValueKind::Boolean => "`true` or `false`".to_owned(),
        ValueKind::Id => "identifier".to_owned(),
        ValueKind::Timestamp => "time".to_owned(),
        ValueKind::Version => "version".to_owned(),
        ValueKind::Filter => "`field:operator:value`".to_owned(),
        ValueKind::Sort => "`field:asc`, `field:desc`".to_owned(),
        ValueKind::Fields => "names of fields".to_owned(),
        ValueKind::Secret => "secret".to_owned(),
        ValueKind::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
        ValueKind::Object(shape) => shape.name.to_owned(),
        ValueKind::List(inner) => format!("list of {}", self::kind(*inner)),
        _ => "JSON".to_owned(),
    }
}

/// A text within a row of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The documents of a call, with what a request has inside: what an answer has inside stands with its own group.
fn collect(entry: &Entry, shapes: &mut Vec<Shape>) {
    match entry.body {
        BodyKind::Document { shape, .. } | BodyKind::File { shape, .. } => {
            nested(shape, entry.operation.group, &mut Vec::new(), shapes);
        }
        _ => {}
    }
    if let Some(shape) = answered(entry) {
        add(shape, shapes);
    }
}

/// Adds a document once; whether it was added now.
fn add(shape: Shape, shapes: &mut Vec<Shape>) -> bool {
    let is_new = !shape.fields().is_empty() && !shapes.contains(&shape);
    if is_new {
        shapes.push(shape);
    }
    is_new
}

fn nested(shape: Shape, group: &str, seen: &mut Vec<Shape>, shapes: &mut Vec<Shape>) {
    add(shape, shapes);
    seen.push(shape);
    // Documents that calls of other groups answer with stand with these calls; one that was added for an answer may lack its parts.
    for part in parts(shape) {
        let is_elsewhere = |entry: &Entry| entry.operation.group != group && answered(entry) == Some(part);
        let is_known = part.fields().is_empty() || seen.contains(&part);
        if !is_known && !endpoints().any(is_elsewhere) {
            nested(part, group, seen, shapes);
        }
    }
}

/// The document that a call answers with.
fn answered(entry: &Entry) -> Option<Shape> {
    match entry.reply {
        ReplyKind::Document { shape, .. } | ReplyKind::Page { shape, .. } => Some(shape),
        _ => None,
    }
}

/// The documents that are members of one.
fn parts(shape: Shape) -> impl Iterator<Item = Shape> {
    shape.fields().iter().filter_map(|field| {
        let mut kind = field.kind;
        while let ValueKind::List(inner) = kind {
            kind = *inner;
        }
        match kind {
            ValueKind::Object(inner) => Some(*inner),
            _ => None,
        }
    })
}

fn document(shape: Shape) -> String {
    let mut text = format!(
        "\n### {}\n\n| member | kind | meaning |\n| --- | --- | --- |\n",
        shape.name
    );
    for field in shape.fields() {
        text.push_str(&member(field));
    }
    text
}

fn member(field: &Field) -> String {
    let since = field
        .since
        .map_or(String::new(), |since| format!(" Since version {since}."));
    let (name, kind) = (field.name, kind(field.kind));
    format!("| `{name}` | {kind} | {}{since} |\n", cell(field.doc))
}

/// How the call reads in Rust: a struct of its group, or a verb or facet with the type of the resource.
fn rust(entry: &Entry, group: &str, resource: &str) -> String {
    let operation = &entry.operation;
    let name = capitalized(operation.name);
    let required = operation
        .params
        .iter()
        .filter(|param| param.required)
        .map(|param| snake(param.name));
    let document = match entry.body {
        BodyKind::Document { .. } | BodyKind::File { .. } => Some("document".to_owned()),
        _ => None,
    };
    let arguments: Vec<_> = required.chain(document).collect();
    let arguments = arguments.join(", ");
    match operation.summary {
        Summary::Text(_) if arguments.is_empty() => format!("site.call({group}::{name}::default())"),
        Summary::Text(_) => format!("site.call({group}::{name}::new({arguments}))"),
        Summary::Of { .. } => format!("site.call({name}::<{resource}>::new({arguments}))"),
    }
}

/// The type of the resource of a group, which its verbs and facets have as their parameter.
fn resource(entries: &[&Entry]) -> String {
    let mut of_resource = entries
        .iter()
        .filter(|entry| matches!(entry.operation.summary, Summary::Of { .. }));
    // One with facets alone is told by its noun.
    let noun = of_resource
        .clone()
        .find_map(|entry| match entry.operation.summary {
            Summary::Of { noun, .. } => Some(noun.split(' ').map(capitalized).collect()),
            Summary::Text(_) => None,
        });
    let shape = of_resource.find_map(|entry| match (entry.operation.name, entry.reply) {
        ("list" | "get" | "create", ReplyKind::Page { shape, .. } | ReplyKind::Document { shape, .. }) => {
            Some(shape.name.to_owned())
        }
        _ => None,
    });
    shape.or(noun).unwrap_or_default()
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn snake(name: &str) -> String {
    in_kebab_case(name).replace('-', "_")
}

/// How the call reads in the shell: the command of its group, if there is one, or `tabctl call`.
fn shell(operation: &Operation, command: &Command) -> String {
    let (group, name) = (operation.group.replace('_', "-"), in_kebab_case(operation.name));
    let group_command = command.find_subcommand(&group);
    let has_command = operation.until.is_none()
        && group_command.is_some_and(|group| group.find_subcommand(&name).is_some());
    let variables = operation.segments().filter_map(|segment| match segment {
        Segment::Variable(name) => Some(*name),
        Segment::Literal(_) => None,
    });
    if has_command {
        let variables: String = variables
            .map(|name| format!(" {}", name.to_uppercase()))
            .collect();
        return format!("tabctl {group} {name}{variables}");
    }
    let variables: String = variables
        .map(|name| format!(" --{name} {}", name.to_uppercase()))
        .collect();
    format!("tabctl call {}{variables}", operation.full_name())
}
