//! The rules of diagnostics: the data of `apinb rules --json`.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::Rule;
use serde::Serialize;

use crate::finding::SeverityName;

/// The version of [`Rules`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The rules of diagnostics: all, or the one that was requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rules {
    /// [`VERSION`].
    pub version: u32,
    /// The rules, grouped by area.
    pub rules: Vec<RuleRecord>,
}

/// A rule with its documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RuleRecord {
    /// The code: `area/name`.
    pub code: &'static str,
    /// How serious its diagnostics are.
    #[serde(with = "SeverityName")]
    pub severity: Severity,
    /// The title in a few words.
    pub title: &'static str,
    /// The documentation in markdown.
    pub documentation: &'static str,
    /// The documents of an example that breaks the rule; the first one is the document to check.
    pub example: Vec<DocumentRecord>,
}

/// A document of an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DocumentRecord {
    /// The file name.
    pub name: &'static str,
    /// The content.
    pub text: &'static str,
}

impl From<&'static Rule> for RuleRecord {
    fn from(rule: &'static Rule) -> Self {
        let Rule { code, severity, title, documentation, example } = *rule;
        let example = example.iter().map(|document| DocumentRecord { name: document.name, text: document.text });
        Self { code, severity, title, documentation, example: example.collect() }
    }
}
