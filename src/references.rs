//! References that lead nowhere, or to too much, and what is of another type than it must be: what is wrong with each,
//! where it lies, and what was perhaps meant.

use std::collections::{HashMap, HashSet};

use apiward_lints::framework::finding::Spot;
use apiward_model::nearest::nearest;
use apiward_model::{Api, Expected, Fault, File, FileId, Files, Mistyped, Node, Place, Progress, Unresolved};
use apiward_syntax::Kind;

use crate::convert::{fault_at, related};
use crate::fingerprint;
use crate::report::{Finding, LIST_LIMIT};
use crate::text::brief;

/// A fault at a `$ref`, or at what is of another type than it must be.
pub(crate) struct ReferenceFault<'a> {
    /// Its id in the catalogue.
    pub(crate) lint: &'static str,
    /// The value of the `$ref`, or what is not as it must be.
    pub(crate) at: Node<'a>,
    message: String,
    help: String,
    /// The nearest place that exists.
    reached: Option<Node<'a>>,
    /// What is missing, said without the reference: faults of a file that say the same here have one cause.
    cause: Option<String>,
    /// Further references with the same cause.
    others: Vec<Node<'a>>,
}

impl<'a> ReferenceFault<'a> {
    fn new(lint: &'static str, at: Node<'a>, message: String, help: String) -> Self {
        Self { lint, at, message, help, reached: None, cause: None, others: Vec::new() }
    }

    pub(crate) fn into_finding(self) -> Finding {
        let mut finding = fault_at(self.lint, Spot::value(self.at), self.message);
        finding.help = Some(self.help.into());
        finding.related.extend(self.reached.map(|node| related(Spot::key(node), "this is as far as it gets")));
        if let Some(cause) = self.cause.filter(|_| !self.others.is_empty()) {
            finding.identity = fingerprint::identity(&self.at.file().path, &cause);
        }
        let room = LIST_LIMIT.saturating_sub(finding.related.len());
        finding.related.extend(self.others.iter().take(room).map(|node| related(Spot::value(*node), "here, too")));
        finding.related_total = self.others.len() + usize::from(self.reached.is_some());
        finding
    }
}

/// Faults with one cause up to which each stands for itself.
const MANY: usize = 5;

/// Puts the faults of each file that have one cause together when they are more than a handful: at the first reference,
/// with the others beside it. Files that descriptions share say the same in each of them.
pub(crate) fn gathered(faults: Vec<ReferenceFault<'_>>) -> Vec<ReferenceFault<'_>> {
    let mut crowds: HashMap<(FileId, String), usize> = HashMap::new();
    let key = |fault: &ReferenceFault<'_>| Some((fault.at.file_id(), fault.cause.clone()?));
    for key in faults.iter().filter_map(key) {
        *crowds.entry(key).or_default() += 1;
    }
    crowds.retain(|_, count| *count > MANY);
    let mut firsts: HashMap<(FileId, String), usize> = HashMap::new();
    let mut gathered: Vec<ReferenceFault<'_>> = Vec::new();
    for mut fault in faults {
        let crowd = key(&fault).filter(|key| crowds.contains_key(key));
        if let Some(first) = crowd.as_ref().and_then(|key| firsts.get(key)) {
            gathered[*first].others.push(fault.at);
            continue;
        }
        if let Some(key) = crowd {
            fault.message = format!("{}, in {} places", key.1, crowds[&key]);
            firsts.insert(key, gathered.len());
        }
        gathered.push(fault);
    }
    gathered
}

/// The faults of the references of one document, sorted by place, each once. Files that do not parse have a finding of
/// their own, which names the references to them.
pub(crate) fn faults<'a>(api: &Api<'a>, document: usize) -> Vec<ReferenceFault<'a>> {
    let mut all = api.files.unresolved(document);
    // What leads into a circle is no fault beside the circle. That a chain is too long only the model's walk finds out.
    let circles: HashSet<Place> =
        all.iter().filter(|fault| is_circular(fault)).map(|fault| fault.reference.place()).collect();
    all.extend(api.faults.iter().filter(|fault| circles.is_empty() || !is_circular(fault)).cloned());
    all.sort_by_key(|fault| fault.reference.place());
    all.dedup_by_key(|fault| fault.reference.place());
    let mut too_many = false;
    let followed: HashSet<Place> = api.faults.iter().map(|fault| fault.reference.place()).collect();
    all.retain(|fault| match &fault.why {
        // What nothing follows may be a text in another language: `description: {$ref: intro.md}`.
        Unresolved::Unreadable { path } => {
            followed.contains(&fault.reference.place()) && api.files.unreadable().iter().all(|file| file.path != *path)
        }
        // One limit is exceeded, however many references come after it.
        Unresolved::TooManyFiles { .. } => !std::mem::replace(&mut too_many, true),
        _ => true,
    });
    let mut budget = SUGGESTIONS;
    let explained = all.iter().map(|fault| explain(fault, circles.contains(&fault.reference.place()), &mut budget));
    api.exceeded.map(cut_short).into_iter().chain(explained).chain(api.mistyped.iter().map(mistyped)).collect()
}

