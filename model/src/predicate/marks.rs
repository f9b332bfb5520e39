//! What extensions and flags say of an element: deprecated, internal.

use apiward_syntax::{Kind, Known};

use crate::api::Api;
use crate::node::Node;

/// `marked_deprecated(x)`: `deprecated: true`, or an `x-deprecated` that is not empty, zero, null or false.
pub fn is_marked_deprecated(node: Node<'_>) -> bool {
    let counts = |mark: Node<'_>| match mark.kind() {
        Kind::Null => false,
        Kind::Bool => mark.as_bool() == Some(true),
        Kind::Mapping | Kind::Sequence => true,
        _ => mark
            .as_str()
            .map_or_else(|| mark.text().parse::<f64>().is_ok_and(|number| number != 0.0), |text| !text.is_empty()),
    };
    node.is_true(Known::Deprecated) || node.get(Known::XDeprecated).is_some_and(counts)
}

/// Audiences that an internal document is for.
const INTERNAL_AUDIENCES: [&str; 3] = ["component-internal", "business-unit-internal", "company-internal"];

/// `internal_document`: it says that it is for internal use, by `x-internal` or by the extension that names the
/// audience (`x-audience` as a rule).
pub fn is_internal_document(api: &Api<'_>, audience_extension: &str) -> bool {
    let places = [Some(api.root), api.root.get("info")];
    places.into_iter().flatten().any(|node| {
        let audience = node.get_str(audience_extension);
        node.is_true(Known::XInternal) || audience.is_some_and(|audience| INTERNAL_AUDIENCES.contains(&audience))
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};

    fn judge(document: &str, judge: impl Fn(&Api<'_>) -> bool) -> bool {
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), document.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        judge(&Api::read(&files, 0).unwrap())
    }

    #[test]
    fn marks_of_deprecation_say_something() {
        let marked =
            |mark: &str| judge(&format!("openapi: 3.0.3\npaths: {{}}\n{mark}\n"), |api| is_marked_deprecated(api.root));
        for mark in ["deprecated: true", "x-deprecated: true", "x-deprecated: 2027-01-01", "x-deprecated: {on: x}"] {
            assert!(marked(mark), "{mark}");
        }
        for mark in ["deprecated: false", "deprecated: 'true'", "x-deprecated: 0", "x-deprecated:", "x-deprecated: ''"]
        {
            assert!(!marked(mark), "{mark}");
        }
    }

    #[test]
    fn internal_documents_say_so() {
        let internal = |head: &str| {
            judge(&format!("openapi: 3.0.3\npaths: {{}}\n{head}\n"), |api| is_internal_document(api, "x-audience"))
        };
        assert!(internal("x-internal: true") && internal("info: {x-audience: company-internal}"));
        assert!(!internal("info: {x-audience: external-public}") && !internal("x-internal: 'yes'"));
    }
}
