//! Reads a configuration: first its form, then what its names, globs and days mean. Every fault is told with its place.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use apiward_lints::catalogue as lints;
use apiward_model::lexicon::Lexicons;
use apiward_model::nearest::nearest;
use apiward_model::{Date, File, describe_error, read_regular_file};
use apiward_syntax::{Limits, Node, Span, from_node, parse_bytes};

use super::explained::explained;
use super::presets;
use super::rules::{Because, Globs, IgnoreRule, LintRule, OperationPattern, Place, PublicRule};
use super::written::{LintSetting, Written};
use super::{Config, Override};
use crate::catalogue::{Entry, catalogue};
use crate::report::NOT_CHECKED;
use crate::selection::Pattern;
use crate::usage::UsageError;

/// Files that one configuration may extend, one through the other.
const DEEPEST: usize = 16;
/// Bytes of a configuration.
const LARGEST: u64 = 1 << 20;

/// Reads a file with all that it extends.
///
/// # Errors
/// Every fault that was found, each with file, line and column.
pub(crate) fn load(file: &Path, shown: &str) -> Result<Config, Vec<UsageError>> {
    let folder = file.parent().unwrap_or(file).to_owned();
    let mut config = Config {
        file: file.to_owned(),
        shown: shown.to_owned(),
        folder: folder.clone(),
        root: None,
        profile: None,
        exclude: Globs::default(),
        lints: Vec::new(),
        overrides: Vec::new(),
        ignore: Vec::new(),
        public: Vec::new(),
        changes: Vec::new(),
        lexicons: None,
        limits: super::written::WrittenLimits::default(),
        rules: Vec::new(),
    };
    let mut reader = Reader {
        config: &mut config,
        exclude: Vec::new(),
        home: home(&folder),
        chain: Vec::new(),
        errors: Vec::new(),
        names: catalogue(),
    };
    reader.file(file, shown, None);
    let exclude = reader.exclude.iter().map(|(glob, _)| glob.clone()).collect::<Vec<_>>();
    if let Ok(globs) = Globs::new(&exclude) {
        reader.config.exclude = globs;
    }
    let changes: Vec<_> = reader.config.changes.iter().map(|(change, _)| change.clone()).collect();
    reader.config.lexicons = (!changes.is_empty() && reader.errors.is_empty()).then(|| Lexicons::of(&changes));
    let errors = reader.errors;
    if errors.is_empty() { Ok(config) } else { Err(errors) }
}

/// The folder that all files of a configuration must lie in: the repository, else the folder of the configuration. Who
/// controls one could have others on the machine shown in messages about faults in them.
fn home(folder: &Path) -> PathBuf {
    let repository = folder.ancestors().find(|ancestor| ancestor.join(".git").exists()).unwrap_or(folder);
    repository.canonicalize().unwrap_or_else(|_| repository.to_owned())
}

