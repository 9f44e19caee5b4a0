//! `tabctl workbooks`.

use tableau_client::wire::query::InvalidQuery;
use tableau_client::{Blocking, Site, Workbook};

use crate::args;
use crate::failure::Failure;
use crate::output::{Column, Form, Printer};
use crate::settings;

/// The columns of a list of workbooks.
pub(crate) const COLUMNS: &[Column<Workbook>] = &[
    Column {
        title: "name",
        text: |workbook| workbook.name.clone(),
    },
    Column {
        title: "project",
        text: |workbook| {
            workbook
                .project
                .as_ref()
                .map(|p| p.name.clone())
                .unwrap_or_default()
        },
    },
    Column {
        title: "owner",
        text: |workbook| {
            workbook
                .owner
                .as_ref()
                .map(|o| o.name.clone())
                .unwrap_or_default()
        },
    },
    Column {
        title: "updatedAt",
        text: |workbook| {
            workbook
                .updated_at
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
        },
    },
    Column {
        title: "id",
        text: |workbook| workbook.id.to_string(),
    },
];

pub(crate) fn run(command: args::Workbooks, verbose: bool) -> Result<(), Failure> {
    match command {
        args::Workbooks::List(args) => {
            let connected = settings::connect(&args.connection, verbose)?;
            connected.run(|site| list(site, &args))
        }
    }
}

fn list(site: &Site<Blocking>, args: &args::List) -> Result<(), Failure> {
    let mut call = site.workbooks().list();
    if let Some(filter) = &args.filter {
        call = call.filter(filter.parse().map_err(invalid("--filter"))?);
    }
    if let Some(sort) = &args.sort {
        call = call.sort(sort.parse().map_err(invalid("--sort"))?);
    }
    if let Some(limit) = args.limit {
        call = call.page_size(limit.clamp(1, 1000) as u64);
    }
    let mut printer = Printer::new(Form::settle(args.json, args.csv), COLUMNS)?;
    for workbook in call.all().take(args.limit.unwrap_or(usize::MAX)) {
        printer.item(&workbook?)?;
    }
    printer.finish()
}

fn invalid(flag: &'static str) -> impl Fn(InvalidQuery) -> Failure {
    move |error| Failure::Usage(format!("{flag}: {error}"))
}
