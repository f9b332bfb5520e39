//! How the views by scope and by scheme are written.

use std::io::{self, Write};

use super::Inventory;
use super::by_scheme::{Difference, Protection, SchemeUse};
use super::by_scope::{Name, Opened, ScopeUse};
use super::text::{cut, cut_inside};
use super::ways::any_of;
use crate::render::{count, inert, markdown_text};

/// Operations that are shown for a scope, and ways in for an operation.
const SHOWN: usize = 8;

/// Writes the views that were asked for, no line longer than `width`. False when none was.
pub(super) fn text(inventory: &Inventory, width: usize, out: &mut dyn Write) -> io::Result<bool> {
    if let Some(scopes) = &inventory.scopes {
        scopes_text(inventory, scopes, width, out)?;
    }
    if let (Some(schemes), Some(differences)) = (&inventory.schemes, &inventory.differences) {
        schemes_text(schemes, width, out)?;
        differences_text(differences, width, out)?;
    }
    Ok(inventory.scopes.is_some() || inventory.schemes.is_some())
}

const SCOPE_LEGEND: &str = "\
opens: operations that ask for it; alone: those of them that ask for nothing
  else; writes: how many of the latter change state; +: with something else";

fn scopes_text(inventory: &Inventory, scopes: &[ScopeUse], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut before: Option<&ScopeUse> = None;
    for scope in scopes {
        let document = |one: &ScopeUse| (one.file.clone(), one.document);
        let same_document = before.is_some_and(|before| document(before) == document(scope));
        if !same_document {
            if before.is_some() {
                writeln!(out)?;
            }
            writeln!(out, "{}\n", inert(&document_title(inventory, &scope.file, scope.document)))?;
        }
        if !same_document || before.is_some_and(|before| before.scheme != scope.scheme) {
            let kind = scope.kind.as_deref().unwrap_or("no type");
            writeln!(out, "{}", cut(&inert(&format!("{} ({kind})", scope.scheme)), width))?;
            writeln!(out, "  opens  alone  writes  scope")?;
        }
        before = Some(scope);
        let remarks = scope.remarks().join(", ");
        let room = (width - 24).saturating_sub(if remarks.is_empty() { 0 } else { remarks.len() + 2 }).max(8);
        let title = cut(&inert(scope.title()), room);
        let (opens, alone, writes) = (scope.opens.total, scope.alone.total, scope.alone.writes);
        writeln!(out, "{}", cut(&format!("  {opens:>5}  {alone:>5}  {writes:>6}  {title}  {remarks}"), width))?;
        for name in scope.opens.operations.iter().take(SHOWN) {
            let mark = if scope.alone.operations.contains(name) { ' ' } else { '+' };
            writeln!(out, "                        {mark} {}", cut_inside(&inert(&title_of(name)), width - 26))?;
        }
        if scope.opens.total > SHOWN {
            writeln!(out, "                          and {} more", scope.opens.total - SHOWN)?;
        }
    }
    if scopes.is_empty() {
        return writeln!(out, "no scopes are declared or asked for\n");
    }
    writeln!(out, "\n{SCOPE_LEGEND}\n")
}

fn title_of(name: &Name) -> String {
    format!("{} {}", name.method, name.path)
}

fn document_title(inventory: &Inventory, file: &str, document: usize) -> String {
    let known = inventory.files.iter().find(|known| known.path == file && known.document == document);
    known.map_or_else(|| file.to_owned(), super::text::title)
}

fn place(file: &str, document: usize) -> String {
    if document > 0 { format!("{file}, document {document}") } else { file.to_owned() }
}

fn strength(strength: Option<u8>) -> String {
    strength.map_or_else(|| "?".to_owned(), |strength| strength.to_string())
}

fn schemes_text(schemes: &[SchemeUse], width: usize, out: &mut dyn Write) -> io::Result<()> {
    for scheme in schemes {
        let other = if scheme.differs_elsewhere { "  (something else in other documents)" } else { "" };
        let title = format!("{}  {}: {}{other}", strength(scheme.strength), scheme.name, scheme.what);
        writeln!(out, "{}", cut(&inert(&title), width))?;
        for document in &scheme.documents {
            let uses = match document.operations {
                0 => "no operation".to_owned(),
                some => count(some, "operation"),
            };
            let file = cut_inside(&inert(&place(&document.file, document.document)), width - uses.len() - 5);
            writeln!(out, "   {file}  {uses}")?;
        }
    }
    if schemes.is_empty() {
        return writeln!(out, "no schemes are declared or asked for\n");
    }
    writeln!(out)
}

