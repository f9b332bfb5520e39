//! Runs the lints over texts in memory and tells what they found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apiward_lints::framework::declare::LintMeta;
use apiward_lints::framework::engine::{Settings, run};
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, FileId, Files, Loader};
use apiward_syntax::{Limits, parse};

use crate::notation::Texts;

/// One finding, as fixtures speak of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) lint: &'static str,
    /// `error`, `warning`, `info`, or `public` when the author's declaration suppresses it.
    pub(crate) level: String,
    pub(crate) pointer: String,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) operations: Vec<String>,
    pub(crate) related: Vec<(String, u32)>,
}

pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata")
}

pub(crate) fn lint(id: &str) -> &'static LintMeta {
    apiward_lints::catalogue().find(|lint| lint.id == id).unwrap_or_else(|| panic!("no lint is named {id}"))
}

/// The settings of a profile; `options` holds a YAML mapping of options for `lint`.
pub(crate) fn settings(profile: Profile, lint: &'static LintMeta, options: Option<&str>) -> Settings {
    let mut settings = Settings { today: "2026-11-28".parse().unwrap(), ..Settings::new(profile) };
    if let Some(options) = options {
        let parsed = parse(options.into(), None, &Limits::default());
        let node = parsed.tree.documents().next().unwrap();
        let meta = lint.options.unwrap_or_else(|| panic!("{} has no options", lint.id));
        let read = (meta.read)(node).unwrap_or_else(|error| panic!("options of {}: {error}", lint.id));
        settings.options.set(lint.id, read);
    }
    settings
}

/// All findings of every document of the root file.
pub(crate) fn findings(texts: &Texts, settings: &Settings) -> Vec<Found> {
    let loader = Loader::memory(texts.iter().cloned(), Limits::default());
    let root = loader.load(&texts[0].0).unwrap();
    assert!(root.error.is_none(), "{}: {:?}", texts[0].0.display(), root.error);
    let count = root.tree.documents().len();
    let files = Files::load(root, &loader);
    let mut found = Vec::new();
    for document in 0..count {
        let api = Api::read(&files, document)
            .unwrap_or_else(|| panic!("{}: document {document} is no API description", texts[0].0.display()));
        let outcome = run(&api, settings);
        assert!(outcome.panicked.is_empty(), "{:?}", outcome.panicked);
        for finding in outcome.findings {
            let line = |place: FileId, offset: u32| files.file(place).tree.lines().position(offset).line;
            let node = finding.spot.node;
            let title = |id: &apiward_model::OperationId| api.operation(*id).title();
            found.push(Found {
                file: node.file().path.clone(),
                line: line(node.file_id(), finding.spot.span().start),
                lint: finding.lint.id,
                level: if finding.public.is_some() { "public".into() } else { finding.level.to_string() },
                pointer: node.pointer(),
                message: finding.message.into_owned(),
                help: finding.help.unwrap_or_default().into_owned(),
                operations: finding.operations.first(usize::MAX).iter().map(title).collect(),
                related: finding
                    .apart
                    .related
                    .iter()
                    .map(|related| {
                        let node = related.spot.node;
                        (node.file().path.clone(), line(node.file_id(), related.spot.span().start))
                    })
                    .collect(),
            });
        }
    }
    found.sort();
    found
}

/// Every file below a folder, sorted.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// `family/lint` -> the folder names below `testdata/lints`.
pub(crate) fn fixture_folders() -> BTreeMap<String, PathBuf> {
    let mut folders = BTreeMap::new();
    for family in std::fs::read_dir(testdata().join("lints")).unwrap() {
        let family = family.unwrap().path();
        for lint in std::fs::read_dir(&family).unwrap() {
            let lint = lint.unwrap().path();
            let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
            folders.insert(format!("{}/{}", name(&family), name(&lint)), lint.clone());
        }
    }
    folders
}
