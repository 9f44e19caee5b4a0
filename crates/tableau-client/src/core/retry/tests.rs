//! The policy as a table, without a network.

use super::*;
use crate::transport::{Limits, Timeouts};

const SECOND: Duration = Duration::from_secs(1);

fn bounds() -> Bounds {
    Bounds::new(Timeouts::default(), Limits::default())
}

/// How many attempts are made if each has this outcome.
fn attempts(bounds: &Bounds, idempotent: bool, outcome: Outcome) -> u32 {
    let mut tries = Tries::of(bounds, idempotent, bounds.deadline(false));
    (1..).find(|_| tries.next(outcome).is_none()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_may_have_arrived_is_repeated_only_if_idempotent() {
    for (outcome, idempotent, otherwise) in [
        (Outcome::Answered, 1, 1),
        (Outcome::Failed, 1, 1),
        (Outcome::NotSent, 3, 3),
        (Outcome::Broken, 3, 1),
        (Outcome::Late, 3, 1),
        (Outcome::Refused(None), 3, 1),
        (Outcome::Refused(Some(10 * SECOND)), 3, 1),
        (Outcome::Refused(Some(30 * SECOND)), 3, 1),
        (Outcome::Refused(Some(31 * SECOND)), 1, 1),
        (Outcome::Refused(Some(Duration::MAX)), 1, 1),
    ] {
        let bounds = bounds();
        assert_eq!(attempts(&bounds, true, outcome), idempotent, "{outcome:?}");
        assert_eq!(attempts(&bounds, false, outcome), otherwise, "{outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_take_minutes_is_waited_for_once() {
    let bounds = bounds();
    for (mut tries, again) in [
        (Tries::of(&bounds, true, None), false),
        (Tries::of(&bounds, true, None).also_late(), true),
        (Tries::of(&bounds, true, bounds.deadline(false)), true),
    ] {
        assert_eq!(tries.next(Outcome::Late).is_some(), again);
        assert!(tries.fresh && tries.may_have_arrived);
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_are_random_and_bounded_and_retry_after_is_obeyed() {
    let bounds = bounds();
    let pauses = |outcome| {
        let mut tries = Tries::of(&bounds, true, None);
        [tries.next(outcome).unwrap(), tries.next(outcome).unwrap()]
    };
    let of_own: Vec<_> = (0..20).map(|_| pauses(Outcome::NotSent)).collect();
    assert!(
        of_own
            .iter()
            .all(|[first, second]| *first <= SECOND / 2 && *second <= SECOND)
    );
    assert!(of_own.iter().any(|pauses| *pauses != of_own[0]));
    for wanted in [Duration::ZERO, SECOND, 30 * SECOND] {
        for pause in pauses(Outcome::Refused(Some(wanted))) {
            assert!(
                (wanted..=wanted + wanted / 10).contains(&pause),
                "{wanted:?}: {pause:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_pause_goes_beyond_the_time_of_the_call() {
    let bounds = Bounds::new(Timeouts::all(5 * SECOND), Limits::default());
    let mut tries = Tries::of(&bounds, true, bounds.deadline(false));
    assert_eq!(tries.next(Outcome::Refused(Some(10 * SECOND))), None);
    let mut tries = Tries::of(&bounds, true, bounds.deadline(false));
    assert!(tries.next(Outcome::Refused(Some(SECOND))).is_some());
    tokio::time::advance(5 * SECOND).await;
    assert_eq!(tries.next(Outcome::Refused(Some(SECOND))), None);
}

#[tokio::test]
async fn ten_thousand_calls_that_all_fail_make_a_fifth_more_requests_at_most() {
    for outcome in [Outcome::NotSent, Outcome::Broken, Outcome::Refused(None)] {
        let bounds = bounds();
        let sent: u32 = (0..10_000).map(|_| attempts(&bounds, true, outcome)).sum();
        assert!((10_200..=12_000).contains(&sent), "{outcome:?}: {sent}");
    }
}

#[tokio::test]
async fn connections_that_the_server_closes_after_each_answer_cost_nothing() {
    let bounds = bounds();
    assert_eq!(attempts(&bounds, true, Outcome::Answered), 1);
    for number in 0..10_000 {
        let mut tries = Tries::of(&bounds, true, bounds.deadline(false));
        assert!(tries.next(Outcome::Broken).is_some(), "{number}");
        assert!(tries.fresh && tries.may_have_arrived);
        assert_eq!(tries.next(Outcome::Answered), None);
    }
}

#[test]
fn without_a_runtime_there_is_one_attempt() {
    assert_eq!(attempts(&bounds(), true, Outcome::NotSent), 1);
}

#[test]
fn retry_after_comes_in_seconds_or_as_a_date() {
    let after = |text: &str, date: Option<&str>| {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers)
    };
    let date = Some("Wed, 21 Oct 2026 07:28:00 GMT");
    for (text, expected) in [
        ("0", Some(Duration::ZERO)),
        ("7", Some(7 * SECOND)),
        (" 120 ", Some(120 * SECOND)),
        ("100000000000000000000", Some(Duration::MAX)),
        ("Wed, 21 Oct 2026 07:28:20 GMT", Some(20 * SECOND)),
        ("Wed, 21 Oct 2026 07:27:00 GMT", Some(Duration::ZERO)),
        ("Wednesday, 21-Oct-26 07:28:20 GMT", Some(20 * SECOND)),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("5 s", None),
    ] {
        assert_eq!(after(text, date), expected, "{text:?}");
    }
    // Without a date the local clock counts; with one that cannot be read too.
    let local = httpdate::fmt_http_date(SystemTime::now() + 20 * SECOND);
    for date in [None, Some("yesterday")] {
        let wait = after(&local, date).unwrap();
        assert!((18 * SECOND..=20 * SECOND).contains(&wait), "{wait:?}");
    }
    assert_eq!(retry_after(&HeaderMap::new()), None);
}
