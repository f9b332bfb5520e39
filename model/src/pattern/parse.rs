//! Reads a regular expression of ECMA-262, with the `u` flag or as Annex B reads what that flag forbids.

use crate::pattern::class::Class;
use crate::pattern::{Ast, Unreadable};

/// Groups within groups.
const DEEPEST: usize = 100;
/// Bytes of a pattern.
const LONGEST: usize = 20_000;

/// Reads a pattern with the `u` flag and, if that fails, without it.
pub(super) fn parse(text: &str) -> Result<Ast, Unreadable> {
    if text.len() > LONGEST {
        return Err(Unreadable::TooLarge);
    }
    let chars: Vec<char> = text.chars().collect();
    let read = |unicode| {
        let (groups, named) = groups(&chars);
        let mut parser = Parser { chars: &chars, at: 0, unicode, groups, named, depth: 0 };
        let ast = parser.alternatives()?;
        if parser.at < chars.len() {
            return Err(Unreadable::Invalid("a `)` has no `(`"));
        }
        Ok(ast)
    };
    match read(true) {
        Err(Unreadable::Invalid(_)) => read(false),
        other => other,
    }
}

/// How many groups capture, and whether one has a name.
fn groups(chars: &[char]) -> (usize, bool) {
    let (mut count, mut named, mut in_class, mut at) = (0, false, false, 0);
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => match chars.get(at + 1..) {
                Some(['?', '<', next, ..]) if !matches!(next, '=' | '!') => {
                    count += 1;
                    named = true;
                }
                Some(['?', ..]) => {}
                _ => count += 1,
            },
            _ => {}
        }
        at += 1;
    }
    (count, named)
}

struct Parser<'t> {
    chars: &'t [char],
    at: usize,
    unicode: bool,
    groups: usize,
    named: bool,
    depth: usize,
}

type Read<T> = Result<T, Unreadable>;

const fn invalid<T>(why: &'static str) -> Read<T> {
    Err(Unreadable::Invalid(why))
}