fn mistyped<'a>(one: &Mistyped<'a>) -> ReferenceFault<'a> {
    let at = one.node;
    let list = at.parent().filter(|parent| parent.is_sequence()).and_then(|list| list.key());
    let name = match (at.key(), list) {
        (Some(key), _) => format!("`{}`", brief(key)),
        (None, Some(list)) => format!("an entry of `{}`", brief(list)),
        (None, None) => "this".to_owned(),
    };
    let is = match at.kind() {
        Kind::Null => "empty",
        Kind::Bool | Kind::Number | Kind::String => "a single value",
        Kind::Sequence => "a list",
        Kind::Mapping | Kind::Alias => "a mapping",
    };
    let (message, help) = match one.expected {
        Expected::Method => (format!("{name} is no method and is not read"), as_method(at.key().unwrap_or_default())),
        Expected::OtherVersion(version) => (
            format!("{name} belongs to {version}, and is not read in this version"),
            "write what the version of the description has for it, or give the description the other version"
                .to_owned(),
        ),
        Expected::OutsidePathItem => (
            format!("{name} stands in another path item, and is not read"),
            "put paths side by side, directly below `paths`: check the indentation".to_owned(),
        ),
        Expected::OutsideOperation => (
            format!("{name} stands in another operation, and is not read"),
            "put methods side by side in their path item: check the indentation".to_owned(),
        ),
        Expected::Paths => (format!("{name} holds path items, but only `paths` is read"), "name it `paths`".to_owned()),
        Expected::NoReference => (
            format!("{name} is a reference, which is not followed here: what it leads to is not read"),
            "refer to a whole schema, by a `$ref` of the schema around it or by a branch of `allOf`".to_owned(),
        ),
        Expected::Component(section) => (
            format!("{name} refers to a component that is none of `{section}`, and is not read"),
            format!("refer to a component of `{section}`, or write one here"),
        ),
        Expected::MediaType => (
            format!("{name} is no media type, and is not read"),
            "put a media type such as `application/json` around it".to_owned(),
        ),
        Expected::Location => place_unknown(at),
        Expected::OfOperations => (
            format!("{name} of a path item is not read: it protects no operation"),
            "give it to each operation of the path item, or to the root".to_owned(),
        ),
        Expected::OneVersion(read) => (
            format!("{name} is a second version key beside `{read}`, and is not read"),
            format!("the description is read by `{read}`, other tools may go by {name}: keep the one that is meant"),
        ),
        Expected::Below(around) => outside(at, &name, around),
        Expected::Mapping if list == Some("security") && at.kind() == Kind::String => (
            format!("{name} is {is} where a mapping belongs, and is not read"),
            format!("the name of the scheme is a key: `{}: []`", brief(at.raw().text())),
        ),
        Expected::Mapping if matches!(at.as_str(), Some("true" | "false")) => (
            format!("{name} is a text where a schema belongs, and is not read"),
            format!("write `{}` without quotes", at.text()),
        ),
        Expected::Mapping => {
            (format!("{name} is {is} where a mapping belongs, and is not read"), "write keys with values".to_owned())
        }
        Expected::Sequence => {
            (format!("{name} is {is} where a list belongs, and is not read"), "write a list, also of one".to_owned())
        }
    };
    ReferenceFault::new("document/unexpected-type", at, message, help)
}

