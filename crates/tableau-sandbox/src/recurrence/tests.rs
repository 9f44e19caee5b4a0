//! Schedules against a plain reference, minute by minute of the wall clock, across changes to and from daylight time.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use tableau_wire::Items;

use super::*;

/// Pacific time: the rule in the form of POSIX, and its changes in these years as instants, by hand.
const PACIFIC: &str = "PST8PDT,M3.2.0,M11.1.0";
const DAYLIGHT: [(&str, &str); 2] = [
    ("2026-03-08T10:00:00Z", "2026-11-01T09:00:00Z"),
    ("2027-03-14T10:00:00Z", "2027-11-07T09:00:00Z"),
];
/// The days that are compared.
const COMPARED: i64 = 500;

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn is_daylight(at: Timestamp) -> bool {
    static TIMES: LazyLock<[Range<Timestamp>; 2]> =
        LazyLock::new(|| DAYLIGHT.map(|(begin, end)| instant(begin)..instant(end)));
    TIMES.iter().any(|times| times.contains(&at))
}

/// The instant of a wall clock that shows this many minutes after the first midnight: of two the first, and of none what would be after the change.
fn of_wall_clock(minutes: i64) -> Timestamp {
    let as_utc = instant("2026-01-01T00:00:00Z") + SignedDuration::from_mins(minutes);
    let daylight = as_utc + SignedDuration::from_hours(7);
    if is_daylight(daylight) {
        return daylight;
    }
    as_utc + SignedDuration::from_hours(8)
}

/// A schedule for the reference: which days, the first minute of the day, and the distance and the last minute.
struct Plain {
    day: fn(Date) -> bool,
    start: i64,
    repeat: Option<(i64, i64)>,
}

impl Plain {
    fn times(&self) -> Vec<Timestamp> {
        let first = Date::constant(2026, 1, 1);
        let mut times = Vec::new();
        for day in 0..COMPARED {
            if !(self.day)(first + Span::new().days(day)) {
                continue;
            }
            let midnight = day * 24 * 60;
            for minute in self.start..self.start + 24 * 60 {
                let due = match self.repeat {
                    None => minute == self.start,
                    Some((distance, last)) => {
                        let last = if last <= self.start { last + 24 * 60 } else { last };
                        (minute - self.start) % distance == 0 && minute <= last
                    }
                };
                if due {
                    times.push(of_wall_clock(midnight + minute));
                }
            }
        }
        times.sort();
        times.dedup();
        times
    }
}

fn interval(hours: u64, minutes: u64, week_day: &str, month_day: &str) -> Interval {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Interval::new().with(|interval| {
        interval.hours = (hours > 0).then_some(hours);
        interval.minutes = (minutes > 0).then_some(minutes);
        interval.week_day = text(week_day);
        interval.month_day = text(month_day);
    })
}

fn recurrence(frequency: &Frequency, start: &str, end: &str, intervals: Vec<Interval>) -> Recurrence {
    let details = FrequencyDetails::new(start).with(|details| {
        details.end = (!end.is_empty()).then(|| end.to_owned());
        details.intervals = Some(Items(intervals));
    });
    Recurrence::of(frequency, &details).unwrap()
}

#[track_caller]
fn agree(recurrence: &Recurrence, plain: &Plain) {
    let zone = TimeZone::posix(PACIFIC).unwrap();
    let wanted = plain.times();
    let last = *wanted.last().unwrap();
    let mut found = Vec::new();
    let mut now = of_wall_clock(plain.start) - SignedDuration::from_mins(1);
    // What began on the day before the first is not in the reference.
    while let Some(due) = recurrence.next(now, &zone).filter(|due| *due <= last) {
        assert!(due > now);
        if due >= *wanted.first().unwrap() {
            found.push(due);
        }
        now = due;
    }
    let (wanted, found): (BTreeSet<_>, BTreeSet<_>) =
        (wanted.into_iter().collect(), found.into_iter().collect());
    let missing: Vec<_> = wanted.difference(&found).take(3).collect();
    let more: Vec<_> = found.difference(&wanted).take(3).collect();
    assert!(
        missing.is_empty() && more.is_empty(),
        "{recurrence:?}: missing {missing:?}, more {more:?}"
    );
}

#[test]
fn hourly_schedules_come_due_by_the_wall_clock() {
    for (start, first) in [("00:00:00", 0), ("01:45:00", 105)] {
        for (end, last) in [("18:00:00", 18 * 60)] {
            for (hours, minutes) in [(0, 15), (0, 30), (1, 0), (2, 0), (4, 0), (6, 0), (8, 0), (12, 0)] {
                let distance = i64::try_from(hours * 60 + minutes).unwrap();
                let plain = Plain {
                    day: |_| true,
                    start: first,
                    repeat: Some((distance, last)),
                };
                let intervals = vec![interval(hours, minutes, "", "")];
                agree(&recurrence(&Frequency::Hourly, start, end, intervals), &plain);
            }
        }
    }
}

