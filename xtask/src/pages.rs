//! The pages about lints: an index by family and by OWASP item, the practices, and one page for each lint.

use std::fmt::Write;

use apiward::catalogue::{Entry, catalogue, family_title};
use apiward::lists::level_names;
use apiward_lints::framework::declare::FixKind;
use apiward_lints::framework::practice::Practice;
use apiward_lints::framework::taxonomy::{OWASP, cwe_name, cwe_url, owasp};

use crate::generate::Derived;

/// Where the pages stand.
pub(crate) const FOLDER: &str = "docs/lints";

/// All pages.
pub(crate) fn all() -> Vec<Derived> {
    let catalogue = catalogue();
    let page = |path: &str, text: String| Derived { path: format!("{FOLDER}/{path}"), text };
    let mut pages = vec![page("README.md", index(&catalogue)), page("practices.md", practices(&catalogue))];
    pages.extend(catalogue.iter().map(|entry| page(&format!("{}.md", entry.id), lint(entry))));
    pages
}

const INDEX: &str = "\
# Lints

Each lint has an id, `family/name`, and a level in each profile: `minimal` reports errors that are sure, `recommended` what
a careful reviewer would say, `strict` everything. The same pages are shown by `apiward explain`.

See also the lints by [practice](practices.md), with what a description cannot show.
";

fn index(catalogue: &[Entry]) -> String {
    let lints = catalogue.iter().filter(|entry| is_lint(entry)).count();
    let mut out = format!("{INDEX}\nThere are {lints} lints.\n\n## By family\n");
    let mut families: Vec<&str> = catalogue.iter().map(|entry| entry.family).collect();
    families.dedup();
    for family in families {
        let _ = write!(out, "\n### {family}\n\n{}.\n\n", family_title(family));
        out += &table(catalogue.iter().filter(|entry| entry.family == family), "");
    }
    out += "\n## By item of the OWASP API Security Top 10 (2023)\n";
    for item in OWASP {
        let _ = write!(out, "\n### {} {}\n\n[What the item says]({}).\n\n", item.id, item.title, item.url);
        out += &table(catalogue.iter().filter(|entry| entry.owasp.contains(&item.id)), "");
    }
    out
}

/// True for what `check` runs over a description.
fn is_lint(entry: &Entry) -> bool {
    !entry.is_fault() && !entry.is_change()
}

/// A table of lints; `up` leads from the page to the folder of the pages.
fn table<'e>(entries: impl Iterator<Item = &'e Entry>, up: &str) -> String {
    let mut out = "| Lint | Minimal | Recommended | Strict | Confidence | What it finds |\n|---|---|---|---|---|---|\n"
        .to_owned();
    for entry in entries {
        let [minimal, recommended, strict] = level_names(entry.levels);
        let (id, title, confidence) = (entry.id, entry.title.replace('|', "\\|"), entry.confidence.as_str());
        let _ =
            writeln!(out, "| [`{id}`]({up}{id}.md) | {minimal} | {recommended} | {strict} | {confidence} | {title} |");
    }
    out
}

const PRACTICES: &str = "\
# Practices of API security

What lints serve which practice, what of it a description shows, and what no description can show: for that a linter has no
opinion, and silence about it is no praise.
";

fn practices(catalogue: &[Entry]) -> String {
    let mut out = PRACTICES.to_owned();
    for practice in Practice::ALL {
        let (title, shown, hidden) = (practice.title(), practice.shown(), practice.hidden());
        let _ = write!(out, "\n## {title}\n\n**Shown:** {shown}\n\n**Not shown:** {hidden}\n\n");
        out += &table(catalogue.iter().filter(|entry| entry.practices.contains(&practice)), "");
    }
    out
}

/// The page of one lint, one folder below the index.
fn lint(entry: &Entry) -> String {
    let [minimal, recommended, strict] = level_names(entry.levels);
    let mut out = format!("# {}\n\n{}.\n\n", entry.id, entry.title);
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(out, "- **{name}:** {value}");
        }
    };
    let level = format!("{minimal} in minimal, {recommended} in recommended, {strict} in strict");
    fact("Level", if entry.is_change() { minimal.to_owned() } else { level });
    fact("Confidence", entry.confidence.as_str().to_owned());
    fact("Formats", entry.formats.join(", "));
    fact(
        "OWASP",
        list(entry.owasp.iter().filter_map(|id| owasp(id)).map(|item| link(&[item.id, item.title], item.url))),
    );
    let weakness = |id: &&str| link(&[id, cwe_name(id).unwrap_or_default()], &cwe_url(id));
    fact("CWE", list(entry.cwe.iter().map(weakness)));
    let practice =
        |practice: &Practice| link(&[practice.title()], &format!("../practices.md#{}", anchor(practice.title())));
    fact("Practices", list(entry.practices.iter().map(practice)));
    fact("Silences", list(entry.silences.iter().map(|id| link(&[&format!("`{id}`")], &format!("../{id}.md")))));
    fact("Fix", fix(entry.fix).to_owned());
    fact("Since", entry.since.to_owned());
    let _ = write!(out, "\n{}\n\n---\n\n[All lints](../README.md)\n", entry.docs.trim());
    out
}

const fn fix(kind: FixKind) -> &'static str {
    match kind {
        FixKind::None => "",
        FixKind::Safe => "safe",
        FixKind::Unsafe => "unsafe, changes the contract",
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn link(words: &[&str], url: &str) -> String {
    format!("[{}]({url})", words.join(" "))
}

/// The anchor of a heading: small letters, hyphens for blanks, nothing else but letters and digits.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;
    use std::path::{Component, Path, PathBuf};

    use super::*;

    /// Where the links of a page lead, in the folder of the pages, with what stands behind `#`.
    fn links(page: &Derived) -> Vec<(PathBuf, Option<String>)> {
        let mut found = Vec::new();
        // What stands in a fence is an example.
        let prose: String = page.text.split("\n```").step_by(2).collect();
        let targets = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        for (target, _) in targets.filter(|(target, _)| !target.contains("://")) {
            let (file, heading) =
                target.split_once('#').map_or((target, None), |(file, at)| (file, Some(at.to_owned())));
            let mut path = PathBuf::new();
            for part in Path::new(&page.path).parent().unwrap().join(file).components() {
                if part == Component::ParentDir {
                    path.pop();
                } else {
                    path.push(part);
                }
            }
            found.push((path, heading));
        }
        found
    }

    #[test]
    fn every_link_leads_to_a_page_and_a_heading() {
        let pages = all();
        let paths: HashSet<&Path> = pages.iter().map(|page| Path::new(&page.path)).collect();
        for page in &pages {
            for (target, heading) in links(page) {
                assert!(paths.contains(target.as_path()), "{}: {}", page.path, target.display());
                let Some(heading) = heading else { continue };
                let target = pages.iter().find(|page| Path::new(&page.path) == target).unwrap();
                let headings = target.text.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor);
                assert!(headings.into_iter().any(|own| own == heading), "{}: #{heading}", page.path);
            }
        }
    }

    #[test]
    fn every_lint_stands_in_the_index_and_under_a_practice() {
        let (index, practices) = (index(&catalogue()), practices(&catalogue()));
        for entry in catalogue() {
            assert!(index.contains(&format!("]({}.md)", entry.id)), "{}", entry.id);
            assert!(!is_lint(&entry) || practices.contains(&format!("]({}.md)", entry.id)), "{}", entry.id);
        }
    }
}
