//! Cases that go through the client library.

use std::collections::HashSet;

use futures_util::TryStreamExt as _;
use tableau_client::wire::rest::server::GetCurrentSession;
use tableau_client::wire::{Direction, Fetched, Listed};
use tableau_client::{
    Error, ErrorKind, Fields, Filter, Id, PersonalAccessToken, Reached, Session, Site, Sort, Version,
};

use crate::Target;

type Outcome = Result<(), Error>;

/// The server tells its version without a session, and the client uses it.
pub async fn server_info(target: &Target) -> Outcome {
    let client = target.client();
    let info = client.server_info().await?;
    let newest = info.rest_api_version.expect("a server says its version").0;
    assert!(newest >= Version::new(2, 4));
    assert!(!info.product_version.value.is_empty());
    assert_eq!(client.api_version().await?, newest.min(Version::NEWEST));
    Ok(())
}

/// Signing in gives a session, which ends at sign-out; signing out is idempotent.
pub async fn sign_in_and_out(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    let current = site.call(GetCurrentSession).await?;
    assert_eq!(current.site.id, *site.session().site_id());
    assert_eq!(current.user.id, *site.session().user_id());
    assert!(
        current
            .site
            .content_url
            .as_deref()
            .unwrap_or_default()
            .eq_ignore_ascii_case(&target.site)
    );
    assert!(
        site.session()
            .token()
            .expose()
            .ends_with(site.session().site_id().as_str()),
        "the token's last part is the site"
    );

    site.sign_out().await?;
    site.sign_out().await?;
    let error = site.workbooks().list().await.expect_err("signed out");
    assert_eq!(
        (error.kind(), error.reached()),
        (ErrorKind::SessionEnded, Reached::No)
    );

    // Another holder of the token is refused by the server.
    let other = target.client().resume(Session::clone(&site.session()));
    let error = other.workbooks().list().await.expect_err("signed out");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::SessionEnded, Some("401002"))
    );
    assert!(!error.causes().is_empty() && error.hint().is_some());
    Ok(())
}

/// A personal access token has one session: the second sign-in ends the first.
pub async fn one_session_for_a_token(target: &Target) -> Outcome {
    let first = target.client_without_renewal().sign_in(target.token()).await?;
    let second = target.sign_in().await?;
    assert_ne!(first.session().token(), second.session().token());
    let error = first
        .workbooks()
        .list()
        .await
        .expect_err("the second sign-in ended the first session");
    assert_eq!(error.code(), Some("401002"));
    assert!(
        error
            .causes()
            .iter()
            .any(|cause| cause.contains("same personal access token"))
    );
    second.workbooks().list().await?;
    second.sign_out().await
}

/// The client explains the server's refusals.
pub async fn refused_sign_in(target: &Target) -> Outcome {
    let client = target.client();
    let (name, secret) = (target.token_name.as_str(), target.token_secret.as_str());
    let wrong_secret = format!("{}x", &secret[..secret.len().min(24)]);
    let cases = [
        (
            PersonalAccessToken::new(name, wrong_secret.as_str()).site(&target.site),
            "secret",
        ),
        (
            PersonalAccessToken::new("no such token", secret).site(&target.site),
            "expired",
        ),
        (
            PersonalAccessToken::new(name, secret).site("no-such-site-here"),
            "no site with the content URL",
        ),
        (
            PersonalAccessToken::new(name, secret).site("Default"),
            "empty name",
        ),
        (
            PersonalAccessToken::new(name, secret).site("4a1e0c5a-0000-4000-8000-000000000000"),
            "by its id",
        ),
        (
            PersonalAccessToken::new(name, secret).site("Marketing Team"),
            "display name",
        ),
    ];
    for (token, cause) in cases {
        let error = client.sign_in(token).await.expect_err(cause);
        assert_eq!(
            (error.kind(), error.code(), error.status()),
            (ErrorKind::SignInRefused, Some("401001"), Some(401))
        );
        assert!(
            error.causes().iter().any(|found| found.contains(cause)),
            "{cause}: {:?}",
            error.causes()
        );
        assert!(error.hint().is_some());
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains(secret) && !shown.contains(&wrong_secret),
            "an error never shows a secret"
        );
    }
    Ok(())
}

