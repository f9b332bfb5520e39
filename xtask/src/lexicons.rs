//! The page of the word lists.

use std::fmt::Write as _;

use apiward_model::lexicon::{Lexicon, Match, changeable};

const HEAD: &str = "\
# Word lists

Lints know what names and texts mean by these lists. Where yours are missing, or one of them means something else with you,
change it in `apiward.yaml`:

```yaml
lexicons:
  admin_strong_segments: {add: [control_room]}
  local_hosts: {add: ['[.]parcels$']}
  credential_parameter_names: {add: [depot_pin], remove: [otp]}
```

A change holds for every lint that goes by the list. What a configuration extends is changed first. Faults are told with
their place: a list or an entry that does not exist, a pattern that cannot be read. `check --show-settings` shows what is
changed.

How the entries of a list are compared:

| | |
|---|---|
| name | all words of a name; `api_key` is `api-key`, `apiKey` and `APIKEY` too |
| last, first, word | the last, the first, or any words of a name |
| segment, last segment | all words of a path segment, or of the last one |
| phrase | words of a text, whatever blanks stand between them; not where the sentence denies them |
| pattern | a regular expression, found anywhere in the value, without regard to case |
| value | the whole value, without regard to case |

";

/// The page, in Markdown.
pub(crate) fn page() -> String {
    let mut lists: Vec<&Lexicon> = changeable().collect();
    lists.sort_by_key(|list| list.name);
    lists.into_iter().fold(HEAD.to_owned(), |mut page, list| {
        let plural = if list.plural { ", plurals too" } else { "" };
        let entries: Vec<String> = list.entries.iter().map(|entry| code(entry)).collect();
        let _ = write!(page, "## `{}`\n\n{}{plural}: {}\n\n", list.name, title(list.matching), entries.join(", "));
        page
    })
}

fn code(entry: &str) -> String {
    if entry.contains('`') { format!("`` {entry} ``") } else { format!("`{entry}`") }
}

const fn title(matching: Match) -> &'static str {
    match matching {
        Match::Name => "Name",
        Match::Last => "Last",
        Match::First => "First",
        Match::Word => "Word",
        Match::Segment => "Segment",
        Match::LastSegment => "Last segment",
        Match::Phrase => "Phrase",
        Match::Regex => "Pattern",
        Match::Value => "Value",
    }
}
