//! What we hand out for CI: the action, the workflows, GitLab's job and the image. What can run here runs; the rest is
//! read by the linters of those formats. Nothing here has a runner of GitHub or GitLab, or builds an image.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::tools::{command, said, succeeds, tool, tree};
use super::{DUPLICATE, GOOD, folder_of, run};

/// A YAML file of the tree, as our own parser reads it.
fn yaml(path: &str) -> Value {
    run(tree(), &["debug", "tree", path]).json()
}

/// Judges a file of the tree by the JSON Schema that its format has.
fn judge_by_schema(schema: &str, path: &str) {
    let Some(judge) = tool("check-jsonschema") else { return };
    let schema = format!("vendor.{schema}");
    succeeds(command(&judge, tree()).args(["--builtin-schema", &schema, path]));
}

#[test]
fn workflows_and_the_action_satisfy_their_linters() {
    judge_by_schema("github-actions", "action.yml");
    for workflow in ["ci", "release"] {
        judge_by_schema("github-workflows", &format!(".github/workflows/{workflow}.yml"));
    }
    let (Some(actionlint), Some(shellcheck)) = (tool("actionlint"), tool("shellcheck")) else { return };
    // Also the scripts within, by shellcheck, and the inputs of our own action, which a workflow uses.
    let mut lint = command(&actionlint, tree());
    lint.arg("-shellcheck").arg(&shellcheck).args([".github/workflows/ci.yml", ".github/workflows/release.yml"]);
    succeeds(&mut lint);
    let scripts =
        [".ci/run", ".ci/tools", ".ci/package", "integrations/github/install.sh", "integrations/github/check.sh"];
    succeeds(command(&shellcheck, tree()).args(scripts));
}

#[test]
fn the_image_holds_one_program_that_an_ordinary_user_runs() {
    let Some(hadolint) = tool("hadolint") else { return };
    succeeds(command(&hadolint, tree()).args(["--no-color", "Dockerfile"]));
    let text = fs::read_to_string(tree().join("Dockerfile")).unwrap();
    let (_, last) = text.rsplit_once("FROM ").unwrap();
    let lines: Vec<&str> = last.lines().collect();
    assert_eq!(lines[0], "scratch");
    assert_eq!(lines.iter().filter(|line| line.starts_with("COPY") || line.starts_with("ADD")).count(), 1);
    assert!(lines.contains(&"USER 65534:65534") && lines.contains(&"ENTRYPOINT [\"/apiward\"]"), "{last}");
}

/// The runner of a composite action, as far as ours needs one.
struct Runner {
    folder: tempfile::TempDir,
    /// What expressions are worth.
    known: HashMap<String, String>,
    path: Vec<String>,
}

impl Runner {
    fn new(files: &[(&str, &str)], inputs: &[(&str, &str)]) -> Self {
        let folder = folder_of(files);
        fs::create_dir(folder.path().join(".temp")).unwrap();
        let mut known = HashMap::new();
        for (name, input) in yaml("action.yml")["inputs"].as_object().unwrap() {
            known.insert(format!("inputs.{name}"), input["default"].as_str().unwrap().to_owned());
        }
        known.insert("github.action_ref".to_owned(), "main".to_owned());
        known.insert("github.action_repository".to_owned(), "OWNER/apiward".to_owned());
        known.extend(inputs.iter().map(|(name, value)| (format!("inputs.{name}"), (*value).to_owned())));
        Self { folder, known, path: Vec::new() }
    }

    fn value(&self, text: &str) -> String {
        let Some(expression) = text.strip_prefix("${{").and_then(|text| text.strip_suffix("}}")) else {
            return text.to_owned();
        };
        let alternatives = expression.split("||").map(|name| self.known.get(name.trim()).cloned().unwrap_or_default());
        alternatives.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
    }

    /// Runs a step by its name; success and what it says.
    fn step(&mut self, name: &str) -> (bool, String) {
        let action = yaml("action.yml");
        let steps = action["runs"]["steps"].as_array().unwrap();
        let step = steps.iter().find(|step| step["name"] == name).unwrap();
        let temp = self.folder.path().join(".temp");
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "what callers write must not become code");
        let mut shell = command(Path::new("bash"), self.folder.path());
        shell.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]);
        for (name, value) in step["env"].as_object().unwrap() {
            shell.env(name, self.value(value.as_str().unwrap()));
        }
        for name in ["GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"] {
            shell.env(name, temp.join(name));
        }
        shell.env("GITHUB_ACTION_PATH", tree()).env("RUNNER_TEMP", &temp);
        shell.env("GITHUB_SERVER_URL", format!("file://{}", self.folder.path().display()));
        shell.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        if !self.path.is_empty() {
            shell.env("PATH", format!("{}:{}", self.path.join(":"), std::env::var("PATH").unwrap()));
        }
        let output = shell.output().unwrap();
        self.path = self.left("GITHUB_PATH").lines().map(str::to_owned).collect();
        let id = step["id"].as_str().unwrap_or_default();
        for line in self.left("GITHUB_OUTPUT").lines() {
            let (key, value) = line.split_once('=').unwrap();
            self.known.insert(format!("steps.{id}.outputs.{key}"), value.to_owned());
        }
        (output.status.success(), said(&output))
    }

    /// What a step left in one of the runner's files.
    fn left(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(".temp").join(name)).unwrap_or_default()
    }
}

