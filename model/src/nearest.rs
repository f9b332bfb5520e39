//! The name that was perhaps meant: for suggestions wherever a name leads nowhere.

/// Longest name, in characters, that is compared: longer ones are no typing mistakes, and the cost grows with the
/// square.
const LONGEST: usize = 100;

/// How many characters of a long name may differ: with more of them it is another name.
const MOST: usize = 3;

/// The candidate that is most like a mistyped name, if any is like it at all: at most a third of the characters
/// differ, or two in short names, and never more than [`MOST`], unless just the end is missing. A difference of case alone
/// counts as nearest of all. Of equally near candidates the first in alphabetical order.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let most = (length / 3).max(2).min(length - 1);
    let near = candidates.into_iter().filter_map(|candidate| {
        if candidate == name {
            return None;
        }
        if candidate.to_lowercase() == name.to_lowercase() {
            return Some((0, candidate));
        }
        let other = candidate.chars().take(LONGEST + 1).count();
        let most = if candidate.starts_with(name) { most } else { most.min(MOST) };
        let distance = (other.abs_diff(length) <= most).then(|| distance(name, candidate))?;
        (distance <= most).then_some((distance, candidate))
    });
    near.min().map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, removed or replaced to get from one text to the other (Levenshtein).
pub fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, left) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        let names = ["auth/http-basic", "auth/no-security-schemes", "transport/plaintext"];
        assert_eq!(nearest("auth/htp-basic", names), Some("auth/http-basic"));
        assert_eq!(nearest("cookies", names), None);
        assert_eq!(nearest("ab", ["cd"]), None, "nothing of a short name is left");
        assert_eq!(nearest("", ["a"]), None);
    }

    #[test]
    fn long_names_differ_in_few_characters_or_lack_their_end() {
        let names = ["ParcelReturnLabelRequest", "DepotOpeningHoursRequest"];
        assert_eq!(nearest("PracelReturnLabelRequest", names), Some(names[0]));
        assert_eq!(nearest("CourierRetourLabelRequest", names), None);
        assert_eq!(nearest("ParcelRefundTableRequest", names), None);
        assert_eq!(nearest("ParcelReturnLabel", ["ParcelReturnLabelRow"]), Some("ParcelReturnLabelRow"));
        assert_eq!(nearest("document/duplicate", ["document/duplicate-key"]), Some("document/duplicate-key"));
    }

    #[test]
    fn a_difference_of_case_is_nearest() {
        assert_eq!(nearest("usertoken", ["userTokens", "UserToken"]), Some("UserToken"));
    }

    #[test]
    fn the_distance_is_levenshteins() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("flaw", "lawn"), 2);
    }

    #[test]
    fn long_names_cost_nothing() {
        let long = "k".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str(), "k"]), None);
        assert_eq!(nearest("k", [long.as_str()]), None);
    }
}
