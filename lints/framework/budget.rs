//! How many steps a lint may take in one document.
//!
//! Schemas are put together for each use: a hundred thousand bodies that all extend one base of ten thousand properties
//! would take as many steps as the product of the two. No honest document comes near the limit.

use apiward_model::Api;

/// Steps that are left.
#[derive(Debug)]
pub(crate) struct Budget(usize);

/// Steps however small the document is.
const BASE: usize = 500_000;
/// Steps for each node of the document.
const PER_NODE: usize = 2;

impl Budget {
    /// What a document of this size is worth.
    pub(crate) fn of(api: &Api<'_>) -> Self {
        let nodes: usize = api.files.iter().map(|(_, file)| file.tree.len()).sum();
        Self(BASE.saturating_add(nodes.saturating_mul(PER_NODE)))
    }

    /// Pays for some steps. False when they cannot be paid for: then nothing is left for the others either.
    pub(crate) fn spend(&mut self, steps: usize) -> bool {
        let left = self.0.checked_sub(steps);
        self.0 = left.unwrap_or_default();
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn nothing_is_left_once_a_step_was_too_dear() {
        let mut budget = Budget(3);
        assert!(budget.spend(2) && budget.spend(1) && budget.spend(0));
        let mut budget = Budget(3);
        assert!(!budget.spend(4) && !budget.spend(1));
    }
}
