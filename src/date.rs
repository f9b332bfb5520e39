//! Calendar days: suppressions expire on one, and today is part of a run's input.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

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
        Self::from_days(seconds / 86_400)
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
}