pub(super) struct Reader<'c> {
    pub(super) config: &'c mut Config,
    exclude: Vec<(String, Place)>,
    /// Where all files must be.
    home: PathBuf,
    /// The files that led to the present one.
    chain: Vec<PathBuf>,
    errors: Vec<UsageError>,
    pub(super) names: Vec<Entry>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, shown: &str, named_at: Option<&Place>) {
        let refuse = |why: String| {
            let message = match named_at {
                Some(place) => format!("{}: cannot extend `{shown}`: {why}", place.position()),
                None => format!("cannot read the configuration `{shown}`: {why}"),
            };
            UsageError::new(message)
        };
        let known = path.canonicalize().ok();
        if known.as_ref().is_some_and(|real| !real.starts_with(&self.home)) {
            let help = "copy it into the repository or, where there is none, beside the configuration";
            return self.errors.push(refuse("it lies outside the repository".to_owned()).help(help));
        }
        let real = known.unwrap_or_else(|| path.to_owned());
        if self.chain.contains(&real) {
            return self.errors.push(refuse("it extends itself".to_owned()));
        }
        if self.chain.len() == DEEPEST {
            return self.errors.push(refuse(format!("more than {DEEPEST} files extend one another")));
        }
        let bytes = match read_regular_file(path, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) => return self.errors.push(refuse(describe_error(&error))),
        };
        let parsed = parse_bytes(bytes, Some(path), &Limits { file_bytes: LARGEST, ..Limits::default() });
        let file = Arc::new(File::new(shown.to_owned(), path.to_owned(), parsed.tree, parsed.error));
        self.chain.push(real);
        self.parsed(path, &file);
        self.chain.pop();
    }

    /// A configuration that comes with the program.
    fn preset(&mut self, name: &str, named_at: &Place) {
        let Some((_, text)) = presets::ALL.iter().find(|(known, _)| *known == name) else {
            let known: Vec<String> =
                presets::ALL.iter().map(|(known, _)| format!("`{}{known}`", presets::PREFIX)).collect();
            let help = match nearest(name, presets::ALL.iter().map(|(known, _)| *known)) {
                Some(near) => format!("did you mean `{}{near}`?", presets::PREFIX),
                None => format!("there are {}", known.join(", ")),
            };
            return self.fault(named_at, &format!("there is no preset `{}{name}`", presets::PREFIX), Some(help));
        };
        let shown = format!("{}{name}", presets::PREFIX);
        let parsed = parse_bytes(text.as_bytes(), None, &Limits::default());
        let file = Arc::new(File::new(shown.clone(), PathBuf::from(&shown), parsed.tree, parsed.error));
        self.parsed(Path::new(&shown), &file);
    }

    fn parsed(&mut self, path: &Path, file: &Arc<File>) {
        if let Some(error) = &file.error {
            let place = Place { file: Arc::clone(file), span: Span::new(error.offset, error.offset) };
            return self.fault(&place, &error.message, error.help.clone());
        }
        let mut documents = file.tree.documents();
        let Some(root) = documents.next() else { return };
        if let Some(second) = documents.next() {
            let place = Place { file: Arc::clone(file), span: second.span() };
            return self.fault(
                &place,
                "a configuration is one document",
                Some("remove what follows the `---`".to_owned()),
            );
        }
        for again in file.tree.duplicate_keys() {
            let node = file.tree.node(again.again);
            let place = Place { file: Arc::clone(file), span: node.key_span().unwrap_or_default() };
            let message = format!("the key `{}` stands more than once in its mapping", node.key().unwrap_or_default());
            self.fault(&place, &message, Some("merge them, or remove one".to_owned()));
        }
        if root.is_sequence() {
            let place = Place { file: Arc::clone(file), span: shown_span(root) };
            let help = "write keys and values, without dashes";
            return self.fault(&place, "a configuration must be a mapping, not a list", Some(help.to_owned()));
        }
        let written: Written = match from_node(root) {
            Ok(written) => written,
            Err(error) => {
                let place = Place { file: Arc::clone(file), span: error.span(&file.tree) };
                let (message, help) = explained(&error, &file.tree);
                return self.fault(&place, &message, help);
            }
        };
        self.take(path, file, root, &written);
    }

    fn take(&mut self, path: &Path, file: &Arc<File>, root: Node<'_>, written: &Written) {
        let at = |node: Option<Node<'_>>| Place {
            file: Arc::clone(file),
            span: node.map_or_else(Span::default, shown_span),
        };
        let folder = path.parent().unwrap_or(path).to_owned();
        for (index, name) in written.extends.iter().enumerate() {
            let place = at(item(root.get("extends"), index));
            if let Some(preset) = name.strip_prefix(presets::PREFIX) {
                self.preset(preset, &place);
                continue;
            }
            let shown = Path::new(&file.path).parent().map_or_else(|| PathBuf::from(name), |parent| parent.join(name));
            self.file(&folder.join(name), &shown.to_string_lossy().replace('\\', "/"), Some(&place));
        }
        if let Some(profile) = written.profile {
            self.config.profile = Some((profile, at(root.get("profile"))));
        }
        if let Some(own) = &written.root {
            match folder.join(own).canonicalize() {
                Ok(real) if real.is_dir() && real.starts_with(&self.home) => self.config.root = Some(real),
                Ok(real) if real.is_dir() => self.fault(
                    &at(root.get("root")),
                    &format!("`root`: `{own}` lies outside the repository"),
                    Some("whoever runs the check may name it with --root".to_owned()),
                ),
                _ => self.fault(
                    &at(root.get("root")),
                    &format!("`root`: `{own}` is no folder"),
                    Some("it is relative to this file".to_owned()),
                ),
            }
        }
        self.globs(root.get("exclude"), &written.exclude, &at(root.get("exclude")));
        self.exclude.extend(written.exclude.iter().map(|glob| (glob.clone(), at(root.get("exclude")))));
        self.lexicons(file, root, written);
        self.limits(file, root, &written.limits);
        self.own_lints(file, root, written);
        let lints = self.lint_rules(file, root.get("lints"), &written.lints);
        self.config.lints.extend(lints);
        for (index, own) in written.overrides.iter().enumerate() {
            let node = item(root.get("overrides"), index);
            let files: Vec<String> = own.files.clone();
            let globs = self.files(node.and_then(|node| node.get("files")), &files, &at(node));
            let lints = self.lint_rules(file, node.and_then(|node| node.get("lints")), &own.lints);
            let profile = own.profile.map(|profile| (profile, at(node.and_then(|node| node.get("profile")))));
            self.config.overrides.push(Override { files: globs, profile, lints });
        }
        self.ignore(file, root, written);
        self.public(file, root, written);
    }

    fn lint_rules(
        &mut self,
        file: &Arc<File>,
        map: Option<Node<'_>>,
        settings: &std::collections::BTreeMap<String, LintSetting>,
    ) -> Vec<LintRule> {
        let mut rules = Vec::new();
        for (name, node) in map.into_iter().flat_map(Node::entries) {
            let Some(setting) = settings.get(name) else { continue };
            let place = Place { file: Arc::clone(file), span: node.key_span().unwrap_or_else(|| node.span()) };
            let Some(pattern) = self.pattern(&place, name) else { continue };
            let options = node.get("options").filter(|options| !options.is_null());
            if let Some(options) = options {
                self.options(file, &pattern, name, options);
            }
            let level = setting.level;
            rules.push(LintRule { pattern, level, fixed: setting.fixed, options: options.map(Node::id), place });
        }
        rules
    }

    /// Options are read now, so that faults in them are told with their place.
    fn options(&mut self, file: &Arc<File>, pattern: &Pattern, name: &str, options: Node<'_>) {
        if !options.is_mapping() {
            let place = Place { file: Arc::clone(file), span: shown_span(options) };
            let help = "write keys and values below it: `key: value`";
            return self.fault(&place, "`options` must be a mapping", Some(help.to_owned()));
        }
        let mut taken = false;
        for lint in lints().filter(|lint| pattern.matches(lint.id)) {
            let Some(meta) = lint.options else { continue };
            taken = true;
            if let Err(error) = (meta.read)(options) {
                let place = Place { file: Arc::clone(file), span: error.span(&file.tree) };
                let (message, help) = explained(&error, &file.tree);
                self.fault(&place, &format!("options of `{}`: {message}", lint.id), help);
            }
        }
        if !taken {
            let place = Place { file: Arc::clone(file), span: options.key_span().unwrap_or_default() };
            let message = format!("`{name}` has no options");
            self.fault(&place, &message, Some("`apiward explain LINT` describes the options of a lint".to_owned()));
        }
    }

    fn pattern(&mut self, place: &Place, name: &str) -> Option<Pattern> {
        if NOT_CHECKED.contains(&name) {
            let message = format!("`{name}` says that something was not checked, and cannot be changed");
            self.fault(place, &message, None);
            return None;
        }
        match Pattern::new("", name, &self.names) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.fault(place, &format!("no lint or family is named `{name}`"), error.help);
                None
            }
        }
    }

    /// Globs of files that something is about: nothing is there to take back before the first of them.
    fn files(&mut self, list: Option<Node<'_>>, globs: &[String], place: &Place) -> Globs {
        if let Some(first) = globs.first().filter(|glob| glob.starts_with('!')) {
            let span = item(list, 0).map_or(place.span, shown_span);
            let place = Place { file: Arc::clone(&place.file), span };
            let message = format!("`{first}` takes files back, and no glob stands before it");
            self.fault(&place, &message, Some(format!("begin with those it is an exception to: `['**', '{first}']`")));
        }
        self.globs(list, globs, place)
    }

    fn globs(&mut self, list: Option<Node<'_>>, globs: &[String], place: &Place) -> Globs {
        Globs::new(globs).unwrap_or_else(|(index, why)| {
            let span = item(list, index).map_or(place.span, shown_span);
            let place = Place { file: Arc::clone(&place.file), span };
            self.fault(&place, &format!("`{}` is no glob: {why}", globs[index]), None);
            Globs::default()
        })
    }

    fn ignore(&mut self, file: &Arc<File>, root: Node<'_>, written: &Written) {
        for (index, own) in written.ignore.iter().enumerate() {
            let Some(node) = item(root.get("ignore"), index) else { continue };
            let at = |key: &str| Place {
                file: Arc::clone(file),
                span: node.get(key).map_or_else(|| node.span(), shown_span),
            };
            let pattern = self.pattern(&at("lint"), &own.lint);
            let files = self.files(node.get("files"), &own.files, &at("files"));
            let operation = self.operation(&at("operation"), own.operation.as_deref());
            let because = self.because(&at, &own.reason, own.expires.as_deref());
            if let Some(pointer) =
                own.pointer.as_deref().filter(|pointer| !pointer.is_empty() && !pointer.starts_with('/'))
            {
                let help = "a JSON Pointer begins with `/`: `/paths/~1users`";
                self.fault(&at("pointer"), &format!("`{pointer}` is no JSON Pointer"), Some(help.to_owned()));
            }
            if let Some(pattern) = pattern {
                let (name, pointer) = (own.lint.clone(), own.pointer.clone());
                let because = Because { place: at("lint"), ..because };
                self.config.ignore.push(IgnoreRule { name, pattern, files, pointer, operation, because });
            }
        }
    }

    fn public(&mut self, file: &Arc<File>, root: Node<'_>, written: &Written) {
        for (index, own) in written.public.iter().enumerate() {
            let Some(node) = item(root.get("public"), index) else { continue };
            let at = |key: &str| Place {
                file: Arc::clone(file),
                span: node.get(key).map_or_else(|| node.span(), shown_span),
            };
            let because = self.because(&at, &own.reason, own.expires.as_deref());
            if let Some(operation) = self.operation(&at("operation"), Some(&own.operation)) {
                self.config
                    .public
                    .push(PublicRule { operation, because: Because { place: at("operation"), ..because } });
            }
        }
    }

    fn operation(&mut self, place: &Place, text: Option<&str>) -> Option<OperationPattern> {
        match OperationPattern::new(text?) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                let help = "write a method and a path: `GET /users/{id}`, `* /docs/**`";
                self.fault(
                    place,
                    &format!("`{}` names no operations: {why}", text.unwrap_or_default()),
                    Some(help.to_owned()),
                );
                None
            }
        }
    }

    fn because(&mut self, at: &impl Fn(&str) -> Place, reason: &str, expires: Option<&str>) -> Because {
        if reason.trim().is_empty() {
            self.fault(
                &at("reason"),
                "the reason is empty",
                Some("say why it is right, for those who come later".to_owned()),
            );
        }
        let day = expires.map(Date::from_str);
        if let Some(Err(_)) = day {
            let message = format!("`{}` is no day", expires.unwrap_or_default());
            self.fault(&at("expires"), &message, Some("write it as YYYY-MM-DD".to_owned()));
        }
        Because { reason: reason.trim().to_owned(), expires: day.and_then(Result::ok), place: at("reason") }
    }

    pub(super) fn fault(&mut self, place: &Place, message: &str, help: Option<String>) {
        let error = UsageError::new(format!("{}: {message}", place.position()));
        self.errors.push(match help {
            Some(help) => error.help(help),
            None => error,
        });
    }
}

pub(super) fn item(list: Option<Node<'_>>, index: usize) -> Option<Node<'_>> {
    list?.items().nth(index)
}

/// The bytes that stand for a node: of a collection the key.
fn shown_span(node: Node<'_>) -> Span {
    let collection = node.is_mapping() || node.is_sequence();
    node.key_span().filter(|_| collection).unwrap_or_else(|| node.span())
}
