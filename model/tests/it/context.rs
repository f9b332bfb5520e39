//! What is description and what is quoted data.

use apiward_model::{FileId, Place, is_field};

use crate::support::{files, one};

/// Whether the node at a pointer counts as a field, for each of the pointers.
fn fields(text: &str, pointers: &[&str]) -> Vec<bool> {
    let files = one(text);
    let file = files.file(FileId::ROOT);
    let root = file.tree.documents().next().unwrap();
    let field = |pointer: &&str| is_field(file, root.at_pointer(pointer).unwrap().id());
    pointers.iter().map(field).collect()
}

#[test]
fn examples_and_extensions_are_data() {
    let text = "info: {description: a}\nx-b: {description: b}\npaths: {/a: {get: {responses: {default: {description: c, content: {a/b: {example: {description: d}, examples: {one: {summary: e, value: {description: f}}}}}}}}}}\ncomponents: {schemas: {description: {description: g, default: {description: h}, properties: {description: {type: string}}}}}\n";
    let body = "/paths/~1a/get/responses/default";
    let pointers = [
        "/info/description".to_owned(),
        "/x-b/description".to_owned(),
        format!("{body}/description"),
        format!("{body}/content/a~1b/example/description"),
        format!("{body}/content/a~1b/examples/one/summary"),
        format!("{body}/content/a~1b/examples/one/value/description"),
        "/components/schemas/description/description".to_owned(),
        "/components/schemas/description".to_owned(),
        "/components/schemas/description/default/description".to_owned(),
        "/components/schemas/description/properties/description".to_owned(),
    ];
    let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
    assert_eq!(fields(text, &pointers), [true, false, true, false, true, false, true, false, false, false]);
}

#[test]
fn parts_under_an_extension_that_are_used_are_description() {
    let text = "x-parts: {a: &a {description: a, example: {description: b}}, c: {description: c}, d: {description: d}, e: {<<: &m {description: e}}}\npaths: {/a: *a, /c: {$ref: '#/x-parts/c'}, /e: {<<: *m}}\n";
    let pointers = [
        "/x-parts/a/description",
        "/x-parts/a/example/description",
        "/x-parts/c/description",
        "/x-parts/d/description",
        "/x-parts/e/description",
    ];
    assert_eq!(fields(text, &pointers), [true, false, true, false, true]);
}

#[test]
fn headers_are_names_in_a_response_and_a_schema_in_a_message() {
    let text = "components: {responses: {r: {headers: {example: {description: a}, x-id: {description: b}}}}, messages: {m: {headers: {type: object, properties: {x-id: {description: c}}, example: {description: d}}}}}\n";
    let pointers = [
        "/components/responses/r/headers/example/description",
        "/components/responses/r/headers/x-id/description",
        "/components/messages/m/headers/properties/x-id/description",
        "/components/messages/m/headers/example/description",
    ];
    assert_eq!(fields(text, &pointers), [true, true, true, false]);
}

#[test]
fn a_file_of_named_parts_may_call_one_default() {
    let map = "ok: {description: a}\ndefault: {description: b}\n";
    let schema = "type: object\ndefault: {description: b}\n";
    assert_eq!(fields(map, &["/default/description"]), [true]);
    assert_eq!(fields(schema, &["/default/description"]), [false]);
}

#[test]
fn merged_members_are_what_the_mapping_around_them_holds() {
    let text = "components: {schemas: {<<: &more {default: {description: a}}}}\npaths: {/a: {<<: *more}}\n";
    let files = files(&[("api.yaml", text)]);
    let file = files.file(FileId::ROOT);
    let root = file.tree.documents().next().unwrap();
    let node = root.at_pointer("/components/schemas/default/description").unwrap();
    assert!(is_field(file, node.id()));
    assert_eq!(files.node(Place { file: FileId::ROOT, node: node.id() }).text(), "a");
}
