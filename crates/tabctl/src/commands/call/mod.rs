//! `tabctl call`: any endpoint by its name.

mod body;
mod list;

use serde_json::Value;
use tableau_client::wire::{Arguments, Family, Place, Reply, Scope, Target};
use tableau_client::{Blocking, Error, Format, Site, Untyped, Version};

use crate::args::{self, Endpoint, Reach, is_paged};
use crate::commands::{style, tsm};
use crate::failure::Failure;
use crate::output::jq::Filter;
use crate::output::{Out, Printer, Style};
use crate::session::settings;
use crate::terminal::progress::Progress;

/// As many items as servers give at once.
const PAGE_SIZE: usize = 1000;

pub(crate) fn run(args: args::Call, global: &args::Global) -> Result<(), Failure> {
    let Some(endpoint) = args.endpoint else {
        return list::print(style::settle(args.output, global.no_pager));
    };
    let operation = endpoint.entry.operation;
    let filter = endpoint.jq.as_deref().map(Filter::parse).transpose()?;
    let style = style::settle(endpoint.output.clone(), global.no_pager);
    let call = call(&endpoint)?;
    check(&call)?;
    let reply = match endpoint.connection {
        Reach::Tsm(connection) => tsm::call(connection, global, call)?,
        Reach::Rest(connection) if operation.scope == Scope::Open => {
            settings::reach(&connection, global)?.call_untyped(call)?
        }
        Reach::Rest(connection) => {
            let every_page = is_paged(&operation) && !has(&call, "pageNumber");
            settings::connect(&connection, global)?.run(|site| match every_page {
                true => pages(site, call, endpoint.limit.unwrap_or(usize::MAX)),
                false => Ok(site.call_untyped(call)?),
            })?
        }
    };
    // After signing out: what reads the output may take its time.
    print(reply, style, filter.as_ref())
}

/// The call with its arguments in their places.
fn call(endpoint: &Endpoint) -> Result<Untyped, Failure> {
    let operation = &endpoint.entry.operation;
    let mut arguments = Arguments::default();
    for param in operation.params.iter().chain(operation.options) {
        let typed = endpoint.values.iter().filter(|(name, _)| *name == param.name);
        for (name, value) in typed {
            match param.place {
                Place::Path => arguments.path.push(value.clone()),
                Place::Query => arguments.query.0.push(((*name).to_owned(), value.clone())),
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

/// Whether the arguments are of their types: said before signing in, which would end another session of the same token.
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

fn has(call: &Untyped, name: &str) -> bool {
    call.arguments.query.get(name).is_some()
}

/// Every page, up to so many items.
fn pages(site: &Site<Blocking>, mut call: Untyped, limit: usize) -> Result<Reply, Failure> {
    let query = &mut call.arguments.query.0;
    if !query.iter().any(|(name, _)| name == "pageSize") {
        let size = limit.clamp(1, PAGE_SIZE);
        query.push(("pageSize".to_owned(), size.to_string()));
    }
    let mut progress = Progress::new(false);
    let mut all = Vec::new();
    for number in 1_u64.. {
        let mut page = call.clone();
        let parameter = ("pageNumber".to_owned(), number.to_string());
        page.arguments.query.0.push(parameter);
        let (items, total_available) = match site.call_untyped(page) {
            Ok(Reply::Page {
                items,
                total_available,
            }) => (items, total_available),
            Ok(other) => return Ok(other),
            // A list that shrinks while it is read may end between two pages.
            Err(error) if number > 1 && is_beyond_the_end(&error) => break,
            Err(error) => return Err(error.into()),
        };
        progress.add(items.len());
        let is_last = items.is_empty();
        all.extend(items);
        if is_last || all.len() >= limit || all.len() as u64 >= total_available {
            break;
        }
    }
    all.truncate(limit);
    Ok(Reply::Page {
        total_available: all.len() as u64,
        items: all,
    })
}

/// As real servers say it.
fn is_beyond_the_end(error: &Error) -> bool {
    error.code() == Some("400006")
}

fn print(reply: Reply, style: Style, filter: Option<&Filter>) -> Result<(), Failure> {
    let document = match reply {
        Reply::Nothing => return Ok(()),
        Reply::Page { items, .. } => Value::Array(items),
        Reply::One(value) => unwrapped(value),
        _ => return Err(Failure::Local("this reply cannot be printed".to_owned())),
    };
    if let Some(filter) = filter {
        let made = filter.run(document.to_string().as_bytes())?;
        let mut out = Out::open(&style.paging);
        let written = out.text(&made);
        let finished = out.finish();
        written?;
        return Ok(finished?);
    }
    let mut printer = Printer::new(style, &[]);
    match document {
        Value::Array(items) => {
            for item in &items {
                printer.item(item)?;
            }
            printer.finish()
        }
        one => printer.only(&one),
    }
}

/// A list without the object that Tableau puts around it.
fn unwrapped(value: Value) -> Value {
    match value {
        Value::Object(members) if members.len() == 1 && members.values().all(Value::is_array) => members
            .into_iter()
            .map(|(_, list)| list)
            .next()
            .unwrap_or_default(),
        other => other,
    }
}
