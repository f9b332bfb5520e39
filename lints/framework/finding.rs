//! A finding and the builder that lints make it with.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use apiward_model::predicate::DeclaredPublic;
use apiward_model::{Node, OperationId, Place};
use apiward_syntax::{Kind, NodeId, Span};

use crate::framework::declare::LintMeta;
use crate::framework::fix::Fix;
use crate::framework::level::Level;
use crate::framework::operations::Operations;

/// A node and the part of it that a finding points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot<'a> {
    /// The node; its JSON Pointer is the finding's.
    pub node: Node<'a>,
    /// The node, in the same file, whose text is pointed at: the same one, or, for the root of a document, one that
    /// people recognise it by.
    shown: NodeId,
    /// True for its key, false for its value.
    key: bool,
}

impl<'a> Spot<'a> {
    /// The key of a node; a node without a key is pointed at by its value.
    pub fn key(node: Node<'a>) -> Self {
        Self { node, shown: node.id(), key: node.key_span().is_some() }
    }

    /// The value of a scalar; of a collection the key, if it has one.
    pub fn value(node: Node<'a>) -> Self {
        let collection = matches!(node.kind(), Kind::Mapping | Kind::Sequence) || node.span().is_empty();
        Self { node, shown: node.id(), key: collection && node.key_span().is_some() }
    }

    /// A whole document, pointed at by the key of one of its members; where that lies in another file, by itself.
    pub fn document(root: Node<'a>, by: Node<'a>) -> Self {
        let by = if by.file_id() == root.file_id() { by } else { root };
        Self { node: root, shown: by.id(), key: by.key_span().is_some() }
    }

    /// The bytes that are pointed at. A collection without a key is pointed at by the first line of its value.
    pub fn span(self) -> Span {
        let node = self.node.tree().node(self.shown);
        if let Some(span) = node.key_span().filter(|_| self.key) {
            return span;
        }
        let span = node.span();
        if !matches!(node.kind(), Kind::Mapping | Kind::Sequence) {
            return span;
        }
        let source = node.tree().source();
        let text = source.get(span.start as usize..span.end as usize).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim_end();
        Span::new(span.start, span.start + u32::try_from(line.len()).unwrap_or(0))
    }
}

/// Another place that a finding speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related<'a> {
    /// The place.
    pub spot: Spot<'a>,
    /// What it has to do with the finding.
    pub message: Cow<'static, str>,
}

/// One fault. There may be a hundred thousand before they are put together: what few of them have lies apart.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// The lint that made it.
    pub lint: &'static LintMeta,
    /// Its level, adjusted.
    pub level: Level,
    /// Lower case, no full stop, naming the subject.
    pub message: Cow<'static, str>,
    /// What to do.
    pub help: Option<Cow<'static, str>>,
    /// Where.
    pub spot: Spot<'a>,
    /// The one operation that it is about.
    pub operation: Option<OperationId>,
    /// The operations that it concerns: those it lists, or those that reach its place.
    pub operations: Operations,
    /// True when it speaks of the whole document.
    pub document: bool,
    /// Set when the author declared the operation public: it enters no count, list or aggregate.
    pub public: Option<Box<DeclaredPublic>>,
    /// The suppression that the author wrote for it, by its number: it enters no count, list or aggregate either.
    pub suppressed: Option<usize>,
    /// What would mend it.
    pub fix: Option<Box<Fix<'a>>>,
    /// What few have.
    pub apart: Apart<'a>,
}

/// What few findings have, [`Rare`], in memory of its own once there is any.
#[derive(Clone, Debug, Default)]
pub struct Apart<'a>(Option<Box<Rare<'a>>>);

/// What few findings have.
#[derive(Clone, Debug, Default)]
pub struct Rare<'a> {
    /// Other places.
    pub related: Vec<Related<'a>>,
    /// The operations on which alone it silences other lints, where that is not said by its place and by those that it
    /// concerns.
    pub speaks_for: Option<Operations>,
    /// What it is about where its place is only the first of several: a node, and a name there. Findings are known
    /// again by it when the places change their order.
    pub subject: Option<(Node<'a>, String)>,
    /// Bytes that hold a secret, with the file: no output shows them.
    pub secrets: Vec<(Place, Span)>,
    /// The faults that it stands for, where they are several.
    pub members: Vec<Member<'a>>,
    /// The operations that its message counts, where they are too many to list.
    pub(crate) counted: Operations,
}

/// What a fault is known again by.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// Where it is.
    pub node: Node<'a>,
    /// The one operation that it is about.
    pub operation: Option<OperationId>,
    /// What it is about instead; see [`Rare::subject`].
    pub subject: Option<Box<(Node<'a>, String)>>,
    /// It was counted without a finding of its own, so that nobody has looked for a suppression yet.
    pub(crate) is_bare: bool,
}

impl<'a> From<Node<'a>> for Member<'a> {
    fn from(node: Node<'a>) -> Self {
        Self { node, operation: None, subject: None, is_bare: true }
    }
}

