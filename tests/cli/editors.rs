//! What editors make of our lines, with the snippets of `docs/editors.md`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::docs::named;
use super::tools::{command, in_ci, said, succeeds, tool, tree};
use super::{folder_of, run, say_skipped};

/// One fault of each level: a write that is open, a key that stands twice, and nobody to write to.
const FAULTY: &str = "\
openapi: 3.0.3
info: {title: Pärcels, version: '1'}
servers: [{url: https://api.parcels.io}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer, bearerFormat: JWT}}}
security: [{bearer: []}]
paths:
  /pärcels/{id}: {delete: {security: [{}], responses: {'204': {description: Gone}}}}
x-a: 1
x-a: 2
";

/// What every editor must find: line, column in characters, level, lint.
fn expected(folder: &Path) -> Vec<(u64, u64, String, String)> {
    let report = run(folder, &["check", "--format", "json"]).json();
    let of = |finding: &Value| {
        let start = &finding["range"]["start"];
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        (start["line"].as_u64().unwrap(), start["column"].as_u64().unwrap(), text("level"), text("lint"))
    };
    let all: Vec<_> = report["findings"].as_array().unwrap().iter().map(of).collect();
    for level in ["error", "warning", "info"] {
        assert!(all.iter().any(|finding| finding.2 == level), "{level}");
    }
    all
}

/// A folder with one faulty description, and a file for the editor.
fn faulty(path: &str, snippet: &str) -> tempfile::TempDir {
    let path = path.replace("~/", "");
    folder_of(&[("api.yaml", FAULTY), (&path, snippet)])
}

#[test]
fn the_pattern_for_vs_code_matches_every_line() {
    let Some(node) = tool("node") else { return };
    for snippet in named(".vscode/tasks.json") {
        let json = snippet.text.split_once('\n').unwrap().1;
        let task = serde_json::from_str::<Value>(json).unwrap()["tasks"][0].clone();
        let folder = faulty("tasks.json", json);
        let program = "
            const [pattern, command] = process.argv.slice(1);
            const {regexp, file, line, column, severity, code, message} = JSON.parse(pattern);
            const lines = require('child_process').spawnSync('sh', ['-c', command]).stdout.toString().trimEnd().split('\\n');
            const matches = lines.map((text) => text.match(new RegExp(regexp)));
            console.log(JSON.stringify(matches.map((m) => [file, line, column, severity, code, message].map((at) => m[at]))));";
        let mut call = command(&node, folder.path());
        call.args(["-e", program])
            .arg(task["problemMatcher"]["pattern"].to_string())
            .arg(task["command"].as_str().unwrap());
        let matched: Value = serde_json::from_str(&succeeds(&mut call)).unwrap();
        let expected: Vec<Value> = expected(folder.path())
            .iter()
            .map(|(line, column, level, lint)| json!(["api.yaml", line.to_string(), column.to_string(), level, lint]))
            .collect();
        let matched = matched.as_array().unwrap().iter().map(|one| json!(one.as_array().unwrap()[..5]));
        assert_eq!(matched.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn vim_fills_its_quickfix_list() {
    let Some(vim) = tool("vim") else { return };
    for snippet in named("~/.vim/compiler/apiward.vim") {
        let folder = faulty(snippet.file(), &snippet.text);
        let write = "call writefile([json_encode(map(filter(getqflist(), 'v:val.valid'), \
                     {_, i -> [bufname(i.bufnr), i.lnum, i.col, i.type, i.text]}))], 'found.json')";
        let mut call = command(&vim, folder.path());
        call.args([
            "-es",
            "-N",
            "-u",
            "NONE",
            "--cmd",
            "set rtp^=.vim",
            "-c",
            "compiler apiward",
            "-c",
            "silent make %",
        ]);
        let _ = call.args(["-c", write, "-c", "qa!", "api.yaml"]).output().unwrap();
        let found: Value = serde_json::from_slice(&fs::read(folder.path().join("found.json")).unwrap()).unwrap();
        let found = found.as_array().unwrap();
        let expected = expected(folder.path());
        assert_eq!(found.len(), expected.len());
        for (found, (line, column, level, lint)) in found.iter().zip(expected) {
            assert_eq!(
                found.as_array().unwrap()[..4],
                [json!("api.yaml"), json!(line), json!(column), json!(level[..1])]
            );
            assert!(found[4].as_str().unwrap().starts_with(&format!("[{lint}] ")), "{found}");
        }
    }
}

#[test]
fn neovim_shows_diagnostics_of_what_the_buffer_holds() {
    let Some(neovim) = tool("nvim") else { return };
    for snippet in named("~/.config/nvim/plugin/apiward.lua") {
        let folder = faulty(snippet.file(), &snippet.text);
        let source = format!("luafile {}", snippet.file().replace("~/", ""));
        let write = "call writefile([json_encode(v:lua.vim.diagnostic.get(0))], 'found.json')";
        // The buffer changes, the file does not.
        let change = ["-c", "silent 9delete", "-c", "doautocmd InsertLeave"];
        let found = |commands: &[&str]| {
            let mut call = command(&neovim, folder.path());
            call.env("HOME", folder.path()).env("XDG_STATE_HOME", folder.path());
            call.args(["--headless", "-n", "-u", "NONE", "--cmd", &source, "api.yaml"]);
            let said = said(&call.args(commands).args(["-c", write, "-c", "qa!"]).output().unwrap());
            let found = fs::read(folder.path().join("found.json")).expect(&said);
            serde_json::from_slice::<Vec<Value>>(&found).unwrap()
        };
        let all = found(&[]);
        let expected = expected(folder.path());
        assert_eq!(all.len(), expected.len());
        let severities = ["", "error", "warning", "info"];
        for (line, column, level, lint) in expected {
            let text = FAULTY.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
            let bytes: usize = text.chars().take(usize::try_from(column).unwrap() - 1).map(char::len_utf8).sum();
            let same = |found: &&Value| {
                let severity = severities[usize::try_from(found["severity"].as_u64().unwrap()).unwrap()];
                (&found["lnum"], &found["col"], severity, &found["code"])
                    == (&json!(line - 1), &json!(bytes), level.as_str(), &json!(lint))
            };
            assert!(all.iter().any(|found| same(&found)), "{lint}: {all:?}");
        }
        let changed = found(&change);
        assert!(all.iter().any(|one| one["code"] == "document/duplicate-key"));
        assert!(
            !changed.is_empty() && changed.iter().all(|one| one["code"] != "document/duplicate-key"),
            "{changed:?}"
        );
    }
}

/// What Emacs prints for an expression, after the snippets.
fn emacs(emacs: &Path, folder: &Path, snippets: &[&str], expression: &str) -> Value {
    fs::write(folder.join("init.el"), format!("{}\n(princ {expression})\n", snippets.join("\n"))).unwrap();
    let mut call = command(emacs, folder);
    let output = call.env("HOME", folder).args(["-q", "--batch", "-l", "./init.el"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)))
}

fn concise(folder: &Path) -> String {
    run(folder, &["check", "--format", "concise", "--quiet"]).stdout
}

#[test]
fn emacs_finds_the_places_in_its_compilation_buffer() {
    let Some(program) = tool("emacs") else { return };
    let snippets = named("init.el");
    let snippet = snippets.iter().find(|snippet| snippet.text.contains("(require 'compile)")).unwrap();
    let folder = faulty("x", "");
    fs::write(folder.path().join("said"), concise(folder.path())).unwrap();
    // Without what Emacs knows itself, of which some takes our lines for those of a compiler.
    let expression = "
      (let ((compilation-error-regexp-alist '(apiward)) (found nil))
        (with-temp-buffer
          (insert-file-contents \"said\")
          (compilation-mode)
          (compilation--ensure-parse (point-max))
          (while (not (eobp))
            (let* ((message (get-text-property (point) 'compilation-message))
                   (place (and message (compilation--message->loc message))))
              (push (vector (caar (compilation--loc->file-struct place)) (compilation--loc->line place)
                            (compilation--loc->col place) (compilation--message->type message))
                    found))
            (forward-line))
          (json-encode (vconcat (nreverse found)))))";
    let found = emacs(&program, folder.path(), &["(require 'json)", &snippet.text], expression);
    let kind = |level: &str| match level {
        "error" => 2,
        "warning" => 1,
        _ => 0,
    };
    let expected: Vec<Value> = expected(folder.path())
        .iter()
        .map(|(line, column, level, _)| json!(["api.yaml", line, column, kind(level)]))
        .collect();
    assert_eq!(found, json!(expected));
}

#[test]
fn flycheck_reads_every_line() {
    let Some(program) = tool("emacs") else { return };
    let there = command(&program, Path::new("/")).args(["-q", "--batch", "-l", "flycheck"]).output().unwrap();
    if !there.status.success() {
        assert!(!in_ci(), "flycheck is missing: `.ci/tools` should have installed it");
        return say_skipped("there is no flycheck");
    }
    let snippets = named("init.el");
    let snippet = snippets.iter().find(|snippet| snippet.text.contains("flycheck")).unwrap();
    let folder = faulty("x", "");
    fs::write(folder.path().join("said"), concise(folder.path())).unwrap();
    let expression = "
      (with-current-buffer (find-file-noselect \"api.yaml\")
        (let* ((said (with-temp-buffer (insert-file-contents \"said\") (buffer-string)))
               (found (flycheck-parse-output said 'apiward (current-buffer)))
               (one (lambda (e) (vector (flycheck-error-line e) (flycheck-error-column e)
                                        (symbol-name (flycheck-error-level e)) (flycheck-error-id e)))))
          (json-encode (vector (vconcat (mapcar one found))
                               (vconcat (flycheck-checker-substituted-arguments 'apiward))))))";
    let both = emacs(&program, folder.path(), &["(require 'json)", &snippet.text], expression);
    let expected: Vec<Value> =
        expected(folder.path()).iter().map(|(line, column, level, lint)| json!([line, column, level, lint])).collect();
    assert_eq!(both[0], json!(expected));
    // The arguments with which it calls us are ones that we take.
    let arguments: Vec<&str> = both[1].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let called = super::finish(super::program(folder.path(), &arguments), FAULTY.as_bytes());
    assert_eq!(called.stdout, concise(folder.path()));
}

/// Nobody here has an editor of `JetBrains`: its arguments are tried, and its filter by what the macros in it mean.
#[test]
fn the_fields_for_jetbrains_fit() {
    let page = fs::read_to_string(tree().join("docs/editors.md")).unwrap();
    let field = |name: &str| {
        let row = page.lines().find_map(|line| line.strip_prefix(&format!("| {name} | `"))).unwrap();
        row.strip_suffix("` |").unwrap().to_owned()
    };
    let folder = faulty("x", "");
    let place = folder.path().join("api.yaml").display().to_string();
    let arguments = field("Arguments");
    let arguments: Vec<&str> =
        arguments.split(' ').map(|one| if one == "$FilePath$" { place.as_str() } else { one }).collect();
    assert_eq!(field("Program"), "apiward");
    let said = run(folder.path(), &arguments).stdout;
    assert_eq!(field("Output filters"), "$FILE_PATH$:$LINE$:$COLUMN$: $MESSAGE$");
    for (line, (number, column, level, lint)) in said.lines().zip(expected(folder.path())) {
        assert!(line.starts_with(&format!("api.yaml:{number}:{column}: {level}[{lint}] ")), "{line}");
    }
}
