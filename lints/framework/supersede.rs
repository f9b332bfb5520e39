//! The most specific finding wins: what findings silence of other lints.
//!
//! A finding that is suppressed still silences; one of a lint that did not run, or whose level is below the profile,
//! was never made. Who silences speaks for what it silences, and is raised to that level: a profile that hears more
//! must not be milder on the same fact.

use apiward_model::{Node, OperationId, Place};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use crate::framework::declare::Silences;
use crate::framework::finding::Finding;
use crate::framework::level::Level;

/// A finding that silences others: its lint, and where it stands.
type Speaker = (&'static str, Place);

/// Takes away what the findings of other lints silence. `runs` holds each lint's findings.
pub(crate) fn apply(runs: &mut [Vec<Finding<'_>>]) {
    let mut covers: Vec<Cover> = Vec::new();
    for finding in runs.iter().flatten() {
        for silences in finding.lint.silences {
            let at = covers.iter().position(|cover| cover.lint == silences.lint()).unwrap_or_else(|| {
                covers.push(Cover::of(silences.lint()));
                covers.len() - 1
            });
            covers[at].add(*silences, finding);
        }
    }
    let mut levels: HashMap<Speaker, Level> = HashMap::new();
    for findings in runs.iter_mut() {
        let cover = findings.first().and_then(|finding| covers.iter().find(|cover| cover.lint == finding.lint.id));
        if let Some(cover) = cover {
            findings.retain_mut(|finding| {
                for speaker in cover.speakers(finding) {
                    let level = levels.entry(speaker).or_insert(finding.level);
                    *level = finding.level.max(*level);
                }
                cover.leaves(finding)
            });
        }
    }
    for finding in runs.iter_mut().flatten() {
        if let Some(level) = levels.get(&(finding.lint.id, finding.spot.node.place())) {
            finding.level = finding.level.max(*level);
        }
    }
}

/// What is silenced of one lint.
struct Cover {
    lint: &'static str,
    everything: bool,
    /// Where the findings stand that silence it.
    places: HashMap<Place, Vec<Speaker>>,
    /// The places and all their ancestors.
    ancestors: HashSet<Place>,
    operations: HashMap<OperationId, Vec<Speaker>>,
}

impl Cover {
    fn of(lint: &'static str) -> Self {
        Self { lint, everything: false, places: HashMap::new(), ancestors: HashSet::new(), operations: HashMap::new() }
    }

    fn add(&mut self, silences: Silences, finding: &Finding<'_>) {
        let place = finding.spot.node.place();
        let speaker = (finding.lint.id, place);
        if let Some(operations) = &finding.apart.speaks_for {
            for id in operations.iter() {
                self.operations.entry(id).or_default().push(speaker);
            }
            return;
        }
        self.everything |= matches!(silences, Silences::Document(_));
        if let Silences::Related(_) = silences {
            finding.apart.related.iter().for_each(|related| self.add_place(related.spot.node, speaker));
        } else {
            self.add_place(finding.spot.node, speaker);
        }
        if matches!(silences, Silences::Operations(_)) {
            for id in finding.operations.iter() {
                self.operations.entry(id).or_default().push(speaker);
            }
        }
    }

    fn add_place(&mut self, node: Node<'_>, speaker: Speaker) {
        self.places.entry(node.place()).or_default().push(speaker);
        let mut next = Some(node);
        while let Some(node) = next {
            if !self.ancestors.insert(node.place()) {
                break;
            }
            next = node.parent();
        }
    }

    /// The findings that speak for this one from now on: those at the same place or on one of its operations. What its
    /// author declared public is nobody's fault.
    fn speakers(&self, finding: &Finding<'_>) -> impl Iterator<Item = Speaker> {
        let same_place = self.places.get(&finding.spot.node.place());
        let same_operation = finding.operations.iter().filter_map(|id| self.operations.get(&id));
        same_place.into_iter().chain(same_operation).flatten().copied().filter(|_| finding.public.is_none())
    }

    /// False when nothing is left of the finding; operations that are covered leave its list.
    fn leaves(&self, finding: &mut Finding<'_>) -> bool {
        if self.everything || self.ancestors.contains(&finding.spot.node.place()) {
            return false;
        }
        let mut next = finding.spot.node.parent();
        while let Some(node) = next {
            if self.places.contains_key(&node.place()) {
                return false;
            }
            next = node.parent();
        }
        if self.operations.is_empty() || finding.operations.is_empty() {
            return true;
        }
        finding.operations.retain(|id| !self.operations.contains_key(&id));
        !finding.operations.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_model::predicate::DeclaredPublic;
    use apiward_model::{Api, Files, Loader};
    use apiward_syntax::Limits;

    use super::*;
    use crate::framework::declare::LintMeta;
    use crate::framework::finding::{Apart, Spot};
    use crate::framework::lint::Check;

    #[derive(Default)]
    struct Nothing;

    impl Check<'_> for Nothing {}

    macro_rules! lint {
        ($name:ident, $id:literal, [$($silences:expr)?]) => {
            mod $name {
                use super::Nothing;
                use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
                use crate::framework::level::{Level, Levels};

                declare_lint! {
                    id: $id,
                    title: "Test",
                    levels: Levels::all(Level::Error),
                    confidence: High,
                    formats: ALL_FORMATS,
                    owasp: [],
                    cwe: [],
                    references: [],
                    fix: None,
                    since: "0.1.0",
                    silences: [$($silences)?],
                    targets: [Document],
                    docs: "",
                    check: Nothing,
                }

                const _: Option<Silences> = None;
            }
        };
    }

    lint!(silenced, "test/silenced", []);
    lint!(of_place, "test/of-place", [Silences::Place("test/silenced")]);
    lint!(of_operations, "test/of-operations", [Silences::Operations("test/silenced")]);
    lint!(of_related, "test/of-related", [Silences::Related("test/silenced")]);
    lint!(of_document, "test/of-document", [Silences::Document("test/silenced")]);

    fn finding<'a>(lint: &'static LintMeta, level: Level, node: Node<'a>, operations: &[OperationId]) -> Finding<'a> {
        Finding {
            lint,
            level,
            message: "".into(),
            help: None,
            spot: Spot::key(node),
            operation: None,
            operations: operations.to_vec().into(),
            document: false,
            public: None,
            fix: None,
            suppressed: None,
            apart: Apart::default(),
        }
    }

    fn with_api(judge: impl FnOnce(&Api<'_>)) {
        let text = "openapi: 3.0.3\npaths: {/a: {get: {security: []}, put: {}}, /b: {get: {}}}\ncomponents: {}\n";
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        judge(&Api::read(&files, 0).unwrap());
    }

    /// What is left of findings of `test/silenced` at these pointers.
    fn left<'p>(speaker: &'static LintMeta, at: &str, pointers: &[&'p str]) -> Vec<&'p str> {
        let mut left = Vec::new();
        with_api(|api| {
            for pointer in pointers {
                let node = |pointer| api.root.at_pointer(pointer).unwrap();
                let victim = finding(&silenced::LINT, Level::Error, node(pointer), &[]);
                let mut runs = [vec![victim], vec![finding(speaker, Level::Error, node(at), &[])]];
                apply(&mut runs);
                left.extend(runs[0].first().map(|_| *pointer));
            }
        });
        left
    }

    #[test]
    fn a_place_covers_what_holds_it_and_what_it_holds() {
        let pointers =
            ["/paths/~1a/get/security", "/paths/~1a/get", "/paths/~1a", "/paths", "/paths/~1a/put", "/components"];
        assert_eq!(left(&of_place::LINT, "/paths/~1a/get", &pointers), ["/paths/~1a/put", "/components"]);
        assert_eq!(left(&of_operations::LINT, "/paths/~1a/get", &pointers), ["/paths/~1a/put", "/components"]);
        assert!(left(&of_document::LINT, "/paths/~1a/get", &pointers).is_empty());
        assert_eq!(left(&silenced::LINT, "/paths/~1a/get", &pointers), pointers);
    }

    #[test]
    fn related_places_are_covered_in_place_of_its_own() {
        with_api(|api| {
            let node = |pointer| api.root.at_pointer(pointer).unwrap();
            let victims =
                ["/components", "/paths/~1a/get"].map(|at| finding(&silenced::LINT, Level::Error, node(at), &[]));
            let speaker = finding(&of_related::LINT, Level::Info, node("/components"), &[]);
            let mut runs = [victims.to_vec(), vec![speaker.related(node("/paths/~1a/get/security"), "here")]];
            apply(&mut runs);
            let left: Vec<_> = runs[0].iter().map(|finding| finding.spot.node).collect();
            assert_eq!(left, [node("/components")]);
        });
    }

    #[test]
    fn operations_leave_the_lists_that_are_silenced() {
        with_api(|api| {
            let (a, b) = (&api.operations[0], &api.operations[2]);
            let list =
                |ids: &[OperationId]| finding(&silenced::LINT, Level::Error, api.root.get("components").unwrap(), ids);
            for (speaker, expected) in
                [(&of_operations::LINT, vec![vec![b.id]]), (&of_place::LINT, vec![vec![a.id, b.id], vec![a.id]])]
            {
                let mut runs =
                    [vec![finding(speaker, Level::Error, a.node, &[a.id])], vec![list(&[a.id, b.id]), list(&[a.id])]];
                apply(&mut runs);
                let left: Vec<_> = runs[1].iter().map(|finding| finding.operations.first(9)).collect();
                assert_eq!(left, expected);
            }
        });
    }

    #[test]
    fn who_speaks_for_others_speaks_as_loud() {
        with_api(|api| {
            let a = &api.operations[0];
            let list = finding(&silenced::LINT, Level::Error, api.root.get("components").unwrap(), &[a.id]);
            let declared = list.clone().declared_public(Some(DeclaredPublic { reason: None }));
            let here = finding(&silenced::LINT, Level::Error, a.node, &[]);
            for (victim, expected) in [(list, Level::Error), (here, Level::Error), (declared, Level::Warning)] {
                let mut runs = [vec![victim], vec![finding(&of_operations::LINT, Level::Warning, a.node, &[a.id])]];
                apply(&mut runs);
                assert!(runs[0].is_empty());
                assert_eq!(runs[1][0].level, expected);
            }
        });
    }
}
