//! The check with lints made for the purpose: what becomes of findings on their way into the report.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;

use apiward_lints::framework::declare::{ALL_FORMATS, FixKind, Silences};
use apiward_lints::framework::level::{Confidence, Level, Levels};
use apiward_lints::framework::lint::{Check, Cx, Target};
use apiward_lints::framework::options::OptionValues;
use apiward_model::predicate::DeclaredPublic;
use apiward_model::{Api, Operation, Schema};

use super::*;
use crate::discover::{Request, discover};
use crate::report::{Finding, SuppressedBy};

/// A lint that is told by its targets and its hooks.
macro_rules! lint {
    ($name:ident, $id:literal, $check:ident, $target:ident, $silences:expr) => {
        static $name: LintMeta = LintMeta {
            id: $id,
            title: "A lint for tests",
            levels: Levels::all(Level::Warning),
            confidence: Confidence::Medium,
            formats: ALL_FORMATS,
            owasp: &["API1:2023"],
            cwe: &["CWE-1"],
            practices: &[],
            references: &[],
            fix: FixKind::None,
            since: "0.1.0",
            silences: $silences,
            targets: &[Target::$target],
            docs: "",
            options: None,
            start: |_: &Api<'_>, _: &OptionValues| Box::new($check),
        };
    };
}

/// Reports each schema with a `flag`, with the operations that reach it.
struct Flagged;

impl<'a> Check<'a> for Flagged {
    fn schema(&mut self, cx: &mut Cx<'_, 'a>, schema: &Schema<'a>) {
        if let Some(flag) = schema.node.get("flag") {
            let operations = cx.reaching(schema.node);
            cx.report(cx.finding(flag, "the schema is flagged").operations(operations).hides(flag, flag.span()));
        }
    }
}

/// Reports each operation; one with `x-open` as declared public.
struct Every;

impl<'a> Check<'a> for Every {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let open = operation.node.get_str("x-open").map(|reason| DeclaredPublic { reason: Some(reason.to_owned()) });
        let message = format!("`{}` is an operation", operation.title());
        let finding = cx.finding(operation.node, message).at_key(operation.node).operation(operation.id);
        cx.report(finding.declared_public(open));
    }
}

/// Reports what no scheme explains, in place of the reference fault.
struct Replacing;

impl<'a> Check<'a> for Replacing {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let items = cx.api.requirements.iter().flat_map(|list| list.alternatives.iter());
        let nodes: Vec<_> = items.map(|alternative| alternative.node).collect();
        for node in nodes {
            cx.report(cx.finding(node, "no such scheme"));
        }
    }
}

struct Panicking;

impl<'a> Check<'a> for Panicking {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        assert!(cx.api.schemes.len() > 1000, "too few schemes");
    }
}

lint!(FLAGGED, "test/flagged", Flagged, Schema, &[]);
lint!(EVERY, "test/every", Every, Operation, &[]);
lint!(REPLACING, "test/replacing", Replacing, Document, &[Silences::Place("document/unresolved-reference")]);
lint!(PANICKING, "test/panicking", Panicking, Document, &[]);

/// A folder with files that is its own root, checked with some lints.
fn checked(files: &[(&str, &str)], lints: &[&'static LintMeta], change: impl FnOnce(&mut Settings)) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let request = Request {
        paths: vec![folder.path().to_owned()],
        root: Some(folder.path().to_owned()),
        file_bytes: 1 << 20,
        ..Request::default()
    };
    let mut settings = Settings { lints: lints.to_vec(), ..Settings::new(Profile::Recommended) };
    change(&mut settings);
    check(&discover(&request).unwrap(), &settings, || ())
}

fn titles(finding: &Finding) -> Vec<String> {
    finding.operations.iter().map(|operation| format!("{} {}", operation.method, operation.path)).collect()
}

const SHARED: &str = "User:\n  type: object\n  flag: hunter2\n";

fn root(path: &str) -> String {
    format!(
        "openapi: 3.0.3\npaths:\n  {path}:\n    get:\n      operationId: read\n      responses:\n        '200':\n          \
         description: fine\n          content:\n            application/json:\n              schema:\n                \
         $ref: 'schemas.yaml#/User'\n"
    )
}

#[test]
fn what_two_descriptions_share_is_reported_once_with_the_operations_of_both() {
    let files = [("a.yaml", &*root("/a")), ("b.yaml", &*root("/b")), ("schemas.yaml", SHARED)];
    let checked = checked(&files, &[&FLAGGED], |_| ());
    let [finding] = checked.report.findings.as_slice() else { panic!("{:#?}", checked.report.findings) };
    assert_eq!((finding.file.as_str(), finding.pointer.as_str()), ("schemas.yaml", "/User/flag"));
    assert_eq!((finding.range.start.line, finding.range.start.column), (3, 9));
    assert_eq!((titles(finding), finding.operations_total), (vec!["GET /a".into(), "GET /b".into()], 2));
    assert_eq!((finding.owasp[0], finding.cwe[0]), ("API1:2023", "CWE-1"));
    let source = checked.sources.get("schemas.yaml").unwrap();
    let at = finding.range.start.offset;
    assert!(source.is_secret(at) && !source.is_secret(at - 1));
    assert_eq!((checked.fragments, checked.skipped.len()), (1, 0), "a part of a description is not passed over");
}