/// What is said of a parameter whose `in` is missing or names no place.
fn place_unknown(at: Node<'_>) -> (String, String) {
    let help = "say where it is: `in` is `query`, `header`, `path` or `cookie` (OpenAPI 2.0: `formData` or `body`)";
    let message = match at.as_str() {
        Some(place) => format!("`{}` is no place of a parameter, and the parameter is not read", brief(place)),
        None => "the parameter does not say where it is, and is not read".to_owned(),
    };
    (message, help.to_owned())
}

/// How to write what is no method.
fn as_method(key: &str) -> String {
    let lower = key.to_ascii_lowercase();
    if lower != key {
        return format!("write `{}`: methods are in lower case", brief(&lower));
    }
    "the methods are `get`, `put`, `post`, `delete`, `options`, `head`, `patch` and `trace`; OpenAPI 3.2 takes others below \
     `additionalOperations`"
        .to_owned()
}

/// What is said of paths at the root, of which one stands for all.
fn outside(at: Node<'_>, name: &str, around: &str) -> (String, String) {
    let beside = match at.parent().map_or(0, |root| root.entries().filter(|(key, _)| key.starts_with('/')).count()) {
        0 | 1 => "stands".to_owned(),
        2 => "and another path stand".to_owned(),
        count => format!("and {} other paths stand", count - 1),
    };
    let message = format!("{name} {beside} at the root, outside `{around}`, and what is below is not read");
    (message, format!("put what begins with `/` below `{around}`, with deeper indentation"))
}

/// The model would have become larger than the text allows.
fn cut_short(at: Node<'_>) -> ReferenceFault<'_> {
    let message = "shared parts multiply what is described: from here on the description is not read".to_owned();
    let help = "let fewer paths, operations or channels share such large parts".to_owned();
    ReferenceFault::new("document/limit-exceeded", at, message, help)
}

/// Names that are compared for suggestions in one document: many missing names among many others would cost the
/// product.
const SUGGESTIONS: usize = 50_000;

/// The nearest name, as long as the budget lasts.
fn suggest<'n>(name: &str, names: impl ExactSizeIterator<Item = &'n str>, budget: &mut usize) -> Option<&'n str> {
    let left = budget.checked_sub(names.len() + 1);
    *budget = left.unwrap_or_default();
    left.and_then(|_| nearest(name, names))
}

fn is_circular(fault: &Fault<'_>) -> bool {
    fault.why == Unresolved::Circular
}

