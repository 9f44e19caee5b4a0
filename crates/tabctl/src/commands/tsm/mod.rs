//! `tabctl tsm`.

mod connect;
mod inventory;
mod jobs;
mod kept;
mod print;
mod session;
mod settings;
mod trust;
mod watch;

use tableau_client::Untyped;
use tableau_client::wire::Reply;

use crate::args::Global;
use crate::args::tsm::{Command, Configuration, Connection, Jobs, Tsm};
use crate::failure::Failure;
use crate::terminal::prompt::Terminal;
use connect::Connector;
use watch::{A_DAY, Follow, HALF_AN_HOUR};

/// Runs a command of TSM. Data is printed after the session has been used, so that reading it page by page keeps no session open.
pub(crate) fn run(args: Tsm, global: &Global) -> Result<(), Failure> {
    // `status -v` is about services: see its arguments.
    let shows_exchanges = global.verbose && !matches!(args.command, Command::Status(_));
    let connector = Connector::new(args.connection, shows_exchanges, global.timeout)?;
    let no_pager = global.no_pager;
    match args.command {
        Command::Login => session::login(&connector),
        Command::Logout(args) => session::logout(&connector, &args),
        Command::Status(args) => inventory::status(&connector, args, no_pager),
        Command::Nodes(args) => inventory::nodes(&connector, args, no_pager),
        Command::Licenses(args) => inventory::licenses(&connector, args, no_pager),
        Command::Jobs(Jobs::List(args)) => jobs::list(&connector, args, no_pager),
        Command::Jobs(Jobs::Cancel(args)) => jobs::cancel(&connector, &args),
        Command::Jobs(Jobs::Watch(args)) => {
            let follow = Follow::new(&args.wait, HALF_AN_HOUR);
            connector.run(async |session| jobs::watch(session, args.id, &follow).await)
        }
        Command::Start(wait) => {
            let follow = Follow::new(&wait, HALF_AN_HOUR);
            connector.run(async |session| follow.job(session, session.enable().await?).await)
        }
        Command::Stop(args) => {
            confirm(args.yes, "Stop the server?")?;
            let follow = Follow::new(&args.wait, HALF_AN_HOUR);
            connector.run(async |session| follow.job(session, session.disable().await?).await)
        }
        Command::Restart(args) => {
            confirm(args.yes, "Stop the server and start it again?")?;
            let follow = Follow::new(&args.wait, HALF_AN_HOUR);
            connector.run(async |session| follow.job(session, session.restart().await?).await)
        }
        Command::Backup(args) => {
            let follow = Follow::new(&args.wait, A_DAY);
            connector.run(async |session| jobs::backup(session, &args, &follow).await)
        }
        Command::Cleanup(args) => {
            let follow = Follow::new(&args.wait, HALF_AN_HOUR);
            connector.run(async |session| jobs::cleanup(session, &args, &follow).await)
        }
        Command::Configuration(Configuration::Get(args)) => settings::get(&connector, &args),
        Command::Export(args) => settings::export(&connector, &args),
        Command::Import(args) => settings::import(&connector, &args),
    }
}

/// Asks before what concerns all users of the server; without a terminal, `--yes` says so.
fn confirm(yes: bool, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    match Terminal::find()? {
        Some(terminal) if terminal.confirm(question)? => Ok(()),
        Some(_) => Err(Failure::Local("nothing was done".to_owned())),
        None => {
            let message = "this concerns all users of the server and is confirmed at a terminal, and there is none: add --yes";
            Err(Failure::Usage(message.to_owned()))
        }
    }
}

/// Makes a call of the table of endpoints.
pub(super) fn call(connection: Connection, global: &Global, call: Untyped) -> Result<Reply, Failure> {
    let connector = Connector::new(connection, global.verbose, global.timeout)?;
    connector.run(async |session| Ok(session.call_untyped(call).await?))
}
