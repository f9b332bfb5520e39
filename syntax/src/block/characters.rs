//! A first look at the whole text: is there a character in it that needs the full reader's rules?

/// Bytes that are looked at together.
const CHUNK: usize = 64;

/// True if the text has no control characters but tabs and line breaks, no lone `\r`, and no character that is no text
/// (YAML 1.2.2 section 5.1) or breaks lines elsewhere. A byte order mark may stand at the beginning.
pub(super) fn are_ordinary(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    bytes.chunks(CHUNK).enumerate().all(|(number, chunk)| {
        let suspicious = chunk.iter().fold(false, |found, &byte| found | is_suspicious(byte));
        !suspicious || (number * CHUNK..number * CHUNK + chunk.len()).all(|at| is_ordinary_at(bytes, at))
    })
}

/// Anything that needs a second look: controls, `\r`, the first byte of a character that is not ASCII.
const fn is_suspicious(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\n' && byte != b'\t') || byte == 0x7F || byte >= 0xC2
}

fn is_ordinary_at(bytes: &[u8], at: usize) -> bool {
    let byte = |behind: usize| bytes.get(at + behind).copied().unwrap_or_default();
    match byte(0) {
        b'\r' => byte(1) == b'\n',
        b'\n' | b'\t' => true,
        0..0x20 | 0x7F => false,
        // U+0080 to U+009F.
        0xC2 => byte(1) >= 0xA0,
        // U+2028 and U+2029.
        0xE2 => !(byte(1) == 0x80 && matches!(byte(2), 0xA8 | 0xA9)),
        // U+FEFF, U+FFFE and U+FFFF.
        0xEF => !matches!((byte(1), byte(2)), (0xBB, 0xBF) | (0xBF, 0xBE | 0xBF)),
        _ => true,
    }
}
