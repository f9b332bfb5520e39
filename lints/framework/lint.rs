//! The hooks of a lint, and what it is given to look at.

use std::borrow::Cow;
use std::cell::RefCell;

use apiward_model::predicate::Signs;
use apiward_model::{
    Alternative, Api, Channel, Date, Message, Node, Operation, OperationId, Parameter, ParameterId, Place,
    RequirementList, Schema, Scheme, SchemeId, Server, ServerId,
};
use apiward_syntax::Fragment;

use crate::framework::custom::Undecided;
use crate::framework::declare::LintMeta;
use crate::framework::finding::{Finding, Spot};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Profile};
use crate::framework::lists::Naming;
use crate::framework::operations::Operations;
use crate::framework::reach::Reach;
use crate::framework::shared::{Resource, Shared};
use crate::framework::uses::{Parameters, Use};

/// An element that the engine brings to the lints that name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The document, once.
    Document,
    /// Each security scheme.
    Scheme,
    /// Each security requirement list.
    Requirement,
    /// Each server.
    Server,
    /// Each operation; not webhooks and callbacks.
    Operation,
    /// Each AsyncAPI channel.
    Channel,
    /// Each AsyncAPI message definition.
    Message,
    /// Each parameter definition.
    Parameter,
    /// Each schema, wherever it stands.
    Schema,
    /// Each schema that callers fill in, at its use, each definition once.
    Use,
    /// Each `description`, `summary` and `title` of the specification's objects.
    Text,
}