fn explain<'a>(fault: &Fault<'a>, in_circle: bool, budget: &mut usize) -> ReferenceFault<'a> {
    let at = fault.reference;
    let text = brief(at.raw().text());
    let unresolved = |message: String, help: String| ReferenceFault {
        cause: Some(message.clone()),
        ..ReferenceFault::new("document/unresolved-reference", at, message, help)
    };
    match &fault.why {
        Unresolved::NoSuchPlace { fragment, .. } => match fault.progress() {
            Some(progress) => missing_place(fault, &progress, budget, unresolved),
            None if fragment.is_empty() => {
                unresolved(format!("`{text}` leads nowhere: the file is empty"), "write the file".to_owned())
            }
            None => {
                let message = format!("`{text}` leads nowhere: there is no anchor `{}`", brief(fragment));
                unresolved(message, "a place in a file is named by its JSON Pointer: `#/components/...`".to_owned())
            }
        },
        Unresolved::NoSuchFile { path, reason } => missing_file(at, path, reason, budget, unresolved),
        Unresolved::OutsideRoot { .. } => ReferenceFault {
            cause: Some(format!(
                "`{}` lies outside the root folder and is not followed",
                brief(at.raw().text().split('#').next().unwrap_or_default())
            )),
            ..ReferenceFault::new(
                "document/reference-outside-root",
                at,
                format!("`{text}` leads out of the root folder and is not followed"),
                "move the file below the root folder, or name a folder that holds both with `--root`".to_owned(),
            )
        },
        // The description may be right, but part of it was not read: that must not pass for checked.
        Unresolved::Remote => ReferenceFault {
            cause: Some(format!("what lies at `{}` is not fetched, and was not checked", brief(host(at.raw().text())))),
            ..unresolved(
                format!("`{text}` is not fetched, and what it holds was not checked"),
                "put a copy beside the description and refer to that".to_owned(),
            )
        },
        Unresolved::Circular if !in_circle => unresolved(
            format!("`{text}` leads through too many references and is not followed"),
            "refer to the object itself".to_owned(),
        ),
        Unresolved::Circular => unresolved(
            format!("`{text}` leads back to itself"),
            "replace one reference of the circle with the object that is meant".to_owned(),
        ),
        Unresolved::TooManyFiles { limit } => ReferenceFault::new(
            "document/limit-exceeded",
            at,
            format!("`{text}` is not followed: the description refers to more than {limit} files"),
            "bundle the files, or raise the limit `files`".to_owned(),
        ),
        Unresolved::Unreadable { path } => unresolved(
            format!("`{text}` leads nowhere: `{}` is neither YAML nor JSON", brief(path)),
            "refer to a file that can be read as it is, not to a template of one".to_owned(),
        ),
    }
}

/// The host of a web address, without a user's name and password.
fn host(address: &str) -> &str {
    let rest = address.split_once("//").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority)
}

fn missing_place<'a>(
    fault: &Fault<'a>,
    progress: &Progress<'a>,
    budget: &mut usize,
    unresolved: impl FnOnce(String, String) -> ReferenceFault<'a>,
) -> ReferenceFault<'a> {
    let text = fault.reference.raw().text();
    let resource = text.split('#').next().unwrap_or_default();
    let holder = match (progress.pointer.as_str(), resource) {
        ("", "") => "the document".to_owned(),
        ("", file) => format!("`{}`", brief(file)),
        (pointer, _) => format!("`{}`", brief(pointer)),
    };
    let missing = format!("{holder} has no `{}`", brief(&progress.missing));
    let message = format!("`{}` leads nowhere: {missing}", brief(text));
    let help = unescaped(progress, resource, budget).or_else(|| {
        meant(progress, budget).map(|pointer| format!("did you mean `{}#{}`?", brief(resource), brief(&pointer)))
    });
    // The whole document is no place to look at.
    let reached = progress.reached.parent().map(|_| progress.reached).filter(|_| help.is_none());
    let help = help.unwrap_or_else(|| "correct the reference, or add what it names".to_owned());
    let to = if resource.is_empty() { String::new() } else { format!(" to `{}`", brief(resource)) };
    let cause = Some(format!("references{to} lead nowhere: {missing}"));
    ReferenceFault { reached, cause, ..unresolved(message, help) }
}

/// What to write instead of a key whose slashes were taken for steps of the pointer: `#/paths//boxes/get`.
fn unescaped(progress: &Progress<'_>, resource: &str, budget: &mut usize) -> Option<String> {
    let reached = progress.reached;
    *budget = budget.checked_sub(reached.count())?;
    let written = format!("{}{}", progress.missing, progress.rest);
    let rest_of = |key: &str| {
        let rest = written.strip_prefix(key).or_else(|| written.strip_prefix(key.strip_prefix('/')?))?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
    };
    let with_slashes = reached.entries().filter(|(key, _)| key.len() > 1 && key.contains('/'));
    let named = with_slashes.filter_map(|(key, node)| Some((key, node.at_pointer(&rest_of(key)?)?)));
    let how = "in a JSON Pointer write `/` inside a key as `~1`";
    if let Some((_, node)) = named.max_by_key(|(key, _)| key.len()) {
        return Some(format!("{how}: `{}#{}`", brief(resource), brief(&node.raw().pointer())));
    }
    // An empty step of the pointer names an empty key, which no map of paths has.
    let empty = progress.missing.is_empty() && !progress.rest.is_empty();
    (empty && reached.key() == Some("paths")).then(|| format!("{how}, `#/paths/~1boxes`, or add what it names"))
}