fn differences_text(differences: &[Difference], width: usize, out: &mut dyn Write) -> io::Result<()> {
    if differences.is_empty() {
        return Ok(());
    }
    writeln!(out, "guarded differently:\n")?;
    for difference in differences {
        writeln!(out, "{}", cut_inside(&inert(&format!("{} {}", difference.method, difference.path)), width))?;
        let longest = difference.protections.iter().map(|one| place(&one.file, one.document).chars().count()).max();
        let room = longest.unwrap_or_default().min(width * 2 / 5);
        for one in &difference.protections {
            let file = cut_inside(&inert(&place(&one.file, one.document)), room);
            let row = format!("{}  {file:room$}  {}", strength(one.strength), inert(&ways(one)));
            writeln!(out, "{}", cut(&row, width))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn ways(one: &Protection) -> String {
    any_of(&one.alternatives, one.alternatives_total, SHOWN)
}

/// The rows of the view that was asked for, below a row with the names of the columns.
pub(super) fn csv(inventory: &Inventory) -> Option<Vec<Vec<String>>> {
    if let Some(scopes) = &inventory.scopes {
        let columns = [
            "file",
            "document",
            "scheme",
            "type",
            "scope",
            "declared",
            "opens",
            "opens_writes",
            "alone",
            "alone_writes",
            "everything",
            "opens_operations",
            "alone_operations",
        ];
        return Some(
            std::iter::once(columns.map(str::to_owned).to_vec()).chain(scopes.iter().map(scope_row)).collect(),
        );
    }
    let (schemes, differences) = (inventory.schemes.as_ref()?, inventory.differences.as_ref()?);
    let columns = [
        "record",
        "name",
        "type",
        "what",
        "strength",
        "differs",
        "file",
        "document",
        "operations",
        "method",
        "path",
        "ways_in",
    ];
    let mut rows = vec![columns.map(str::to_owned).to_vec()];
    rows.extend(schemes.iter().flat_map(scheme_rows));
    rows.extend(differences.iter().flat_map(difference_rows));
    Some(rows)
}

fn names(opened: &Opened) -> String {
    let mut names: Vec<String> = opened.operations.iter().map(title_of).collect();
    if opened.total > names.len() {
        names.push("...".to_owned());
    }
    names.join("; ")
}

fn scope_row(scope: &ScopeUse) -> Vec<String> {
    vec![
        scope.file.clone(),
        scope.document.to_string(),
        scope.scheme.clone(),
        scope.kind.clone().unwrap_or_default(),
        scope.scope.clone().unwrap_or_default(),
        scope.declared.to_string(),
        scope.opens.total.to_string(),
        scope.opens.writes.to_string(),
        scope.alone.total.to_string(),
        scope.alone.writes.to_string(),
        scope.everything.to_string(),
        names(&scope.opens),
        names(&scope.alone),
    ]
}

fn scheme_rows(scheme: &SchemeUse) -> impl Iterator<Item = Vec<String>> + '_ {
    scheme.documents.iter().map(|document| {
        vec![
            "scheme".to_owned(),
            scheme.name.clone(),
            scheme.kind.clone().unwrap_or_default(),
            scheme.what.clone(),
            scheme.strength.map(|strength| strength.to_string()).unwrap_or_default(),
            scheme.differs_elsewhere.to_string(),
            document.file.clone(),
            document.document.to_string(),
            document.operations.to_string(),
            String::new(),
            String::new(),
            String::new(),
        ]
    })
}

fn difference_rows(difference: &Difference) -> impl Iterator<Item = Vec<String>> + '_ {
    difference.protections.iter().map(|one| {
        let empty = String::new;
        vec![
            "difference".to_owned(),
            empty(),
            empty(),
            empty(),
            one.strength.map(|strength| strength.to_string()).unwrap_or_default(),
            empty(),
            one.file.clone(),
            one.document.to_string(),
            empty(),
            difference.method.clone(),
            one.path.clone(),
            any_of(&one.alternatives, one.alternatives_total, usize::MAX),
        ]
    })
}

/// Writes the tables of the view that was asked for. False when none was.
pub(super) fn markdown(inventory: &Inventory, out: &mut dyn Write) -> io::Result<bool> {
    if let Some(scopes) = &inventory.scopes {
        scopes_markdown(scopes, out)?;
    }
    if let (Some(schemes), Some(differences)) = (&inventory.schemes, &inventory.differences) {
        schemes_markdown(schemes, out)?;
        differences_markdown(differences, out)?;
    }
    Ok(inventory.scopes.is_some() || inventory.schemes.is_some())
}

fn scopes_markdown(scopes: &[ScopeUse], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### What each scope opens\n")?;
    writeln!(out, "| Description | Scheme | Scope | Opens | Alone | Writes | Remarks | Operations |")?;
    writeln!(out, "|---|---|---|---|---|---|---|---|")?;
    for scope in scopes {
        let text = |text: &str| markdown_text(text);
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            text(&place(&scope.file, scope.document)),
            text(&scope.scheme),
            text(scope.title()),
            scope.opens.total,
            scope.alone.total,
            scope.alone.writes,
            scope.remarks().join("; "),
            text(&names(&scope.opens)),
        )?;
    }
    Ok(())
}

fn schemes_markdown(schemes: &[SchemeUse], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n### Schemes\n\n| Strength | Scheme | What it is | Operations | Descriptions |\n|---|---|---|---|---|"
    )?;
    for scheme in schemes {
        let documents: Vec<String> = scheme
            .documents
            .iter()
            .map(|one| format!("{} ({})", markdown_text(&place(&one.file, one.document)), one.operations))
            .collect();
        let other = if scheme.differs_elsewhere { "; something else in other documents" } else { "" };
        writeln!(
            out,
            "| {} | {} | {}{other} | {} | {} |",
            strength(scheme.strength),
            markdown_text(&scheme.name),
            markdown_text(&scheme.what),
            scheme.operations,
            documents.join(", "),
        )?;
    }
    Ok(())
}

fn differences_markdown(differences: &[Difference], out: &mut dyn Write) -> io::Result<()> {
    if differences.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Guarded differently\n\n| Operation | Description | Strength | Who |\n|---|---|---|---|")?;
    for difference in differences {
        for one in &difference.protections {
            writeln!(
                out,
                "| {} | {} | {} | {} |",
                markdown_text(&format!("{} {}", difference.method, one.path)),
                markdown_text(&place(&one.file, one.document)),
                strength(one.strength),
                markdown_text(&ways(one)),
            )?;
        }
    }
    Ok(())
}