/// One lint's run over one document. The hooks of the targets that the lint declares are called, each target in
/// document order, then [`Check::end`].
pub trait Check<'a>: Send {
    /// The document.
    fn document(&mut self, _cx: &mut Cx<'_, 'a>) {}
    /// A security scheme.
    fn scheme(&mut self, _cx: &mut Cx<'_, 'a>, _scheme: &Scheme<'a>) {}
    /// A security requirement list.
    fn requirement(&mut self, _cx: &mut Cx<'_, 'a>, _list: &RequirementList<'a>) {}
    /// A server.
    fn server(&mut self, _cx: &mut Cx<'_, 'a>, _server: &Server<'a>) {}
    /// An operation.
    fn operation(&mut self, _cx: &mut Cx<'_, 'a>, _operation: &Operation<'a>) {}
    /// An AsyncAPI channel.
    fn channel(&mut self, _cx: &mut Cx<'_, 'a>, _channel: &Channel<'a>) {}
    /// An AsyncAPI message.
    fn message(&mut self, _cx: &mut Cx<'_, 'a>, _message: &Message<'a>) {}
    /// A parameter.
    fn parameter(&mut self, _cx: &mut Cx<'_, 'a>, _parameter: &Parameter<'a>) {}
    /// A schema.
    fn schema(&mut self, _cx: &mut Cx<'_, 'a>, _schema: &Schema<'a>) {}
    /// A schema that callers fill in.
    fn used(&mut self, _cx: &mut Cx<'_, 'a>, _used: &Use<'a>) {}
    /// A text.
    fn text(&mut self, _cx: &mut Cx<'_, 'a>, _text: Node<'a>) {}
    /// After the last element.
    fn end(&mut self, _cx: &mut Cx<'_, 'a>) {}
    /// Puts findings together, after those that other lints silence and those that are declared public have left.
    fn group(&self, _cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        findings
    }
}

/// What a lint sees, and where it puts its findings.
pub struct Cx<'r, 'a> {
    /// The API.
    pub api: &'r Api<'a>,
    /// The profile of the run.
    pub profile: Profile,
    /// The day of the run.
    pub today: Date,
    pub(crate) shared: &'r Shared<'r, 'a>,
    pub(crate) lint: &'static LintMeta,
    pub(crate) base: Level,
    pub(crate) findings: Vec<Finding<'a>>,
    pub(crate) undecided: Vec<Undecided<'a>>,
    pub(crate) reach: RefCell<Reach<Operations>>,
}

impl<'r, 'a> Cx<'r, 'a> {
    /// The parameters by their schemas.
    pub(crate) fn parameters(&self) -> &'r Parameters<'r, 'a> {
        self.shared.parameters()
    }

    /// A finding at the value of a node (of a collection: at its key), at the lint's base level.
    pub fn finding(&self, node: Node<'a>, message: impl Into<Cow<'static, str>>) -> Finding<'a> {
        Finding::new(self.lint, self.base, Spot::value(node), message)
    }

    /// A finding on the whole document: its pointer is that of the root, its place the version key.
    pub fn document_finding(&self, message: impl Into<Cow<'static, str>>) -> Finding<'a> {
        let spot = Spot::document(self.api.root, self.api.version_node());
        Finding { spot, ..self.finding(self.api.root, message).of_document() }
    }

    /// Makes one finding of many that say the same of different operations: at the highest of their levels, with all
    /// their operations and the advice of the first.
    pub fn united(
        &self,
        findings: &[Finding<'a>],
        node: Node<'a>,
        message: impl Into<Cow<'static, str>>,
    ) -> Finding<'a> {
        let level = findings.iter().map(|finding| finding.level).max().unwrap_or(self.base);
        let help = findings.iter().find_map(|finding| finding.help.clone());
        let operations = findings.iter().flat_map(|finding| finding.operations.iter()).collect::<Operations>();
        let united = self.finding(node, message).at_key(node).operations(operations).of_document();
        let united = united.standing_for(findings.iter().flat_map(Finding::faults));
        Finding { level, help, fix: Fix::united(findings).map(Box::new), ..united }
    }

    /// Makes one list of findings on several elements: it points at the first of them in document order, is of the
    /// highest of their levels, and has the others as related places. `message` is told how many there are. The list is
    /// known again by its wording, whichever element comes first and however long it is.
    pub fn listed(&self, mut findings: Vec<Finding<'a>>, message: impl Fn(usize) -> String) -> Vec<Finding<'a>> {
        findings.sort_by_key(|finding| finding.spot.node.place());
        let Some((first, others)) = findings.split_first().filter(|(_, others)| !others.is_empty()) else {
            return findings;
        };
        let spot = first.spot;
        let united = self.united(&findings, spot.node, message(findings.len()));
        let united = united.about(self.api.operations_node(), message(2));
        let list = Finding { spot, operation: first.operation, document: false, ..united };
        vec![others.iter().fold(list, |list, other| list.related_key(other.spot.node, other.message.clone()))]
    }

    /// The newest version of an operation that is described beside older ones, if it is none itself.
    pub fn newer_version(&self, operation: OperationId) -> Option<OperationId> {
        self.shared.newer_versions()[operation.index()]
    }

    /// The operations of each resource (`resource(path)`), in the order in which the resources begin.
    pub(crate) fn resources(&self) -> &'r [Resource] {
        self.shared.resources()
    }

    /// The requirement that most guarded operations share, to be written where one is missing (OpenAPI).
    pub(crate) fn usual_requirement(&self) -> Option<&Fragment> {
        self.shared.usual_requirement()
    }

    /// Says that the lint cannot tell whether an element is faulty, which must not pass for a good one.
    pub fn undecided(&mut self, undecided: Undecided<'a>) {
        self.undecided.push(undecided);
    }

    /// Reports a finding.
    pub fn report(&mut self, finding: Finding<'a>) {
        self.findings.push(finding);
    }

    /// The operations that reach a node: those that hold it, or from which references lead to it. None is told of
    /// further nodes once finding them out has cost too much; see [`Reach`].
    pub fn reaching(&self, node: Node<'a>) -> Operations {
        let at = |place: Place| self.shared.operations_at(place);
        let all = |places: &[Place]| places.iter().flat_map(|place| at(*place)).copied().collect();
        let mut reach = self.reach.borrow_mut();
        reach.of(self.api, node, |place| !at(place).is_empty(), all).unwrap_or_default()
    }

    /// The strings that hold JSON Web Tokens, and few others, in file and document order; one that aliases repeat is
    /// given once.
    pub(crate) fn tokens<'s>(&'s self) -> &'s [Node<'a>] {
        self.shared.tokens()
    }

    /// What an operation's names and extensions say about it.
    pub fn signs(&self, operation: OperationId) -> &Signs<'a> {
        &self.shared.signs()[operation.index()]
    }

    /// The operations that have an alternative with the scheme, directly or through a component that is a `$ref` to it.
    pub fn accepting(&self, scheme: SchemeId) -> Operations {
        self.shared.acceptors().of([scheme])
    }

    /// The lists of alternatives that name a scheme, given by its definition, each with its operations: in document
    /// order of the first operation.
    pub(crate) fn naming(&self, scheme: SchemeId) -> impl Iterator<Item = Naming<'_, 'a>> {
        self.shared.naming(scheme)
    }

    /// The operations that ask for what requirements name without naming a known scheme: `members` are the nodes of
    /// those [`apiward_model::Member`]s.
    pub fn asking_in_vain(&self, members: impl IntoIterator<Item = Node<'a>>) -> Operations {
        self.shared.in_vain().of(members.into_iter().map(Node::place))
    }

    /// Every different list of alternatives that operations have, once however many operations share it.
    pub fn effective_lists(&self) -> impl Iterator<Item = &[Alternative<'a>]> {
        let operations = self.shared.acceptors().representatives();
        operations.map(|id| &*self.api.operation(id).security.alternatives)
    }

    /// The operations that take a parameter, that of a path item or of their own.
    pub fn taking(&self, parameter: ParameterId) -> Operations {
        self.shared.takers().of([parameter])
    }

    /// The operations for which a written requirement list is in effect.
    pub fn bound_by(&self, list: &RequirementList<'a>) -> Operations {
        let place = list.node.place();
        let [written, of_servers] = self.shared.bound().each_ref().map(|index| index.of([place]));
        if of_servers.is_empty() { written } else { Operations::united([written, of_servers]) }
    }

    /// The operations for which the server is effective.
    pub fn using(&self, server: ServerId) -> Operations {
        self.shared.users().of([server])
    }
}