/// A version that the server lacks, and a call that the version lacks.
pub async fn versions(target: &Target) -> Outcome {
    let builder =
        || tableau_client::Client::builder(target.address.as_str()).transport(target.transport.clone());
    let client = builder().api_version(Version::new(3, 99)).build()?;
    let error = client
        .sign_in(target.token())
        .await
        .expect_err("no server has version 3.99");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::UnsupportedVersion, Some("404001"))
    );
    assert!(error.hint().is_some());

    let client = builder().api_version(Version::new(2, 4)).build()?;
    let site = client.sign_in(target.token()).await?;
    let error = site
        .call(GetCurrentSession)
        .await
        .expect_err("2.4 has no sessions");
    assert_eq!(
        (error.kind(), error.reached()),
        (ErrorKind::UnsupportedVersion, Reached::No)
    );
    site.sign_out().await
}

/// Every collection lists, pages, and gets what it lists.
pub async fn collections(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    pages_agree(&site, |workbook: &tableau_client::Workbook| &workbook.id).await?;
    pages_agree(&site, |view: &tableau_client::View| &view.id).await?;
    pages_agree(&site, |project: &tableau_client::Project| &project.id).await?;
    pages_agree(&site, |datasource: &tableau_client::Datasource| &datasource.id).await?;
    pages_agree(&site, |user: &tableau_client::User| &user.id).await?;
    gets_what_it_lists::<tableau_client::Workbook>(&site).await?;
    gets_what_it_lists::<tableau_client::Datasource>(&site).await?;
    gets_what_it_lists::<tableau_client::User>(&site).await?;
    gets_what_it_lists::<tableau_client::View>(&site).await?;
    site.sign_out().await
}

/// The pages of a list hold every item once, whatever their size.
async fn pages_agree<R: Listed>(site: &Site, id: fn(&R) -> &Id<R>) -> Outcome {
    let list = site.collection::<R>();
    let first = list.list().await?;
    let total = usize::try_from(first.total_available).expect("a total that fits");
    assert_eq!((first.page_number, first.page_size), (1, 100));
    assert_eq!(first.items.len(), total.min(100), "{}", R::WRAPPER);

    let all: Vec<R> = list.list().all().try_collect().await?;
    let by_seven: Vec<R> = list.list().page_size(7).all().try_collect().await?;
    let ids: HashSet<&str> = all.iter().map(|item| id(item).as_str()).collect();
    assert_eq!(
        (all.len(), by_seven.len(), ids.len()),
        (total, total, total),
        "{}",
        R::WRAPPER
    );
    assert!(
        by_seven.iter().zip(&all).all(|(a, b)| id(a) == id(b)),
        "{}: the order is the same for every page size",
        R::WRAPPER
    );

    let beyond = list
        .list()
        .page_size(10)
        .page_number((total as u64).div_ceil(10).max(1) + 1);
    let error = beyond.await.expect_err("there is no page beyond the last");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::BadRequest, Some("400006")),
        "{}",
        R::WRAPPER
    );
    let error = list.list().page_size(1001).await.expect_err("1000 is the most");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Forbidden, Some("403014")),
        "{}",
        R::WRAPPER
    );
    let error = list.list().page_size(0).await.expect_err("a page has items");
    assert_eq!(error.code(), Some("400007"), "{}", R::WRAPPER);
    Ok(())
}

async fn gets_what_it_lists<R>(site: &Site) -> Outcome
where
    R: Listed + Fetched<One = R, Answer = R>,
{
    let collection = site.collection::<R>();
    for item in collection.list().page_size(5).await? {
        let same = collection.get(item.id()).await?;
        assert_eq!(same.id(), item.id());
    }
    let error = collection
        .get("00000000-0000-4000-8000-000000000000")
        .await
        .expect_err("there is none");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::NotFound, Some(R::MISSING)),
        "{}",
        R::WRAPPER
    );
    assert!(error.hint().is_some());
    let error = collection
        .get("")
        .await
        .expect_err("an empty identifier is not sent");
    assert_eq!((error.kind(), error.reached()), (ErrorKind::Input, Reached::No));
    Ok(())
}

