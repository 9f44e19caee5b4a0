//! `tabctl call`: any endpoint by its name.

mod body;
mod change;
mod list;
mod own;
pub(super) mod pages;
mod print;

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tableau_client::wire::{
    Arguments, Family, Field, JsonText, Operation, Param, Place, Reply, ReplyKind, Scope, Shape, Target,
    ValueKind,
};
use tableau_client::{Blocking, Error, Filter as FilterQuery, Format, Site, Sort, Untyped, Version};

use crate::args::{self, Endpoint, Reach, unknown_word};
use crate::commands::reference::{Collection, Finder};
use crate::commands::{job, style, tsm};
use crate::failure::Failure;
use crate::output::file;
use crate::output::jq::Filter;
use crate::output::{Column, Form, Members, Printer, Style};
use crate::session::{seen, settings};
use crate::terminal::text::say;
use change::Change;
use pages::Wanted;

pub(crate) fn run(args: args::Call, global: &args::Global) -> Result<(), Failure> {
    match args.endpoint {
        Some(endpoint) => make(endpoint, &[], global),
        None => list::print(style::settle(args.output, global.no_pager)),
    }
}

/// What a call made on a site gave.
enum Made {
    /// Nothing yet: the call is only shown.
    Shown(Box<Untyped>),
    Reply(Reply),
    Content(Bytes),
    Items(Vec<Value>),
    Printed(Printer),
    /// A job that was waited for, and how it ended.
    Job(Value, Result<(), Failure>),
}

/// Makes a call and prints its reply, with these columns unless others were chosen.
pub(super) fn make(endpoint: Endpoint, columns: &[Column], global: &args::Global) -> Result<(), Failure> {
    let operation = endpoint.entry.operation;
    let filter = endpoint.jq.as_deref().map(Filter::parse).transpose()?;
    let style = style::settle(endpoint.output.clone(), global.no_pager);
    let shape = shape(&endpoint);
    // JSON is as Tableau has it.
    let is_json = style.form == Form::Json || filter.is_some();
    let is_chosen = |name: &str| {
        let mut chosen = style.columns.iter().flatten();
        chosen.any(|column| column.split('.').next() == Some(name))
    };
    let item = print::beside_lists(shape).filter(|item| !is_json && !is_chosen(item.name));
    if !endpoint.dry_run {
        match item.map(|item| (item.name, item.kind)) {
            Some((item, ValueKind::Object(inner))) => {
                let beside = shape.fields().iter().filter(|field| field.name != item);
                let beside = beside.map(|field| Column::of(field.name));
                let known: Vec<_> = columns.iter().copied().chain(beside).collect();
                style.check(&known, &Members::Of(*inner))?;
            }
            _ => style.check(columns, &Members::Of(shape))?,
        }
    }
    let target = endpoint.target.as_deref().filter(|file| *file != Path::new("-"));
    target.map(file::check_place).transpose()?;
    tell_unknown(&endpoint);
    let call = call(&endpoint)?;
    check(&call, endpoint.by_reference)?;
    let mut change = Change::of(&endpoint)?;
    let made = match endpoint.connection {
        _ if change.is_shown() && !change.has_references() => Made::Shown(Box::new(call)),
        Reach::Tsm(connection) => Made::Reply(tsm::call(connection, global, call)?),
        Reach::Rest(connection) if operation.scope == Scope::Open => {
            Made::Reply(settings::reach(&connection, global)?.call_untyped(call)?)
        }
        Reach::Rest(connection) => {
            let connected = settings::connect(&connection, global)?;
            let server = connected.address.clone();
            let mut seen = Seen::of(&operation, connected.profile.clone());
            let wanted = Wanted {
                limit: endpoint.limit.unwrap_or(usize::MAX),
                allow_incomplete: endpoint.allow_incomplete,
                streams: filter.is_none() && style.streams(),
            };
            let streamed = filter.is_none().then(|| style.clone());
            let wait = endpoint.wait;
            let made = connected.run(|site| {
                let finder = Finder {
                    site,
                    server: &server,
                };
                let mut call = call;
                change.settle(finder, &mut call)?;
                match wait {
                    _ if change.is_shown() => Ok(Made::Shown(Box::new(call))),
                    Some(time) => waited(site, call, time),
                    None => on_site(site, call, wanted, streamed, columns, &mut seen),
                }
            })?;
            seen.keep();
            made
        }
    };
    // After signing out: the reader of the output may take its time.
    match made {
        Made::Shown(call) => change.show(&call, style, filter.as_ref()),
        Made::Reply(reply) => {
            let reply = print::item(reply, endpoint.entry.reply);
            let reply = match item {
                Some(item) => print::with_lists(reply, item),
                None => reply,
            };
            print::reply(reply, style, columns, filter.as_ref())
        }
        Made::Content(bytes) => {
            match Site::<Blocking>::check_file(&operation, &bytes) {
                // `call` prints what came, whatever it is.
                Err(error) if target.is_none() && !endpoint.by_reference => {
                    say(&format!("warning: {error}"));
                }
                checked => checked?,
            }
            match target {
                Some(file) => print::to_file(&bytes, file),
                None => print::content(&bytes),
            }
        }
        Made::Items(items) => print::reply(Reply::One(Value::Array(items)), style, columns, filter.as_ref()),
        Made::Printed(printer) => printer.finish(),
        Made::Job(job, ended) => {
            print::reply(Reply::One(job), style, columns, filter.as_ref())?;
            ended
        }
    }
}

