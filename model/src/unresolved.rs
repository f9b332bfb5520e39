//! References that lead nowhere: all of them, and how far each one gets.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::api::Fault;
use crate::files::{FileId, Files};
use crate::node::{Node, Place};
use crate::reference::{self, Target, Unresolved};

impl Files {
    /// Every `$ref` that leads nowhere in a document of the root file or in the other files of the set, sorted by
    /// place; also those in parts that nothing uses. Of references that go in a circle, which holds no object, the
    /// first one stands for all.
    pub fn unresolved(&self, document: usize) -> Vec<Fault<'_>> {
        let mut faults = Vec::new();
        let mut circles = Circles::default();
        for (id, file) in self.iter().filter(|(id, _)| !self.leads_straight(*id)) {
            for &node in &file.references().all {
                if id == FileId::ROOT && file.tree.document_of(node) != document {
                    continue;
                }
                let reference = self.node(Place { file: id, node });
                match self.resolve(reference) {
                    Err(why) => faults.push(Fault { reference, why }),
                    Ok(target) if target.reference().is_some() => circles.follow(reference),
                    Ok(_) => {}
                }
            }
        }
        let circular = |reference| Fault { reference, why: Unresolved::Circular };
        faults.extend(circles.found.into_iter().map(circular));
        faults.sort_by_key(|fault| fault.reference.place());
        faults
    }
}

/// Looks for circles of references; each reference is followed once.
#[derive(Default)]
struct Circles<'a> {
    /// The walk on which each reference was met.
    met: HashMap<Place, usize, RandomState>,
    walks: usize,
    /// The first reference of each circle.
    found: Vec<Node<'a>>,
}

impl<'a> Circles<'a> {
    fn follow(&mut self, from: Node<'a>) {
        self.walks += 1;
        let mut path: Vec<Node<'a>> = Vec::new();
        let mut next = Some(from);
        while let Some(reference) = next {
            match self.met.insert(reference.place(), self.walks) {
                None => path.push(reference),
                Some(walk) if walk == self.walks => {
                    let start = path.iter().position(|met| *met == reference).unwrap_or_default();
                    self.found.extend(path[start..].iter().copied().min_by_key(|node| node.place()));
                    return;
                }
                Some(_) => return,
            }
            next = reference.files().resolve(reference).ok().and_then(Node::reference);
        }
    }
}

/// How far the JSON Pointer of a reference gets.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// The last node that exists on the way.
    pub reached: Node<'a>,
    /// The pointer to it.
    pub pointer: String,
    /// The key or index that it does not have, unescaped.
    pub missing: String,
    /// What the pointer names below that; empty or beginning with `/`.
    pub rest: String,
}

impl<'a> Fault<'a> {
    /// How far the reference gets, where it names a place that a loaded file does not have.
    pub fn progress(&self) -> Option<Progress<'a>> {
        let Unresolved::NoSuchPlace { fragment, found } = &self.why else { return None };
        let rest = fragment.strip_prefix(found.as_str())?.strip_prefix('/')?;
        let root = self.reference.files().target_root(self.reference)?;
        let reached = root.at_pointer(found)?;
        let (missing, below) =
            rest.split_once('/').map_or((rest, ""), |(missing, _)| (missing, &rest[missing.len()..]));
        let missing = missing.replace("~1", "/").replace("~0", "~");
        Some(Progress { reached, pointer: found.clone(), missing, rest: below.to_owned() })
    }
}

