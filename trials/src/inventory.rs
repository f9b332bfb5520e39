//! Any text, listed: what holds for every inventory and each of its formats.

use apiward::cli::InventoryFormat;
use apiward::inventory::{Entry, Filters, Inventory, write};
use apiward_lints::framework::level::Profile;

use crate::memory::{checked, found, settings, two};
use crate::outputs::hold_inert;

/// Most entries of the lists of an operation.
const LISTED: usize = 50;
/// Columns of the table for people.
const WIDTH: usize = 80;

/// Lists the operations of one or two files, all and some of them.
pub(crate) fn run(bytes: &[u8]) {
    let (root, other) = two(bytes);
    hold(root, Some(other));
}

pub(crate) fn hold(bytes: &[u8], other: Option<&[u8]>) {
    let mut settings = settings(Profile::Recommended);
    settings.inventory = true;
    let mut checked = checked(&found("api.yaml", bytes, other), &settings);
    let told = checked.report.operations();
    let mut some = apiward::check::check(&found("api.yaml", bytes, other), &settings, || ());
    let all = Inventory::take(&mut checked, &Filters::default());
    assert_eq!((all.summary.total, all.summary.listed), (all.operations.len(), all.operations.len()));
    let own = all.operations.iter().filter(|entry| entry.kind == apiward::inventory::Kind::Operation);
    assert_eq!(own.count(), told, "operations that the files have");
    all.operations.iter().for_each(hold_entry);
    hold_formats(&all);
    let filters = Filters { anonymous: true, weaker_than: Some(3), ..Filters::default() };
    let open = Inventory::take(&mut some, &filters);
    assert!(open.operations.iter().all(|entry| entry.anonymous && filters.let_through(entry)));
    assert_eq!(open.operations.len(), all.operations.iter().filter(|entry| filters.let_through(entry)).count());
}

fn hold_entry(entry: &Entry) {
    let (alternatives, servers) = (&entry.alternatives, &entry.servers);
    assert!(alternatives.len() == entry.alternatives_total.min(LISTED), "{entry:?}");
    assert!(servers.len() == entry.servers_total.min(LISTED) && entry.scopes.len() <= LISTED, "{entry:?}");
    assert!(entry.takes.len() == entry.takes_total.min(LISTED), "{entry:?}");
    assert!(entry.returns.len() == entry.returns_total.min(LISTED), "{entry:?}");
    assert!(entry.strength.is_none_or(|strength| strength <= 5), "{entry:?}");
    assert!(!entry.anonymous || entry.strength == Some(0), "{entry:?}");
    let open = alternatives.is_empty() || alternatives.iter().any(|one| one.anonymous);
    assert!(entry.alternatives_total > LISTED || entry.anonymous == open, "{entry:?}");
}

fn hold_formats(inventory: &Inventory) {
    let text = |format| {
        let mut out = Vec::new();
        let written = write(inventory, format, WIDTH, &mut out);
        assert!(written.is_ok(), "{format:?}: {written:?}");
        String::from_utf8(out).unwrap_or_else(|error| panic!("{format:?}: {error}"))
    };
    let json = text(InventoryFormat::Json);
    let value = serde_json::from_str::<serde_json::Value>(&json);
    let operations = value.ok().and_then(|value| value["operations"].as_array().map(Vec::len));
    assert_eq!(operations, Some(inventory.operations.len()));
    hold_inert("json", &json);
    hold_inert("text", &text(InventoryFormat::Text));
    hold_inert("markdown", &text(InventoryFormat::Markdown));
    let table = text(InventoryFormat::Csv);
    let rows = rows(&table);
    assert_eq!(rows.len(), inventory.operations.len() + 1);
    for row in &rows {
        assert_eq!(row.len(), rows[0].len(), "{row:?}");
        assert!(row.iter().all(|cell| !cell.trim_start().starts_with(['=', '+', '-', '@'])), "{row:?}");
    }
    hold_inert("csv", &table.replace("\r\n", "\n"));
}

/// The cells of a table, as RFC 4180 has them.
fn rows(table: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = table.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "{table}");
    rows
}