/// A pointer that exists and is like the one that does not.
fn meant(progress: &Progress<'_>, budget: &mut usize) -> Option<String> {
    let reached = progress.reached;
    let below =
        |node: Node<'_>| node.at_pointer(&progress.rest).map(|_| format!("{}{}", node.raw().pointer(), progress.rest));
    let keys: Vec<&str> = if *budget > 0 { reached.entries().map(|(key, _)| key).collect() } else { Vec::new() };
    if let Some(near) = suggest(&progress.missing, keys.into_iter(), budget)
        && let Some(pointer) = reached.get(near).and_then(below)
    {
        return Some(pointer);
    }
    // The right name in the wrong place: `#/definitions/User` in a description of version 3.
    let name = progress.rest.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(&progress.missing);
    let root = std::iter::successors(Some(reached), |node| node.parent()).last()?;
    let sections = [root, root.get("components").unwrap_or(root)];
    let maps = [
        "schemas",
        "definitions",
        "parameters",
        "responses",
        "requestBodies",
        "headers",
        "securitySchemes",
        "messages",
    ];
    let mut found = sections.into_iter().flat_map(|section| maps.iter().filter_map(move |map| section.get(map)));
    found.find_map(|map| map.get(name)).map(|node| node.raw().pointer())
}

fn missing_file<'a>(
    at: Node<'a>,
    path: &str,
    reason: &str,
    budget: &mut usize,
    unresolved: impl FnOnce(String, String) -> ReferenceFault<'a>,
) -> ReferenceFault<'a> {
    let text = at.raw().text();
    let cause = format!("`{}` cannot be opened: {reason}", brief(path));
    let message = format!("`{}` leads nowhere: {cause}", brief(text));
    let help = sibling(at, path, budget).map_or_else(
        || "check the path, which starts from the folder of the file that holds the reference".to_owned(),
        |file| format!("did you mean `{file}`?"),
    );
    ReferenceFault { cause: Some(cause), ..unresolved(message, help) }
}

/// The file with a name like that of a missing one, in the folder where that should be, as the reference would name it.
fn sibling(at: Node<'_>, path: &str, budget: &mut usize) -> Option<String> {
    let written = at.raw().text().split('#').next().unwrap_or_default();
    let (folder, name) = written.rsplit_once('/').unwrap_or(("", written));
    // The model only looks for files below the root, and this is one that it looked for.
    if !path.ends_with(name) || *budget == 0 {
        return None;
    }
    let place = at.file().location.parent()?.join(folder);
    let mut names: Vec<String> = std::fs::read_dir(place)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .take(10_000)
        .collect();
    names.sort_unstable();
    let near = suggest(name, names.iter().map(String::as_str), budget)?;
    Some(if folder.is_empty() { near.to_owned() } else { format!("{folder}/{near}") })
}

/// Adds to the finding on a file that does not parse the references that lead to it.
pub(crate) fn referred_to_from(mut finding: Finding, broken: &File, files: &Files) -> Finding {
    let documents = files.file(FileId::ROOT).tree.documents().len();
    let mut seen = HashSet::new();
    for fault in (0..documents).flat_map(|document| files.unresolved(document)) {
        let leads_here = matches!(&fault.why, Unresolved::Unreadable { path } if *path == broken.path);
        if leads_here && seen.insert(fault.reference.place()) {
            finding.related_total += 1;
            if finding.related.len() < LIST_LIMIT {
                finding.related.push(related(Spot::value(fault.reference), "it is referred to here"));
            }
        }
    }
    finding
}
