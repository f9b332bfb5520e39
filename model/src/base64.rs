//! Base64 (RFC 4648), as credentials and tokens in descriptions use it.

/// The bytes that a text stands for, in the standard alphabet and in that of URLs, with or without padding. Bits that
/// are left over at the end are not looked at. Nothing when another character occurs or the length cannot be.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let padding = text.len() - text.trim_end_matches('=').len();
    let digits = &text[..text.len() - padding];
    if padding > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        bits = bits << 6 | value(digit)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// The bytes of base32 without padding (RFC 4648 section 6); nothing when another character occurs.
fn decode_32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    for digit in text.trim_end_matches('=').bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// True for an encoded text: base64 of ASCII of which at least four fifths are letters and blanks, or base32 of letters
/// and digits, as the sample secrets of one-time passwords are (RFC 6238 appendix B).
pub fn encodes_text(text: &str) -> bool {
    if decode_32(text).is_some_and(|bytes| bytes.len() > 4 && bytes.iter().all(u8::is_ascii_alphanumeric)) {
        return true;
    }
    let Some(bytes) = decode(text).filter(|bytes| !bytes.is_empty() && bytes.is_ascii()) else { return false };
    let plain = bytes.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte == b' ').count();
    plain * 5 >= bytes.len() * 4
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::{decode, encodes_text};

    #[test]
    fn encoded_words_are_no_random_bytes() {
        assert!(encodes_text("dGhpcyBpcyBhIHRlc3Q=") && encodes_text("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
        assert!(!encodes_text("3q2+7wD/AJ4xVQ==") && !encodes_text("MTIzNDU2Nzg5MA==") && !encodes_text("?"));
    }

    #[test]
    fn the_vectors_of_rfc_4648() {
        let vectors = [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ];
        for (text, bytes) in vectors {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
            assert_eq!(decode(text.trim_end_matches('=')).as_deref(), Some(bytes.as_bytes()), "{text} without padding");
        }
        assert_eq!(decode("+/-_"), Some(vec![0xFB, 0xFF, 0xBF]));
    }

    #[test]
    fn what_is_no_base64() {
        for text in ["Z", "Zm9vY", "Zm 9v", "Zg===", "Z=g=", "\u{e9}\u{e9}"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
