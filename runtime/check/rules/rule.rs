//! What a rule for notebooks is made of.

use apinb_text::diagnostic::rule::Rule;
use apinb_text::source::span::Span;

use super::context::Context;
use crate::uses::{Mistake, Resolution};

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
    /// The number of the cell; none in front matter.
    pub cell: Option<usize>,
    /// Where, in the notebook's source.
    pub span: Span,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Occurrence {
    /// The mistakes in uses of clients that `select` finds.
    pub(super) fn of_mistakes(context: &Context<'_>, select: fn(&Resolution) -> Option<&Mistake>) -> Vec<Self> {
        let mistakes =
            context.uses.iter().filter_map(|(one, resolution)| Some((Some(one.cell), select(resolution)?.clone())));
        let occurrence = |(cell, Mistake { message, help, place })| Self { cell, span: place, message, help };
        mistakes.map(occurrence).collect()
    }
}
