//! Lists, page by page.

use futures_util::TryStreamExt as _;
use futures_util::stream::FuturesOrdered;
use hyper::Method;
use tableau_benches::tally::Tally;

use crate::Outcome;
use crate::connection::{Connection, Server, whole};
use crate::sessions::{API, Session, sign_in, sign_out};
use crate::workbooks::{Workbook, read};

/// One page, and how many items there are in all.
pub(crate) async fn page(
    connection: &mut Connection,
    session: &Session,
    size: u64,
    number: u64,
) -> Outcome<(Vec<Workbook>, u64)> {
    let path = format!(
        "{API}/sites/{}/workbooks?pageSize={size}&pageNumber={number}",
        session.site
    );
    let token = Some(session.token.as_str());
    let xml = connection.read(Method::GET, &path, token, whole("")).await?;
    read(&xml)
}

pub(crate) fn tally(items: &[Workbook]) -> Tally {
    let mut tally = Tally::default();
    for item in items {
        tally.items += 1;
        tally.sizes += item.size;
        tally.tags += item.tags.len() as u64;
        tally.created += item.created;
        tally.names += (item.name.len() + item.project.name.len()) as u64;
    }
    tally
}

/// Reads all pages, this many at once, and keeps all items or drops each page.
pub(crate) async fn list(server: &Server, size: u64, keep: bool, at_once: u64) -> Outcome<Tally> {
    let mut connection = server.connect().await?;
    let session = sign_in(&mut connection).await?;
    let (items, total) = page(&mut connection, &session, size, 1).await?;
    let mut sum = tally(&items);
    let mut kept = vec![items];
    let (mut next, last) = (2, total.div_ceil(size).max(1));
    let mut idle = vec![connection];
    let mut under_way = FuturesOrdered::new();
    loop {
        while next <= last && (under_way.len() as u64) < at_once {
            let connection = idle.pop();
            let (server, session, number) = (server, &session, next);
            under_way.push_back(async move {
                let mut connection = match connection {
                    Some(connection) => connection,
                    None => server.connect().await?,
                };
                let (items, _) = page(&mut connection, session, size, number).await?;
                Outcome::Ok((connection, items))
            });
            next += 1;
        }
        let Some((connection, items)) = under_way.try_next().await? else {
            break;
        };
        idle.push(connection);
        sum.add(&tally(&items));
        if !keep {
            kept.clear();
        }
        kept.push(items);
    }
    let mut connection = idle.pop().ok_or("no connection")?;
    drop(under_way);
    sign_out(&mut connection, &session).await?;
    Ok(sum)
}
