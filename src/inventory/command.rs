//! The command, from its arguments to its exit status.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::{Filters, Inventory, SCHEMA_VERSION, Summary, by_scheme, by_scope, csv, markdown, text, unknown};
use crate::check::{Settings, check};
use crate::cli::{InventoryArgs, InventoryBy, InventoryFormat};
use crate::commands::{request, tell_missing, tell_not_checked, terminal_width};
use crate::discover::discover;
use crate::html;
use crate::output::{to_file, to_stdout};
use crate::reach;
use crate::report::{FailOn, Tool};
use crate::usage::UsageError;
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
    let mut checked = check(&found, &settings, || {});
    let mut inventory = Inventory {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool::default(),
        files: std::mem::take(&mut checked.report.files),
        operations: std::mem::take(&mut checked.operations),
        scopes: None,
        schemes: None,
        differences: None,
        summary: Summary::default(),
    };
    let nothing = inventory.operations.is_empty();
    unknown::tell(args, &inventory.operations, &checked.declared);
    filters(args).apply(&mut inventory);
    match args.by {
        InventoryBy::Operation => {}
        InventoryBy::Scope => inventory.scopes = Some(by_scope::scopes(&inventory.operations, &checked.declared)),
        InventoryBy::Scheme => {
            inventory.schemes = Some(by_scheme::schemes(&inventory.operations, &checked.declared));
            inventory.differences = Some(by_scheme::differences(&inventory.operations));
        }
    }
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let width = if file.is_none() && io::stdout().is_terminal() { terminal_width() } else { WIDTH };
    let write = |out: &mut dyn Write| match args.format {
        InventoryFormat::Text if nothing && inventory.files.is_empty() => Ok(()),
        InventoryFormat::Text => text::write(&inventory, width, out),
        InventoryFormat::Csv => csv::write(&inventory, out),
        InventoryFormat::Markdown => markdown::write(&inventory, out),
        InventoryFormat::Json => json(&inventory, out),
        InventoryFormat::Html => html::inventory(&inventory, out),
    };
    match file {
        Some(path) => to_file("--output", path, write)?,
        None => to_stdout(write)?,
    }
    tell_not_checked(&checked);
    tell_missing(&args.inputs.paths, &checked);
    Ok(checked.report.exit_status(FailOn::Never))
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
    serde_json::to_writer_pretty(&mut *out, inventory)?;
    writeln!(out)
}