impl<'a> Deref for Apart<'a> {
    type Target = Rare<'a>;

    fn deref(&self) -> &Rare<'a> {
        static NOTHING: Rare<'static> = Rare {
            related: Vec::new(),
            speaks_for: None,
            subject: None,
            secrets: Vec::new(),
            members: Vec::new(),
            counted: Operations::none(),
        };
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl<'a> DerefMut for Apart<'a> {
    fn deref_mut(&mut self) -> &mut Rare<'a> {
        self.0.get_or_insert_default()
    }
}

impl<'a> Finding<'a> {
    /// A finding that says no more than this.
    pub(crate) fn new(
        lint: &'static LintMeta,
        level: Level,
        spot: Spot<'a>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            lint,
            level,
            message: message.into(),
            help: None,
            spot,
            operation: None,
            operations: Operations::default(),
            document: false,
            public: None,
            suppressed: None,
            fix: None,
            apart: Apart::default(),
        }
    }

    /// Points at the key of a node.
    #[must_use]
    pub fn at_key(mut self, node: Node<'a>) -> Self {
        self.spot = Spot::key(node);
        self
    }

    /// The weaker of the present level and this one.
    #[must_use]
    pub fn lowered_to(mut self, level: Level) -> Self {
        self.level = self.level.min(level);
        self
    }

    /// [`Finding::lowered_to`] when a condition holds.
    #[must_use]
    pub fn lowered_if(self, condition: bool, level: Level) -> Self {
        if condition { self.lowered_to(level) } else { self }
    }

    /// The stronger of the present level and this one.
    #[must_use]
    pub fn raised_to(mut self, level: Level) -> Self {
        self.level = self.level.max(level);
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place, pointed at by its value (a collection by its key).
    #[must_use]
    pub fn related(mut self, node: Node<'a>, message: impl Into<Cow<'static, str>>) -> Self {
        self.apart.related.push(Related { spot: Spot::value(node), message: message.into() });
        self
    }

    /// Adds another place, pointed at by its key.
    #[must_use]
    pub fn related_key(mut self, node: Node<'a>, message: impl Into<Cow<'static, str>>) -> Self {
        self.apart.related.push(Related { spot: Spot::key(node), message: message.into() });
        self
    }

    /// The one operation that it is about.
    #[must_use]
    pub fn operation(mut self, id: OperationId) -> Self {
        self.operation = Some(id);
        self.operations = id.into();
        self
    }

    /// The operations that it concerns.
    #[must_use]
    pub fn operations(mut self, operations: impl Into<Operations>) -> Self {
        self.operations = operations.into();
        self
    }

    /// Counts operations that it does not list, so that it stays one fact: those that are suppressed are left out.
    #[must_use]
    pub(crate) fn counting(mut self, operations: impl Into<Operations>) -> Self {
        self.apart.counted = operations.into();
        self
    }

    /// Silences other lints on these operations, and not by its place.
    #[must_use]
    pub fn speaking_for(mut self, operations: impl Into<Operations>) -> Self {
        self.apart.speaks_for = Some(operations.into());
        self
    }

    /// Says what it is about, for findings that lie at the first of several places.
    #[must_use]
    pub fn about(mut self, node: Node<'a>, name: impl Into<String>) -> Self {
        self.apart.subject = Some((node, name.into()));
        self
    }

    /// Says which faults it stands for: each is known again by itself, whether or not others are put together with it.
    #[must_use]
    pub fn standing_for(mut self, members: impl IntoIterator<Item = Member<'a>>) -> Self {
        self.apart.members.extend(members);
        self
    }

    /// What the finding is known again by, apart from those that it stands for.
    pub fn member(&self) -> Member<'a> {
        Member {
            node: self.spot.node,
            // One that several paths share by reference is no single one.
            operation: self.operation.filter(|_| self.operations.len() <= 1),
            subject: self.apart.subject.clone().map(Box::new),
            is_bare: false,
        }
    }

    /// The faults that it stands for, or itself.
    pub(crate) fn faults(&self) -> Vec<Member<'a>> {
        if self.apart.members.is_empty() { vec![self.member()] } else { self.apart.members.clone() }
    }

    /// Speaks of the whole document.
    #[must_use]
    pub fn of_document(mut self) -> Self {
        self.document = true;
        self
    }

    /// Made only because a declared intent exempts it.
    #[must_use]
    pub fn declared_public(mut self, declared: Option<DeclaredPublic>) -> Self {
        self.public = declared.map(Box::new);
        self
    }

    /// What would mend it, where that can be told.
    #[must_use]
    pub(crate) fn fixed_by(mut self, fix: impl Into<Option<Fix<'a>>>) -> Self {
        self.fix = fix.into().map(Box::new);
        self
    }

    /// Hides bytes of the file that holds a node from every output.
    #[must_use]
    pub fn hides(mut self, node: Node<'a>, secret: Span) -> Self {
        self.apart.secrets.push((node.place(), secret));
        self
    }
}
