//! `lints` and `explain`: the catalogue as people and programs read it.

use std::io::{self, Write};

use apiward_lints::framework::declare::FixKind;
use apiward_lints::framework::level::{Level, Levels};
use apiward_lints::framework::taxonomy;

use crate::catalogue::{Entry, catalogue, catalogue_with, family_title};
use crate::cli::{ListFormat, SchemaOf};
use crate::discover::config_here;
use crate::output::to_stdout;
use crate::render::inert;
use crate::selection::unknown;
use crate::usage::UsageError;

/// `apiward explain`.
pub(crate) fn explain(lint: &str) -> Result<u8, UsageError> {
    let mut catalogue = catalogue();
    // Those who only ask for something of the catalogue need no sound configuration.
    if find(lint, &catalogue).is_err() && of_family(lint, &catalogue).is_empty() {
        catalogue = catalogue_here()?;
    }
    let family = of_family(lint, &catalogue);
    match find(lint, &catalogue) {
        Ok(entry) => to_stdout(|out| write_page(entry, out))?,
        Err(unknown) if family.is_empty() => return Err(unknown),
        Err(_) => to_stdout(|out| write_family(&family, out))?,
    }
    Ok(0)
}

fn of_family<'c>(family: &str, catalogue: &'c [Entry]) -> Vec<&'c Entry> {
    catalogue.iter().filter(|entry| entry.family == family).collect()
}

fn write_family(entries: &[&Entry], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = entries.first() else { return Ok(()) };
    writeln!(out, "# {}\n\n{}.\n", first.family, family_title(first.family))?;
    let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or_default();
    for entry in entries {
        let [_, recommended, _] = level_names(entry.levels);
        writeln!(out, "{:width$}  {recommended:7}  {}", entry.id, inert(entry.title))?;
    }
    writeln!(out, "\nThe levels are those of the profile recommended. `apiward explain LINT` says more of each.")
}

/// The catalogue with the custom lints of the configuration that is found from the current folder upwards.
fn catalogue_here() -> Result<Vec<Entry>, UsageError> {
    let config = config_here(None)?;
    Ok(catalogue_with(config.iter().flat_map(|config| config.custom_lints())))
}

/// The entry of that id, or the only one of that name without its family.
fn find<'c>(lint: &str, catalogue: &'c [Entry]) -> Result<&'c Entry, UsageError> {
    if let Some(entry) = catalogue.iter().find(|entry| entry.id == lint) {
        return Ok(entry);
    }
    let named: Vec<&Entry> = catalogue.iter().filter(|entry| entry.name() == lint).collect();
    match named.as_slice() {
        [] => Err(unknown(&format!("no lint is named `{lint}`"), lint, catalogue)),
        [entry] => Ok(entry),
        several => {
            let ids: Vec<String> = several.iter().map(|entry| format!("`{}`", entry.id)).collect();
            let error = UsageError::new(format!("several lints are named `{lint}`"));
            Err(error.help(format!("name one of {}", ids.join(", "))))
        }
    }
}

fn write_page(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}.\n", entry.id, inert(entry.title))?;
    let [minimal, recommended, strict] = level_names(entry.levels);
    if entry.is_change() {
        writeln!(out, "- Level: {minimal}")?;
    } else {
        writeln!(out, "- Level: {minimal} in minimal, {recommended} in recommended, {strict} in strict")?;
    }
    writeln!(out, "- Confidence: {}", entry.confidence.as_str())?;
    writeln!(out, "- Formats: {}", entry.formats.join(", "))?;
    for id in entry.owasp {
        writeln!(out, "- OWASP {id} {}", taxonomy::owasp(id).map_or("", |item| item.title))?;
    }
    for id in entry.cwe {
        writeln!(out, "- {id} {}", taxonomy::cwe_name(id).unwrap_or_default())?;
    }
    match entry.fix {
        FixKind::None => {}
        FixKind::Safe => writeln!(out, "- Fix: safe")?,
        FixKind::Unsafe => writeln!(out, "- Fix: unsafe, changes the contract")?,
    }
    writeln!(out, "- Since: {}", entry.since)?;
    // That of a custom lint is made of the configuration's texts.
    writeln!(out)?;
    entry.docs.trim().lines().try_for_each(|line| writeln!(out, "{}", inert(line)))
}

/// `apiward lints`.
pub(crate) fn lints(format: ListFormat) -> Result<u8, UsageError> {
    let catalogue = catalogue_here()?;
    to_stdout(|out| match format {
        ListFormat::Text => write_text(&catalogue, out),
        ListFormat::Markdown => write!(out, "{}", markdown_table(&catalogue)),
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &catalogue)?;
            writeln!(out)
        }
    })?;
    Ok(0)
}

/// The names of the levels in `minimal`, `recommended` and `strict`.
pub fn level_names(levels: Levels) -> [&'static str; 3] {
    [levels.minimal, levels.recommended, levels.strict].map(|level| level.map_or("off", Level::as_str))
}

fn write_text(catalogue: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    let width = catalogue.iter().map(|entry| entry.id.len()).max().unwrap_or_default();
    writeln!(out, "{:width$}  minimal  recommended  strict   title", "lint")?;
    for entry in catalogue {
        let [minimal, recommended, strict] = level_names(entry.levels);
        writeln!(out, "{:width$}  {minimal:7}  {recommended:11}  {strict:7}  {}", entry.id, inert(entry.title))?;
    }
    Ok(())
}

/// The entries as a Markdown table.
pub fn markdown_table(entries: &[Entry]) -> String {
    let row = |entry: &Entry| {
        let [minimal, recommended, strict] = level_names(entry.levels);
        let title = inert(entry.title).replace('|', "\\|");
        format!("| `{}` | {minimal} | {recommended} | {strict} | {title} |", entry.id)
    };
    let head =
        ["| Lint | Minimal | Recommended | Strict | What it finds |".to_owned(), "|---|---|---|---|---|".to_owned()];
    let lines: Vec<String> = head.into_iter().chain(entries.iter().map(row)).collect();
    lines.join("\n") + "\n"
}

/// `apiward schema`.
pub(crate) fn schema(of: SchemaOf) -> Result<u8, UsageError> {
    let schema = match of {
        SchemaOf::Config => crate::config::json_schema(),
        SchemaOf::Output => crate::report::json_schema(),
        SchemaOf::Inventory => crate::inventory::json_schema(),
        SchemaOf::Diff => crate::diff::json_schema(),
    };
    to_stdout(|out| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        writeln!(out)
    })
    .map(|()| 0)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_name_without_its_family_is_enough_where_it_is_the_only_one() {
        let mut catalogue = catalogue();
        assert_eq!(find("unreadable", &catalogue).unwrap().id, "document/unreadable");
        let again = Entry { id: "other/unreadable", ..catalogue[0].clone() };
        catalogue.push(again);
        let error = find("unreadable", &catalogue).unwrap_err();
        assert_eq!(error.help.unwrap(), "name one of `document/unreadable`, `other/unreadable`");
        assert!(find("unreadible", &catalogue).unwrap_err().help.unwrap().contains("`document/unreadable`"));
    }
}
