//! What a reference means, and where it may not lead.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use apiward_model::{Api, File, FileId, Files, Loader};
use apiward_syntax::{Limits, parse_bytes};

use crate::support::{alternatives, faults, files, one, operation, read, titles};

/// What a `$ref` of that text in the root file leads to: file and pointer, or why it leads nowhere.
fn target(entries: &[(&str, &str)], text: &str) -> String {
    let mut root = entries[0].1.to_owned();
    root.push_str("\nreference: {$ref: \"");
    root.push_str(&text.replace('\\', "\\\\"));
    root.push_str("\"}\n");
    let mut entries = entries.to_vec();
    entries[0].1 = &root;
    let files = files(&entries);
    meant(&files, "/reference")
}

fn meant(files: &Files, pointer: &str) -> String {
    let node = files.document(0).unwrap().at_pointer(pointer).unwrap();
    match node.target() {
        Ok(target) => format!("{}#{}", target.file().path, target.pointer()),
        Err((_, why)) => why.to_string(),
    }
}

#[test]
fn pointers_and_files() {
    let root = "schemas: {a: {x: 1}, 'a/b~c d': {x: 2}, é: {x: 3}, '': {x: 4}, list: [{x: 5}], again: {$ref: '#/schemas/a'}, '%41': {x: 6}}";
    let entries = [
        ("api/root.yaml", root),
        ("api/parts/user.yaml", "type: object\nhome: {$ref: './home.yaml'}\nback: {$ref: '../root.yaml#/schemas/a'}\n"),
        ("api/parts/home.yaml", "street: {x: 1}\nown: {$ref: '#/street'}\n"),
        ("common.json", "{\"a\": {\"b\": {}}}"),
        ("api/with space.yaml", "x: 1\n"),
        ("api/empty.yaml", ""),
        ("api/two.yaml", "a: 1\n---\nb: 2\n"),
    ];
    let cases = [
        ("#/schemas/a", "api/root.yaml#/schemas/a"),
        ("#", "api/root.yaml#"),
        ("", "api/root.yaml#"),
        ("#/schemas/a~1b~0c%20d", "api/root.yaml#/schemas/a~1b~0c d"),
        ("#/schemas/a%2Fb~0c d", "nothing stands at `/schemas/a/b~0c d`"),
        ("#/schemas/%C3%A9", "api/root.yaml#/schemas/é"),
        ("#/schemas/é", "api/root.yaml#/schemas/é"),
        ("#/schemas/", "api/root.yaml#/schemas/"),
        ("#/schemas/%2541", "api/root.yaml#/schemas/%41"),
        ("#/schemas/list/0", "api/root.yaml#/schemas/list/0"),
        ("#/schemas/list/00", "nothing stands at `/schemas/list/00`"),
        ("#/schemas/list/-", "nothing stands at `/schemas/list/-`"),
        ("#/schemas/again", "api/root.yaml#/schemas/a"),
        ("#/schemas/none", "nothing stands at `/schemas/none`"),
        ("#schemas/a", "nothing stands at `schemas/a`"),
        ("parts/user.yaml", "api/parts/user.yaml#"),
        ("./parts/user.yaml#/type", "api/parts/user.yaml#/type"),
        ("./parts/../parts/./user.yaml#/home", "api/parts/home.yaml#"),
        // A fragment file's own references start from its own place.
        ("parts/user.yaml#/back", "api/root.yaml#/schemas/a"),
        ("parts/home.yaml#/own", "api/parts/home.yaml#/street"),
        ("../common.json#/a/b", "common.json#/a/b"),
        ("with%20space.yaml", "api/with space.yaml#"),
        ("with space.yaml", "api/with space.yaml#"),
        ("parts%2Fuser.yaml", "api/parts/user.yaml#"),
        ("parts\\user.yaml", "api/parts/user.yaml#"),
        ("parts/user.yaml?v=1#/type", "api/parts/user.yaml#/type"),
        ("root.yaml#/schemas/a", "api/root.yaml#/schemas/a"),
        ("two.yaml#/a", "api/two.yaml#/a"),
        ("two.yaml#/b", "nothing stands at `/b`"),
        ("empty.yaml", "the file holds no document"),
        ("none.yaml", "`api/none.yaml` cannot be opened (no such file or folder)"),
        ("../../out.yaml", "`../../out.yaml` lies outside the root folder"),
        ("..\\..\\out.yaml", "`..\\..\\out.yaml` lies outside the root folder"),
        ("%2e%2e/%2e%2e/out.yaml", "`../../out.yaml` lies outside the root folder"),
        ("/api/root.yaml", "`/api/root.yaml` lies outside the root folder"),
        ("\\api\\root.yaml", "`\\api\\root.yaml` lies outside the root folder"),
        ("C:\\api\\root.yaml", "`C:\\api\\root.yaml` lies outside the root folder"),
        ("c:/api/root.yaml", "`c:/api/root.yaml` lies outside the root folder"),
        ("file:///etc/passwd", "`file:///etc/passwd` lies outside the root folder"),
        ("https://example.org/common.json#/a", "remote descriptions are not fetched"),
        ("http://example.org", "remote descriptions are not fetched"),
        ("//example.org/x.yaml", "remote descriptions are not fetched"),
        ("urn:example:a", "remote descriptions are not fetched"),
    ];
    for (text, expected) in cases {
        assert_eq!(target(&entries, text), expected, "{text}");
    }
}

