//! Signing in and out.

use futures_util::{StreamExt as _, TryStreamExt as _};
use hyper::Method;
use quick_xml::Reader;
use quick_xml::events::Event;
use tableau_benches::clock::Clock;
use tableau_benches::tally::Tally;

use crate::Outcome;
use crate::connection::{Connection, Server, whole};
use crate::list::{page, tally};
use crate::workbooks;

/// What a sign-in gives.
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) site: String,
}

pub(crate) const API: &str = "/api/3.24";

/// The document of a sign-in: by token if the environment has one, else by password.
pub(crate) fn credentials() -> Outcome<String> {
    let read = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let credentials = match read("TABLEAU_PAT_NAME") {
        Ok(name) => format!(
            "personalAccessTokenName=\"{name}\" personalAccessTokenSecret=\"{}\"",
            read("TABLEAU_PAT_SECRET")?
        ),
        Err(_) => format!(
            "name=\"{}\" password=\"{}\"",
            read("TABLEAU_USERNAME")?,
            read("TABLEAU_PASSWORD")?
        ),
    };
    Ok(format!(
        "<tsRequest><credentials {credentials}><site contentUrl=\"\"/></credentials></tsRequest>"
    ))
}

pub(crate) async fn sign_in(connection: &mut Connection) -> Outcome<Session> {
    let path = format!("{API}/auth/signin");
    let answer = connection
        .read(Method::POST, &path, None, whole(credentials()?))
        .await?;
    let mut reader = Reader::from_str(std::str::from_utf8(&answer)?);
    let (mut token, mut site) = (None, None);
    loop {
        match reader.read_event()? {
            Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                "credentials" => token = workbooks::attribute(&start, "token")?,
                "site" => site = workbooks::attribute(&start, "id")?,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(Session {
        token: token.ok_or("no token")?,
        site: site.ok_or("no site")?,
    })
}

pub(crate) async fn sign_out(connection: &mut Connection, session: &Session) -> Outcome<()> {
    let path = format!("{API}/auth/signout");
    let token = Some(session.token.as_str());
    connection
        .read(Method::POST, &path, token, whole(""))
        .await
        .map(drop)
}

pub(crate) async fn once(server: &Server) -> Outcome<()> {
    cycle(&mut server.connect().await?).await
}

async fn cycle(connection: &mut Connection) -> Outcome<()> {
    let session = sign_in(connection).await?;
    sign_out(connection, &session).await
}

/// Cycles on one connection; the first is not measured.
pub(crate) async fn cycles(server: &Server, count: u32) -> Outcome<()> {
    let mut connection = server.connect().await?;
    cycle(&mut connection).await?;
    let clock = Clock::start()?;
    for _ in 0..count {
        cycle(&mut connection).await?;
    }
    println!("{}", clock.stop()?);
    Ok(())
}

/// Sessions of their own, some at once: each signs in, lists a page of a thousand, and signs out.
pub(crate) async fn many(server: &Server, count: usize, at_once: usize) -> Outcome<Tally> {
    let one = |_| async {
        let mut connection = server.connect().await?;
        let session = sign_in(&mut connection).await?;
        let (items, _) = page(&mut connection, &session, 1000, 1).await?;
        sign_out(&mut connection, &session).await?;
        Outcome::Ok(tally(&items))
    };
    let tallies = futures_util::stream::iter(0..count)
        .map(one)
        .buffer_unordered(at_once);
    tallies
        .try_fold(Tally::default(), async |mut sum, tally| {
            sum.add(&tally);
            Ok(sum)
        })
        .await
}
