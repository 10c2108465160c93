//! The rules of diagnostics, as `apinb rules --json` writes them.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::Rule;
use serde::Serialize;

use crate::finding::severity_name;

/// The version of [`Rules`]; it grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// All rules, or the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// [`VERSION`].
    pub version: u32,
    /// Grouped by area.
    pub rules: Vec<RuleRecord>,
}

/// A rule with its documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleRecord {
    /// `area/name`.
    pub code: &'static str,
    /// How serious its findings are.
    #[serde(serialize_with = "severity_name")]
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// A paragraph of Markdown.
    pub documentation: &'static str,
    /// The documents of an example that breaks the rule, the one to check first.
    pub example: Vec<DocumentRecord>,
}

/// A document of an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentRecord {
    /// Its file name.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl From<&'static Rule> for RuleRecord {
    fn from(rule: &'static Rule) -> Self {
        let Rule { code, severity, title, documentation, example } = *rule;
        let example = example.iter().map(|document| DocumentRecord { name: document.name, text: document.text });
        Self { code, severity, title, documentation, example: example.collect() }
    }
}