#[test]
fn chains_that_lead_in_a_circle_end() {
    let root = "a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: {$ref: '#/a'}\nself: {$ref: '#/self'}\nfar: {$ref: 'far.yaml'}\nend: {x: 1}\none: {$ref: '#/two'}\ntwo: {$ref: '#/end'}";
    let entries = [("api.yaml", root), ("far.yaml", "$ref: 'api.yaml#/far'\n")];
    for (text, expected) in [
        ("#/a", "it leads back to itself"),
        ("#/self", "it leads back to itself"),
        ("far.yaml", "it leads back to itself"),
        ("#/one", "api.yaml#/end"),
    ] {
        assert_eq!(target(&entries, text), expected, "{text}");
    }
}

#[test]
fn identifiers_and_anchors() {
    let root = r"
components:
  schemas:
    User:
      $id: https://example.org/schemas/user
      $defs:
        role: {$anchor: role, name: user role}
        nested: {$id: role, $anchor: role, name: role of its own}
      byAnchor: {$ref: '#role'}
      byPointer: {$ref: '#/$defs/role'}
      byName: {$ref: role}
      toDocument: {$ref: '#/components/schemas/Plain'}
      toFile: {$ref: other.yaml}
    Plain: {$anchor: plain, toUser: {$ref: 'https://example.org/schemas/user#role'}}
    Relative: {$id: relative.yaml, toFile: {$ref: other.yaml}, toSelf: {$ref: relative.yaml}}
  examples: {e: {value: {$id: 'https://example.org/data'}}}
toData: {$ref: 'https://example.org/data'}
toAnchor: {$ref: '#plain'}
toInner: {$ref: '#role'}
";
    let entries = [("api.yaml", root), ("other.yaml", "$id: https://example.org/other\nx: 1\n")];
    let files = files(&entries);
    let user = "/components/schemas/User";
    let cases = [
        (format!("{user}/byAnchor"), format!("api.yaml#{user}/$defs/role")),
        (format!("{user}/byPointer"), format!("api.yaml#{user}/$defs/role")),
        (format!("{user}/byName"), format!("api.yaml#{user}/$defs/nested")),
        // Strictly these two mean something else, but what authors mean is plain.
        (format!("{user}/toDocument"), "api.yaml#/components/schemas/Plain".to_owned()),
        (format!("{user}/toFile"), "other.yaml#".to_owned()),
        ("/components/schemas/Plain/toUser".to_owned(), format!("api.yaml#{user}/$defs/role")),
        ("/components/schemas/Relative/toFile".to_owned(), "other.yaml#".to_owned()),
        ("/components/schemas/Relative/toSelf".to_owned(), "api.yaml#/components/schemas/Relative".to_owned()),
        ("/toData".to_owned(), "remote descriptions are not fetched".to_owned()),
        ("/toAnchor".to_owned(), "api.yaml#/components/schemas/Plain".to_owned()),
        ("/toInner".to_owned(), format!("api.yaml#{user}/$defs/role")),
    ];
    for (pointer, expected) in cases {
        assert_eq!(meant(&files, &pointer), expected, "{pointer}");
    }
}

