//! When schedules come due.

use std::iter::successors;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use tableau_wire::rest::schedules::{Frequency, FrequencyDetails, Interval};

/// How many days are looked through for the next time: there is a fifth Monday, and a 31st, in each of them.
const DAYS: i64 = 366;
/// How often a schedule comes due in three hours, at most: every 15 minutes.
const IN_THREE_HOURS: usize = 12;

/// When a schedule comes due, in the time of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recurrence {
    days: Days,
    start: Time,
    /// The distance between two times of a day and the last of them, for schedules with several.
    repeat: Option<(SignedDuration, Time)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    Every,
    OfWeek(Vec<Weekday>),
    OfMonth(Vec<DayOfMonth>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayOfMonth {
    Number(i8),
    Last,
    /// The first to the fifth of a day of the week.
    Nth(i8, Weekday),
    /// The last of a day of the week.
    LastOf(Weekday),
}

impl Recurrence {
    /// Reads when a schedule comes due, or says what is wrong with it.
    pub(crate) fn of(frequency: &Frequency, details: &FrequencyDetails) -> Result<Self, String> {
        let start = time_of("start", &details.start)?;
        let end = details
            .end
            .as_deref()
            .map(|end| time_of("end", end))
            .transpose()?;
        let intervals = details
            .intervals
            .as_deref()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if *frequency == Frequency::Hourly && end.is_none() {
            return Err("an hourly schedule has an end, such as 23:00:00".to_owned());
        }
        let repeat = repeat(frequency, intervals, end.unwrap_or(start))?;
        let days = match frequency {
            Frequency::Hourly | Frequency::Daily | Frequency::Weekly => {
                if let Some(day) = intervals.iter().find_map(|interval| interval.month_day.as_ref()) {
                    return Err(format!("monthDay=\"{day}\" is for monthly schedules"));
                }
                let days = intervals
                    .iter()
                    .filter_map(|interval| interval.week_day.as_deref());
                let days: Vec<_> = days.map(weekday).collect::<Result<_, _>>()?;
                match (frequency, days.is_empty()) {
                    (Frequency::Weekly, true) => return Err("a weekly schedule names its days".to_owned()),
                    (_, true) => Days::Every,
                    (_, false) => Days::OfWeek(days),
                }
            }
            Frequency::Monthly => {
                let days: Vec<_> = intervals.iter().map(day_of_month).collect::<Result<_, _>>()?;
                if days.is_empty() {
                    return Err("a monthly schedule names its days".to_owned());
                }
                Days::OfMonth(days)
            }
            other => return Err(format!("there is no frequency \"{other}\"")),
        };
        Ok(Self { days, start, repeat })
    }

    /// The same for the schedule that a task or a subscription of Tableau Cloud has of its own.
    ///
    /// Source: the documentation of Tableau's MCP server says which hourly schedules Tableau Cloud takes.
    pub(crate) fn of_cloud(frequency: &Frequency, details: &FrequencyDetails) -> Result<Self, String> {
        let recurrence = Self::of(frequency, details)?;
        let start = recurrence.start;
        match recurrence.repeat {
            Some((_, end)) if *frequency == Frequency::Hourly => {
                let in_hour = |time: Time| (time.minute(), time.second());
                if in_hour(end) != in_hour(start) {
                    return Err("the end of an hourly schedule has the minutes of its start".to_owned());
                }
                if end <= start {
                    return Err("the end of an hourly schedule is after its start".to_owned());
                }
            }
            _ => {}
        }
        Ok(recurrence)
    }

    /// Whether a schedule of Tableau Cloud's own lacks the days that it needs (text and code by tableau-migration-sdk#41).
    pub(crate) fn lacks_day(frequency: &Frequency, details: &FrequencyDetails) -> bool {
        let intervals = details.intervals.iter().flat_map(|intervals| &intervals.0);
        matches!(frequency, Frequency::Hourly | Frequency::Daily)
            && !intervals.into_iter().any(|interval| interval.week_day.is_some())
    }

    /// The first time after another at which it comes due.
    pub(crate) fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let now = after.to_zoned(zone.clone()).datetime();
        // A change of the clock moves times by less.
        let from = now.saturating_sub(SignedDuration::from_hours(3));
        // Times that begin on the day before may go on after midnight.
        (-1..DAYS).find_map(|ahead| {
            let date = now.date().checked_add(Span::new().try_days(ahead).ok()?).ok()?;
            self.on(date, from, zone).filter(|due| *due > after).min()
        })
    }

    /// Times that begin on a day, from one on: those three hours before and after now, and one more. A time that such a change leaves out
    /// comes after it, and one that there is twice comes once.
    fn on<'z>(
        &self,
        date: Date,
        from: DateTime,
        zone: &'z TimeZone,
    ) -> impl Iterator<Item = Timestamp> + use<'z> {
        let first = date.to_datetime(self.start);
        let (distance, last) = match self.repeat {
            None => (SignedDuration::from_hours(24), first),
            Some((distance, end)) if end <= self.start => (
                distance,
                date.to_datetime(end).saturating_add(Span::new().days(1)),
            ),
            Some((distance, end)) => (distance, date.to_datetime(end)),
        };
        // Until the same time of the next day, which has times of its own.
        let is_full_day = self.repeat.is_some_and(|(_, end)| end == self.start);
        let passed = from.duration_since(first).as_secs().max(0) / distance.as_secs();
        let passed = SignedDuration::from_secs(passed * distance.as_secs());
        let times = successors(Some(first.saturating_add(passed)), move |time| {
            Some(time.saturating_add(distance))
        });
        let times = times.take_while(move |time| *time < last || *time == last && !is_full_day);
        let most = match self.days.include(date) {
            true => 2 * IN_THREE_HOURS + 2,
            false => 0,
        };
        let near = times.filter(move |time| *time >= from).take(most);
        near.filter_map(|time| {
            zone.to_ambiguous_zoned(time)
                .compatible()
                .ok()
                .map(|zoned| zoned.timestamp())
        })
    }
}

