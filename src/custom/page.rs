//! The page on custom lints, with the views and limits as they are.

use std::fmt::Write as _;

use super::shape::{Kind, Of, SCHEMA, VIEWS, View};
use super::{bounds, expression, lint, value};
use crate::config::MOST_RULES;
use crate::render::grouped;

/// The page, in Markdown.
pub fn markdown() -> String {
    let limits = [
        ("LONGEST", expression::LONGEST as u64),
        ("DEEPEST", bounds::DEEPEST as u64),
        ("NESTED", bounds::NESTED as u64),
        ("ITEMS", value::MOST_ITEMS as u64),
        ("BYTES", value::MOST_BYTES as u64),
        ("STEPS", lint::STEPS_PER_ELEMENT),
        ("BASE", lint::BASE_STEPS),
        ("NODE", lint::STEPS_PER_NODE),
        ("RULES", MOST_RULES as u64),
    ];
    let page = include_str!("page.md").replace("{{VIEWS}}", &VIEWS.iter().copied().map(table).collect::<String>());
    limits.iter().fold(page, |page, (name, limit)| page.replace(&format!("{{{{{name}}}}}"), &grouped(*limit)))
}

fn table(view: &View) -> String {
    let mut out = format!("### `{}`\n\n", view.name);
    if view.name == SCHEMA.name {
        out.push_str(
            "Views of schemas are handed in three levels deep: a schema, what it holds, and what that holds; the innermost \
             have no `properties`, `items`, `anyOf` and `oneOf`. Deeper ones are looked at as targets of their own.\n\n",
        );
    }
    out.push_str("| Field | Type | Meaning |\n|---|---|---|\n");
    for field in view.fields {
        let mark = if field.optional { "?" } else { "" };
        let about = field.about.replace('|', "\\|");
        let _ = writeln!(out, "| `{}`{mark} | {} | {about} |", field.name, kind(field.kind));
    }
    out + "\n"
}

/// A type with a link to its table.
fn kind(kind: Kind) -> String {
    let of = |of: Of| match of {
        Of::View(view) => format!("[{0}](#{0})", view.name),
        plain => plain.title().to_owned(),
    };
    match kind {
        Kind::One(one) => of(one),
        Kind::List(one) => format!("list of {}", of(one)),
        Kind::Map(one) => format!("map of {}", of(one)),
    }
}