#[test]
fn an_identifier_that_is_a_fragment_names_a_place_and_is_no_base() {
    let root = r"
components:
  schemas:
    User:
      $id: https://example.org/schemas/user
      $defs: {role: {name: role}}
      properties:
        byPointer: {$id: '#/properties/byPointer', toRole: {$ref: '#/$defs/role'}, toSelf: {$ref: '#'}}
        named: {$id: '#my%20name', toRole: {$ref: '#/$defs/role'}, toSibling: {$ref: nested.json}}
        empty: {$id: '', toRole: {$ref: '#/$defs/role'}}
        hash: {$id: '#', toRole: {$ref: '#/$defs/role'}}
      nested: {$id: 'nested.json#', toItself: {$ref: '#'}}
      toNamed: {$ref: '#my%20name'}
    Plain: {$id: '#/components', toFile: {$ref: other.yaml}, toUser: {$ref: '#/schemas/User'}, toPlain: {$ref: '#'}}
";
    let files = files(&[("api.yaml", root), ("other.yaml", "x: 1\n")]);
    let user = "/components/schemas/User";
    let role = format!("api.yaml#{user}/$defs/role");
    let cases = [
        (format!("{user}/properties/byPointer/toRole"), role.clone()),
        (format!("{user}/properties/byPointer/toSelf"), format!("api.yaml#{user}")),
        (format!("{user}/properties/named/toRole"), role.clone()),
        (format!("{user}/properties/named/toSibling"), format!("api.yaml#{user}/nested")),
        (format!("{user}/properties/empty/toRole"), role.clone()),
        (format!("{user}/properties/hash/toRole"), role),
        (format!("{user}/nested/toItself"), format!("api.yaml#{user}/nested")),
        (format!("{user}/toNamed"), format!("api.yaml#{user}/properties/named")),
        ("/components/schemas/Plain/toFile".to_owned(), "other.yaml#".to_owned()),
        ("/components/schemas/Plain/toUser".to_owned(), "nothing stands at `/schemas/User`".to_owned()),
        ("/components/schemas/Plain/toPlain".to_owned(), "api.yaml#".to_owned()),
    ];
    for (pointer, expected) in cases {
        assert_eq!(meant(&files, &pointer), expected, "{pointer}");
    }
}

#[test]
fn the_document_of_a_stream_that_holds_a_reference_is_the_one_it_means() {
    let text = "openapi: 3.0.0\npaths: {/a: {$ref: '#/x-p'}}\nx-p: {get: {operationId: first}}\n---\nopenapi: 3.0.0\npaths: {/a: {$ref: '#/x-p'}, /b: {$ref: '#/only-first'}}\nx-p: {get: {operationId: second}}\n";
    let files = one(text);
    let id = |document| Api::read(&files, document).unwrap().operations[0].operation_id.unwrap();
    assert_eq!((id(0), id(1)), ("first", "second"));
    assert!(Api::read(&files, 0).unwrap().faults.is_empty(), "faults of another document");
    assert_eq!(Api::read(&files, 1).unwrap().faults.len(), 1);
}

