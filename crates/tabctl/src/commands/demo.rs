//! `tabctl demo`: the main job, against a sandbox inside this process.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tableau_client::{Client, PersonalAccessToken, ServerAddress, Workbook};
use tableau_sandbox::{Sandbox, well_known};

use crate::args;
use crate::failure::Failure;
use crate::session::exchange::Shown;
use crate::terminal::text::plain;

/// How many workbooks are shown.
const SHOWN: usize = 12;

pub(crate) fn run(args: &args::Demo) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let sandbox = Sandbox::builder().workbooks(args.workbooks).start();
    let sandbox = sandbox.map_err(|error| Failure::Local(error.to_string()))?;
    writeln!(
        out,
        "A Tableau Server is running inside this process: {}\n",
        sandbox.url()
    )?;

    let exchanges = Exchanges::default();
    let address: ServerAddress = sandbox.url().parse()?;
    let recorder = exchanges.recorder();
    let client = Client::builder(address)
        .wrap_transport(|network| Shown::new(network, recorder))
        .build()?
        .blocking()?;

    writeln!(
        out,
        "Sign in with the personal access token \"{}\" (secret […])",
        well_known::PAT_NAME
    )?;
    let site = client.sign_in(PersonalAccessToken::new(
        well_known::PAT_NAME,
        well_known::PAT_SECRET,
    ))?;
    exchanges.print(&mut out)?;

    writeln!(out, "List the workbooks of the Default site")?;
    let workbooks: Vec<Workbook> = site.workbooks().list().all().collect::<Result<_, _>>()?;
    exchanges.print(&mut out)?;
    print_workbooks(&mut out, &workbooks)?;

    if let Some(first) = workbooks.first() {
        writeln!(
            out,
            "The server forgets the session, as idle ones are; the next call renews it by itself"
        )?;
        sandbox.service().controls().expire_sessions();
        site.workbooks().get(&first.id).send()?;
        exchanges.print(&mut out)?;
    }

    writeln!(out, "Sign out")?;
    site.sign_out()?;
    exchanges.print(&mut out)?;
    writeln!(
        out,
        "`tabctl sandbox` keeps such a server running for your own programs. To sign in to yours, type:\n\n    tabctl auth login https://your-server.example.com"
    )?;
    sandbox.stop();
    Ok(())
}

fn print_workbooks(out: &mut impl io::Write, workbooks: &[Workbook]) -> io::Result<()> {
    let project = |workbook: &Workbook| {
        workbook
            .project
            .as_ref()
            .map(|project| project.name.clone())
            .unwrap_or_default()
    };
    let shown = workbooks.get(..SHOWN).unwrap_or(workbooks);
    let width = shown
        .iter()
        .map(|workbook| workbook.name.chars().count())
        .max()
        .unwrap_or_default();
    for workbook in shown {
        writeln!(
            out,
            "    {:<width$}  {}",
            plain(&workbook.name),
            plain(&project(workbook))
        )?;
    }
    match workbooks.len() - shown.len() {
        0 => writeln!(out),
        more => writeln!(out, "    … and {more} more, {} in all\n", workbooks.len()),
    }
}

/// The exchanges since they were last printed.
#[derive(Clone, Default)]
struct Exchanges(Arc<Mutex<Vec<String>>>);

impl Exchanges {
    fn recorder(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let lines = Arc::clone(&self.0);
        move |line| {
            lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line.to_owned());
        }
    }

    fn print(&self, out: &mut impl io::Write) -> io::Result<()> {
        for line in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            writeln!(out, "    {line}")?;
        }
        writeln!(out)
    }
}
