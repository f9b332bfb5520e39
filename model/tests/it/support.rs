//! What the modules share: documents from texts, and short names for what the model says.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apiward_model::{Alternative, Api, File, Files, Loader, Operation, Schema, SchemeType};
use apiward_syntax::{Limits, parse};

/// The root file and a loader over texts in memory; the first is the root.
pub(crate) fn files(entries: &[(&str, &str)]) -> Files {
    let texts = entries.iter().map(|(path, text)| (PathBuf::from(path), Arc::from(*text)));
    let loader = Loader::memory(texts, Limits::default());
    Files::load(root(entries[0].0, entries[0].1), &loader)
}

pub(crate) fn root(path: &str, text: &str) -> Arc<File> {
    let parsed = parse(text.into(), Some(Path::new(path)), &Limits::default());
    Arc::new(File::new(path.to_owned(), PathBuf::from(path), parsed.tree, parsed.error))
}

/// One document without other files.
pub(crate) fn one(text: &str) -> Files {
    files(&[("api.yaml", text)])
}

pub(crate) fn read(files: &Files) -> Api<'_> {
    Api::read(files, 0).unwrap()
}

/// The folder of our own fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/model")
}

pub(crate) fn fixture(name: &str) -> Files {
    one(&fixture_text(name))
}

pub(crate) fn fixture_text(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).unwrap()
}

/// Every fixture of the model, by name.
pub(crate) const FIXTURES: [&str; 9] = [
    "bookshop.openapi20.yaml",
    "orders.openapi30.yaml",
    "clinic.openapi31.yaml",
    "stream.openapi32.yaml",
    "meters.asyncapi20.yaml",
    "meters.asyncapi24.yaml",
    "meters.asyncapi26.yaml",
    "rides.asyncapi30.yaml",
    "rides.asyncapi31.yaml",
];

/// An operation of any of the three lists by its title, as `GET /users`.
pub(crate) fn operation<'r, 'a>(api: &'r Api<'a>, title: &str) -> &'r Operation<'a> {
    let all = api.operations.iter().chain(&api.webhooks).chain(&api.callbacks);
    let titles: Vec<String> = all.clone().map(Operation::title).collect();
    all.clone()
        .find(|operation| operation.title() == title)
        .unwrap_or_else(|| panic!("{title} is not among {titles:?}"))
}

pub(crate) fn titles(operations: &[Operation<'_>]) -> Vec<String> {
    operations.iter().map(Operation::title).collect()
}

/// The alternatives in one line: `staff(a b) + key | {}`; `?` marks a scheme that is not defined, `!` what is no
/// requirement at all, `@` the server on which an alternative holds.
pub(crate) fn alternatives(api: &Api<'_>, title: &str) -> String {
    let one = |alternative: &Alternative<'_>| {
        let members = alternative.members.iter().map(|member| {
            let scopes: Vec<&str> = member.scope_names().collect();
            let scopes = if scopes.is_empty() { String::new() } else { format!("({})", scopes.join(" ")) };
            format!("{}{}{scopes}", member.name, if member.scheme.is_some() { "" } else { "?" })
        });
        let members: Vec<String> = members.collect();
        let mark = if alternative.malformed { "!" } else { "" };
        let members = if members.is_empty() { format!("{{{mark}}}") } else { members.join(" + ") + mark };
        alternative.server.map_or(members.clone(), |id| format!("{members}@{}", api.server(id).url))
    };
    let list: Vec<String> = operation(api, title).security.alternatives.iter().map(one).collect();
    if list.is_empty() { "nothing".to_owned() } else { list.join(" | ") }
}

/// The URLs of an operation's effective servers.
pub(crate) fn servers(api: &Api<'_>, title: &str) -> Vec<String> {
    operation(api, title).servers.iter().map(|id| api.server(*id).url.to_string()).collect()
}

/// The effective parameters: `name in location`.
pub(crate) fn parameters(api: &Api<'_>, title: &str) -> Vec<String> {
    let ids = operation(api, title).parameters.iter();
    ids.map(|id| format!("{} in {:?}", api.parameter(*id).name, api.parameter(*id).location)).collect()
}

/// The faults: the reference as written and why.
pub(crate) fn faults(api: &Api<'_>) -> Vec<String> {
    let faults = api.faults.iter();
    faults.map(|fault| format!("{}:{}: {}", fault.reference.file().path, fault.reference.text(), fault.why)).collect()
}

/// The schema written at a pointer of the root file.
pub(crate) fn schema<'a>(api: &Api<'a>, pointer: &str) -> Schema<'a> {
    let node = api.root.at_pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"));
    *api.schemas.find(node.place()).unwrap_or_else(|| panic!("no schema at {pointer}"))
}

/// Kind of the scheme of that name.
pub(crate) fn kind<'a>(api: &Api<'a>, name: &str) -> SchemeType<'a> {
    api.schemes.iter().find(|scheme| scheme.name == name).unwrap().kind
}

/// The names of the schemes in use.
pub(crate) fn in_use<'a>(api: &Api<'a>) -> Vec<&'a str> {
    api.schemes.iter().filter(|scheme| scheme.in_use).map(|scheme| scheme.name).collect()
}