/// Warns of words that this version does not know; servers of later versions may.
fn tell_unknown(endpoint: &Endpoint) {
    let operation = &endpoint.entry.operation;
    let params = operation.all_params();
    let of_params = params.flat_map(|param| {
        let typed = endpoint.values.iter().filter(|(name, _)| *name == param.name);
        typed.map(|(name, value)| (*name, param.kind, value.as_str()))
    });
    let members = endpoint.members.iter();
    let of_body = members.map(|(path, kind, value)| (path.as_str(), *kind, value.as_str()));
    for (name, kind, typed) in of_params.chain(of_body) {
        if let ValueKind::OneOf(words) = kind
            && let Some(warning) = unknown_word(&format!("--{name}"), words, typed)
        {
            say(&warning);
        }
    }
}

/// The names that a list shows, for shells to offer.
struct Seen {
    group: &'static str,
    /// Whose list it is; none if it is no list, or not that of a profile.
    profile: Option<String>,
    names: Vec<String>,
}

impl Seen {
    fn of(operation: &Operation, profile: Option<String>) -> Self {
        let is_list = operation.name == "list" && operation.family == Family::Rest;
        Self {
            group: operation.group,
            profile: profile.filter(|_| is_list),
            names: Vec::new(),
        }
    }

    /// Notes the name of an item, of which this was read already.
    fn note(&mut self, item: &JsonText, read: Option<&Value>) -> Result<(), Failure> {
        if self.profile.is_none() || self.names.len() >= seen::MANY {
            return Ok(());
        }
        let name = |item: &Value| item.get("name").and_then(Value::as_str).map(str::to_owned);
        self.names.extend(match read.and_then(name) {
            Some(known) => Some(known),
            None => name(&item.members(&["name"])?),
        });
        Ok(())
    }

    fn keep(self) {
        if let Some(profile) = self.profile.filter(|_| !self.names.is_empty()) {
            seen::remember(&profile, self.group, self.names);
        }
    }
}

/// Makes a call that starts a job, and waits until that has ended.
fn waited(site: &Site<Blocking>, call: Untyped, time: Duration) -> Result<Made, Failure> {
    match site.call_untyped(call)? {
        Reply::One(job) => {
            let (job, ended) = job::wait(site, &job, time)?;
            Ok(Made::Job(job, ended))
        }
        reply => Ok(Made::Reply(reply)),
    }
}

/// Makes a call on a site; every page of a list is printed as it arrives if there is a style for it.
fn on_site(
    site: &Site<Blocking>,
    call: Untyped,
    wanted: Wanted,
    streamed: Option<Style>,
    columns: &[Column],
    seen: &mut Seen,
) -> Result<Made, Failure> {
    if call.entry.reply == ReplyKind::Content {
        return Ok(Made::Content(site.download_untyped(call)?));
    }
    if let Some(token) = call.entry.operation.page_token()
        && call.arguments.query.get(token).is_none()
    {
        return Ok(Made::Items(pages::by_token(site, call, token, wanted.limit)?));
    }
    let every_page = call.entry.operation.is_paged() && call.arguments.query.get("pageNumber").is_none();
    match streamed {
        _ if !every_page => Ok(Made::Reply(site.call_untyped(call)?)),
        Some(style) => {
            let mut printer = Printer::new(style, columns);
            pages::each(site, &call, wanted, |item| {
                let read = printer.text(&item)?;
                seen.note(&item, read.as_ref())
            })?;
            Ok(Made::Printed(printer))
        }
        None => {
            let mut items = Vec::new();
            pages::each(site, &call, wanted, |item| {
                let read = item.value()?;
                seen.note(&item, Some(&read))?;
                items.push(read);
                Ok(())
            })?;
            Ok(Made::Items(items))
        }
    }
}

