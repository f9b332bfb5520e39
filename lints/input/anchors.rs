//! Whether a regular expression holds a value from its first to its last character.

/// True when every top-level alternative begins with `^` and ends with `$`. A group that is the whole pattern is looked
/// into.
pub(super) fn is_anchored(pattern: &str) -> bool {
    let pattern = whole_group(pattern).unwrap_or(pattern);
    let ends = |branch: &str| branch.strip_suffix('$').is_some_and(|rest| !is_escaped(rest));
    alternatives(pattern).iter().all(|branch| branch.starts_with('^') && ends(branch))
}

/// True when the character behind `text` is escaped.
fn is_escaped(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// What a group that spans the pattern holds.
fn whole_group(pattern: &str) -> Option<&str> {
    let inner = pattern.strip_prefix('(')?.strip_suffix(')')?;
    let closes = marks(pattern).find(|(_, mark)| *mark == Mark::Close(0))?;
    let inner = inner.strip_prefix("?:").unwrap_or(inner);
    (closes.0 + 1 == pattern.len() && !inner.starts_with('?')).then_some(inner)
}

fn alternatives(pattern: &str) -> Vec<&str> {
    let mut branches = Vec::new();
    let mut from = 0;
    for (at, _) in marks(pattern).filter(|(_, mark)| *mark == Mark::Or(0)) {
        branches.push(&pattern[from..at]);
        from = at + 1;
    }
    branches.push(&pattern[from..]);
    branches
}

/// A character that structures a pattern, with the number of groups around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Or(usize),
    Close(usize),
}

/// The marks of a pattern that are neither escaped nor in a class, with their offsets.
fn marks(pattern: &str) -> impl Iterator<Item = (usize, Mark)> {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    pattern.bytes().enumerate().filter_map(move |(at, byte)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match byte {
            b'\\' => escaped = true,
            b']' => in_class = false,
            _ if in_class => {}
            b'[' => in_class = true,
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                return Some((at, Mark::Close(depth)));
            }
            b'|' => return Some((at, Mark::Or(depth))),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::is_anchored;

    #[test]
    fn every_branch_is_held_at_both_ends() {
        for pattern in ["^a$", "^$", "^(a|b)$", "^a$|^b$", "(?:^a$|^b$)", r"^[|)\]]\|$", r"^a\\$"] {
            assert!(is_anchored(pattern), "{pattern}");
        }
        for pattern in ["", "a", "^a", "a$", "^a|b$", "^a$|b", r"^a\$", "(^a$)(b)", "(?=^a$)", "(^a|b$)"] {
            assert!(!is_anchored(pattern), "{pattern}");
        }
    }
}
