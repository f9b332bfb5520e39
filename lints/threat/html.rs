//! Elements and attributes of HTML that run something.
//!
//! A scanner of tags after the tokenizer of the HTML standard (section 13.2.5): it sees tags where browsers see them,
//! which no list of patterns does (`<img/onerror=y>`, `<svg onload = "..."`, quotes that hide a `>`), and passes
//! over comments and over elements whose content is text. It reads every byte once. Where a text ends inside of a tag,
//! the page around it may go on with that tag: what was seen of it counts.

use memchr::{memchr, memmem};

use super::target::{Scheme, Written, active_scheme};

/// Something that runs, in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Active<'t> {
    /// An element that brings a program or another page, in lower case.
    Element(&'static str),
    /// An event handler, as written.
    Handler(&'t str),
    /// A link that runs.
    Link(Scheme),
}

/// Elements that bring a program.
const PROGRAMS: [&str; 4] = ["script", "object", "embed", "applet"];
/// Elements that bring another page, or send what the reader types.
const FRAMES: [&str; 2] = ["iframe", "form"];
/// Elements whose content is text, not markup.
const TEXT_ONLY: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];
/// Elements in which the rules for [`TEXT_ONLY`] differ.
const FOREIGN: [&str; 3] = ["svg", "math", "select"];
/// Attributes that hold a URL which is loaded or followed.
const URLS: [&str; 6] = ["href", "src", "action", "formaction", "data", "xlink:href"];

impl Active<'_> {
    /// True for what is as often harmless: a frame or a form.
    pub(super) fn is_mild(&self) -> bool {
        matches!(self, Self::Element(name) if FRAMES.contains(name))
    }
}

/// Calls `found` for everything in a piece of HTML that runs.
pub(super) fn scan<'t>(html: &'t str, mut found: impl FnMut(Active<'t>)) {
    let mut scanner = Scanner { html, at: 0, foreign: false };
    while let Some(distance) = memchr(b'<', scanner.rest().as_bytes()) {
        scanner.at += distance + 1;
        scanner.markup(&mut found);
    }
}