/// What an item of a reply has.
fn shape(endpoint: &Endpoint) -> Shape {
    let shape = match endpoint.entry.reply {
        ReplyKind::Document { shape, .. } | ReplyKind::Page { shape, .. } => shape,
        _ => Shape::NONE,
    };
    if endpoint.entry.operation.page_token().is_some() {
        let list = shape.fields().iter().find_map(|field| match field.kind {
            ValueKind::List(ValueKind::Object(item)) => Some(**item),
            _ => None,
        });
        return list.unwrap_or(Shape::NONE);
    }
    // Rows have the fields that a query asks for.
    let is_json = |field: &Field| matches!(field.kind, ValueKind::List(ValueKind::Json) | ValueKind::Json);
    if !shape.fields().is_empty() && shape.fields().iter().all(is_json) {
        return Shape::NONE;
    }
    let member = match print::with_warnings(shape) {
        None if shape.name == print::ITEM_OR_JOB => {
            let mut values = endpoint.values.iter();
            let as_job = values.any(|(name, value)| *name == "asJob" && value == "true");
            let mut fields = shape.fields().iter();
            fields.find(|field| (field.name == "job") == as_job).copied()
        }
        item => item,
    };
    match member.map(|field| field.kind) {
        Some(ValueKind::Object(inner)) => *inner,
        _ => shape,
    }
}

/// The call with its arguments in their places.
fn call(endpoint: &Endpoint) -> Result<Untyped, Failure> {
    let operation = &endpoint.entry.operation;
    let mut arguments = Arguments::default();
    for param in operation.all_params() {
        let typed = endpoint.values.iter().filter(|(name, _)| *name == param.name);
        for (name, value) in typed {
            check_query(param, value)?;
            match param.place {
                Place::Path => arguments.path.push(value.clone()),
                Place::Query => arguments.query.0.push(((*name).to_owned(), value.clone())),
                Place::Header => arguments.headers.0.push(((*name).to_owned(), value.clone())),
                Place::QuerySet => {
                    let (key, value) = value
                        .split_once('=')
                        .ok_or_else(|| Failure::Usage(format!("--{name} takes NAME=VALUE, not `{value}`")))?;
                    let parameter = (format!("{name}{key}"), value.to_owned());
                    arguments.query.0.push(parameter);
                }
            }
        }
    }
    let (body, file) = body::of(endpoint.entry, &endpoint.members, endpoint.file.as_deref())?;
    Ok(Untyped {
        entry: *endpoint.entry,
        arguments,
        body,
        file,
    })
}

/// Checks the syntax of a filter or sort.
fn check_query(param: &Param, typed: &str) -> Result<(), Failure> {
    let checked = match param.kind {
        ValueKind::Filter => typed.parse::<FilterQuery>().and_then(|filter| filter.check()),
        ValueKind::Sort => typed.parse::<Sort>().map(drop),
        _ => Ok(()),
    };
    checked.map_err(|error| {
        Failure::Usage(format!(
            "--{}: {error}\ntry: a filter is `field:operator:value`, a sort `field:asc`; several are separated by commas, so that no value can have one (look for such an item in the whole list)",
            param.name
        ))
    })
}

/// Checks the arguments' types, before a sign-in that would end another session of the same token.
fn check(call: &Untyped, by_reference: bool) -> Result<(), Error> {
    let entry = &call.entry;
    let mut arguments = call.arguments.clone();
    if by_reference {
        // What they refer to is found once there is a session.
        let references = arguments.path.iter_mut().zip(Collection::in_path(entry, &[]));
        for (typed, _) in references.filter(|(_, collection)| collection.is_some()) {
            "reference".clone_into(typed);
        }
    }
    let target = Target {
        prefix: "",
        version: Version::NEWEST,
        site: Some("site"),
    };
    let format = match entry.operation.family {
        Family::Tsm => Format::Json,
        _ => Format::Xml,
    };
    entry.encode_request(&arguments, &call.body, &target, format)?;
    Ok(())
}