#[test]
fn a_description_that_is_part_of_another_one_is_reported_once() {
    let both = format!("{}User:\n  flag: x\ncomponents:\n  schemas:\n    User: {{$ref: '#/User'}}\n", root("/s"));
    let both = both.replace("schemas.yaml#/User", "#/User");
    let checked = checked(&[("a.yaml", &root("/a")), ("schemas.yaml", &both)], &[&FLAGGED], |_| ());
    let [finding] = checked.report.findings.as_slice() else { panic!("{:#?}", checked.report.findings) };
    assert_eq!(titles(finding), ["GET /a", "GET /s"]);
    assert_eq!(checked.fragments, 0, "it is counted as a description");
}

#[test]
fn a_path_item_that_two_descriptions_share_has_no_single_operation() {
    let shared = "get: {operationId: read}\n";
    let root = |path: &str| format!("openapi: 3.0.3\npaths:\n  {path}:\n    $ref: item.yaml\n");
    let files = [("a.yaml", &*root("/a")), ("b.yaml", &*root("/b")), ("item.yaml", shared)];
    let checked = checked(&files, &[&EVERY], |_| ());
    let [finding] = checked.report.findings.as_slice() else { panic!("{:#?}", checked.report.findings) };
    assert_eq!((finding.file.as_str(), &finding.operation, finding.operations_total), ("item.yaml", &None, 2));
    assert_eq!(titles(finding), ["GET /a", "GET /b"]);
}

#[test]
fn an_operation_is_named_and_not_listed() {
    let checked = checked(&[("a.yaml", &root("/a")), ("schemas.yaml", SHARED)], &[&EVERY], |_| ());
    let finding = &checked.report.findings[0];
    let operation = finding.operation.as_ref().unwrap();
    assert_eq!((operation.method.as_str(), operation.id.as_deref()), ("GET", Some("read")));
    assert_eq!((finding.operations.len(), finding.operations_total), (0, 0));
    assert_eq!(checked.report.files[0].operations, 1);
}

#[test]
fn what_is_declared_public_is_counted_as_suppressed_alone() {
    let text = "openapi: 3.0.3\npaths:\n  /a:\n    get: {x-open: a status page}\n    put: {}\n";
    let hidden = checked(&[("a.yaml", text)], &[&EVERY], |_| ());
    assert_eq!((hidden.report.summary.warning, hidden.report.summary.suppressed), (1, 1));
    assert_eq!(hidden.report.findings.len(), 1);
    let shown = checked(&[("a.yaml", text)], &[&EVERY], |settings| settings.show_suppressed = true);
    let suppressed = shown.report.findings[0].suppressed.as_ref().unwrap();
    assert_eq!((suppressed.by, suppressed.reason.as_deref()), (SuppressedBy::Public, Some("a status page")));
}

#[test]
fn a_lint_that_panics_is_named_and_the_others_run() {
    let text = "openapi: 3.0.3\npaths:\n  /a:\n    put: {}\n";
    let checked = checked(&[("a.yaml", text)], &[&EVERY, &PANICKING], |_| ());
    let lints: Vec<&str> = checked.report.findings.iter().map(|finding| finding.lint).collect();
    assert_eq!(lints, ["document/lint-panicked", "test/every"]);
    let message = &checked.report.findings[0].message;
    assert!(message.contains("`test/panicking`") && message.contains("too few schemes"), "{message}");
    assert_eq!(checked.report.exit_status(crate::report::FailOn::Never), 2);
}

const ASYNC: &str = "asyncapi: 3.0.0\nservers:\n  main:\n    host: a.example\n    protocol: kafka\n    security:\n    \
                     - $ref: '#/components/securitySchemes/gone'\n";

#[test]
fn a_lint_replaces_the_fault_of_a_reference_where_it_says_so() {
    let lints = |lints: &[&'static LintMeta]| -> Vec<String> {
        checked(&[("a.yaml", ASYNC)], lints, |_| ())
            .report
            .findings
            .into_iter()
            .map(|found| found.lint.to_owned())
            .collect()
    };
    assert_eq!(lints(&[]), ["document/unresolved-reference"]);
    assert_eq!(lints(&[&REPLACING]), ["test/replacing"]);
    // A lint that is deselected replaces nothing.
    let settings = |settings: &mut Settings| {
        let document = vec!["document".to_owned()];
        settings.selection = Selection::new(&document, &[], &crate::catalogue::catalogue()).unwrap();
    };
    let found = checked(&[("a.yaml", ASYNC)], &[&REPLACING], settings).report.findings;
    assert_eq!(found[0].lint, "document/unresolved-reference");
}

#[test]
fn fingerprints_of_operations_outlive_reordering() {
    let fingerprint = |text: &str| {
        let checked = checked(&[("a.yaml", text)], &[&EVERY], |_| ());
        checked.report.findings.iter().find(|found| found.message.contains("PUT")).unwrap().fingerprint.clone()
    };
    let one = "openapi: 3.0.3\npaths:\n  /a:\n    put: {}\n    get: {}\n";
    let other = "openapi: 3.1.0\ninfo: {}\npaths:\n  /b: {}\n  /a:\n    get: {}\n    put: {}\n";
    assert_eq!(fingerprint(one), fingerprint(other));
}
