//! Every page of a list.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::support::{Fake, Seen, document, error};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tableau_client::{Client, ErrorKind, Filter, Sort, Workbook};

fn parameter(path: &str, name: &str) -> Option<u64> {
    let query = path.split_once('?')?.1;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

/// A list of `total` workbooks.
fn list(total: u64) -> impl Fn(&Seen) -> Result<(u16, String), tableau_client::TransportError> + Send + Sync {
    move |seen| Ok(page(&seen.1, total))
}

fn page(path: &str, total: u64) -> (u16, String) {
    let number = parameter(path, "pageNumber").unwrap_or(1);
    let size = parameter(path, "pageSize").unwrap_or(100);
    let first = (number - 1) * size;
    if number > 1 && first >= total {
        return (400, error("400006"));
    }
    let items: String = (first..total.min(first + size))
        .map(|n| format!("<workbook id=\"{n}\" name=\"Workbook {n}\"/>"))
        .collect();
    let pagination =
        format!("<pagination pageNumber=\"{number}\" pageSize=\"{size}\" totalAvailable=\"{total}\"/>");
    (
        200,
        document(&format!("{pagination}<workbooks>{items}</workbooks>")),
    )
}

fn ids(workbooks: &[Workbook]) -> Vec<u64> {
    workbooks
        .iter()
        .map(|workbook| workbook.id.as_str().parse().unwrap())
        .collect()
}

#[tokio::test]
async fn every_item_comes_once_and_in_order() {
    for (total, size) in [(0, 7), (1, 7), (7, 7), (8, 7), (100, 7), (2500, 1000)] {
        let fake = Fake::signed_in(list(total));
        let mut all = fake.site().await.workbooks().list().page_size(size).all();
        let workbooks: Vec<_> = all.by_ref().try_collect().await.unwrap();
        assert_eq!(ids(&workbooks), (0..total).collect::<Vec<_>>());
        assert_eq!(all.total_available(), Some(total));
        let asked = fake
            .paths()
            .iter()
            .filter(|path| path.contains("/workbooks"))
            .count() as u64;
        assert_eq!(
            asked,
            total.div_ceil(size).max(1),
            "no page is asked for twice, none beyond the last"
        );
    }
}

/// A gateway that gives ten items at a time, whatever is asked for.
#[tokio::test]
async fn smaller_pages_than_were_asked_for_are_followed() {
    let smaller = |path: &str| path.replace("pageSize=1000", "pageSize=10");
    let fake = Fake::signed_in(move |seen| Ok(page(&smaller(&seen.1), 37)));
    let mut all = fake.site().await.workbooks().list().page_size(1000).all();
    let workbooks: Vec<_> = all.by_ref().try_collect().await.unwrap();
    assert_eq!(ids(&workbooks), (0..37).collect::<Vec<_>>());
    assert_eq!(all.total_available(), Some(37));
}

#[tokio::test]
async fn it_starts_where_it_is_told() {
    let fake = Fake::signed_in(list(30));
    let all = fake
        .site()
        .await
        .workbooks()
        .list()
        .page_size(10)
        .page_number(2)
        .all();
    assert_eq!(
        ids(&all.try_collect::<Vec<_>>().await.unwrap()),
        (10..30).collect::<Vec<_>>()
    );
}

/// Many small pages, since they take little memory, and few of a thousand items.
#[tokio::test]
async fn pages_are_fetched_ahead() {
    for (size, ahead) in [(10, 8), (100, 8), (500, 6), (1000, 3)] {
        let fake = Fake::signed_in(list(20 * size));
        let mut all = fake.site().await.workbooks().list().page_size(size).all();
        // The second page is used: the ones after it have been asked for.
        for _ in 0..=size {
            all.next().await.unwrap().unwrap();
        }
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let asked = fake
            .paths()
            .iter()
            .filter(|path| path.contains("/workbooks"))
            .count();
        assert_eq!(asked, 1 + ahead, "pages of {size}");
        drop(all);
    }
}

/// The answer to a page that was asked for later may be older: it was asked for ahead, and the page before it was slow.
#[tokio::test]
async fn a_page_that_was_fetched_before_a_change_is_asked_for_again() {
    let asked = AtomicU64::new(0);
    let fake = Fake::signed_in(move |seen| {
        let number = parameter(&seen.1, "pageNumber").unwrap_or(1);
        let is_new = match number {
            1 => false,
            2 => true,
            _ => asked.fetch_add(1, Ordering::Relaxed) > 0,
        };
        Ok(page(&seen.1, if is_new { 6 } else { 5 }))
    });
    let list = fake.site().await.workbooks().list().page_size(2);
    let workbooks: Vec<_> = list.all().try_collect().await.unwrap();
    assert_eq!(ids(&workbooks), (0..6).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_list_that_shrinks_ends_early() {
    let asked = AtomicU64::new(0);
    let fake = Fake::signed_in(move |seen| {
        let total = if asked.fetch_add(1, Ordering::SeqCst) == 0 {
            50
        } else {
            20
        };
        Ok(page(&seen.1, total))
    });
    let all = fake.site().await.workbooks().list().page_size(10).all();
    assert_eq!(
        ids(&all.try_collect::<Vec<_>>().await.unwrap()),
        (0..20).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_page_of_another_size_will_do_if_it_has_everything() {
    for (size, total) in [(5, 5), (20, 12), (100, 0), (5, 6), (20, 21)] {
        let fake = Fake::signed_in(move |_| Ok(page(&format!("?pageSize={size}"), total)));
        let all = fake.site().await.workbooks().list().page_size(10).all();
        match all.try_collect::<Vec<_>>().await {
            Ok(items) => assert_eq!(ids(&items), (0..total).collect::<Vec<_>>()),
            Err(error) => {
                assert!(total > size, "{total} in pages of {size}: {error}");
                assert_eq!(error.kind(), ErrorKind::PaginationInconsistent);
            }
        }
    }
}

#[tokio::test]
async fn a_first_page_that_does_not_exist_is_an_error() {
    let fake = Fake::signed_in(list(10));
    let mut all = fake
        .site()
        .await
        .workbooks()
        .list()
        .page_size(10)
        .page_number(5)
        .all();
    let failed = all.next().await.unwrap().unwrap_err();
    assert_eq!(failed.code(), Some("400006"));
    assert!(all.next().await.is_none());
}

#[tokio::test]
async fn an_error_comes_in_its_place_and_ends_the_list() {
    let fake = Fake::signed_in(|seen| match parameter(&seen.1, "pageNumber") {
        Some(3) => Ok((500, error("500000"))),
        _ => Ok(page(&seen.1, 50)),
    });
    let results: Vec<_> = fake
        .site()
        .await
        .workbooks()
        .list()
        .page_size(10)
        .all()
        .collect()
        .await;
    assert_eq!(results.len(), 21);
    assert!(results[..20].iter().all(Result::is_ok));
    assert_eq!(results[20].as_ref().unwrap_err().kind(), ErrorKind::Server);
}

#[test]
fn blocking_lists_are_iterators() {
    let fake = Fake::signed_in(list(25));
    let client: Client<_> = fake.client().blocking().unwrap();
    let site = client.sign_in(crate::support::token()).unwrap();
    let all: Result<Vec<_>, _> = site.workbooks().list().page_size(10).all().collect();
    assert_eq!(ids(&all.unwrap()), (0..25).collect::<Vec<_>>());
    let names: Vec<_> = site
        .workbooks()
        .list()
        .page_size(10)
        .all()
        .take(3)
        .map(|workbook| workbook.unwrap().name)
        .collect();
    assert_eq!(names, ["Workbook 0", "Workbook 1", "Workbook 2"]);
}

/// A list that is filtered twice has what passes both.
#[tokio::test]
async fn filters_and_sorts_add_up() {
    let fake = Fake::signed_in(list(0));
    let site = fake.site().await;
    let list = site.workbooks().list().filter(Filter::eq("name", "A"));
    let list = list.filter(Filter::eq("ownerName", "admin"));
    list.sort(Sort::asc("name"))
        .sort(Sort::desc("createdAt"))
        .await
        .unwrap();
    let path = fake.paths().pop().unwrap();
    assert!(path.contains("filter=name:eq:A,ownerName:eq:admin"), "{path}");
    assert!(path.contains("sort=name:asc,createdAt:desc"), "{path}");
}
