//! The names that only a run can tell: those that are computed, or that code gets which this crate does not see.

use crate::alias::global;
use crate::facts::Facts;
use crate::model::{Analysis, OpenNames, RowField, Step};

/// The fields of `row` that the cells read, and which names may be others than the analysis has found.
pub(super) fn names(facts: &Facts, analysis: &Analysis) -> (Vec<RowField>, OpenNames) {
    let mut fields = Vec::new();
    let mut open = OpenNames::default();
    if facts.dynamic || facts.imports || !analysis.unread.is_empty() || !analysis.syntax_errors.is_empty() {
        return (fields, OpenNames::ALL);
    }
    open.clients |= analysis.clients.iter().any(|client| client.name.is_none());
    if analysis.scripts.iter().any(|script| script.reference.is_none()) {
        open = OpenNames::ALL;
    }
    open.prompts |= analysis.questions.iter().any(|question| question.text.is_none());
    for one in &facts.uses {
        let chain = global(facts, one);
        if facts.is_own(&chain.root, one) {
            continue;
        }
        let is_called = |steps: &[Step]| matches!(steps.first(), Some(Step::Call { .. }));
        match (chain.root.as_str(), chain.steps.as_slice()) {
            // The function, or all of them, may be called by another name.
            ("API", [Step::Name { name, .. }, rest @ ..]) => {
                open.clients |= name == "createClient" && !is_called(rest);
            }
            ("API", _) => open.clients = true,
            ("prompt" | "confirm", steps) => open.prompts |= !is_called(steps),
            ("load", steps) if !is_called(steps) => open = OpenNames::ALL,
            ("row", [Step::Name { name, place }, ..]) => {
                fields.push(RowField { name: name.clone(), cell: one.cell, place: *place });
            }
            ("row", _) => open.row = true,
            _ => {}
        }
    }
    (fields, open)
}