impl Files {
    /// The root of the document that a reference names without its fragment.
    fn target_root<'a>(&'a self, reference: Node<'a>) -> Option<Node<'a>> {
        match reference::split(reference.raw().text()).0 {
            Target::Same => {
                let file = reference.file();
                let document = file.tree.document_of(reference.raw().id());
                let root = file.tree.documents().nth(document)?;
                Some(self.node(Place { file: reference.file_id(), node: root.id() }))
            }
            Target::File(_) => {
                let file = reference.raw().text().split('#').next()?;
                self.interpret(reference.file_id(), reference.raw(), file).ok().map(|place| self.node(place))
            }
            Target::Uri(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;
    use std::sync::Arc;

    use apiward_syntax::{Limits, parse};

    use super::*;
    use crate::files::{File, Loader};

    fn loader(files: &[(&str, &str)]) -> Loader {
        let files: Vec<(PathBuf, Arc<str>)> = files.iter().map(|(path, text)| (path.into(), (*text).into())).collect();
        Loader::memory(files, Limits::default())
    }

    fn load(text: &str, others: &[(&str, &str)]) -> Files {
        let parsed = parse(text.into(), None, &Limits::default());
        let root = File::new("api.yaml".to_owned(), "api.yaml".into(), parsed.tree, parsed.error);
        Files::load(Arc::new(root), &loader(others))
    }

    /// The pointers of the references that lead nowhere, with the reasons.
    fn unresolved(files: &Files, document: usize) -> Vec<String> {
        let told = |fault: &Fault<'_>| {
            let at = fault.reference;
            format!("{}#{}: {}", at.file().path, at.raw().pointer(), fault.why)
        };
        files.unresolved(document).iter().map(told).collect()
    }

    #[test]
    fn also_what_nothing_uses_is_found_and_quoted_data_is_not() {
        let files = load(
            "openapi: 3.0.0\nunused: {$ref: '#/gone'}\nexample: {$ref: '#/data'}\nx: {$ref: 'b.yaml#/y'}\n",
            &[("b.yaml", "y: {$ref: 'api.yaml#/nothing'}\nz: {$ref: '#/y'}\n")],
        );
        let expected =
            ["api.yaml#/unused/$ref: nothing stands at `/gone`", "b.yaml#/y/$ref: nothing stands at `/nothing`"];
        assert_eq!(unresolved(&files, 0), expected);
    }

    #[test]
    fn a_circle_is_found_once_whatever_leads_into_it() {
        let files = load("a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: {$ref: '#/b'}\nself: {$ref: '#/self'}\n", &[]);
        let expected = ["api.yaml#/b/$ref: it leads back to itself", "api.yaml#/self/$ref: it leads back to itself"];
        assert_eq!(unresolved(&files, 0), expected);
        let recursive = load("node: {properties: {next: {$ref: '#/node'}}}\n", &[]);
        assert_eq!(unresolved(&recursive, 0), [""; 0]);
    }

    #[test]
    fn each_document_of_a_stream_is_the_home_of_its_references() {
        let files = load("a: 1\nx: {$ref: '#/b'}\n---\nb: 1\nx: {$ref: '#/b'}\ny: {$ref: '#/a'}\n", &[]);
        assert_eq!(unresolved(&files, 0), ["api.yaml#/x/$ref: nothing stands at `/b`"]);
        assert_eq!(unresolved(&files, 1), ["api.yaml#/y/$ref: nothing stands at `/a`"]);
        let second = files.document(1).unwrap();
        assert_eq!(second.get("x").unwrap().target().unwrap().raw().text(), "1");
    }

    #[test]
    fn progress_ends_at_the_last_node_that_exists() {
        let files =
            load("a: {b: {c: 1}}\nx: {$ref: '#/a/b/d~1e/f/g'}\ny: {$ref: 'f.yaml#/p/q'}\n", &[("f.yaml", "p: {}")]);
        let faults = files.unresolved(0);
        let told = |at: usize| {
            let progress = faults[at].progress().unwrap();
            (progress.reached.raw().pointer(), progress.pointer, progress.missing, progress.rest)
        };
        assert_eq!(told(0), ("/a/b".into(), "/a/b".into(), "d/e".into(), "/f/g".into()));
        assert_eq!(told(1), ("/p".into(), "/p".into(), "q".into(), String::new()));
    }

    #[test]
    fn a_file_that_was_read_already_is_not_read_again() {
        let loader = loader(&[]);
        let parsed = parse("a: 1".into(), None, &Limits::default());
        let first = loader
            .file("b.yaml".as_ref(), || File::new("b.yaml".into(), "b.yaml".into(), parsed.tree, parsed.error))
            .unwrap();
        let again = loader.file("b.yaml".as_ref(), || unreachable!()).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let root = parse("x: {$ref: 'b.yaml#/a'}".into(), None, &Limits::default());
        let root = File::new("api.yaml".into(), "api.yaml".into(), root.tree, root.error);
        let files = Files::load(Arc::new(root), &loader);
        assert!(files.iter().any(|(id, _)| Arc::ptr_eq(&files.shared(id), &first)));
    }
}
