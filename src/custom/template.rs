//! The message of a custom lint: text with expressions in braces, `{operation.path}`. Two braces stand for one.

use apiward_lints::framework::text;
use cel::common::types::{CelBool, CelDouble, CelInt, CelString, CelUInt};
use cel::common::value::Val;

use super::check::Names;
use super::expression::{Expression, Fault, Variables};
use super::shape::{Kind, Of};
use super::{Origin, Part};

/// Bytes of a message as it is written.
const LONGEST: usize = 1_000;
/// Expressions in a message.
const MOST: usize = 8;
/// Characters that a value takes at most.
const SHOWN: usize = 120;
/// Items of a list that are shown.
const ITEMS: usize = 5;

/// A message as it is written.
#[derive(Debug)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Value(Box<Part>),
}

impl Template {
    pub(super) fn new(source: &str, names: &Names, origin: &Origin) -> Result<Self, Fault> {
        if source.trim().is_empty() {
            return Err(Fault::new(0, "the message is empty").help("say what is wrong, and with which element"));
        }
        if source.len() > LONGEST {
            return Err(Fault::new(0, format!("a message has at most {LONGEST} bytes, and this has {}", source.len())));
        }
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while let Some(found) = source[at..].find(['{', '}']).map(|found| at + found) {
            text.push_str(&source[at..found]);
            let brace = &source[found..=found];
            if source[found + 1..].starts_with(brace) {
                text.push_str(brace);
                at = found + 2;
                continue;
            }
            if brace == "}" {
                let fault = Fault::new(found, "`}` closes nothing");
                return Err(fault.help("write `}}` for a brace, and an expression between `{` and `}`"));
            }
            let end = closing(&source[found + 1..]).map(|end| found + 1 + end).ok_or_else(|| {
                Fault::new(found, "`{` is not closed")
                    .help("write `{{` for a brace, and an expression between `{` and `}`")
            })?;
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(Piece::Value(Box::new(value(source, found + 1, end, names, origin)?)));
            at = end + 1;
        }
        text.push_str(&source[at..]);
        pieces.push(Piece::Text(text));
        if pieces.len() > 2 * MOST + 1 {
            return Err(Fault::new(0, format!("a message has at most {MOST} expressions")));
        }
        Ok(Self { pieces })
    }

    /// Its expressions.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Value(part) => Some(part.as_ref()),
        })
    }

    /// The message for an element; where an expression fails, that expression and why.
    pub(super) fn text(&self, variables: &Variables) -> Result<String, (&Part, Fault)> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value(part) => {
                    let value = part.expression.value(variables).map_err(|fault| (part.as_ref(), fault))?;
                    out.push_str(&text::shortened(&shown(value.as_ref()), SHOWN));
                }
            }
        }
        Ok(out.trim().replace('\n', " "))
    }
}

fn value(source: &str, from: usize, end: usize, names: &Names, origin: &Origin) -> Result<Part, Fault> {
    let shift = |fault: Fault| Fault { offset: fault.offset + from, ..fault };
    let expression = Expression::new(&source[from..end], names).map_err(shift)?;
    let shows = match expression.kind {
        Kind::One(Of::View(_)) | Kind::Map(_) | Kind::List(Of::View(_)) => false,
        Kind::One(_) | Kind::List(_) => true,
    };
    if !shows {
        let message = format!("{} cannot be shown in a message", expression.kind.one());
        return Err(Fault::new(from, message).help("show a field of it"));
    }
    Ok(Part { expression, origin: Origin { from, ..origin.clone() } })
}

/// The brace that ends an expression: braces in texts do not count, and those of maps come in pairs.
fn closing(source: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    let mut characters = source.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => {
                characters.next();
            }
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}') => depth -= 1,
            (Some(_) | None, _) => {}
        }
    }
    None
}

fn shown(value: &dyn Val) -> String {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return text.inner().to_owned();
    }
    if let Some(number) = value.downcast_ref::<CelInt>() {
        return number.inner().to_string();
    }
    if let Some(number) = value.downcast_ref::<CelUInt>() {
        return number.inner().to_string();
    }
    if let Some(number) = value.downcast_ref::<CelDouble>() {
        return number.inner().to_string();
    }
    if let Some(flag) = value.downcast_ref::<CelBool>() {
        return flag.inner().to_string();
    }
    let Some(list) = value.as_iterable() else { return value.get_type().name().to_owned() };
    let mut items = list.iter();
    let mut texts = Vec::new();
    while let Some(item) = items.next() {
        if texts.len() == ITEMS {
            texts.push("\u{2026}".to_owned());
            break;
        }
        // Lists of lists are named, not shown.
        texts.push(if item.as_iterable().is_some() { item.get_type().name().to_owned() } else { shown(item) });
    }
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::closing;

    #[test]
    fn braces_of_texts_and_maps_do_not_end_an_expression() {
        assert_eq!(closing("a} b}"), Some(1));
        assert_eq!(closing("'}' + \"\\\"}\"}"), Some(11));
        assert_eq!(closing("{'a': 1}['a']}"), Some(13));
        assert_eq!(closing("'}"), None);
    }
}