#[test]
fn every_reference_that_leads_nowhere_is_reported_once() {
    let text = r"
openapi: 3.0.0
paths:
  /a: {$ref: '#/no/item'}
  /b:
    parameters: [{$ref: '#/no/parameter'}, {$ref: '#/no/parameter'}]
    get:
      requestBody: {$ref: '#/no/body'}
      responses:
        default: {$ref: '#/no/response'}
        '200':
          headers: {x-a: {$ref: '#/no/header'}}
          links: {l: {$ref: '#/no/link'}}
          content:
            a/b:
              schema: {properties: {p: {$ref: '#/no/schema'}}}
              examples: {e: {$ref: '#/no/example'}, f: {value: {$ref: '#/quoted'}}}
              example: {$ref: '#/quoted'}
      callbacks: {c: {$ref: '#/no/callback'}}
      x-note: {$ref: '#/quoted'}
  /c: {get: {operationId: c}}
components:
  securitySchemes: {s: {$ref: '#/no/scheme'}}
  schemas:
    loop: {$ref: '#/components/schemas/loop'}
    ping: {$ref: '#/components/schemas/pong'}
    pong: {$ref: '#/components/schemas/ping'}
    intoPing: {$ref: '#/components/schemas/ping'}
    tree: {properties: {child: {$ref: '#/components/schemas/tree'}}}
";
    let files = one(text);
    let api = read(&files);
    let texts: Vec<&str> = api.faults.iter().map(|fault| fault.reference.text()).collect();
    let expected = [
        "#/no/item",
        "#/no/parameter",
        "#/no/parameter",
        "#/no/body",
        "#/no/response",
        "#/no/header",
        "#/no/link",
        "#/no/schema",
        "#/no/example",
        "#/no/callback",
        "#/no/scheme",
        "#/components/schemas/loop",
        "#/components/schemas/pong",
        "#/components/schemas/ping",
    ];
    assert_eq!(texts, expected, "{:?}", faults(&api));
    assert_eq!(titles(&api.operations), ["GET /b", "GET /c"], "nothing else is lost");
    assert_eq!(api.schemes[0].name, "s");
    assert!(!api.schemes[0].defined);
}

#[test]
fn circles_of_every_kind_end() {
    let kinds = [
        "paths: {/a: {$ref: '#/paths/~1a'}, /b: {get: {operationId: left}}}",
        "paths: {/a: {$ref: '#/paths/~1c'}, /c: {$ref: '#/paths/~1a'}, /b: {get: {operationId: left}}}",
        "paths: {/b: {parameters: [{$ref: '#/components/parameters/p'}], get: {operationId: left}}}\ncomponents: {parameters: {p: {$ref: '#/components/parameters/p'}}}",
        "paths: {/b: {get: {operationId: left, responses: {'200': {$ref: '#/components/responses/r'}}}}}\ncomponents: {responses: {r: {$ref: '#/components/responses/s'}, s: {$ref: '#/components/responses/r'}}}",
        "paths: {/b: {get: {operationId: left, requestBody: {$ref: '#/paths/~1b/get/requestBody'}}}}",
        "paths: {/b: {get: {operationId: left, responses: {'200': {$ref: 'far.yaml#/r'}}}}}",
        "paths: {/b: {get: {operationId: left}}, $ref: '#/paths'}",
        "paths: {/b: {get: {operationId: left, callbacks: {c: {'u': {$ref: '#/paths/~1b'}}}}}}",
        "paths: {/b: {get: {operationId: left, security: [{s: []}]}}}\ncomponents: {securitySchemes: {s: {$ref: '#/components/securitySchemes/s'}}}",
        "paths: {/b: {get: {operationId: left, responses: {'200': {content: {a/b: {schema: {$ref: '#/components/schemas/s'}}}}}}}}\ncomponents: {schemas: {s: {allOf: [{$ref: '#/components/schemas/s'}], properties: {t: {$ref: 'far.yaml#/t'}}}}}",
    ];
    for kind in kinds {
        for version in ["3.0.0", "3.1.0"] {
            let text = format!("openapi: {version}\n{kind}\n");
            let far = "r: {$ref: 'far.yaml#/q'}\nq: {$ref: '#/r'}\nt: {$ref: 'api.yaml#/components/schemas/s'}\n";
            let files = files(&[("api.yaml", &text), ("far.yaml", far)]);
            let api = read(&files);
            let left = api.operations.iter().find(|operation| operation.operation_id == Some("left"));
            assert!(left.is_some(), "{text}");
        }
    }
}

