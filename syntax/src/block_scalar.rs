//! What the bytes of a block scalar (`|`, `>`) are: from its header to the end of its last line.

use crate::build::offset;

/// Where a block scalar ends that has its header at `start`. Its content was read up to `read_to`, which may be some
/// way into the line behind it.
pub(crate) fn end(source: &str, start: u32, read_to: u32, text: &str) -> u32 {
    let body = source.get(start as usize..read_to.max(start) as usize).unwrap_or_default();
    let keeps = body.bytes().skip(1).take_while(|byte| !byte.is_ascii_whitespace()).any(|byte| byte == b'+');
    start + offset(if keeps { body.len() } else { trimmed(body, text) })
}

/// Length of a block scalar without its final line break and without blank lines that do not count.
fn trimmed(body: &str, text: &str) -> usize {
    let blanks_count = text.trim_end_matches('\n').ends_with([' ', '\t']);
    let without_breaks = body.trim_end_matches(['\n', '\r']);
    if blanks_count { without_breaks.len() } else { body.trim_end_matches(['\n', '\r', ' ', '\t']).len() }
}

/// Where the first line of its content begins, after its indentation.
pub(crate) fn content(source: &str, start: u32) -> u32 {
    let bytes = source.as_bytes();
    let mut at = line_end(bytes, start as usize);
    at += usize::from(bytes.get(at) == Some(&b'\r'));
    at += usize::from(bytes.get(at) == Some(&b'\n'));
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    offset(at)
}

/// The line break that follows, or the end of the text.
pub(crate) fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &bytes[from..]).map_or(bytes.len(), |at| from + at)
}