struct Scanner<'t> {
    html: &'t str,
    /// Where to read on; always at a character's start, since only ASCII is looked for.
    at: usize,
    /// True behind the start of an element whose content has rules of its own.
    foreign: bool,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn one_of(name: &str, list: &[&'static str]) -> Option<&'static str> {
    list.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.html.as_bytes().get(self.at).copied()
    }

    /// The text up to a byte that ends it, or to the end.
    fn until(&mut self, ends: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn skip_past(&mut self, end: &str) {
        let rest = self.rest();
        self.at += memmem::find(rest.as_bytes(), end.as_bytes()).map_or(rest.len(), |at| at + end.len());
    }

    /// What follows a `<`.
    fn markup(&mut self, found: &mut impl FnMut(Active<'t>)) {
        let rest = self.rest();
        let second = rest.as_bytes().get(1).copied();
        match self.peek() {
            Some(first) if first.is_ascii_alphabetic() => self.start_tag(found),
            Some(b'/') if second.is_some_and(|byte| byte.is_ascii_alphabetic()) => {
                // Attributes of end tags are dropped; their quotes still hide a `>`.
                self.at += 1;
                self.until(ends_name);
                self.attributes(|_, _| ());
            }
            Some(b'!') if rest.starts_with("!--") => self.comment(),
            Some(b'!' | b'?' | b'/') if second.is_some() => self.skip_past(">"),
            _ => {}
        }
    }

    fn comment(&mut self) {
        self.at += "!--".len();
        if let Some(end) = [">", "->"].iter().find(|end| self.rest().starts_with(**end)) {
            self.at += end.len();
            return;
        }
        loop {
            self.skip_past("--");
            match self.rest() {
                rest if rest.starts_with('>') => return self.at += 1,
                rest if rest.starts_with("!>") => return self.at += 2,
                "" => return,
                // `--->` ends a comment too.
                rest if rest.starts_with('-') => self.at -= 1,
                _ => {}
            }
        }
    }

    fn start_tag(&mut self, found: &mut impl FnMut(Active<'t>)) {
        let name = self.until(ends_name);
        if let Some(known) = one_of(name, &PROGRAMS).or_else(|| one_of(name, &FRAMES)) {
            found(Active::Element(known));
        }
        self.attributes(|attribute, value| {
            if is_handler(attribute) {
                found(Active::Handler(attribute));
            } else if one_of(attribute, &URLS).is_some()
                && let Some(scheme) = active_scheme(value, Written::Html)
            {
                found(Active::Link(scheme));
            }
        });
        self.foreign |= one_of(name, &FOREIGN).is_some();
        if let Some(name) = one_of(name, &TEXT_ONLY).filter(|_| !self.foreign) {
            self.skip_text_of(name);
        }
    }

    /// Reads the attributes up to the end of the tag. Those without a value are passed over: nothing can run.
    fn attributes(&mut self, mut found: impl FnMut(&'t str, &'t str)) {
        loop {
            self.until(|byte| !is_space(byte) && byte != b'/');
            match self.peek() {
                None => return,
                Some(b'>') => return self.at += 1,
                Some(_) => {}
            }
            let start = self.at;
            // A `=` at the start belongs to the name.
            self.at += usize::from(self.peek() == Some(b'='));
            self.until(|byte| ends_name(byte) || byte == b'=');
            let name = self.html.get(start..self.at).unwrap_or_default();
            self.until(|byte| !is_space(byte));
            if self.peek() == Some(b'=') {
                self.at += 1;
                let value = self.value();
                found(name, value);
            }
        }
    }

    fn value(&mut self) -> &'t str {
        self.until(|byte| !is_space(byte));
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at += 1;
                let value = self.until(|byte| byte == quote);
                self.at += usize::from(self.peek().is_some());
                value
            }
            _ => self.until(|byte| is_space(byte) || byte == b'>'),
        }
    }

    /// Goes to the end tag of an element whose content is text.
    fn skip_text_of(&mut self, name: &str) {
        loop {
            self.skip_past("</");
            let rest = self.rest();
            let Some(behind) = rest.as_bytes().get(name.len()) else {
                self.at = self.html.len();
                return;
            };
            if rest.as_bytes()[..name.len()].eq_ignore_ascii_case(name.as_bytes()) && ends_name(*behind) {
                // The tag itself is read as such.
                self.at -= "</".len();
                return;
            }
        }
    }
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

/// `on` and letters.
fn is_handler(attribute: &str) -> bool {
    let bytes = attribute.as_bytes();
    bytes.len() > 2 && bytes[..2].eq_ignore_ascii_case(b"on") && bytes.iter().all(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<String> {
        let mut all = Vec::new();
        scan(html, |active| {
            all.push(match active {
                Active::Element(name) => format!("<{name}>"),
                Active::Handler(name) => name.to_owned(),
                Active::Link(scheme) => scheme.as_str().to_owned(),
            });
        });
        all
    }

    #[test]
    fn elements_handlers_and_links() {
        assert_eq!(found("<SCRIPT>a</script><embed src=x>"), ["<script>", "<embed>"]);
        assert_eq!(found("<object data='data:text/html,x'></object>"), ["<object>", "data:text/html"]);
        assert_eq!(found("<img/src=x/onerror=y>"), Vec::<String>::new(), "an unquoted value goes on to a space");
        assert_eq!(found("<img src=x onerror=y>"), ["onerror"]);
        assert_eq!(found("<svg/onload=y>"), ["onload"]);
        assert_eq!(found("<b title=\"a>b\" onClick = 'x'>"), ["onClick"]);
        assert_eq!(found("<a HREF=java&#115;cript:x>a</a>"), ["javascript:"]);
        assert_eq!(found("<a xlink:href=\"vbscript:x\">"), ["vbscript:"]);
        assert_eq!(
            found("<button formaction=javascript:x><form action='javascript:y'>"),
            ["javascript:", "<form>", "javascript:"]
        );
        assert_eq!(found("<p \n onload\n=\n\"x\""), ["onload"]);
        assert_eq!(found("<script"), ["<script>"]);
        assert_eq!(found("<\u{e9}<script\u{e9}><scripts><object/>"), ["<object>"]);
    }

    #[test]
    fn harmless_markup() {
        for html in [
            "",
            "<",
            "</",
            "<!",
            "a < b onclick=c",
            "<id only>",
            "<b only once onclick>",
            "<img src=x.png alt='onclick=x'>",
            "<a href='https://parcels.io/?javascript:x'>a</a>",
            "<b on-click=x on2=x on=x @click=x data-onclick=x>",
            "</p onclick=x>",
            "</a title='> <script>'>",
            "<!-- <script> -->",
            "<!---- > <script> -->",
            "<!-- --- <script> --->",
            "<! <script>",
            "<!-- <script>",
            "<? <object ?>",
            "</? <object>",
            "<b title='<script>'>",
            "<textarea><script></textarea >",
            "<style>a</styles><script></STYLE\n>",
            "<SecurityDefinitions />",
            "<xmp><script>",
            "&lt;script&gt;",
            "<details open><summary>a</summary><br/><table><tr><td></table></details>",
        ] {
            assert_eq!(found(html), Vec::<String>::new(), "{html}");
        }
    }

    #[test]
    fn what_hides_nothing() {
        assert_eq!(found("<!--><script>"), ["<script>"]);
        assert_eq!(found("<!---><script>"), ["<script>"]);
        assert_eq!(found("<!-- --!><script>"), ["<script>"]);
        assert_eq!(found("<!-- ----><script>"), ["<script>"]);
        assert_eq!(found("</><script>"), ["<script>"]);
        assert_eq!(found("<a =\"><script>"), ["<script>"], "a quote in a name opens nothing");
        assert_eq!(found("<svg><style><b onclick=x></style>"), ["onclick"]);
        assert_eq!(found("<svg><title><script>"), ["<script>"]);
        assert_eq!(found("<style></style onclick='>' ><script>"), ["<script>"]);
        assert_eq!(found("<script>'<b onclick=x>'</script><i onload=y>"), ["<script>", "onload"]);
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        for unit in [
            "<",
            "<!--",
            "--",
            "<a ",
            "<a b='",
            "</",
            "</style",
            "<a b=&#0",
            "<a href=java ",
            "<textarea></textare",
            "<a a=\"",
            "<?",
            "=",
            "<!---",
            "\u{e9}<",
        ] {
            for start in ["", "<textarea>", "<!--", "<a "] {
                scan(&(start.to_owned() + &unit.repeat(1_000_000 / unit.len())), |_| ());
            }
        }
    }
}