#[test]
fn a_file_is_loaded_once_however_many_refer_to_it() {
    let root = "openapi: 3.0.0\npaths: {/a: {$ref: 'a.yaml'}, /b: {$ref: './x/../b.yaml'}}\n";
    let a = "get: {responses: {default: {$ref: 'shared.yaml#/R'}}}\nput: {responses: {default: {$ref: './shared.yaml#/R'}}}\n";
    let b = "get: {responses: {default: {$ref: 'shared.yaml#/R'}}}\n";
    let entries = [("api.yaml", root), ("a.yaml", a), ("b.yaml", b), ("shared.yaml", "R: {description: shared}\n")];
    let files = files(&entries);
    let paths: Vec<&str> = files.iter().map(|(_, file)| file.path.as_str()).collect();
    assert_eq!(paths, ["api.yaml", "a.yaml", "b.yaml", "shared.yaml"], "breadth first");
    let api = read(&files);
    assert_eq!(api.responses.len(), 1, "one definition, one response");
    assert_eq!(api.responses[0].node.file().path, "shared.yaml");
}

#[test]
fn two_documents_share_the_files_of_one_loader() {
    let texts =
        [("one.yaml", "a: {$ref: 'shared.yaml'}"), ("two.yaml", "b: {$ref: 'shared.yaml'}"), ("shared.yaml", "x: 1")];
    let loader = Loader::memory(texts.map(|(path, text)| (path.into(), text.into())), Limits::default());
    let load = |path: &str, text: &str| Files::load(crate::support::root(path, text), &loader);
    let (one, two) = (load(texts[0].0, texts[0].1), load(texts[1].0, texts[1].1));
    let shared =
        |files: &Files| files.iter().find(|(_, file)| file.path == "shared.yaml").map(|(id, _)| files.shared(id));
    assert!(Arc::ptr_eq(&shared(&one).unwrap(), &shared(&two).unwrap()));
}

#[test]
fn a_document_loads_so_many_files_and_no_more() {
    let root = "openapi: 3.0.0\npaths: {/a: {$ref: 'a.yaml'}, /b: {$ref: 'broken.yaml'}, /c: {$ref: 'c.yaml'}}\n";
    let texts = [("api.yaml", root), ("a.yaml", "get: {}\n"), ("broken.yaml", "a: [\n"), ("c.yaml", "get: {}\n")];
    let loader =
        Loader::memory(texts.map(|(path, text)| (path.into(), text.into())), Limits::default()).with_max_files(3);
    let files = Files::load(crate::support::root("api.yaml", root), &loader);
    let api = read(&files);
    let expected = [
        "api.yaml:broken.yaml: `broken.yaml` cannot be read",
        "api.yaml:c.yaml: the document refers to more than 3 files",
    ];
    assert_eq!(faults(&api), expected);
    assert_eq!(files.unreadable().len(), 1);
}

#[test]
fn references_in_quoted_data_load_nothing() {
    let root = "openapi: 3.0.0\nx-samples: {$ref: 'broken.yaml'}\npaths: {/a: {get: {responses: {default: {content: {a/b: {example: {$ref: 'broken.yaml'}}}}}}}}\ninfo: {description: {$ref: notes.md}}\n";
    let files = files(&[("api.yaml", root), ("broken.yaml", "a: [\n"), ("notes.md", "# Notes\n\n- [x\n")]);
    assert_eq!(files.iter().len(), 1);
    assert!(files.unreadable().is_empty());
    assert!(read(&files).faults.is_empty());
}

