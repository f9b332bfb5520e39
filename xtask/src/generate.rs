//! Files that are derived from the code.

use std::fs;
use std::path::{Path, PathBuf};

use crate::pages;

/// A file and the text that it should hold.
pub(crate) struct Derived {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Folders in which nothing else may stand.
const FOLDERS: [&str; 1] = [pages::FOLDER];

fn all() -> Result<Vec<Derived>, String> {
    let schema = |name: &str, schema: &serde_json::Value| {
        let text = serde_json::to_string_pretty(schema).map_err(|error| error.to_string())?;
        Ok::<_, String>(Derived { path: format!("schemas/{name}.schema.json"), text: text + "\n" })
    };
    let output = schema("output", &apiward::report::json_schema())?;
    let inventory = schema("inventory", &apiward::inventory::json_schema())?;
    let diff = schema("diff", &apiward::diff::json_schema())?;
    let config = schema("config", &apiward::config::json_schema())?;
    let custom = Derived { path: "docs/custom-lints.md".to_owned(), text: apiward::custom::page::markdown() };
    let lexicons = Derived { path: "docs/lexicons.md".to_owned(), text: crate::lexicons::page() };
    let hashes = Derived { path: "src/html/hashes.rs".to_owned(), text: crate::hashes::module() };
    let derived = [output, config, inventory, diff].into_iter().chain(pages::all());
    Ok(derived.chain([custom, lexicons, hashes]).collect())
}

/// Files in the folders of derived files that are none.
fn left_over(root: &Path, derived: &[Derived]) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(root.join(&folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                waiting.push(path);
            } else {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.retain(|path| derived.iter().all(|derived| derived.path != *path));
    found.sort();
    found
}

/// Writes what differs.
pub(crate) fn write(root: &Path) -> Result<String, String> {
    let mut written = Vec::new();
    let derived = all()?;
    for path in left_over(root, &derived) {
        fs::remove_file(root.join(&path)).map_err(|error| format!("cannot remove {path}: {error}"))?;
        written.push(format!("{path} (removed)"));
    }
    for derived in derived {
        let place = root.join(&derived.path);
        if fs::read_to_string(&place).is_ok_and(|text| text == derived.text) {
            continue;
        }
        let folder = place.parent().unwrap_or(root);
        let done = fs::create_dir_all(folder).and_then(|()| fs::write(&place, &derived.text));
        done.map_err(|error| format!("cannot write {}: {error}", derived.path))?;
        written.push(derived.path);
    }
    Ok(if written.is_empty() { "nothing to do".to_owned() } else { format!("wrote {}", written.join(", ")) })
}

/// Says what differs.
pub(crate) fn check(root: &Path) -> Result<String, String> {
    let derived = all()?;
    let differs =
        |derived: &&Derived| !fs::read_to_string(root.join(&derived.path)).is_ok_and(|text| text == derived.text);
    let mut stale: Vec<String> = derived.iter().filter(differs).map(|derived| derived.path.clone()).collect();
    stale.extend(left_over(root, &derived));
    if stale.is_empty() {
        return Ok("everything is up to date".to_owned());
    }
    Err(format!("stale: {}; run `cargo xtask generate`", stale.join(", ")))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_is_stale_is_named_until_it_is_written() {
        let folder = std::env::temp_dir().join(format!("apiward-xtask-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(folder.join("docs/lints/auth")).unwrap();
        fs::write(folder.join("docs/lints/auth/gone.md"), "").unwrap();
        let stale = check(&folder).unwrap_err();
        assert!(
            stale.contains("schemas/output.schema.json, schemas/config.schema.json, schemas/inventory.schema.json"),
            "{stale}"
        );
        assert!(stale.contains("docs/lints/auth/gone.md"), "{stale}");
        write(&folder).unwrap();
        assert_eq!(check(&folder).unwrap(), "everything is up to date");
        assert_eq!(write(&folder).unwrap(), "nothing to do");
        fs::remove_dir_all(&folder).unwrap();
    }
}
