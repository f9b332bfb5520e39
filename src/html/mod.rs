//! `--format html`: one page that needs nothing else, for reviews.
//!
//! Everything is in the markup; the script only filters, searches and sorts. Text gets into a page through
//! [`escape`](escape::escape) alone, and the page's policy lets nothing run but its own script.

mod changes;
mod escape;
mod findings;
mod frame;
mod hashes;
mod lints;
mod matrix;
mod operations;
mod parts;
mod shell;
mod summary;
mod views;

use std::io::{self, Write};

use apiward_lints::framework::level::Level;

use self::changes::Changes;
use self::escape::html;
use self::findings::Findings;
use self::matrix::Matrix;
use self::operations::Named;
use self::shell::Shell;
pub use self::shell::{SCRIPT, STYLE};
use crate::catalogue::{catalogue, catalogue_with};
use crate::check::Checked;
use crate::diff::Diff;
use crate::inventory::{Entry, Inventory, summary_line};
use crate::render::count;
use crate::report::{FileEntry, Status, Tool};
use crate::source::Sources;

/// Writes the page of a run of lints.
pub(crate) fn check(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let report = &checked.report;
    let findings = Findings::new(checked);
    let mut matrix = Matrix::new(&report.files, &checked.operations);
    findings.name_in(&mut matrix);
    let levels: Vec<Level> = findings.all.iter().map(|finding| finding.level).collect();
    let facts = vec![version(&report.tool), format!("profile {}", report.profile)];
    let sections = [("summary", "Summary"), ("findings", "Findings"), ("operations", "Operations"), ("lints", "Lints")];
    let sections = if levels.is_empty() { &sections[..3] } else { &sections[..] };
    let subject = subject(&report.files);
    let shell = Shell { kind: "API security review", subject: &subject, facts, sections };
    shell.write(out, |out| {
        summary::write(checked, &matrix, &findings, out)?;
        findings.write(&matrix, &checked.sources, out)?;
        operations::write(&matrix, Some(Named { what: "finding", levels: &levels }), out)?;
        lints::write("Lints", "finding", &findings.lints(), &catalogue_with(checked.custom.iter().copied()), out)
    })
}

/// Writes the page of a comparison; the operations are those of the new version.
pub(crate) fn diff(diff: &Diff, operations: &[Entry], sources: &[Sources; 2], out: &mut dyn Write) -> io::Result<()> {
    let changes = Changes::new(&diff.changes, &diff.old, sources);
    let mut matrix = Matrix::new(&diff.new.files, operations);
    changes.name_in(&mut matrix);
    let levels: Vec<Level> = changes.all.iter().map(|change| change.level).collect();
    let sections = [
        ("summary", "Summary"),
        ("changes", "Changes"),
        ("operations", "Operations now"),
        ("lints", "Kinds of change"),
    ];
    let sections = if levels.is_empty() { &sections[..3] } else { &sections[..] };
    let subject = subject(&diff.new.files);
    let facts = vec![version(&diff.tool), format!("from {}", diff.old.name), format!("to {}", diff.new.name)];
    let shell = Shell { kind: "What changed in security", subject: &subject, facts, sections };
    shell.write(out, |out| {
        summary::of_changes(diff, &matrix, out)?;
        changes.write(&matrix, out)?;
        operations::write(&matrix, Some(Named { what: "change", levels: &levels }), out)?;
        lints::write("Kinds of change", "change", &changes.kinds(), &catalogue(), out)
    })
}

/// Writes the page of an inventory.
pub(crate) fn inventory(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let matrix = Matrix::new(&inventory.files, &inventory.operations);
    let views = [
        (inventory.scopes.is_some(), ("scopes", "Scopes")),
        (inventory.schemes.is_some(), ("schemes", "Schemes")),
        (inventory.differences.is_some(), ("differences", "Guarded differently")),
    ];
    let views = views.into_iter().filter(|(asked_for, _)| *asked_for).map(|(_, view)| view);
    let sections: Vec<(&str, &str)> =
        [("summary", "Summary")].into_iter().chain(views).chain([("operations", "Operations")]).collect();
    let subject = subject(&inventory.files);
    let shell = Shell {
        kind: "Who may call what",
        subject: &subject,
        facts: vec![version(&inventory.tool)],
        sections: &sections,
    };
    shell.write(out, |out| {
        html!(
            out,
            "<section id=\"summary\" aria-labelledby=\"summary-title\">\n<h2 id=\"summary-title\">Summary</h2>\n"
        )?;
        summary::tiles(&summary::operation_tiles(&matrix), out)?;
        html!(out, "<p class=\"line\">{}</p>\n</section>\n", summary_line(&inventory.summary))?;
        inventory.scopes.as_ref().map_or(Ok(()), |scopes| views::scopes(scopes, out))?;
        inventory.schemes.as_ref().map_or(Ok(()), |schemes| views::schemes(schemes, out))?;
        inventory.differences.as_ref().map_or(Ok(()), |differences| views::differences(differences, out))?;
        operations::write(&matrix, None, out)
    })
}

fn version(tool: &Tool) -> String {
    format!("{} {}", tool.name, tool.version)
}

/// The description, or how many there are.
fn subject(files: &[FileEntry]) -> String {
    let looked_at: Vec<&FileEntry> = files.iter().filter(|file| file.status != Status::Skipped).collect();
    match looked_at.as_slice() {
        [one] => one.path.clone(),
        several => count(several.len(), "API description"),
    }
}
