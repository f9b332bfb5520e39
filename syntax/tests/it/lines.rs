//! The line index against a count that is too simple to be wrong.

use apiward_syntax::{LineIndex, Position};

/// Line and column in characters and in UTF-16 units, by walking the text.
fn naive(text: &str, offset: usize) -> (u32, u32, u32) {
    let (mut line, mut column, mut utf16) = (1, 1, 1);
    for (at, character) in text.char_indices() {
        if at + character.len_utf8() > offset {
            break;
        }
        let inside_crlf = character == '\r' && text[at + 1..].starts_with('\n');
        if matches!(character, '\n' | '\r') && !inside_crlf {
            (line, column, utf16) = (line + 1, 1, 1);
        } else if !(at == 0 && character == '\u{FEFF}') {
            column += 1;
            utf16 += u32::try_from(character.len_utf16()).unwrap();
        }
    }
    (line, column, utf16)
}

fn check(text: &str) {
    let index = LineIndex::new(text);
    for offset in 0..=text.len() + 3 {
        let mut boundary = offset.min(text.len());
        while !text.is_char_boundary(boundary) {
            boundary -= 1;
        }
        let (line, column, utf16) = naive(text, boundary);
        let offset = u32::try_from(offset).unwrap();
        let expected = Position { line, column, offset: u32::try_from(boundary).unwrap() };
        assert_eq!(index.position(offset), expected, "{offset} in {text:?}");
        assert_eq!(index.utf16_column(offset), utf16, "{offset} in {text:?}");
    }
    let spans = (1..=index.line_count()).map(|line| index.line_span(line).unwrap());
    let lines: Vec<_> = spans.map(|span| &text[span.start as usize..span.end as usize]).collect();
    assert_eq!(lines, text.replace("\r\n", "\n").split(['\n', '\r']).collect::<Vec<_>>(), "{text:?}");
    assert_eq!(index.line_span(0), None);
    assert_eq!(index.line_span(index.line_count() + 1), None);
}

#[test]
fn every_offset_of_short_texts() {
    let texts = [
        "",
        "a",
        "\n",
        "\r",
        "\r\n",
        "\n\r",
        "a\nb",
        "a\r\nb\r\n",
        "a\rb\r\rc",
        "\r\n\n\r\r\n",
        "é\nçà\n",
        "😀a\n🎉🎉\r\nx",
        "\u{FEFF}a\nb",
        "\u{FEFF}",
        "\u{FEFF}\n\u{FEFF}x",
        "日本語\r😀",
        "a\u{2028}b\u{85}c",
    ];
    for text in texts {
        check(text);
    }
}

#[test]
fn lines_longer_than_a_block_of_the_index() {
    for piece in ["x", "é", "日", "😀", "aé日😀", "é\r\n", "\n"] {
        for count in [63, 64, 65, 127, 512, 513, 700] {
            check(&piece.repeat(count));
        }
    }
}

proptest::proptest! {
    #[test]
    fn every_offset_of_any_text(text in "(\u{FEFF})?[\r\na-cé日😀]{0,300}") {
        check(&text);
    }
}