/// Filters find all matches and no others; filters that servers lack are refused before they are sent.
pub async fn filters(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    let workbooks = site.workbooks();
    let all: Vec<_> = workbooks.list().all().try_collect().await?;
    // Tableau cannot filter by a name with its separators in it.
    let some = all
        .iter()
        .find(|workbook| !workbook.name.contains([',', '&', '[', ']', ':']));
    let some = some.expect("a workbook with a plain name");

    let found = workbooks.list().filter(Filter::eq("name", &some.name)).await?;
    assert_eq!(
        found.total_available,
        all.iter().filter(|workbook| workbook.name == some.name).count() as u64
    );
    assert!(found.items.iter().all(|workbook| workbook.name == some.name));

    let found = workbooks
        .list()
        .filter(Filter::one_of("name", [some.name.as_str(), "no such workbook"]))
        .await?;
    assert!(found.items.iter().all(|workbook| workbook.name == some.name) && !found.items.is_empty());

    let created = some
        .created_at
        .as_ref()
        .expect("a workbook has a date")
        .to_string();
    let newer = Filter::default().and("createdAt", tableau_client::Operator::Gt, &created);
    let found = workbooks
        .list()
        .filter(newer)
        .all()
        .try_collect::<Vec<_>>()
        .await?;
    assert!(found.iter().all(|workbook| workbook.created_at > some.created_at));
    let expected = all
        .iter()
        .filter(|workbook| workbook.created_at > some.created_at)
        .count();
    assert_eq!(found.len(), expected);

    let none = workbooks
        .list()
        .filter(Filter::eq("name", "no such workbook"))
        .await?;
    assert_eq!((none.total_available, none.items.len()), (0, 0));

    for filter in ["nonsense:eq:1", "name:gt:x", "createdAt:gt:yesterday"] {
        let error = workbooks.list().filter(filter.parse()?).await.expect_err(filter);
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::BadRequest, Some("400065")),
            "{filter}"
        );
        assert!(error.hint().is_some());
    }
    let error = workbooks
        .list()
        .filter(Filter::eq("name", "Profit & Loss"))
        .await
        .expect_err("it has an ampersand");
    assert_eq!((error.kind(), error.reached()), (ErrorKind::Input, Reached::No));
    site.sign_out().await
}

/// Lists come in the order that was asked for.
pub async fn sorting(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    let created = |sort| site.workbooks().list().sort(sort).all().try_collect::<Vec<_>>();
    let up = created(Sort::asc("createdAt").then("name", Direction::Asc)).await?;
    let down = created(Sort::desc("createdAt").then("name", Direction::Desc)).await?;
    assert!(up.is_sorted_by_key(|workbook| workbook.created_at.clone()));
    assert!(
        up.iter()
            .map(|workbook| &workbook.created_at)
            .eq(down.iter().rev().map(|workbook| &workbook.created_at))
    );
    let error = site
        .workbooks()
        .list()
        .sort(Sort::asc("nonsense"))
        .await
        .expect_err("there is no such field");
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    site.sign_out().await
}

/// A list has the fields that were asked for.
pub async fn fields(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    let few = site
        .workbooks()
        .list()
        .fields(Fields::only(["name"]))
        .page_size(1)
        .await?;
    let workbook = few.items.first().expect("a site has workbooks");
    assert!(!workbook.name.is_empty() && workbook.created_at.is_none());
    let more = site.workbooks().list().fields(Fields::all()).page_size(1).await?;
    let owner = more
        .items
        .first()
        .and_then(|workbook| workbook.owner.as_ref())
        .expect("a workbook has an owner");
    assert!(
        owner.full_name.is_some() || owner.site_role.is_some(),
        "all fields have more about the owner"
    );
    site.sign_out().await
}