/// What an escape in a class stands for.
enum Member {
    One(u32),
    Set(Class),
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, text: &str) -> bool {
        let taken = text.chars().enumerate().all(|(at, c)| self.chars.get(self.at + at) == Some(&c));
        if taken {
            self.at += text.chars().count();
        }
        taken
    }

    fn alternatives(&mut self) -> Read<Ast> {
        let mut all = vec![self.alternative()?];
        while self.take("|") {
            all.push(self.alternative()?);
        }
        Ok(match all.pop() {
            Some(only) if all.is_empty() => only,
            last => Ast::Either(all.into_iter().chain(last).collect()),
        })
    }

    fn alternative(&mut self) -> Read<Ast> {
        let mut terms = Vec::new();
        while self.peek().is_some_and(|c| c != '|' && c != ')') {
            let term = self.term()?;
            terms.push(self.quantified(term)?);
        }
        Ok(Ast::Sequence(terms))
    }

    fn term(&mut self) -> Read<Ast> {
        let Some(character) = self.peek() else { return Ok(Ast::Sequence(Vec::new())) };
        self.at += 1;
        match character {
            '^' => Ok(Ast::Start),
            '$' => Ok(Ast::End),
            '.' => Ok(Ast::Class(Class::breaks().negated())),
            '[' => self.class().map(Ast::Class),
            '(' => self.group(),
            '\\' => self.escape(),
            '*' | '+' | '?' => invalid("a quantifier has nothing to repeat"),
            '{' if self.unicode || self.is_quantifier(self.at - 1) => invalid("a quantifier has nothing to repeat"),
            ']' | '}' if self.unicode => invalid("a bracket is not escaped"),
            literal => Ok(Ast::Class(Class::one(literal.into()))),
        }
    }

    fn group(&mut self) -> Read<Ast> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unreadable::TooLarge);
        }
        let kinds = [("?=", true, false), ("?!", true, true), ("?<=", false, false), ("?<!", false, true)];
        let look = kinds.into_iter().find(|(mark, ..)| self.take(mark));
        if look.is_none() {
            self.group_start()?;
        }
        let inner = Box::new(self.alternatives()?);
        if !self.take(")") {
            return invalid("a `(` has no `)`");
        }
        self.depth -= 1;
        Ok(match look {
            Some((_, ahead, negative)) => Ast::Look { ahead, negative, inner },
            None => Ast::Group(inner),
        })
    }

    /// `?:`, `?<name>`, `?i-s:` or nothing.
    fn group_start(&mut self) -> Read<()> {
        if self.take("?<") {
            return self.name();
        }
        if !self.take("?") {
            return Ok(());
        }
        while self.peek().is_some_and(|c| matches!(c, 'i' | 'm' | 's' | '-')) {
            self.at += 1;
        }
        if self.take(":") { Ok(()) } else { invalid("a group begins with `?` and nothing that JavaScript knows") }
    }

    fn name(&mut self) -> Read<()> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
            self.at += 1;
        }
        if self.at > start && self.take(">") { Ok(()) } else { invalid("the name of a group is not closed") }
    }

    fn quantified(&mut self, term: Ast) -> Read<Ast> {
        let Some((min, max)) = self.quantifier()? else { return Ok(term) };
        let repeats = match &term {
            Ast::Start | Ast::End | Ast::Boundary => false,
            Ast::Look { ahead, .. } => *ahead && !self.unicode,
            _ => true,
        };
        if !repeats {
            return invalid("a quantifier has nothing to repeat");
        }
        self.take("?");
        if max.is_some_and(|max| max < min) {
            return invalid("the bounds of a repeat are in the wrong order");
        }
        Ok(Ast::Repeat { inner: Box::new(term), min, max })
    }

    fn quantifier(&mut self) -> Read<Option<(u32, Option<u32>)>> {
        for (mark, min, max) in [("*", 0, None), ("+", 1, None), ("?", 0, Some(1))] {
            if self.take(mark) {
                return Ok(Some((min, max)));
            }
        }
        if self.peek() != Some('{') {
            return Ok(None);
        }
        if !self.is_quantifier(self.at) {
            return if self.unicode { invalid("a repeat is not written as `{1,2}`") } else { Ok(None) };
        }
        self.at += 1;
        let min = self.number();
        let max = if self.take(",") { (self.peek() != Some('}')).then(|| self.number()) } else { Some(min) };
        self.at += 1;
        Ok(Some((min, max)))
    }

    /// True when `{1}`, `{1,}` or `{1,2}` begins there.
    fn is_quantifier(&self, at: usize) -> bool {
        let rest = self.chars.get(at + 1..).unwrap_or_default();
        let inner: String = rest.iter().take_while(|c| c.is_ascii_digit() || **c == ',').collect();
        let closed = rest.get(inner.len()) == Some(&'}');
        let (min, max) = inner.split_once(',').unwrap_or((&inner, ""));
        closed && !min.is_empty() && !max.contains(',')
    }

    fn number(&mut self) -> u32 {
        let mut number: u32 = 0;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit);
            self.at += 1;
        }
        number
    }

    /// An escape outside of a class.
    fn escape(&mut self) -> Read<Ast> {
        match self.peek() {
            Some('b' | 'B') => {
                self.at += 1;
                Ok(Ast::Boundary)
            }
            Some('k') if self.unicode || self.named => {
                self.at += 1;
                if !self.take("<") {
                    return invalid("`\\k` names no group");
                }
                self.name().map(|()| Ast::Backreference)
            }
            Some('1'..='9') => self.backreference(),
            _ => Ok(match self.member(false)? {
                Member::One(character) => Ast::Class(Class::one(character)),
                Member::Set(class) => Ast::Class(class),
            }),
        }
    }

    fn backreference(&mut self) -> Read<Ast> {
        let start = self.at;
        if self.number() as usize <= self.groups {
            return Ok(Ast::Backreference);
        }
        if self.unicode {
            return invalid("a backreference names no group");
        }
        self.at = start;
        Ok(Ast::Class(Class::one(self.octal())))
    }

    /// `\12` as Annex B reads it; `\8` is an 8.
    fn octal(&mut self) -> u32 {
        let mut value = 0;
        for _ in 0..3 {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)).filter(|digit| value * 8 + digit < 256) else {
                break;
            };
            value = value * 8 + digit;
            self.at += 1;
        }
        if value == 0
            && let Some(character) = self.peek().filter(|c| matches!(c, '8' | '9'))
        {
            self.at += 1;
            return character.into();
        }
        value
    }

    /// An escape that stands for characters.
    fn member(&mut self, in_class: bool) -> Read<Member> {
        let Some(character) = self.peek() else { return invalid("it ends with a `\\`") };
        self.at += 1;
        let set = match character {
            'd' => Class::digits(),
            'D' => Class::digits().negated(),
            'w' => Class::words(),
            'W' => Class::words().negated(),
            's' => Class::spaces(),
            'S' => Class::spaces().negated(),
            'p' | 'P' if self.unicode => {
                let class = self.property()?;
                if character == 'P' { class.negated() } else { class }
            }
            _ => return self.character(character, in_class).map(Member::One),
        };
        Ok(Member::Set(set))
    }

    fn character(&mut self, character: char, in_class: bool) -> Read<u32> {
        Ok(match character {
            't' => 0x09,
            'n' => 0x0A,
            'v' => 0x0B,
            'f' => 0x0C,
            'r' => 0x0D,
            'b' if in_class => 0x08,
            '0' if self.unicode && self.peek().is_some_and(|c| c.is_ascii_digit()) => {
                return invalid("an octal escape is not allowed");
            }
            '0' if self.unicode => 0,
            '0'..='7' if !self.unicode => {
                self.at -= 1;
                self.octal()
            }
            'c' => match self.peek().filter(char::is_ascii_alphabetic) {
                Some(letter) => {
                    self.at += 1;
                    u32::from(letter) % 32
                }
                None if self.unicode => return invalid("`\\c` names no control character"),
                None => {
                    self.at -= 1;
                    '\\'.into()
                }
            },
            'x' => self.coded(2, 'x')?,
            'u' => self.unicode_escape()?,
            '-' if in_class => '-'.into(),
            other if self.unicode && !"^$\\.*+?()[]{}|/".contains(other) => {
                return invalid("a character is escaped that needs no escape");
            }
            other => other.into(),
        })
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.chars.get(self.at..self.at + digits)?.iter().collect();
        let value = text.chars().all(|c| c.is_ascii_hexdigit()).then(|| u32::from_str_radix(&text, 16).ok())??;
        self.at += digits;
        Some(value)
    }

    fn coded(&mut self, digits: usize, letter: char) -> Read<u32> {
        match self.hex(digits) {
            Some(value) => Ok(value),
            None if self.unicode => invalid("a hexadecimal escape is incomplete"),
            None => Ok(letter.into()),
        }
    }

    fn unicode_escape(&mut self) -> Read<u32> {
        if self.unicode && self.take("{") {
            let start = self.at;
            while self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
                self.at += 1;
            }
            let text: String = self.chars[start..self.at].iter().collect();
            let value = u32::from_str_radix(&text, 16).ok().filter(|value| *value <= 0x0010_FFFF);
            return match value.filter(|_| self.take("}")) {
                Some(value) => Ok(value),
                None => invalid("a `\\u{...}` names no character"),
            };
        }
        let high = self.coded(4, 'u')?;
        // Two escapes of a surrogate pair are one character.
        if self.unicode && (0xD800..0xDC00).contains(&high) {
            let start = self.at;
            if self.take("\\u")
                && let Some(low) = self.hex(4).filter(|low| (0xDC00..0xE000).contains(low))
            {
                return Ok(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            }
            self.at = start;
        }
        Ok(high)
    }

    /// `{Lu}` or `{Script=Greek}`. Which characters beyond ASCII have the property is not known here: none are taken
    /// for them.
    fn property(&mut self) -> Read<Class> {
        if !self.take("{") {
            return invalid("`\\p` names no property");
        }
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '=')) {
            self.at += 1;
        }
        let name: String = self.chars[start..self.at].iter().collect();
        if name.is_empty() || !self.take("}") {
            return invalid("`\\p` names no property");
        }
        let value = name.rsplit('=').next().unwrap_or_default();
        let ranges: &[(u32, u32)] = match value {
            "L" | "Letter" | "Alphabetic" | "Alpha" | "Latin" | "Latn" => &[(0x41, 0x5A), (0x61, 0x7A)],
            "Lu" | "Uppercase_Letter" | "Uppercase" => &[(0x41, 0x5A)],
            "Ll" | "Lowercase_Letter" | "Lowercase" => &[(0x61, 0x7A)],
            "N" | "Number" | "Nd" | "Decimal_Number" => &[(0x30, 0x39)],
            _ if value.starts_with(|c: char| c.is_ascii_uppercase()) => &[],
            // Java and Perl know other names, JavaScript does not.
            _ => return invalid("`\\p` names no property that JavaScript knows"),
        };
        Ok(Class::of(ranges.iter().copied()))
    }

    fn class(&mut self) -> Read<Class> {
        let negated = self.take("^");
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        loop {
            if self.take("]") {
                let class = Class::of(ranges);
                return Ok(if negated { class.negated() } else { class });
            }
            let first = self.class_member()?;
            let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            if !is_range {
                add(&mut ranges, first);
                continue;
            }
            self.at += 1;
            let last = self.class_member()?;
            match (first, last) {
                (Member::One(first), Member::One(last)) if first > last => {
                    return invalid("a range in a class is in the wrong order");
                }
                (Member::One(first), Member::One(last)) => ranges.push((first, last)),
                _ if self.unicode => return invalid("a range in a class ends with a set"),
                (first, last) => {
                    add(&mut ranges, first);
                    add(&mut ranges, last);
                    ranges.push((0x2D, 0x2D));
                }
            }
        }
    }

    fn class_member(&mut self) -> Read<Member> {
        let Some(character) = self.peek() else { return invalid("a `[` has no `]`") };
        self.at += 1;
        if character == '\\' { self.member(true) } else { Ok(Member::One(character.into())) }
    }
}

fn add(ranges: &mut Vec<(u32, u32)>, member: Member) {
    match member {
        Member::One(character) => ranges.push((character, character)),
        Member::Set(class) => ranges.extend(class.ranges()),
    }
}
