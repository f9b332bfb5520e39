//! `apiward init`: a configuration to begin with, commented, after a look at the folder.

use std::path::Path;

use crate::check::{Settings, check};
use crate::config::NAMES;
use crate::discover::{Request, discover};
use crate::output::to_file;
use crate::report::Status;
use crate::usage::{UsageError, complain};
use apiward_lints::framework::level::Profile;

/// Writes `apiward.yaml` into a folder.
pub(crate) fn init(folder: &Path) -> Result<u8, UsageError> {
    if let Some(known) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.exists()) {
        let error = UsageError::new(format!("`{}` is there already", known.display()));
        return Err(error.help("change it, or remove it first"));
    }
    let settings = Settings::new(Profile::Recommended);
    let request = Request { file_bytes: settings.limits.file_bytes, ..Request::default() };
    let request = Request { paths: vec![folder.to_owned()], no_config: true, ..request };
    let checked = check(&discover(&request)?, &settings, || ());
    let report = &checked.report;
    let files: Vec<&str> =
        report.files.iter().filter(|file| file.status == Status::Checked).map(|file| file.path.as_str()).collect();
    let place = folder.join(NAMES[0]);
    let text = text(&files, report.summary.total());
    to_file("init", &place, |out| out.write_all(text.as_bytes()))?;
    complain("wrote", &format!("`{}`", place.display()), None);
    if report.summary.total() > 0 {
        let help =
            "`apiward check --write-baseline apiward-baseline.json` takes note of them, so that only new ones count";
        complain("note", &format!("there are {} findings", report.summary.total()), Some(help));
    }
    Ok(0)
}

/// Descriptions that the comment names.
const NAMED: usize = 5;

fn text(files: &[&str], findings: usize) -> String {
    let mut seen: Vec<String> = files.iter().take(NAMED).map(|path| format!("#   {path}\n")).collect();
    if files.len() > NAMED {
        seen.push(format!("#   and {} more\n", files.len() - NAMED));
    }
    let seen = if seen.is_empty() { "#   none yet\n".to_owned() } else { seen.concat() };
    format!("{HEAD}{seen}# with {findings} findings in the profile `recommended`.\n{BODY}")
}

const HEAD: &str = "\
# Configuration of apiward. `apiward schema config` prints its JSON Schema, `apiward check --show-settings` what applies to
# each file. API descriptions that were found when this was written:
";

const BODY: &str = "
# How much to hear: minimal (errors that are sure), recommended, or strict (everything).
profile: recommended

# Levels and options, by lint, family or id with `*`; `apiward lints` lists them, `apiward explain LINT` describes one.
# lints:
#   auth/http-basic: error
#   docs: off
#   input/unbounded-string: {level: warning, options: {require_pattern: true}}

# What differs for some files; globs are relative to the root, which is the folder of this file.
# overrides:
#   - files: [internal/**]
#     profile: minimal

# Operations that anyone may call, on purpose.
# public:
#   - operation: GET /health
#     reason: load balancers ask without a credential

# Findings that are right and meant.
# ignore:
#   - lint: transport/http-server
#     files: [local.yaml]
#     reason: it only runs on developers' machines
#     expires: 2027-06-30

# Lints of your own, in CEL; `apiward test-rules` checks their examples.
# rules:
#   - id: custom/tagged
#     target: operation
#     assert: operation.tags.size() > 0
#     message: \"`{operation.method} {operation.path}` has no tag\"

# Files that are not checked.
# exclude: [vendor, \"*.gen.yaml\"]
";

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_was_seen_is_named_in_short() {
        assert!(text(&[], 0).contains("#   none yet\n"));
        let many = ["a", "b", "c", "d", "e", "f", "g"];
        let text = text(&many, 9);
        assert!(text.contains("#   e\n#   and 2 more\n# with 9 findings"), "{text}");
    }
}
