//! A custom lint at work.

use std::sync::Arc;

use apiward_lints::framework::custom::{Custom, Undecided, Why};
use apiward_lints::framework::finding::Finding;
use apiward_lints::framework::lint::{Check, Cx};
use apiward_model::{Format, Node, OperationId};

use super::expression::{Fault, Variables};
use super::value::{Extent, Item};
use super::views::Views;
use super::{Part, Rule, Target};

/// Steps that the expressions of a custom lint may take for one element.
pub(super) const STEPS_PER_ELEMENT: u64 = 10_000_000;
/// Steps for all elements of a description, however small it is.
pub(super) const BASE_STEPS: u64 = 20_000_000;
/// Further steps for each node of the description.
pub(super) const STEPS_PER_NODE: u64 = 500;

/// What runs a rule.
#[derive(Debug)]
pub(crate) struct Runner(pub(crate) Arc<Rule>);

impl Custom for Runner {
    fn start<'a>(&self) -> Box<dyn Check<'a> + 'a> {
        let rule = Arc::clone(&self.0);
        Box::new(Run { rule, api: None, left: 0, broken: false, too_large: None, others: 0 })
    }
}

/// A run over one description.
struct Run<'a> {
    rule: Arc<Rule>,
    /// The view of the description itself, where an expression asks for it.
    api: Option<Item>,
    /// Steps that are left.
    left: u64,
    /// An expression has failed; that is said once.
    broken: bool,
    /// The first element that was too large, and why.
    too_large: Option<(Node<'a>, Arc<str>)>,
    /// Further ones.
    others: usize,
}

/// What became of an element.
enum Verdict {
    Good,
    Bad(String),
    TooLarge(Arc<str>),
    Broken(Why),
}

impl<'a> Check<'a> for Run<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let nodes: u64 = api.files.iter().map(|(_, file)| file.tree.len() as u64).sum();
        self.left = BASE_STEPS.saturating_add(nodes.saturating_mul(STEPS_PER_NODE));
        let mut views = Views::new(api, Arc::clone(&self.rule.wanted));
        self.api = self.rule.uses_api.then(|| views.api());
        match self.rule.target {
            Target::Operation => self.operations(cx, &mut views),
            Target::Scheme => self.schemes(cx, &mut views),
            Target::Server => self.servers(cx, &mut views),
            Target::Schema => self.schemas(cx, &mut views),
            Target::Parameter => self.parameters(cx, &mut views),
            Target::Response => self.responses(cx, &mut views),
        }
        if let Some((node, what)) = self.too_large.take() {
            let others = match self.others {
                0 => String::new(),
                1 => "; so one further element".to_owned(),
                number => format!("; so {number} further elements"),
            };
            let target = self.rule.target.as_str();
            let message = format!("`{}` was not checked for this {target}: {what}{others}", self.rule.lint.id);
            cx.undecided(Undecided { node, why: Why::TooLarge(message) });
        }
    }
}

impl<'a> Run<'a> {
    fn operations(&mut self, cx: &mut Cx<'_, 'a>, views: &mut Views<'_, 'a>) {
        for operation in &cx.api.operations {
            let view = views.operation(cx, operation);
            self.judge(cx, &view, operation.node, |_, finding| finding.at_key(operation.node).operation(operation.id));
        }
    }

    fn schemes(&mut self, cx: &mut Cx<'_, 'a>, views: &mut Views<'_, 'a>) {
        for scheme in cx.api.schemes.iter().filter(|scheme| scheme.is_definition()) {
            let view = views.scheme(scheme.id);
            self.judge(cx, &view, scheme.target, |cx, finding| {
                finding.at_key(scheme.target).operations(cx.accepting(scheme.id))
            });
        }
    }

    fn servers(&mut self, cx: &mut Cx<'_, 'a>, views: &mut Views<'_, 'a>) {
        for server in &cx.api.servers {
            let view = views.server(server.id);
            let node = server.url_node.unwrap_or(server.node);
            self.judge(cx, &view, node, |cx, finding| finding.operations(cx.using(server.id)));
        }
    }

    fn schemas(&mut self, cx: &mut Cx<'_, 'a>, views: &mut Views<'_, 'a>) {
        // Beside a reference other keywords count from OpenAPI 3.1 on.
        let siblings = matches!(cx.api.spec.format, Format::OpenApi31 | Format::OpenApi32);
        let is_use = |node: Node<'a>| node.reference().is_some() && !(siblings && node.count() > 1);
        for schema in cx.api.schemas.all().iter().filter(|schema| schema.node.is_mapping() && !is_use(schema.node)) {
            let view = views.schema(schema.node);
            self.judge(cx, &view, schema.node, |cx, finding| finding.operations(cx.reaching(schema.node)));
        }
    }

