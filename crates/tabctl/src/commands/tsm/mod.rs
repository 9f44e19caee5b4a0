//! `tabctl tsm`.

mod connect;
mod inventory;
mod jobs;
mod kept;
mod print;
mod session;
mod settings;
mod watch;

use crate::args::Global;
use crate::args::tsm::{Command, Configuration, Jobs, Tsm};
use crate::failure::Failure;
use connect::Connector;
use watch::Follow;

/// Runs a command of TSM.
pub(crate) fn run(args: Tsm, global: &Global) -> Result<(), Failure> {
    // `status -v` is about services: see its arguments.
    let shows_exchanges = global.verbose && !matches!(args.command, Command::Status(_));
    let connector = Connector::new(args.connection, shows_exchanges);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Local(format!("the runtime could not be started: {error}")))?;
    runtime.block_on(dispatch(args.command, connector, global.no_pager))
}

async fn dispatch(command: Command, connector: Connector, no_pager: bool) -> Result<(), Failure> {
    match command {
        Command::Login => session::login(connector).await,
        Command::Logout(args) => session::logout(connector, &args).await,
        Command::Status(args) => {
            let status = async |session: &_| inventory::status(session, args, no_pager).await;
            connector.run(status).await
        }
        Command::Nodes(args) => {
            connector
                .run(async |session| inventory::nodes(session, args, no_pager).await)
                .await
        }
        Command::Licenses(args) => {
            let licenses = async |session: &_| inventory::licenses(session, args, no_pager).await;
            connector.run(licenses).await
        }
        Command::Jobs(Jobs::List(args)) => {
            let list = async |session: &_| jobs::list(session, args, no_pager).await;
            connector.run(list).await
        }
        Command::Jobs(Jobs::Cancel(args)) => {
            let cancel = async |session: &_| jobs::cancel(session, &args).await;
            connector.run(cancel).await
        }
        Command::Jobs(Jobs::Watch(args)) => {
            let follow = Follow::new(&args.wait, watch::HALF_AN_HOUR);
            let watch = async |session: &_| jobs::watch(session, args.id, &follow).await;
            connector.run(watch).await
        }
        Command::Start(wait) => {
            let follow = Follow::new(&wait, watch::HALF_AN_HOUR);
            let start = async |session: &_| follow.job(session, session.enable().await?).await;
            connector.run(start).await
        }
        Command::Stop(wait) => {
            let follow = Follow::new(&wait, watch::HALF_AN_HOUR);
            let stop = async |session: &_| follow.job(session, session.disable().await?).await;
            connector.run(stop).await
        }
        Command::Restart(wait) => {
            let follow = Follow::new(&wait, watch::HALF_AN_HOUR);
            let restart = async |session: &_| follow.job(session, session.restart().await?).await;
            connector.run(restart).await
        }
        Command::Backup(args) => {
            let follow = Follow::new(&args.wait, watch::A_DAY);
            let backup = async |session: &_| jobs::backup(session, &args, &follow).await;
            connector.run(backup).await
        }
        Command::Cleanup(args) => {
            let follow = Follow::new(&args.wait, watch::HALF_AN_HOUR);
            let cleanup = async |session: &_| jobs::cleanup(session, &args, &follow).await;
            connector.run(cleanup).await
        }
        Command::Configuration(Configuration::Get(args)) => {
            let get = async |session: &_| settings::get(session, &args).await;
            connector.run(get).await
        }
        Command::Export(args) => {
            connector
                .run(async |session| settings::export(session, &args).await)
                .await
        }
        Command::Import(args) => {
            // Before signing in: a file that is not there is said at once.
            let settings = settings::read(&args.file)?;
            let import = async |session: &_| settings::import(session, settings, &args).await;
            connector.run(import).await
        }
    }
}
