//! Which operations carry a schema in their answers, in their bodies, or in all that they are sent.

use apiward_model::{Api, Message, Node, Operation, OperationId, Place};
use foldhash::{HashMap, HashMapExt};

use crate::framework::operations::Operations;
use crate::framework::reach::Reach;

/// The operations by the elements through which they carry schemas. `Cx::reaching` does not tell an answer from a body.
pub(crate) struct Carriers {
    by_element: HashMap<Place, Vec<OperationId>>,
    reach: Reach<Operations>,
}

impl Carriers {
    /// By their success responses, and by the messages that the application sends.
    pub(crate) fn of_answers(api: &Api<'_>) -> Self {
        Self::of_answers_among(api, &api.operations)
    }

    /// The same for one list of operations, which may be that of webhooks or callbacks.
    pub(crate) fn of_answers_among<'a>(api: &Api<'a>, operations: &[Operation<'a>]) -> Self {
        let mut carriers = Self::empty(api);
        for operation in operations {
            let answers = operation.responses.iter().map(|id| api.response(*id)).filter(|one| one.is_success());
            for response in answers {
                carriers.add(response.node, operation.id);
            }
            for message in operation.messages().iter().filter(|_| !operation.method.receives()) {
                carriers.add(api.message(*message).node, operation.id);
            }
        }
        carriers
    }

    /// With the replies to what the application receives or, if not, to what it sends (AsyncAPI 3).
    pub(crate) fn with_replies<'a>(mut self, api: &Api<'a>, operations: &[Operation<'a>], received: bool) -> Self {
        for operation in operations.iter().filter(|operation| operation.method.receives() == received) {
            for message in operation.replies() {
                self.add(api.message(*message).node, operation.id);
            }
        }
        self
    }

    /// By their request bodies.
    pub(crate) fn of_bodies(api: &Api<'_>) -> Self {
        let mut carriers = Self::empty(api);
        for operation in &api.operations {
            if let Some(body) = operation.body {
                carriers.add(api.body(body).node, operation.id);
            }
        }
        carriers
    }

    /// By all that callers send: parameters, request bodies, and the messages that the application receives.
    pub(crate) fn of_requests(api: &Api<'_>) -> Self {
        Self::of_requests_among(api, &api.operations)
    }

    /// The same for one list of operations, which may be that of webhooks or callbacks.
    pub(crate) fn of_requests_among<'a>(api: &Api<'a>, operations: &[Operation<'a>]) -> Self {
        let mut carriers = Self::empty(api);
        for operation in operations {
            for parameter in &operation.parameters {
                carriers.add(api.parameter(*parameter).node, operation.id);
            }
            // The fields of a form in OpenAPI 2 are parameters, and the body is the whole operation.
            if let Some(body) = operation.body.map(|id| api.body(id)).filter(|body| body.fields.is_empty()) {
                carriers.add(body.node, operation.id);
            }
            for message in operation.messages().iter().filter(|_| operation.method.receives()) {
                carriers.add(api.message(*message).node, operation.id);
            }
        }
        carriers
    }

    /// By messages of AsyncAPI that count for an operation.
    pub(crate) fn of_messages<'a>(api: &Api<'a>, counts: impl Fn(&Operation<'a>, &Message<'a>) -> bool) -> Self {
        let mut carriers = Self::empty(api);
        for operation in &api.operations {
            for message in operation.messages().iter().map(|id| api.message(*id)) {
                if counts(operation, message) {
                    carriers.add(message.node, operation.id);
                }
            }
        }
        carriers
    }

    fn empty(api: &Api<'_>) -> Self {
        Self { by_element: HashMap::new(), reach: Reach::new(api) }
    }

    fn add(&mut self, element: Node<'_>, operation: OperationId) {
        self.by_element.entry(element.place()).or_default().push(operation);
    }

    /// The operations that carry what is written at a node; none once finding out has cost too much.
    pub(crate) fn of<'a>(&mut self, api: &Api<'a>, node: Node<'a>) -> Operations {
        let by_element = &self.by_element;
        let all =
            |places: &[Place]| places.iter().filter_map(|place| by_element.get(place)).flatten().copied().collect();
        self.reach.of(api, node, |place| by_element.contains_key(&place), all).unwrap_or_default()
    }
}
