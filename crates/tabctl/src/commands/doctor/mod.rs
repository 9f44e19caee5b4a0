//! `tabctl auth doctor`: checks layer by layer what a command would use, and stops at the first layer that fails.

mod certificate;
mod network;
mod report;
mod session;
mod subject;

use std::env;
use std::net::IpAddr;

use tableau_client::diagnosis::Proxy;
use tableau_client::{Blocking, Client, Error, ErrorKind, ServerAddress, ServerInfo};

use crate::args::{self, Global};
use crate::failure::{Failure, in_flags};
use crate::session::exchange::Shown as Verbose;
use crate::session::settings;

use certificate::Shown;
use network::Notes;
use report::{Diagnosis, Layer, Report};
use subject::Subject;

/// The failure of a layer, with which the command ends.
type Stopped = Failure;
/// The result of the first request.
type Info = Result<ServerInfo, Error>;

pub(crate) fn run(args: &args::Doctor, global: &Global) -> Result<(), Failure> {
    let mut report = Report::new(args.json);
    match examine(Subject::settle(args, global), global, &mut report) {
        Ok(()) => report.finish(),
        Err(Failure::Said(failure)) => {
            report.finish()?;
            Err(Failure::Said(failure))
        }
        Err(failure) => Err(failure),
    }
}

fn examine(subject: Subject, global: &Global, report: &mut Report) -> Result<(), Stopped> {
    let address = match &subject.address {
        Ok(address) => address.clone(),
        Err(_) => return address_failed(subject, report),
    };
    report.server = Some(address.to_string());
    report.site = Some(subject.site.clone());
    report.ok(Layer::Address, format!("{address} ({})", subject.named_by))?;

    let (shown, notes) = (Shown::default(), Notes::default());
    let client = client(&address, &subject, global, &shown, &notes);
    let client = match client {
        Ok(client) => client,
        // Certificates that cannot be read, mostly.
        Err(failure) => return stop(report, Layer::Tls, "TLS cannot be set up", failure),
    };
    Way {
        client: &client,
        proxy: client.proxy(),
        shown,
        notes: notes.clone(),
    }
    .examine(report)?;
    session::examine(&client, subject, &notes, report)
}

fn address_failed(subject: Subject, report: &mut Report) -> Result<(), Stopped> {
    match subject.address {
        Ok(_) => Ok(()),
        Err(failure) => stop(report, Layer::Address, "no address of a Tableau server", failure),
    }
}

fn client(
    address: &ServerAddress,
    subject: &Subject,
    global: &Global,
    shown: &Shown,
    notes: &Notes,
) -> Result<Client<Blocking>, Failure> {
    let notes = notes.clone();
    let builder = settings::builder(address.clone(), &subject.trust, global, subject.sessions)?;
    let builder = builder.watch_certificates(shown.watch());
    let builder = match global.verbose {
        true => builder.wrap_transport(move |network| notes.note(Verbose::on_stderr(network))),
        false => builder.wrap_transport(move |network| notes.note(network)),
    };
    Ok(builder.build()?.blocking_in_place()?)
}

/// The layers from the name of the server's host to its Server Info.
struct Way<'c> {
    client: &'c Client<Blocking>,
    proxy: Option<Proxy>,
    shown: Shown,
    notes: Notes,
}

