//! Sets of characters.

/// The largest code point.
const LAST: u32 = 0x0010_FFFF;

/// A set of code points: sorted ranges that neither meet nor touch, both ends inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Class(Vec<(u32, u32)>);

impl Class {
    /// Every character.
    pub fn any() -> Self {
        Self(vec![(0, LAST)])
    }

    /// What `.` does not match.
    pub fn breaks() -> Self {
        Self::of([(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)])
    }

    /// One character.
    pub fn one(character: u32) -> Self {
        Self(vec![(character, character)])
    }

    /// The characters of ranges that may overlap.
    pub fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut sorted: Vec<(u32, u32)> = ranges.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
        for (start, end) in sorted {
            match merged.last_mut() {
                Some(last) if start <= last.1.saturating_add(1) => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Self(merged)
    }

    /// `\d`
    pub fn digits() -> Self {
        Self::of([(0x30, 0x39)])
    }

    /// `\w`
    pub fn words() -> Self {
        Self::of([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
    }

    /// `\s`
    pub fn spaces() -> Self {
        Self::of([
            (0x09, 0x0D),
            (0x20, 0x20),
            (0xA0, 0xA0),
            (0x1680, 0x1680),
            (0x2000, 0x200A),
            (0x2028, 0x2029),
            (0x202F, 0x202F),
            (0x205F, 0x205F),
            (0x3000, 0x3000),
            (0xFEFF, 0xFEFF),
        ])
    }

    /// All other characters.
    #[must_use]
    pub fn negated(&self) -> Self {
        let mut next = 0;
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        for &(start, end) in &self.0 {
            if start > next {
                ranges.push((next, start - 1));
            }
            next = end + 1;
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Self(ranges)
    }

    /// The characters of both.
    #[must_use]
    pub fn united(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied())
    }

    /// The characters that both hold.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            let (start, end) = (one.0.max(two.0), one.1.min(two.1));
            if start <= end {
                ranges.push((start, end));
            }
            if one.1 < two.1 {
                left.next()
            } else {
                right.next()
            };
        }
        Self(ranges)
    }

    /// True when a character is in it.
    pub fn holds(&self, character: u32) -> bool {
        let at = self.0.partition_point(|range| range.1 < character);
        self.0.get(at).is_some_and(|range| range.0 <= character)
    }

    /// True when no character is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when every character is.
    pub fn is_any(&self) -> bool {
        self.0 == [(0, LAST)]
    }

    /// True when every character is that is no line break.
    pub fn is_nearly_any(&self) -> bool {
        self.united(&Self::breaks()).is_any()
    }

    /// True for a single character.
    pub fn is_literal(&self) -> bool {
        matches!(self.0.as_slice(), [(start, end)] if start == end)
    }

    /// The ranges.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// A character of it that is fit to be shown, if it has one: a letter or digit rather than another one.
    pub fn sample(&self) -> Option<char> {
        let shown = ('a'..='z').chain('0'..='9').chain('A'..='Z').chain('!'..='~').chain([' ']);
        let mut all = shown.chain(self.0.iter().filter_map(|range| char::from_u32(range.0)));
        all.find(|character| self.holds(u32::from(*character)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_behave_as_sets() {
        let set = Class::of([(5, 9), (1, 3), (4, 4), (20, 30)]);
        assert_eq!(set.ranges(), [(1, 9), (20, 30)]);
        assert_eq!(set.negated().ranges(), [(0, 0), (10, 19), (31, LAST)]);
        assert!(set.united(&set.negated()).is_any() && set.common(&set.negated()).is_empty());
        assert_eq!(set.common(&Class::of([(9, 25)])).ranges(), [(9, 9), (20, 25)]);
        assert!(set.holds(20) && set.holds(9) && !set.holds(10) && !set.holds(31));
        assert!(Class::any().negated().is_empty() && Class::default().negated().is_any());
        assert_eq!((Class::words().sample(), Class::spaces().sample()), (Some('a'), Some(' ')));
    }
}