impl Days {
    fn include(&self, date: Date) -> bool {
        match self {
            Self::Every => true,
            Self::OfWeek(days) => days.contains(&date.weekday()),
            Self::OfMonth(days) => days.iter().any(|day| match *day {
                DayOfMonth::Number(number) => date.day() == number,
                DayOfMonth::Last => date.day() == date.days_in_month(),
                DayOfMonth::Nth(nth, weekday) => date.weekday() == weekday && (date.day() - 1) / 7 + 1 == nth,
                DayOfMonth::LastOf(weekday) => {
                    date.weekday() == weekday && date.day() + 7 > date.days_in_month()
                }
            }),
        }
    }
}

/// Writes details that can come due as Tableau does: times in whole seconds and without a zone, days by their names. Its own library reads no others.
pub(crate) fn normalize(details: &mut FrequencyDetails) {
    for text in [Some(&mut details.start), details.end.as_mut()]
        .into_iter()
        .flatten()
    {
        if let Ok(time) = time_of("time", text) {
            *text = format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
        }
    }
    let intervals = details
        .intervals
        .iter_mut()
        .flat_map(|intervals| &mut intervals.0);
    for interval in intervals {
        for text in [&mut interval.week_day, &mut interval.month_day]
            .into_iter()
            .flatten()
        {
            let known = WEEKDAYS.iter().map(|(name, _)| *name).chain(ORDINALS).chain(LAST);
            if let Some(name) = known.into_iter().find(|name| name.eq_ignore_ascii_case(text)) {
                name.clone_into(text);
            }
        }
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Sunday", Weekday::Sunday),
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
];
const ORDINALS: [&str; 5] = ["First", "Second", "Third", "Fourth", "Fifth"];
const LAST: [&str; 2] = ["LastDay", "Last"];

/// A time of the day as the schema has it (`xs:time`): with its seconds, and with a zone at most, which is not looked at.
fn time_of(name: &str, text: &str) -> Result<Time, String> {
    let is_whole = matches!(text.as_bytes(), [_, _, b':', _, _, b':', _, _, ..]);
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b":.+-".contains(&byte));
    let time = Time::from_str(text).ok().filter(|_| is_whole && is_plain);
    time.ok_or_else(|| format!("{name}=\"{text}\" is not a time of the day, such as 08:30:00"))
}

/// The distance of the times of a day, with the last of them.
fn repeat(
    frequency: &Frequency,
    intervals: &[Interval],
    end: Time,
) -> Result<Option<(SignedDuration, Time)>, String> {
    let mut distances = intervals
        .iter()
        .filter_map(|interval| match (interval.hours, interval.minutes) {
            (Some(hours), None) => Some(whole(hours, 60, &[1, 2, 4, 6, 8, 12, 24])),
            (None, Some(minutes)) => Some(whole(minutes, 1, &[15, 30, 60])),
            (Some(_), Some(_)) => Some(Err("an interval has hours or minutes".to_owned())),
            (None, None) => None,
        });
    let distance = distances.next().transpose()?;
    match (frequency, distance) {
        (_, Some(_)) if distances.next().is_some() => {
            Err("a schedule has one interval in hours or minutes".to_owned())
        }
        (Frequency::Hourly, None) => Err("an hourly schedule has an interval in hours or minutes".to_owned()),
        (Frequency::Hourly | Frequency::Daily, Some(distance)) => Ok(Some((distance, end))),
        (_, Some(_)) => Err("an interval in hours or minutes is for hourly and daily schedules".to_owned()),
        (_, None) => Ok(None),
    }
}

/// A number of units as a length of time, if it is one that the schema knows.
fn whole(number: u64, minutes: i64, known: &[u64]) -> Result<SignedDuration, String> {
    let number = known
        .iter()
        .find(|known| **known == number)
        .ok_or_else(|| format!("an interval of {number} is not possible: it is one of {known:?}"))?;
    let number = i64::try_from(*number).map_err(|error| error.to_string())?;
    Ok(SignedDuration::from_mins(number * minutes))
}

fn weekday(text: &str) -> Result<Weekday, String> {
    let found = WEEKDAYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    found
        .map(|(_, weekday)| *weekday)
        .ok_or_else(|| format!("weekDay=\"{text}\" is not a day of the week in English"))
}

fn day_of_month(interval: &Interval) -> Result<DayOfMonth, String> {
    let day = interval.month_day.as_deref();
    let day = day.ok_or_else(|| "a day of a monthly schedule has monthDay".to_owned())?;
    let weekday = interval.week_day.as_deref().map(weekday).transpose()?;
    let nth = ORDINALS
        .iter()
        .zip(1..)
        .find(|(name, _)| name.eq_ignore_ascii_case(day))
        .map(|(_, nth)| nth);
    let is_last = LAST.iter().any(|last| last.eq_ignore_ascii_case(day));
    match (weekday, nth, day.parse::<i8>()) {
        (Some(weekday), Some(nth), _) => Ok(DayOfMonth::Nth(nth, weekday)),
        (Some(weekday), ..) if is_last => Ok(DayOfMonth::LastOf(weekday)),
        (None, ..) if is_last => Ok(DayOfMonth::Last),
        (None, _, Ok(number @ 1..=31)) => Ok(DayOfMonth::Number(number)),
        _ => Err(format!(
            "monthDay=\"{day}\" is not a day of the month: it is 1 to 31 or LastDay, and with a day of the week First to Fifth or LastDay"
        )),
    }
}

#[cfg(test)]
mod tests;
