//! Any text, read as YAML by the fast path and by the full reader: what the fast path accepts comes out the same. And
//! read on two cores, wherever the second one begins, as on one.

use apiward_syntax::{Limits, paths};

/// Compares the readers, also where depth is scarce.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for depth in [512, 4] {
        let limits = Limits { depth, ..Limits::default() };
        assert_eq!(paths::difference(text, &limits), None, "with a depth of {depth}");
        for at in places(text) {
            let in_two = [paths::block_in_two(text, Some(at), &limits), paths::json_in_two(text, Some(at), &limits)];
            assert!(in_two.iter().all(Result::is_ok), "{in_two:?} from {at} with a depth of {depth}");
        }
    }
}

/// Where a second core may begin: at the first quotes, braces, blanks and line breaks.
fn places(text: &str) -> impl Iterator<Item = usize> {
    const MOST: usize = 40;
    text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'"' | b'{' | b'\n' | b' ')).map(|(at, _)| at).take(MOST)
}
