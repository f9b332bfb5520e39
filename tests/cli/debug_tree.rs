//! `debug tree`: what other parsers are compared with.

use super::{finish, folder_of, program, run};

fn tree(text: &str) -> (i32, String, String) {
    let folder = folder_of(&[]);
    let run = finish(program(folder.path(), &["debug", "tree", "-"]), text.as_bytes());
    (run.status, run.stdout, run.stderr)
}

#[test]
fn each_document_is_one_line() {
    let (status, stdout, stderr) = tree("b: 1.10\na: &x [yes, .inf, 0x1F]\n---\n- *y\n");
    assert_eq!(status, 2, "an alias without its anchor");
    assert_eq!(stdout, "{\"b\":1.10,\"a\":[\"yes\",\".inf\",31]}\n");
    assert!(stderr.starts_with("error: -:4:"), "{stderr}");
    assert_eq!(tree("a: 1\n---\n[b]\n"), (0, "{\"a\":1}\n[\"b\"]\n".to_owned(), String::new()));
    assert_eq!(tree(""), (0, String::new(), String::new()));
}

#[test]
fn faults_have_a_place_and_advice() {
    let folder = folder_of(&[("a.json", "{\"a\": 1,}")]);
    let broken = run(folder.path(), &["debug", "tree", "a.json"]);
    assert_eq!((broken.status, broken.stdout.as_str()), (2, ""));
    assert!(broken.stderr.starts_with("error: a.json:1:8: ") && broken.stderr.contains("help: "), "{}", broken.stderr);
    let missing = run(folder.path(), &["debug", "tree", "b.json"]);
    assert_eq!(missing.status, 2);
    assert!(missing.stderr.contains("cannot read `b.json`"), "{}", missing.stderr);
    let folder_itself = run(folder.path(), &["debug", "tree", "."]);
    assert_eq!((folder_itself.status, folder_itself.stderr.as_str()), (2, "error: cannot read `.`: it is a folder\n"));
}

#[test]
fn spans_show_every_node() {
    let folder = folder_of(&[("a.yaml", "a: [1]\n")]);
    let run = run(folder.path(), &["debug", "tree", "a.yaml", "--spans"]);
    assert_eq!(run.stdout, "0..6 Mapping \"\"\n3..6 key 0..1 Sequence \"/a\"\n4..5 Number \"/a/0\"\n");
}