#[test]
fn the_action_annotates_summarises_and_hands_over_sarif_before_it_fails() {
    let files = [("a b.yaml", DUPLICATE), ("other/good.yaml", GOOD)];
    let inputs =
        [("paths", "a b.yaml\nother"), ("args", "--select document\n --profile  strict"), ("fail-on", "warning")];
    let mut runner = Runner::new(&files, &inputs);
    let (done, said) = runner.step("Check");
    assert!(done && said.contains("::warning ") && said.contains("file=a b.yaml"), "{said}");
    assert!(runner.left("GITHUB_STEP_SUMMARY").contains("document/duplicate-key"));
    let sarif = runner.known["steps.check.outputs.sarif"].clone();
    let sarif: Value = serde_json::from_slice(&fs::read(sarif).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "document/duplicate-key");
    assert!(!runner.step("Judge").0, "a warning was to fail the job");

    let mut runner = Runner::new(&files, &[]);
    assert!(runner.step("Check").0);
    assert!(runner.step("Judge").0, "a warning fails nothing by default");
}

#[test]
fn the_action_uploads_nothing_where_the_call_was_wrong() {
    let mut runner = Runner::new(&[("a.yaml", GOOD)], &[("args", "--select documnt")]);
    let (done, said) = runner.step("Check");
    assert!(done && said.contains("did you mean `document`?"), "{said}");
    assert!(!runner.known.contains_key("steps.check.outputs.sarif"));
    assert!(!runner.step("Judge").0);
    let steps = &yaml("action.yml")["runs"]["steps"];
    let upload = steps.as_array().unwrap().iter().find(|step| step["uses"].is_string()).unwrap();
    assert_eq!(upload["if"], "${{ inputs.upload == 'true' && steps.check.outputs.sarif != '' }}");
    assert_eq!(upload["with"]["sarif_file"], "${{ steps.check.outputs.sarif }}");
}

/// A release as our script packs it is what the action installs; one that was changed on the way is refused.
#[test]
#[cfg(target_os = "linux")]
fn the_action_installs_the_release_that_we_pack() {
    let mut runner = Runner::new(&[("a.yaml", GOOD)], &[("version", "v9.8.7")]);
    let releases = runner.folder.path().join("OWNER/apiward/releases/download/v9.8.7");
    fs::create_dir_all(&releases).unwrap();
    let mut pack = command(&tree().join(".ci/package"), tree());
    pack.args(["v9.8.7", "x86_64-unknown-linux-musl", env!("CARGO_BIN_EXE_apiward")]).arg(&releases);
    succeeds(&mut pack);
    let archive = "apiward-v9.8.7-x86_64-unknown-linux-musl.tar.gz";
    let list = succeeds(command(Path::new("tar"), &releases).args(["-tzf", archive]));
    for part in ["/apiward\n", "/man/apiward.1\n", "/completions/apiward.bash\n", "/LICENSE-MIT\n"] {
        assert!(list.contains(part), "{part} is missing from {list}");
    }
    let sums = succeeds(command(Path::new("sha256sum"), &releases).arg(archive));
    fs::write(releases.join("SHA256SUMS"), format!("{sums}{} *other.tar.gz\n", "0".repeat(64))).unwrap();

    let (done, said) = runner.step("Install apiward");
    assert!(done, "{said}");
    assert!(Path::new(&runner.path[0]).join("apiward").is_file(), "{:?}", runner.path);
    let (done, said) = runner.step("Check");
    assert!(done && runner.step("Judge").0, "{said}");

    fs::write(releases.join("SHA256SUMS"), format!("{}  {archive}\n", "0".repeat(64))).unwrap();
    let (done, said) = runner.step("Install apiward");
    assert!(!done && said.contains("::error::the checksum of"), "{said}");
}

#[test]
fn the_job_for_gitlab_writes_the_reports_that_it_names() {
    judge_by_schema("gitlab-ci", "integrations/gitlab.yml");
    let job = yaml("integrations/gitlab.yml")["apiward"].clone();
    let folder = folder_of(&[("specs/api.yaml", DUPLICATE), ("good.yaml", GOOD)]);
    let mut shell = command(Path::new("sh"), folder.path());
    for (name, value) in job["variables"].as_object().unwrap() {
        shell.env(name, value.as_str().unwrap());
    }
    shell.env("APIWARD_PATHS", "specs good.yaml").env("APIWARD_FAIL_ON", "warning");
    let output = shell.args(["-e", "-c", job["script"][0].as_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let reports = &job["artifacts"]["reports"];
    let read = |kind: &str| fs::read_to_string(folder.path().join(reports[kind].as_str().unwrap())).unwrap();
    let quality: Value = serde_json::from_str(&read("codequality")).unwrap();
    assert!(quality.as_array().unwrap().iter().any(|one| one["check_name"] == "document/duplicate-key"));
    assert!(roxmltree::Document::parse(&read("junit")).is_ok());
}
