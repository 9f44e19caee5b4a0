//! Load for servers: one request again and again, on some connections at once.

use std::cell::Cell;
use std::time::{Duration, Instant};

use hyper::Method;

use crate::Outcome;
use crate::connection::{Connection, Server, whole};
use crate::sessions::{API, Session, credentials, sign_in};

const CONNECTIONS: u64 = 8;

/// When the load ends: after so many requests (`1000`), or after a time (`500ms`).
struct Limit {
    requests: u64,
    end: Option<Instant>,
}

impl Limit {
    fn parse(text: &str) -> Outcome<Self> {
        Ok(match text.strip_suffix("ms") {
            None => Self {
                requests: text.parse()?,
                end: None,
            },
            Some(time) => Self {
                requests: u64::MAX,
                end: Some(Instant::now() + Duration::from_millis(time.parse()?)),
            },
        })
    }
}

/// Sends requests of a kind: `serverinfo`, `sign-in`, or the query of a list of workbooks. Says how many.
pub(crate) async fn load(server: &Server, kind: &str, limit: &str) -> Outcome<()> {
    let mut first = server.connect().await?;
    let session = sign_in(&mut first).await?;
    let request = Request::of(kind, &session)?;
    // Once unmeasured: what is asked for may be made at the first time.
    request.send(&mut first, &session).await?;
    println!("@begin");
    let (limit, sent) = (Limit::parse(limit)?, Cell::new(0));
    let each = |_| async {
        let mut connection = server.connect().await?;
        while sent.get() < limit.requests && limit.end.is_none_or(|end| Instant::now() < end) {
            sent.set(sent.get() + 1);
            request.send(&mut connection, &session).await?;
        }
        Outcome::Ok(())
    };
    futures_util::future::try_join_all((0..CONNECTIONS).map(each)).await?;
    println!("requests={}", sent.get());
    Ok(())
}

struct Request {
    method: Method,
    path: String,
    body: String,
    /// Whether the token of the session is sent.
    is_signed_in: bool,
}

impl Request {
    fn of(kind: &str, session: &Session) -> Outcome<Self> {
        let (method, path, body, is_signed_in) = match kind {
            "serverinfo" => (Method::GET, format!("{API}/serverinfo"), String::new(), false),
            "sign-in" => (Method::POST, format!("{API}/auth/signin"), credentials()?, false),
            query => {
                let path = format!("{API}/sites/{}/workbooks?{query}", session.site);
                (Method::GET, path, String::new(), true)
            }
        };
        Ok(Self {
            method,
            path,
            body,
            is_signed_in,
        })
    }

    async fn send(&self, connection: &mut Connection, session: &Session) -> Outcome<()> {
        let token = self.is_signed_in.then_some(session.token.as_str());
        let body = whole(self.body.clone());
        connection
            .read(self.method.clone(), &self.path, token, body)
            .await
            .map(drop)
    }
}