#[test]
fn parts_under_an_extension_lead_on_to_other_files() {
    let root = "openapi: 3.0.0\nx-parts: {item: {get: {responses: {default: {$ref: 'r.yaml#/R'}}}}, other: &o {get: {responses: {default: {$ref: 's.yaml#/default'}}}}}\npaths: {/a: {$ref: '#/x-parts/item'}, /b: *o, /c: {$ref: 'p.yaml#/x-items/c'}}\n";
    let entries = [
        ("api.yaml", root),
        ("r.yaml", "R: {description: r}\n"),
        ("s.yaml", "default: {content: {a/b: {schema: {$ref: 't.yaml'}}}}\nok: {description: s}\n"),
        ("t.yaml", "type: string\n"),
        ("p.yaml", "x-items: {c: {get: {responses: {default: {$ref: 'u.yaml'}}}}}\n"),
        ("u.yaml", "description: u\n"),
    ];
    let files = files(&entries);
    let api = read(&files);
    assert!(api.faults.is_empty(), "{:?}", faults(&api));
    let paths: Vec<&str> = api.responses.iter().map(|response| response.node.file().path.as_str()).collect();
    assert_eq!(paths, ["r.yaml", "s.yaml", "u.yaml"]);
}

#[test]
fn authors_split_files_where_no_version_allows_it() {
    let root = "openapi: 3.0.0\npaths: {$ref: 'paths/index.yaml'}\ncomponents: {$ref: 'components.yaml'}\nsecurity: [{login: []}]\n";
    let entries = [
        ("api.yaml", root),
        ("paths/index.yaml", "/a: {get: {$ref: 'get-a.yaml'}}\n"),
        ("paths/get-a.yaml", "operationId: getA\nsecurity: [{login: []}, {other: []}]\n"),
        ("components.yaml", "securitySchemes: {$ref: 'schemes.yaml'}\n"),
        ("schemes.yaml", "login: {type: http, scheme: basic}\n"),
    ];
    let files = files(&entries);
    let api = read(&files);
    assert_eq!(titles(&api.operations), ["GET /a"]);
    assert_eq!(operation(&api, "GET /a").operation_id, Some("getA"));
    assert_eq!(alternatives(&api, "GET /a"), "login | other?");
}

#[test]
fn a_path_item_in_another_description_may_name_that_ones_schemes() {
    let root = "openapi: 3.0.0\npaths: {/a: {$ref: 'other.yaml#/paths/~1a'}}\ncomponents: {securitySchemes: {both: {type: http, scheme: basic}}}\n";
    let other = "openapi: 3.0.0\npaths: {/a: {get: {security: [{both: []}, {theirs: []}, {none: []}]}}}\ncomponents: {securitySchemes: {both: {type: http, scheme: bearer}, theirs: {type: http, scheme: digest}}}\n";
    let files = files(&[("api.yaml", root), ("other.yaml", other)]);
    let api = read(&files);
    assert_eq!(alternatives(&api, "GET /a"), "both | theirs | none?");
    let schemes: Vec<_> = api.schemes.iter().map(|scheme| scheme.http_scheme.as_deref().unwrap()).collect();
    assert_eq!(schemes, ["basic", "digest"], "the entry document comes first");
}

#[test]
fn a_text_of_a_megabyte_that_aliases_repeat_costs_its_length_once() {
    let long = "x".repeat(1_000_000);
    let mut text = format!("openapi: 3.0.0\nx-long: &long '#/{long}'\ncomponents:\n  schemas:\n");
    for at in 0..2_000 {
        let _ = writeln!(text, "    s{at}: {{$ref: *long}}");
    }
    let files = one(&text);
    let api = read(&files);
    assert_eq!(api.faults.len(), 2_000);
    assert!(api.faults.iter().all(|fault| fault.why.to_string().len() < 300));
}

/// Loads `root/api.yaml` of a real folder.
fn on_disk(folder: &Path) -> Files {
    let folder = folder.canonicalize().unwrap().join("root");
    let location = folder.join("api.yaml");
    let parsed = parse_bytes(std::fs::read(&location).unwrap(), Some(&location), &Limits::default());
    let root = Arc::new(File::new("api.yaml".to_owned(), location, parsed.tree, parsed.error));
    Files::load(root, &Loader::disk(folder, Limits::default()))
}

