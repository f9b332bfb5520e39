//! Another reader's opinion: whatever `openapiv3` accepts of the OpenAPI 3.0 documents at hand, it and the model agree
//! on operations, effective parameters, security and servers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use apiward_model::{Api, Files, Format, Loader, Operation};
use apiward_syntax::{Limits, to_json_line};
use openapiv3::{OpenAPI, Parameter, ParameterData, PathItem, ReferenceOr, SecurityRequirement, Server};

/// One operation, as both readers can say it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Facts {
    title: String,
    id: Option<String>,
    parameters: BTreeSet<String>,
    security: Option<Vec<BTreeSet<String>>>,
    servers: Vec<String>,
}

fn ours(api: &Api<'_>, operation: &Operation<'_>) -> Facts {
    use apiward_model::Declared;
    let parameters = operation.parameters.iter().map(|id| {
        let parameter = api.parameter(*id);
        format!("{} {}", format!("{:?}", parameter.location).to_lowercase(), parameter.name)
    });
    let alternatives = operation.security.alternatives.iter().map(|alternative| {
        let members = alternative.members.iter();
        members.map(|member| format!("{} {:?}", member.name, member.scope_names().collect::<Vec<_>>())).collect()
    });
    Facts {
        title: operation.title(),
        id: operation.operation_id.map(str::to_owned),
        parameters: parameters.collect(),
        security: (operation.security.declared != Declared::Absent).then(|| alternatives.collect()),
        servers: operation.servers.iter().map(|id| api.server(*id).url.to_string()).collect(),
    }
}

fn data(parameter: &Parameter) -> (&'static str, &ParameterData) {
    match parameter {
        Parameter::Query { parameter_data, .. } => ("query", parameter_data),
        Parameter::Header { parameter_data, .. } => ("header", parameter_data),
        Parameter::Path { parameter_data, .. } => ("path", parameter_data),
        Parameter::Cookie { parameter_data, .. } => ("cookie", parameter_data),
    }
}

/// The parameter after a local reference; nothing when it leads to another file.
fn parameter<'d>(document: &'d OpenAPI, written: &'d ReferenceOr<Parameter>) -> Option<&'d Parameter> {
    let mut written = written;
    for _ in 0..16 {
        match written {
            ReferenceOr::Item(parameter) => return Some(parameter),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/parameters/")?;
                written = document.components.as_ref()?.parameters.get(name)?;
            }
        }
    }
    None
}

fn requirements(list: &[SecurityRequirement]) -> Vec<BTreeSet<String>> {
    list.iter().map(|item| item.iter().map(|(name, scopes)| format!("{name} {scopes:?}")).collect()).collect()
}

fn urls<'s>(lists: &[&'s [Server]]) -> Vec<&'s str> {
    let list = lists.iter().find(|list| !list.is_empty());
    list.into_iter().flat_map(|list| list.iter()).map(|server| server.url.as_str()).collect()
}

fn theirs(document: &OpenAPI, path: &str, item: &PathItem) -> Vec<Facts> {
    let mut facts = Vec::new();
    for (method, operation) in item.iter() {
        let all = item.parameters.iter().chain(&operation.parameters);
        let parameters = all.filter_map(|written| parameter(document, written)).map(|parameter| {
            let (location, data) = data(parameter);
            format!("{location} {}", data.name)
        });
        let security = operation.security.as_ref().or(document.security.as_ref());
        let servers = urls(&[&operation.servers, &item.servers, &document.servers]);
        facts.push(Facts {
            title: format!("{} {path}", method.to_uppercase()),
            id: operation.operation_id.clone(),
            parameters: parameters.collect(),
            security: security.map(|list| requirements(list)),
            servers: servers.into_iter().map(str::to_owned).collect(),
        });
    }
    facts
}

/// Every file with a known extension below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ["json", "yaml", "yml"].iter().any(|known| ext == *known)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Compares the OpenAPI 3.0 documents of one file; how many there were, and how many the oracle accepted.
fn compare(path: &Path) -> (usize, usize) {
    let Ok(bytes) = std::fs::read(path) else { return (0, 0) };
    let parsed = apiward_syntax::parse_bytes(bytes, Some(path), &Limits::default());
    let name = path.to_string_lossy().into_owned();
    let root = apiward_model::File::new(name.clone(), path.to_owned(), parsed.tree, parsed.error);
    let loader = Loader::disk(path.parent().unwrap().canonicalize().unwrap(), Limits::default());
    let files = Files::load(std::sync::Arc::new(root), &loader);
    let (mut seen, mut accepted) = (0, 0);
    for at in 0.. {
        let Some(node) = files.document(at) else { break };
        let Some(api) = Api::read(&files, at).filter(|api| api.spec.format == Format::OpenApi30) else { continue };
        seen += 1;
        // Alias bombs of ours have no text.
        let Ok(json) = to_json_line(node.raw(), &Limits::default()) else { continue };
        let document: OpenAPI = match serde_json::from_str(&json) {
            Ok(document) => document,
            Err(why) => {
                eprintln!("openapiv3 refuses {name}: {why}");
                continue;
            }
        };
        accepted += 1;
        let items = document.paths.paths.iter().filter_map(|(path, item)| Some((path, item.as_item()?)));
        let mut expected: Vec<Facts> = items.flat_map(|(path, item)| theirs(&document, path, item)).collect();
        let mut found: Vec<Facts> = api
            .operations
            .iter()
            .filter(|operation| operation.path_item.reference().is_none())
            .map(|operation| ours(&api, operation))
            .collect();
        expected.sort();
        found.sort();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{name}");
        }
    }
    (seen, accepted)
}

fn compare_all(folder: &Path) -> (usize, usize) {
    files_below(folder).iter().map(|path| compare(path)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

#[test]
fn another_reader_agrees_on_our_own_documents() {
    let (seen, accepted) = compare_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata"));
    eprintln!("{accepted} of {seen} OpenAPI 3.0 documents of ours compared");
    assert!(accepted >= 2);
}

#[test]
fn another_reader_agrees_on_published_documents() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("skipped: {} is not there", corpus.display());
        return;
    }
    let (seen, accepted) = compare_all(&corpus);
    eprintln!("{accepted} of {seen} published OpenAPI 3.0 documents compared");
    assert!(accepted >= 1);
}
