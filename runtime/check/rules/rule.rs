//! What a rule for notebooks is made of.

use apinb_text::diagnostic::rule::Rule;
use apinb_text::source::span::Span;

use super::context::Context;
use crate::uses::Mistake;

/// A rule for notebooks.
#[derive(Debug)]
pub struct NotebookRule {
    /// Its code, severity and documentation.
    pub rule: Rule,
    /// Finds the places that break it, in any order.
    pub check: fn(&Context<'_>) -> Vec<Occurrence>,
}

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The number of the cell.
    pub cell: usize,
    /// Where, in the notebook's source.
    pub span: Span,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Occurrence {
    /// A mistake in a use of a client.
    pub(super) fn from_mistake(cell: usize, mistake: Mistake) -> Self {
        let Mistake { message, help, place } = mistake;
        Self { cell, span: place, message, help }
    }
}