#[test]
fn nothing_outside_the_root_folder_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    std::fs::create_dir_all(at("root/sub/folder.yaml")).unwrap();
    std::fs::create_dir_all(at("rooted")).unwrap();
    for path in ["secret.yaml", "rooted/secret.yaml", "root/inside.yaml", "root/sub/deep.yaml"] {
        std::fs::write(at(path), "get: {operationId: read}\n").unwrap();
    }
    std::fs::write(at("root/sub/up.yaml"), "$ref: '../inside.yaml'\n").unwrap();
    std::fs::write(at("root/sub/out.yaml"), "$ref: '../../secret.yaml'\n").unwrap();
    let absolute = at("secret.yaml").canonicalize().unwrap();
    let mut cases = vec![
        ("inside.yaml".to_owned(), "inside.yaml#"),
        ("sub/../inside.yaml".to_owned(), "inside.yaml#"),
        ("../root/inside.yaml".to_owned(), "inside.yaml#"),
        ("sub/up.yaml".to_owned(), "inside.yaml#"),
        ("../secret.yaml".to_owned(), "outside"),
        ("%2E%2E/secret.yaml".to_owned(), "outside"),
        ("sub/out.yaml".to_owned(), "outside"),
        ("../rooted/secret.yaml".to_owned(), "outside"),
        ("../../../../../../../../etc/passwd".to_owned(), "outside"),
        (absolute.to_string_lossy().into_owned(), "outside"),
        ("/dev/zero".to_owned(), "outside"),
        ("sub/folder.yaml".to_owned(), "`sub/folder.yaml` cannot be opened (it is a folder)"),
        ("sub".to_owned(), "`sub` cannot be opened (it is a folder)"),
        (".".to_owned(), "`.` cannot be opened (it is a folder)"),
        ("missing.yaml".to_owned(), "`missing.yaml` cannot be opened (no such file or folder)"),
        ("inside.yaml/x.yaml".to_owned(), "cannot be opened"),
        ("nul\\0.yaml".to_owned(), "cannot be opened"),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(at("secret.yaml"), at("root/link.yaml")).unwrap();
        symlink("/dev/zero", at("root/zero.yaml")).unwrap();
        symlink(folder.path(), at("root/up")).unwrap();
        symlink("inside.yaml", at("root/alias.yaml")).unwrap();
        symlink("loop.yaml", at("root/loop.yaml")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("root/socket.yaml")).unwrap();
        cases.extend([
            ("link.yaml".to_owned(), "outside"),
            ("zero.yaml".to_owned(), "outside"),
            ("up/secret.yaml".to_owned(), "outside"),
            ("up/root/inside.yaml".to_owned(), "inside.yaml#"),
            ("alias.yaml".to_owned(), "inside.yaml#"),
            ("loop.yaml".to_owned(), "cannot be opened"),
            ("socket.yaml".to_owned(), "`socket.yaml` cannot be opened (it is no regular file)"),
        ]);
    }
    let mut text = "openapi: 3.0.0\npaths:\n".to_owned();
    for (at, (reference, _)) in cases.iter().enumerate() {
        let _ = writeln!(text, "  /p{at}: {{$ref: \"{reference}\"}}");
    }
    std::fs::write(at("root/api.yaml"), text).unwrap();
    let files = on_disk(folder.path());
    for (at, (reference, expected)) in cases.iter().enumerate() {
        let meant = meant(&files, &format!("/paths/~1p{at}"));
        let expected = if *expected == "outside" { "lies outside the root folder" } else { expected };
        assert!(meant.contains(expected), "{reference}: {meant}");
    }
    let mut opened: Vec<&str> = files.iter().map(|(_, file)| file.path.as_str()).collect();
    opened.sort_unstable();
    assert_eq!(opened, ["api.yaml", "inside.yaml", "sub/out.yaml", "sub/up.yaml"], "links have one file, once");
    assert_eq!(files.file(FileId::ROOT).path, "api.yaml");
}