impl Way<'_> {
    fn examine(&self, report: &mut Report) -> Result<(), Stopped> {
        let address = self.client.address();
        let (host, port) = match &self.proxy {
            Some(proxy) => (proxy.host(), proxy.port()),
            None => (address.host(), address.port()),
        };
        let whose = match &self.proxy {
            Some(_) => "the proxy ",
            None => "",
        };
        let found = network::look_up(host, port);
        let reached = found.as_ref().ok().map(|found| network::connect(found));
        // The request that every command begins with; each layer that it passed works.
        let info = self.client.server_info();

        match &found {
            Ok(found) if host.parse::<IpAddr>().is_ok() || found.is_empty() => {
                report.skipped(Layer::Dns, format!("{whose}{host} is an address"))?;
            }
            Ok(found) => {
                let found: Vec<_> = found.iter().map(|found| found.ip().to_string()).collect();
                report.ok(Layer::Dns, format!("{whose}{host} is {}", found.join(", ")))?;
            }
            Err(reason) => {
                let says = format!("{whose}{host}: {reason}");
                self.unless_it_works(report, Layer::Dns, says, &info)?;
            }
        }
        match reached {
            Some(Ok(at)) => report.ok(Layer::Tcp, format!("{whose}{at} takes connections"))?,
            Some(Err(reason)) => {
                let says = format!("{whose}{host}, port {port}: {reason}");
                self.unless_it_works(report, Layer::Tcp, says, &info)?;
            }
            None => report.skipped(Layer::Tcp, "no address to connect to")?,
        }
        self.tls(report, &info)?;
        self.redirect(report, &info)?;
        self.through_proxy(report, &info)?;
        match info {
            Ok(info) => {
                let build = info.product_version.build.as_deref();
                let build = build.map(|build| format!(" ({build})")).unwrap_or_default();
                report.ok(
                    Layer::Serverinfo,
                    format!("Tableau Server {}{build}", info.product_version.value.0),
                )?;
            }
            Err(error) => return stop(report, Layer::Serverinfo, "no answer of Tableau's", error.into()),
        }
        match self.client.api_version() {
            Ok(version) => Ok(report.ok(Layer::ApiVersion, version.to_string())?),
            Err(error) => stop(report, Layer::ApiVersion, "no version in common", error.into()),
        }
    }

    /// A failed probe counts only if the request failed too.
    fn unless_it_works(
        &self,
        report: &mut Report,
        layer: Layer,
        says: String,
        info: &Info,
    ) -> Result<(), Stopped> {
        match info {
            Ok(_) => Ok(report.warning(layer, says, None)?),
            Err(error) => stop(report, layer, says, error.clone().into()),
        }
    }

    fn tls(&self, report: &mut Report, info: &Info) -> Result<(), Stopped> {
        let chain = self.shown.says();
        match info {
            Err(error) if error.kind() == ErrorKind::Tls => {
                let mut diagnosis = diagnose(error);
                if let Some(own) = self.shown.own() {
                    diagnosis.fix = diagnosis.fix.map(|fix| {
                        fix.replace("(--pin-sha256)", &format!("(--pin-sha256 {})", own.fingerprint()))
                    });
                }
                if let Some(proxy) = self.proxy.as_ref().filter(|_| chain.is_some()) {
                    diagnosis.causes.push(format!(
                        "the proxy {proxy} may put a certificate of its own in the place of the server's"
                    ));
                }
                let says = chain.unwrap_or_else(|| "no certificate was shown".to_owned());
                report.failed(Layer::Tls, says, diagnosis)?;
                return Err(said(error.clone().into()));
            }
            _ => {}
        }
        match chain {
            Some(chain) => match self.shown.ends_soon() {
                Some(days) => {
                    let diagnosis = Diagnosis {
                        causes: vec![format!("the server's certificate ends in {days} days")],
                        fix: Some("ask the server's administrator to renew it".to_owned()),
                    };
                    report.warning(Layer::Tls, chain, diagnosis)?;
                }
                None => report.ok(Layer::Tls, chain)?,
            },
            None if self.client.address().is_https() => {
                report.skipped(Layer::Tls, "no certificate was shown")?;
            }
            None if is_loopback(self.client.address()) => {
                report.skipped(Layer::Tls, "none, as the address begins with http://")?;
            }
            None => report.warning(
                Layer::Tls,
                "none, as the address begins with http://: the network can read the credentials",
                None,
            )?,
        }
        Ok(())
    }

    fn redirect(&self, report: &mut Report, info: &Info) -> Result<(), Stopped> {
        let hop = self.notes.hop();
        match (hop, info) {
            (hop, Err(error)) if error.kind() == ErrorKind::Redirected => {
                let says = hop.map_or_else(|| "to nowhere".to_owned(), |hop| hop.to_string());
                stop(report, Layer::Redirect, says, error.clone().into())
            }
            (Some(hop), _) => Ok(report.ok(Layer::Redirect, format!("{hop}, which is the same server"))?),
            (None, _) => Ok(report.ok(Layer::Redirect, "none")?),
        }
    }

    fn through_proxy(&self, report: &mut Report, info: &Info) -> Result<(), Stopped> {
        let Some(proxy) = &self.proxy else {
            let says = match is_excepted(self.client.address()) {
                true => "none for this host, by NO_PROXY",
                false => "none",
            };
            return Ok(report.skipped(Layer::Proxy, says)?);
        };
        match info {
            Err(error) if matches!(error.kind(), ErrorKind::Connection | ErrorKind::Foreign) => {
                stop(report, Layer::Proxy, proxy.to_string(), error.clone().into())
            }
            _ => Ok(report.ok(Layer::Proxy, proxy.to_string())?),
        }
    }
}

/// Whether there is a proxy for this scheme, but not for this host.
fn is_excepted(address: &ServerAddress) -> bool {
    let names = match address.is_https() {
        true => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        false => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    };
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    names.iter().any(is_set)
}

fn is_loopback(address: &ServerAddress) -> bool {
    let host = address.host().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// The causes of an error, the likeliest first, and the fix.
fn diagnose(error: &Error) -> Diagnosis {
    let mut causes = error.causes().to_vec();
    if causes.is_empty() {
        let known = error.api().and_then(tableau_client::ApiError::known);
        causes.push(known.map_or_else(|| error.message().to_owned(), |known| known.meaning.to_owned()));
    }
    Diagnosis {
        causes,
        fix: error.hint().map(in_flags),
    }
}

/// Reports the layer that failed, and ends.
fn stop(report: &mut Report, layer: Layer, says: impl Into<String>, failure: Failure) -> Result<(), Stopped> {
    let diagnosis = match &failure {
        Failure::Said(_) | Failure::BrokenPipe => return Err(failure),
        Failure::Call(error) => {
            let mut diagnosis = diagnose(error);
            diagnosis.fix = diagnosis.fix.or_else(|| usual_fix(layer));
            diagnosis
        }
        other => Diagnosis {
            causes: vec![other.to_string()],
            fix: usual_fix(layer),
        },
    };
    report.failed(layer, says, diagnosis)?;
    Err(said(failure))
}

/// The fix for a layer, where the failure itself has no hint.
fn usual_fix(layer: Layer) -> Option<String> {
    let fix = match layer {
        Layer::Address => {
            "give the address of the server as a browser shows it, or sign in: tabctl auth login ADDRESS"
        }
        Layer::Tls => {
            "let --ca-file, --client-cert or their variables name files that are there and can be read"
        }
        Layer::Credential => {
            "set a name together with its secret, let a secret's file be there and readable by you, or run: tabctl auth login"
        }
        _ => return None,
    };
    Some(fix.to_owned())
}

fn said(failure: Failure) -> Failure {
    Failure::Said(Box::new(failure))
}
