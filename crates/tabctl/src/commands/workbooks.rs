//! `tabctl workbooks`.

use tableau_client::wire::query::InvalidQuery;
use tableau_client::{Blocking, Filter, Site, Sort};

use crate::args::{self, Global};
use crate::commands::style;
use crate::failure::Failure;
use crate::output::{Column, Printer, Style};
use crate::session::settings;

/// The columns of a list of workbooks.
const COLUMNS: &[Column] = &[
    Column {
        title: "name",
        path: "name",
    },
    Column {
        title: "project",
        path: "project.name",
    },
    Column {
        title: "owner",
        path: "owner.name",
    },
    Column {
        title: "updatedAt",
        path: "updatedAt",
    },
    Column {
        title: "id",
        path: "id",
    },
];

pub(crate) fn run(command: args::Workbooks, global: &Global) -> Result<(), Failure> {
    match command {
        args::Workbooks::List(args) => {
            // Before signing in, which would end another session of the same token.
            let query = Query::parse(&args)?;
            let style = style::settle(args.output, global.no_pager);
            let connected = settings::connect(&args.connection, global)?;
            connected.run(|site| list(site, query, style))
        }
    }
}

/// What to list, checked as far as it can be without a server.
struct Query {
    filter: Option<Filter>,
    sort: Option<Sort>,
    limit: Option<usize>,
}

impl Query {
    fn parse(args: &args::List) -> Result<Self, Failure> {
        let filter = args
            .filter
            .as_deref()
            .map(str::parse::<Filter>)
            .transpose()
            .map_err(invalid("--filter"))?;
        let sort = args
            .sort
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(invalid("--sort"))?;
        if let Some(filter) = &filter {
            filter.check().map_err(invalid("--filter"))?;
        }
        Ok(Self {
            filter,
            sort,
            limit: args.limit,
        })
    }
}

fn list(site: &Site<Blocking>, Query { filter, sort, limit }: Query, style: Style) -> Result<(), Failure> {
    let mut call = site.workbooks().list().with(|list| {
        list.filter = filter;
        list.sort = sort;
    });
    if let Some(limit) = limit {
        call = call.page_size(limit.clamp(1, 1000) as u64);
    }
    let mut progress = style.progress();
    let mut printer = Printer::new(style, COLUMNS);
    for workbook in call.all().take(limit.unwrap_or(usize::MAX)) {
        printer.item(&workbook?)?;
        progress.add(1);
    }
    drop(progress);
    printer.finish()
}

fn invalid(flag: &'static str) -> impl Fn(InvalidQuery) -> Failure {
    move |error| {
        Failure::Usage(format!(
            "{flag}: {error}\ntry: a filter is `field:operator:value`, a sort `field:asc`; several are separated by commas"
        ))
    }
}
