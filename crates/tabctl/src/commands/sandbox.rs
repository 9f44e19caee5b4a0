//! `tabctl sandbox`.

use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use tableau_sandbox::{Builder, Certificate, FaultPlan, JobPlan, Redirect, Sandbox, StartError, well_known};

use crate::args::{self, UnifiedAccessTokens};
use crate::failure::Failure;
use crate::input;

pub(crate) fn run(mut args: args::Sandbox) -> Result<(), Failure> {
    // Done before the announcement: a program that waits for it may end the sandbox right after.
    let signals = Signals::listen()?;
    let ready_file = args.ready_file.clone();
    let control = args.control;
    let mut addresses = [Some(args.listen), args.listen_tls, args.listen_tsm]
        .into_iter()
        .flatten();
    let loopback = addresses.all(|address| address.ip().is_loopback());
    let unified = args.unified.take().map(Issuer::read).transpose()?;
    let faults = args.faults.take().map(|file| read_faults(&file)).transpose()?;
    let (workbooks, job_time) = (args.workbooks, args.job_time);
    let sandbox = builder(args).and_then(Builder::start);
    let sandbox = sandbox.map_err(|error| match error {
        StartError::TimeZone { .. } => Failure::Usage(error.to_string()),
        error => Failure::Local(error.to_string()),
    })?;
    if let Some(issuer) = unified {
        issuer.trust(&sandbox)?;
    }
    if let Some(seconds) = job_time {
        let quick = JobPlan::succeeds().waits(Duration::ZERO);
        let plan = quick.runs(Duration::from_secs(seconds));
        sandbox.service().controls().plan_jobs(plan);
    }
    let injected = faults.map_or(0, |plan| sandbox.service().controls().inject_plan(plan).len());
    if let Some(file) = &ready_file {
        let written = sandbox.ready().write_to(file);
        written.map_err(|error| Failure::Local(format!("{} cannot be written: {error}", file.display())))?;
    }
    announce(&sandbox, loopback)?;
    if control {
        writeln!(
            io::stderr(),
            "\n  tests inject faults, move its clock, end its sessions and read its log and mails below {}/_sandbox",
            sandbox.url()
        )?;
    }
    if injected > 0 {
        writeln!(io::stderr(), "\n  faults injected: {injected}")?;
    }
    if workbooks.is_some() && !sandbox.service().is_new() {
        writeln!(
            io::stderr(),
            "\nwarning: --workbooks is ignored: the folder of --data holds a sandbox already, with the workbooks it has"
        )?;
    }
    signals.wait();
    sandbox.stop();
    Ok(())
}

fn builder(args: args::Sandbox) -> Result<Builder, StartError> {
    let mut builder = Sandbox::builder().listen(args.listen);
    if let Some(name) = &args.time_zone {
        builder = builder.time_zone(name)?;
    }
    if let Some(count) = args.workbooks {
        builder = builder.workbooks(count);
    }
    if let Some(folder) = args.data {
        builder = builder.data(folder);
    }
    if let Some(address) = args.listen_tls {
        let certificate = match args.certificate {
            args::Certificate::Good => Certificate::Good,
            args::Certificate::Expired => Certificate::Expired,
            args::Certificate::WrongName => Certificate::WrongName,
            args::Certificate::SelfSigned => Certificate::SelfSigned,
        };
        builder = builder.listen_tls(address).certificate(certificate);
    }
    if args.control {
        builder = builder.with_control();
    }
    if let Some(address) = args.listen_tsm {
        builder = builder.listen_tsm(address);
    }
    let status = args.redirect.and_then(|status| status.parse().ok());
    if let Some(status) = status {
        builder = builder.redirect(Redirect::to_https(status));
    }
    Ok(builder)
}

/// Read before anything is started, so that a mistake in the file is reported at once.
fn read_faults(file: &Path) -> Result<FaultPlan, Failure> {
    let text = input::read_text(file)?;
    text.parse()
        .map_err(|error| Failure::Local(format!("{}: {error}", file.display())))
}

