//! YAML texts made from others: pieces of real ones, broken and put together in ways that matter to a reader that goes
//! by lines, columns and indicators. The same seed gives the same texts.

/// Texts to break.
pub(crate) struct Mutations {
    seeds: Vec<String>,
    random: Random,
}

/// What is put into texts.
const PIECES: &[&str] = &[
    ": ",
    ":",
    ":\n",
    "- ",
    "-",
    " - ",
    " #",
    "#",
    "# c\n",
    "'",
    "\"",
    "''",
    "\\",
    "\\\"",
    "\\n",
    "\\x41",
    "\\u00e9",
    "\\ud83d",
    "\\\n",
    "|",
    "|\n",
    "|-\n",
    "|+\n",
    "|2\n",
    ">",
    ">\n",
    ">-\n",
    ">+1\n",
    "| # c\n",
    "&a ",
    "*a",
    "!t ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "[]",
    "{}",
    "{a: b}",
    "[a, b]",
    "<<",
    "<<: ",
    "---",
    "--- ",
    "\n---\n",
    "\n...\n",
    "%",
    "@",
    "`",
    " ",
    "  ",
    "    ",
    "\t",
    "\t# c",
    "\n",
    "\n\n",
    "\n  ",
    "\n \n",
    "\r\n",
    "\r",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "é",
    "日",
    "😀",
    "~",
    "null",
    "0",
    "1e3",
    ".",
    "...",
    "a",
    "a: b",
    "a:\n",
    "- a\n",
    "key: value\n",
    "'a'",
    "\"a\"",
    "\"a\n  b\"",
    "'a\n  b'",
    "a\n  b",
];

/// What short texts are made of, from nothing.
const TOKENS: &[&str] = &[
    "a", "b", "a", ":", ": ", ": ", "\n", "\n", "\n", "\n  ", "\n  ", "\n    ", "\n ", " ", "  ", "- ", "- ", "-",
    "\n- ", "\n  - ", "'", "\"", "'a'", "\"a\"", "#", " # ", "|", "|\n", ">\n", "|+\n", ">-\n", "|1\n", "[", "]", "{",
    "}", ",", "\\", "\t", "?", "&", "*", "!", "%", "---", "\n---\n", "...", "\r\n", "\r\n  ", "é", "1", "~", "a: ",
    "a:\n  ", "a: b\n", "- a\n", "\n\n",
];

impl Mutations {
    pub(crate) fn new(seeds: Vec<String>, seed: u64) -> Self {
        Self { seeds, random: Random(seed) }
    }

    /// Another text.
    pub(crate) fn text(&mut self) -> String {
        if self.random.below(4) == 0 {
            let tokens = 1 + self.random.below(16);
            return (0..tokens).map(|_| self.random.one_of(TOKENS)).collect();
        }
        let mut lines = self.excerpt();
        for _ in 0..self.random.below(3) {
            self.change_lines(&mut lines);
        }
        let mut text = lines.concat();
        for _ in 0..self.random.below(3).saturating_sub(self.random.below(2)) {
            self.change_characters(&mut text);
        }
        match self.random.below(24) {
            0 => text = text.replace("\r\n", "\n").replace('\n', "\r\n"),
            1 => text.truncate(text.trim_end().len()),
            2 => text.insert_str(0, "---\n"),
            3 => text.push_str(self.random.one_of(&["\n", "  ", "\n\n  \n", "# c", "  # c\n", "...\n"])),
            _ => {}
        }
        text
    }

    /// How deep the reader of a text may go.
    pub(crate) fn depth(&mut self) -> u32 {
        if self.random.below(16) == 0 { u32::try_from(self.random.below(8)).unwrap_or_default() } else { 512 }
    }

    /// Some lines of a text, moved to the left as far as the first of them.
    fn excerpt(&mut self) -> Vec<String> {
        let seed = &self.seeds[self.random.below(self.seeds.len())];
        let lines: Vec<&str> = seed.split_inclusive('\n').collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let most = self.random.one_of(&[2, 6, 20, 60]);
        let first = self.random.below(lines.len());
        let end = lines.len().min(first + 1 + self.random.below(most));
        let lines = &lines[first..end];
        let outer = lines.iter().find(|line| !line.trim().is_empty()).map_or(0, |line| indentation(line));
        lines.iter().map(|line| line[outer.min(indentation(line))..].to_owned()).collect()
    }

    fn change_lines(&mut self, lines: &mut Vec<String>) {
        if lines.is_empty() {
            return;
        }
        let at = self.random.below(lines.len());
        match self.random.below(10) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = self.random.below(lines.len());
                lines.swap(at, other);
            }
            3 | 4 => self.indent(&mut lines[at..=at]),
            5 => {
                let end = at + 1 + self.random.below(lines.len() - at);
                self.indent(&mut lines[at..end]);
            }
            6 => lines.insert(at, format!("{}# c\n", " ".repeat(self.random.below(8)))),
            7 => lines.insert(at, format!("{}\n", " ".repeat(self.random.below(8)))),
            8 => {
                let other = self.excerpt();
                let room = indentation(&lines[at]) + 2 * self.random.below(2);
                let other = other.iter().take(6).map(|line| format!("{}{line}", " ".repeat(room)));
                let other: Vec<String> = other.collect();
                lines.splice(at..at, other);
            }
            _ => {
                let end = lines[at].trim_end_matches(['\n', '\r']).len();
                let piece = self.random.one_of(PIECES);
                lines[at].insert_str(end, piece);
            }
        }
    }

    /// Moves lines by a few columns.
    fn indent(&mut self, lines: &mut [String]) {
        let by = 1 + self.random.below(3);
        let left = self.random.below(2) == 0;
        for line in lines {
            if left {
                line.drain(..by.min(indentation(line)));
            } else {
                line.insert_str(0, &" ".repeat(by));
            }
        }
    }

    fn change_characters(&mut self, text: &mut String) {
        let at = self.place(text);
        match self.random.below(8) {
            0 => {
                let end = (at + 1..=text.len()).find(|&end| text.is_char_boundary(end));
                text.drain(at..end.unwrap_or(at));
            }
            1 => {
                let other = self.place(text);
                let (from, to) = (at.min(other), at.max(other));
                if to - from < 40 {
                    text.drain(from..to);
                }
            }
            2 => {
                let other = self.place(text);
                let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 30));
                if let Some(piece) = text.get(from..to).map(str::to_owned) {
                    text.insert_str(at, &piece);
                }
            }
            _ => text.insert_str(at, self.random.one_of(PIECES)),
        }
    }

    /// A place in a text, more often than not before or behind an indicator.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.random.below(text.len() + 1);
        if self.random.below(2) == 0 {
            let near = text.as_bytes()[at..].iter().position(|byte| b":-#'\"|>[]{},\n".contains(byte));
            at += near.map_or(0, |near| near + self.random.below(2));
        }
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Numbers by chance: `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
