//! Calendar days: operations end on one, suppressions expire on one, and today is part of a run's input.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use regex::{Captures, Regex};

use crate::phrase;
use crate::words::SUNSET_WORDS;

/// A day of the Gregorian calendar; later days are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The day in UTC.
    pub fn today() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        Self::of_seconds(seconds)
    }

    /// The day in UTC that holds a number of seconds after 1970-01-01.
    pub fn of_seconds(seconds: u64) -> Self {
        Self::from_days(seconds / 86_400)
    }

    /// The last day of a month, from 1; nothing for a month that does not exist.
    pub fn end_of_month(year: u32, month: u32) -> Option<Self> {
        (1..=12).contains(&month).then(|| Self { year, month, day: days_of(year, month) })
    }

    /// The day a number of days later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        let mut date = self;
        let mut left = days;
        // No more than a few hundred months are ever asked for.
        while left > 0 {
            let rest = days_of(date.year, date.month) - date.day;
            if left <= rest {
                return Self { day: date.day + left, ..date };
            }
            left -= rest + 1;
            date = match date.month {
                12 => Self { year: date.year.saturating_add(1), month: 1, day: 1 },
                month => Self { month: month + 1, day: 1, ..date },
            };
        }
        date
    }

    /// Reads the value of a header or extension: a day, a month (its last day), a date-time (RFC 3339) or an HTTP-date
    /// (RFC 9110 section 5.6.7).
    pub fn of_value(text: &str) -> Option<Self> {
        let text = text.trim();
        let http = || dates_in(text).next().filter(|_| text.ends_with("GMT") && text.contains(", "));
        let day = text.split(['T', 't', ' ']).next()?;
        let month = || {
            let (year, month) = text.split_once('-')?;
            let digits = year.len() == 4 && month.len() == 2;
            digits.then(|| Self::end_of_month(year.parse().ok()?, month.parse().ok()?)).flatten()
        };
        day.parse().ok().or_else(month).or_else(http)
    }

    /// The day that lies a number of days after 1970-01-01. Years begin in March here, so that the leap day comes
    /// last; 719,468 days lie between 0000-03-01 and 1970-01-01, and 146,097 days make 400 years.
    fn from_days(since_1970: u64) -> Self {
        let days = since_1970 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Self { year: small(year), month: small(month), day: small(day) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = "expected a day of the form YYYY-MM-DD";
        let bytes = text.as_bytes();
        let dashes = |at: usize| matches!(at, 4 | 7);
        let well_formed = bytes.len() == 10 && bytes.iter().enumerate().all(|(at, byte)| (*byte == b'-') == dashes(at));
        if !well_formed || !bytes.iter().enumerate().all(|(at, byte)| dashes(at) || byte.is_ascii_digit()) {
            return Err(form);
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().map_err(|_| form);
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        if !(1..=12).contains(&month) {
            return Err("there are twelve months");
        }
        if day == 0 || day > days_of(year, month) {
            return Err("that month has no such day");
        }
        Ok(Self { year, month, day })
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Dates as English texts write them: `2027-01-31`, `2027-01`, `Q1 2027`, `January 31, 2027`, `31 January 2027`,
/// `January 2027`.
#[expect(clippy::expect_used, reason = "a pattern of our own, which the tests compile")]
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let month = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
    let pattern = format!(
        "(?i-u)\\b(?:(?P<y>[0-9]{{4}})-(?P<m>[0-9]{{2}})(?:-(?P<d>[0-9]{{2}}))?|q(?P<q>[1-4]) (?P<qy>[0-9]{{4}})\
         |(?P<m2>{month}) (?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>[0-9]{{4}})\
         |(?:(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th)? )?(?P<m3>{month}),? (?P<y3>[0-9]{{4}}))\\b"
    );
    Regex::new(&pattern).expect("the pattern is valid")
});

/// The dates of a text, in order. One without a day means the last day of its month or quarter.
pub fn dates_in(text: &str) -> impl Iterator<Item = Date> {
    DATE.captures_iter(text).filter_map(|captures| date_of(&captures))
}

fn date_of(captures: &Captures<'_>) -> Option<Date> {
    let number = |name: &str| captures.name(name)?.as_str().parse::<u32>().ok();
    let month_named = |name: &str| {
        let text = captures.name(name)?.as_str().trim_end_matches('.').to_ascii_lowercase();
        let at = MONTHS.iter().position(|month| {
            *month == text || month.get(..3) == Some(&text) || text == "sept" && *month == "september"
        })?;
        u32::try_from(at + 1).ok()
    };
    let (year, month, day) = if let Some(year) = number("y") {
        (year, number("m")?, number("d"))
    } else if let Some(year) = number("qy") {
        (year, number("q")? * 3, None)
    } else if let Some(year) = number("y2") {
        (year, month_named("m2")?, number("d2"))
    } else {
        (number("y3")?, month_named("m3")?, number("d3"))
    };
    let end = Date::end_of_month(year, month)?;
    match day {
        None => Some(end),
        Some(day) => (1..=end.day).contains(&day).then_some(Date { day, ..end }),
    }
}

/// `end_date(text)`: the first date behind each word that announces an end, in the same sentence.
pub fn end_dates(text: &str) -> Vec<Date> {
    let announced = phrase::find_phrase(text, &SUNSET_WORDS).into_iter();
    announced.filter_map(|found| dates_in(&text[found.range.end..found.sentence.end]).next()).collect()
}

fn days_of(year: u32, month: u32) -> u32 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn days_become_dates() {
        for (days, date) in [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_000, "2024-10-04")] {
            assert_eq!(Date::from_days(days).to_string(), date);
        }
    }

    #[test]
    fn only_real_days_are_read() {
        assert_eq!("2024-02-29".parse::<Date>().unwrap().to_string(), "2024-02-29");
        for wrong in ["2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "24-01-01", "2024/01/01", "", "2024-01-1é"]
        {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert!("2024-12-31".parse::<Date>().unwrap() < "2025-01-01".parse().unwrap());
    }

    #[test]
    fn texts_write_dates_in_many_ways() {
        let shown = |text: &str| dates_in(text).map(|date| date.to_string()).collect::<Vec<_>>().join(" ");
        for (text, dates) in [
            ("on 2027-01-31.", "2027-01-31"),
            ("in 2027-02, or Q3 2027", "2027-02-28 2027-09-30"),
            ("January 31, 2027 and Feb 1st 2028", "2027-01-31 2028-02-01"),
            ("31 Dec 2018 23:59:59 GMT; sept. 2026", "2018-12-31 2026-09-30"),
            ("the 3rd of March", ""),
            ("2027-02-30, 2027-13, 31 June 2027, Marching 2027, version 2027", ""),
        ] {
            assert_eq!(shown(text), dates, "{text}");
        }
    }

    #[test]
    fn ends_are_announced_before_their_date() {
        let ends = |text: &str| end_dates(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(ends("Deprecated since 2020-01-01. Will be removed on March 1, 2027."), "2027-03-01");
        assert_eq!(ends("On 2020-01-01 there was no sunset. See 2030-01-01."), "");
    }

    #[test]
    fn values_are_days_or_times() {
        let shown = |text: &str| Date::of_value(text).map(|date| date.to_string());
        for text in ["2027-01-31", "2027-01", "2027-01-31T10:00:00Z", "Sun, 31 Jan 2027 23:59:59 GMT"] {
            assert_eq!(shown(text).as_deref(), Some("2027-01-31"), "{text}");
        }
        for text in ["", "soon", "2027", "31 Jan 2027", "2027-1"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_added_over_months_and_years() {
        let date: Date = "2024-12-30".parse().unwrap();
        assert_eq!(date.plus_days(1).to_string(), "2024-12-31");
        assert_eq!(date.plus_days(62).to_string(), "2025-03-02");
        assert_eq!(date.plus_days(0), date);
    }
}