    fn parameters(&mut self, cx: &mut Cx<'_, 'a>, views: &mut Views<'_, 'a>) {
        for (at, parameter) in cx.api.parameters.iter().enumerate() {
            let id = apiward_model::ParameterId::at(at);
            let view = views.parameter(id);
            self.judge(cx, &view, parameter.node, |cx, finding| {
                finding.at_key(parameter.node).operations(cx.taking(id))
            });
        }
    }

    fn responses(&mut self, cx: &mut Cx<'_, 'a>, views: &mut Views<'_, 'a>) {
        let mut giving: Vec<Vec<OperationId>> = vec![Vec::new(); cx.api.responses.len()];
        for operation in &cx.api.operations {
            for response in &operation.responses {
                giving[response.index()].push(operation.id);
            }
        }
        for (at, response) in cx.api.responses.iter().enumerate() {
            let view = views.response(apiward_model::ResponseId::at(at));
            let operations = std::mem::take(&mut giving[at]);
            self.judge(cx, &view, response.node, |_, finding| finding.at_key(response.node).operations(operations));
        }
    }

    /// Evaluates the expressions for one element.
    fn judge<'r>(
        &mut self,
        cx: &mut Cx<'r, 'a>,
        view: &Item,
        node: Node<'a>,
        refine: impl FnOnce(&Cx<'r, 'a>, Finding<'a>) -> Finding<'a>,
    ) {
        match self.verdict(view) {
            Verdict::Bad(message) => {
                let mut finding = refine(cx, cx.finding(node, message));
                finding.help = self.rule.help.clone().map(Into::into);
                cx.report(finding);
            }
            Verdict::TooLarge(what) if self.too_large.is_none() => self.too_large = Some((node, what)),
            Verdict::TooLarge(_) => self.others += 1,
            Verdict::Broken(why) if !self.broken => {
                self.broken = true;
                cx.undecided(Undecided { node, why });
            }
            Verdict::Good | Verdict::Broken(_) => {}
        }
    }

    fn verdict(&mut self, view: &Item) -> Verdict {
        let extents = [Some(&view.extent), self.api.as_ref().map(|api| &api.extent)];
        let too_large = |extent: &&Extent| extent.too_large.clone();
        if let Some(what) = extents.iter().flatten().find_map(too_large) {
            return Verdict::TooLarge(what);
        }
        let items = extents.iter().flatten().map(|extent| extent.items).max().unwrap_or_default();
        let bytes = extents.iter().flatten().map(|extent| extent.bytes).max().unwrap_or_default();
        let rule = Arc::clone(&self.rule);
        let parts = rule.when.iter().chain([&rule.assert]).chain(rule.message.parts());
        let steps = parts.fold(0_u64, |steps, part| steps.saturating_add(part.expression.cost(items, bytes)));
        if steps > STEPS_PER_ELEMENT {
            return Verdict::TooLarge("its lists are too long for loops in one another".into());
        }
        let Some(left) = self.left.checked_sub(steps) else {
            return Verdict::TooLarge("the description is too large for this lint".into());
        };
        self.left = left;
        let mut variables = Variables(vec![(rule.target.as_str(), view.value.clone())]);
        variables.0.extend(self.api.as_ref().map(|api| ("api", api.value.clone())));
        match evaluated(&rule, &variables) {
            Ok(None) => Verdict::Good,
            Ok(Some(message)) => Verdict::Bad(message),
            Err((part, fault)) => Verdict::Broken(Why::Broken {
                message: fault.message,
                help: fault.help.unwrap_or_else(|| "see docs/custom-lints.md".to_owned()),
                at: part.origin.span(fault.offset),
            }),
        }
    }
}

/// The message for an element that is not as it has to be.
fn evaluated<'p>(rule: &'p Rule, variables: &Variables) -> Result<Option<String>, (&'p Part, Fault)> {
    let holds = |part: &'p Part| part.expression.holds(variables).map_err(|fault| (part, fault));
    if let Some(when) = &rule.when
        && !holds(when)?
    {
        return Ok(None);
    }
    if holds(&rule.assert)? {
        return Ok(None);
    }
    rule.message.text(variables).map(Some)
}
