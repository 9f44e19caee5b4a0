//! `tabctl call`: any endpoint by its name.

mod body;
mod list;
mod pages;
mod print;

use bytes::Bytes;
use serde_json::Value;
use tableau_client::wire::{Arguments, Family, Param, Place, ReplyKind, Scope, Shape, Target, ValueKind};
use tableau_client::{Blocking, Error, Filter as FilterQuery, Format, Site, Sort, Untyped, Version};

use crate::args::{self, Endpoint, Reach, is_paged};
use crate::commands::{style, tsm};
use crate::failure::Failure;
use crate::output::jq::Filter;
use crate::output::{Column, Members, Printer};
use crate::session::settings;

pub(crate) fn run(args: args::Call, global: &args::Global) -> Result<(), Failure> {
    match args.endpoint {
        Some(endpoint) => make(endpoint, &[], global),
        None => list::print(style::settle(args.output, global.no_pager)),
    }
}

/// Makes a call and prints its reply, with these columns unless others were chosen.
pub(super) fn make(endpoint: Endpoint, columns: &[Column], global: &args::Global) -> Result<(), Failure> {
    let operation = endpoint.entry.operation;
    let filter = endpoint.jq.as_deref().map(Filter::parse).transpose()?;
    let style = style::settle(endpoint.output.clone(), global.no_pager);
    style.check(columns, &Members::Of(shape(endpoint.entry.reply)))?;
    let call = call(&endpoint)?;
    check(&call)?;
    let every_page = is_paged(&operation) && call.arguments.query.get("pageNumber").is_none();
    let reply = match endpoint.connection {
        Reach::Tsm(connection) => tsm::call(connection, global, call)?,
        Reach::Rest(connection) if operation.scope == Scope::Open => {
            settings::reach(&connection, global)?.call_untyped(call)?
        }
        Reach::Rest(connection) if endpoint.entry.reply == ReplyKind::Content => {
            let connected = settings::connect(&connection, global)?;
            return print::content(&connected.run(|site| content(site, &call))?);
        }
        Reach::Rest(connection) if every_page => {
            let connected = settings::connect(&connection, global)?;
            let limit = endpoint.limit.unwrap_or(usize::MAX);
            return match filter {
                Some(filter) => {
                    let mut items = Vec::new();
                    connected.run(|site| {
                        pages::each(site, &call, limit, false, |item| {
                            items.push(item);
                            Ok(())
                        })
                    })?;
                    print::filtered(&Value::Array(items), &filter, &style)
                }
                None => {
                    let streams = style.streams();
                    let mut printer = Printer::new(style, columns);
                    connected
                        .run(|site| pages::each(site, &call, limit, streams, |item| printer.item(&item)))?;
                    printer.finish()
                }
            };
        }
        Reach::Rest(connection) => {
            settings::connect(&connection, global)?.run(|site| Ok(site.call_untyped(call)?))?
        }
    };
    // After signing out: the reader of the output may take its time.
    print::reply(reply, style, columns, filter.as_ref())
}

/// The bytes of a file that a call gives; `workbooks download` and its like write them as they arrive.
fn content(site: &Site<Blocking>, call: &Untyped) -> Result<Bytes, Failure> {
    let session = site.session();
    let target = Target {
        prefix: "",
        version: site.api_version()?,
        site: Some(session.site_id().as_str()),
    };
    let request = call
        .entry
        .encode_request(&call.arguments, &call.body, &target, Format::Json)
        .map_err(Error::from)?;
    Ok(site.request(request.map(|_| Bytes::new()))?.into_body())
}

/// What an item of a reply has.
fn shape(reply: ReplyKind) -> Shape {
    match reply {
        ReplyKind::Document { shape, .. } | ReplyKind::Page { shape, .. } => shape,
        _ => Shape::NONE,
    }
}

/// The call with its arguments in their places.
fn call(endpoint: &Endpoint) -> Result<Untyped, Failure> {
    let operation = &endpoint.entry.operation;
    let mut arguments = Arguments::default();
    for param in operation.params.iter().chain(operation.options) {
        let typed = endpoint.values.iter().filter(|(name, _)| *name == param.name);
        for (name, value) in typed {
            check_query(param, value)?;
            match param.place {
                Place::Path => arguments.path.push(value.clone()),
                Place::Query => arguments.query.0.push(((*name).to_owned(), value.clone())),
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
    let (body, file) = body::of(endpoint)?;
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
            "--{}: {error}\ntry: a filter is `field:operator:value`, a sort `field:asc`; several are separated by commas",
            param.name
        ))
    })
}

/// Checks the arguments' types, before a sign-in that would end another session of the same token.
fn check(call: &Untyped) -> Result<(), Error> {
    let (entry, arguments) = (&call.entry, &call.arguments);
    let target = Target {
        prefix: "",
        version: Version::NEWEST,
        site: Some("site"),
    };
    let format = match entry.operation.family {
        Family::Tsm => Format::Json,
        _ => Format::Xml,
    };
    entry.encode_request(arguments, &call.body, &target, format)?;
    Ok(())
}