/// An issuer of unified access tokens, with its key as it is in the file.
struct Issuer {
    args: UnifiedAccessTokens,
    key: String,
}

impl Issuer {
    /// Read before anything is started, so that a missing file is reported at once.
    fn read(args: UnifiedAccessTokens) -> Result<Self, Failure> {
        let key = input::read_text(&args.uat_key)?;
        Ok(Self { args, key })
    }

    fn trust(self, sandbox: &Sandbox) -> Result<(), Failure> {
        let UnifiedAccessTokens {
            uat_issuer,
            uat_tenant,
            uat_key,
        } = self.args;
        let accepted = sandbox
            .service()
            .controls()
            .unified_access_token_issuer(uat_issuer, uat_tenant, &self.key);
        accepted.map_err(|error| Failure::Local(format!("{}: {error}", uat_key.display())))
    }
}

/// Says where the sandbox is, with lines that can be pasted.
fn announce(sandbox: &Sandbox, loopback: bool) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let url = sandbox.url();
    writeln!(err, "Tableau sandbox at {url} (Ctrl-C ends it)\n")?;
    for (name, value) in [
        ("TABLEAU_SERVER_URL", url),
        ("TABLEAU_SITE_NAME", ""),
        ("TABLEAU_PAT_NAME", well_known::PAT_NAME),
        ("TABLEAU_PAT_SECRET", well_known::PAT_SECRET),
    ] {
        match cfg!(windows) {
            // PowerShell has no variable that is empty: one without a value is taken away.
            true => writeln!(err, "  $env:{name} = '{value}'")?,
            false => writeln!(err, "  export {name}={value}")?,
        }
    }
    writeln!(err)?;
    writeln!(
        err,
        "  user {} with password {}",
        well_known::ADMIN,
        well_known::PASSWORD
    )?;
    if let (Some(url), Some(ca)) = (sandbox.tls_url(), sandbox.ca_file()) {
        writeln!(err, "\n  over TLS at {url}, for those who trust {}", ca.display())?;
    }
    if let (Some(url), Some(fingerprint)) = (sandbox.tsm_url(), sandbox.tsm_fingerprint()) {
        writeln!(
            err,
            "\n  TSM at {url}: user {} with password {}\n  its certificate has the SHA-256 fingerprint\n  {fingerprint}",
            well_known::TSM_ACCOUNT,
            well_known::PASSWORD
        )?;
    }
    if !loopback {
        writeln!(
            err,
            "\nwarning: this address can be reached from other machines, and these credentials are public"
        )?;
    }
    Ok(())
}

/// The signals that end the sandbox: Ctrl-C and what service managers send.
struct Signals {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::Local(format!("signals cannot be received: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        #[cfg(unix)]
        let (terminate, interrupt) = {
            use tokio::signal::unix::{SignalKind, signal};
            let _inside = runtime.enter();
            (
                signal(SignalKind::terminate()).map_err(failed)?,
                signal(SignalKind::interrupt()).map_err(failed)?,
            )
        };
        Ok(Self {
            runtime,
            #[cfg(unix)]
            terminate,
            #[cfg(unix)]
            interrupt,
        })
    }

    #[cfg(unix)]
    fn wait(mut self) {
        use std::future::{Future as _, poll_fn};
        use std::task::Poll;
        self.runtime.block_on(poll_fn(|context| {
            let ended = [&mut self.terminate, &mut self.interrupt]
                .into_iter()
                .any(|signal| std::pin::pin!(signal.recv()).poll(context).is_ready());
            if ended { Poll::Ready(()) } else { Poll::Pending }
        }));
    }

    #[cfg(not(unix))]
    fn wait(self) {
        // Without a console there is no Ctrl-C: the process is then ended from outside.
        if self.runtime.block_on(tokio::signal::ctrl_c()).is_err() {
            std::thread::park();
        }
    }
}
