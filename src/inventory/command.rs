//! The command, from its arguments to its exit status.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::{Filters, Inventory, csv, markdown, text, unknown};
use crate::check::{Settings, check};
use crate::cli::{InventoryArgs, InventoryFormat};
use crate::commands::{request, tell_missing, tell_not_checked, tell_passed_over, tell_unread, terminal_width};
use crate::discover::discover;
use crate::html;
use crate::output::{to_file, to_stdout};
use crate::reach;
use crate::render::json_text;
use crate::report::FailOn;
use crate::usage::{UsageError, complain};
use apiward_lints::framework::level::Profile;

/// Columns of output that goes to no terminal.
const WIDTH: usize = 80;

/// `apiward inventory`.
pub(crate) fn run(args: &InventoryArgs) -> Result<u8, UsageError> {
    let settings = Settings {
        lint: false,
        inventory: true,
        ignore_unrecognized: args.inputs.ignore_unrecognized,
        ..Settings::new(Profile::default())
    };
    let mut request = request(&args.inputs, &settings)?;
    let mut found = discover(&request)?;
    if args.inputs.ignore_unrecognized {
        reach::add_descriptions(&mut request, &mut found, &settings.limits)?;
    }
    tell_passed_over(&found);
    let mut checked = check(&found, &settings, || {});
    unknown::tell(args, &checked.operations, &checked.declared);
    let mut inventory = Inventory::take(&mut checked, &filters(args));
    inventory.turn(args.by, &checked.declared);
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let width = if file.is_none() && io::stdout().is_terminal() { terminal_width() } else { WIDTH };
    let write = |out: &mut dyn Write| write(&inventory, args.format, width, out);
    match file {
        Some(path) => to_file("--output", path, write)?,
        None => to_stdout(write)?,
    }
    tell_not_checked(&checked);
    let unread = tell_unread(&checked);
    if unread > 0 {
        complain("note", "the list may lack something: not everything was read", None);
    }
    tell_missing(&args.inputs.paths, &checked);
    Ok(checked.report.exit_status(FailOn::Never).max(u8::from(unread > 0)))
}

/// Writes an inventory; tables for people have lines of `width` columns.
///
/// # Errors
/// What the writer says.
pub fn write(inventory: &Inventory, format: InventoryFormat, width: usize, out: &mut dyn Write) -> io::Result<()> {
    match format {
        InventoryFormat::Text if inventory.summary.total == 0 && inventory.files.is_empty() => Ok(()),
        InventoryFormat::Text => text::write(inventory, width, out),
        InventoryFormat::Csv => csv::write(inventory, out),
        InventoryFormat::Markdown => markdown::write(inventory, out),
        InventoryFormat::Json => json(inventory, out),
        InventoryFormat::Html => html::inventory(inventory, out),
    }
}

fn filters(args: &InventoryArgs) -> Filters {
    Filters {
        anonymous: args.anonymous,
        writes: args.writes,
        schemes: args.scheme.clone(),
        scopes: args.scope.clone(),
        weaker_than: args.weaker_than,
        path: args.path.clone(),
        sensitive: args.sensitive,
    }
}

fn json(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    json_text(inventory, out)?;
    writeln!(out)
}