#[test]
fn times_go_on_after_midnight_if_the_end_is_before_the_start() {
    let plain = Plain {
        day: |_| true,
        start: 22 * 60,
        repeat: Some((120, 4 * 60)),
    };
    let intervals = vec![interval(2, 0, "", "")];
    agree(
        &recurrence(&Frequency::Hourly, "22:00:00", "04:00:00", intervals),
        &plain,
    );
}

#[test]
fn daily_weekly_and_monthly_schedules_come_due_on_their_days() {
    // 02:30 is left out on one day a year, and 01:30 is there twice on another.
    for (start, first) in [("02:30:00", 150), ("01:30:00", 90), ("23:59:00", 23 * 60 + 59)] {
        let plain = |day: fn(Date) -> bool| Plain {
            day,
            start: first,
            repeat: None,
        };
        let is = |frequency: Frequency, intervals: Vec<Interval>, day: fn(Date) -> bool| {
            agree(&recurrence(&frequency, start, "", intervals), &plain(day));
        };
        is(Frequency::Daily, vec![], |_| true);
        let weekend = vec![interval(0, 0, "Sunday", ""), interval(0, 0, "Saturday", "")];
        is(Frequency::Weekly, weekend, |date| {
            [Weekday::Sunday, Weekday::Saturday].contains(&date.weekday())
        });
        is(
            Frequency::Monthly,
            vec![interval(0, 0, "", "31"), interval(0, 0, "", "1")],
            |date| [1, 31].contains(&date.day()),
        );
        is(Frequency::Monthly, vec![interval(0, 0, "", "LastDay")], |date| {
            date.tomorrow().unwrap().day() == 1
        });
        is(
            Frequency::Monthly,
            vec![interval(0, 0, "Monday", "First")],
            |date| date.weekday() == Weekday::Monday && date.day() <= 7,
        );
        is(
            Frequency::Monthly,
            vec![interval(0, 0, "Friday", "LastDay")],
            |date| date.weekday() == Weekday::Friday && (date + Span::new().days(7)).month() != date.month(),
        );
    }
}

#[test]
fn a_daily_schedule_of_tableau_cloud_repeats_on_its_days() {
    let plain = Plain {
        day: |date| date.weekday() == Weekday::Tuesday,
        start: 18 * 60 + 20,
        repeat: Some((120, 23 * 60)),
    };
    let intervals = vec![interval(2, 0, "", ""), interval(0, 0, "Tuesday", "")];
    agree(
        &recurrence(&Frequency::Daily, "18:20:00", "23:00:00", intervals),
        &plain,
    );
    // Once a day, as Tableau writes it: an end that is the start, and 24 hours.
    let once = Plain {
        repeat: None,
        ..plain
    };
    let intervals = vec![interval(24, 0, "", ""), interval(0, 0, "Tuesday", "")];
    agree(
        &recurrence(&Frequency::Daily, "18:20:00", "18:20:00", intervals),
        &once,
    );
}

#[test]
fn times_have_their_seconds() {
    // As TSC writes times with microseconds and with a zone.
    for start in ["08:30:00", "08:30:00.500000", "08:30:00+00:00"] {
        recurrence(&Frequency::Daily, start, "", vec![]);
    }
    for start in [
        "",
        "8:30:00",
        "08:30",
        "08",
        "0830",
        "T08:30:00",
        "08:30:60x",
        "08:30:00 ",
        "2026-01-01T08:30:00",
    ] {
        let details = FrequencyDetails::new(start);
        let wrong = Recurrence::of(&Frequency::Daily, &details).unwrap_err();
        assert!(wrong.contains("is not a time of the day"), "{start}: {wrong}");
    }
}

#[test]
fn hourly_schedules_have_an_end_and_on_tableau_cloud_one_in_step() {
    let details = |end: Option<&str>| {
        FrequencyDetails::new("08:30:00").with(|details| {
            details.end = end.map(str::to_owned);
            details.intervals = Some(Items(vec![interval(1, 0, "", "")]));
        })
    };
    let read = |of: fn(&Frequency, &FrequencyDetails) -> Result<Recurrence, String>, end| {
        of(&Frequency::Hourly, &details(end)).is_ok()
    };
    for (end, on_server, on_cloud) in [
        (None, false, false),
        (Some("20:30:00"), true, true),
        (Some("20:00:00"), true, false),
        (Some("07:30:00"), true, false),
        (Some("08:30:00"), true, false),
    ] {
        assert_eq!(read(Recurrence::of, end), on_server, "{end:?}");
        assert_eq!(read(Recurrence::of_cloud, end), on_cloud, "{end:?}");
    }
}
