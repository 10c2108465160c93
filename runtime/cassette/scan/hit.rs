//! What a detector finds: a rule and a range of the text.

use std::ops::Range;

use apinb_text::diagnostic::rule::Rule;

/// A secret or personal data at a range of the text.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) rule: &'static Rule,
    pub(super) noun: &'static str,
    pub(super) range: Range<usize>,
    pub(super) path: Option<String>,
}

impl Hit {
    pub(super) fn new(rule: &'static Rule, noun: &'static str, range: Range<usize>) -> Self {
        Self { rule, noun, range, path: None }
    }
}
