//! The rules for notebooks: a file each, with its documentation, its messages and its tests.
//!
//! A new rule is a file, which is named here. Codes are permanent: users suppress and count findings by them.

mod context;
mod declared;
mod rule;

mod dissected_token;
mod invalid_definition;
mod invalid_syntax;
mod missing_base_uri_parameter;
mod missing_definition;
mod missing_module;
mod missing_script;
mod missing_uri_parameter;
mod not_a_function;
mod undeclared_header;
mod undeclared_query_parameter;
mod unknown_attribute;
mod unknown_client;
mod unknown_member;
mod unknown_option;
mod unknown_security_scheme;
mod unsupported_api;

#[cfg(test)]
mod tests;

use apinb_notebook::model::Notebook;
use apinb_record::finding::Finding;
use apinb_record::position::NotebookPosition;
use apinb_text::diagnostic::rule::Rule;

pub use context::Context;
pub use rule::{NotebookRule, Occurrence};

/// By code.
const RULES: &[&NotebookRule] = &[
    &dissected_token::RULE,
    &invalid_definition::RULE,
    &missing_base_uri_parameter::RULE,
    &missing_definition::RULE,
    &missing_uri_parameter::RULE,
    &not_a_function::RULE,
    &undeclared_header::RULE,
    &undeclared_query_parameter::RULE,
    &unknown_member::RULE,
    &unknown_option::RULE,
    &unknown_security_scheme::RULE,
    &invalid_syntax::RULE,
    &unsupported_api::RULE,
    &unknown_attribute::RULE,
    &unknown_client::RULE,
    &missing_script::RULE,
    &missing_module::RULE,
];

/// All rules: those for notebooks, then those for definitions, for calls, and for files with recorded calls.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let of_notebooks = RULES.iter().map(|rule| &rule.rule);
    of_notebooks
        .chain(apinb_definition::rules::all())
        .chain(apinb_contract::rules::all())
        .chain(apinb_cassette::scan::rules::all())
}

/// The findings of all rules, in the order of the notebook.
#[must_use]
pub fn findings(context: &Context<'_>) -> Vec<Finding> {
    findings_of(RULES, context)
}

fn findings_of(rules: &[&NotebookRule], context: &Context<'_>) -> Vec<Finding> {
    let mut found: Vec<(&Rule, Occurrence)> = Vec::new();
    for NotebookRule { rule, check } in rules {
        found.extend(check(context).into_iter().map(|occurrence| (rule, occurrence)));
    }
    found.sort_by_key(|(_, occurrence)| occurrence.span.start);
    found.into_iter().map(|(rule, occurrence)| finding(context.notebook, rule, occurrence)).collect()
}

fn finding(notebook: &Notebook, rule: &Rule, occurrence: Occurrence) -> Finding {
    let Occurrence { cell, span, message, help } = occurrence;
    let source = &notebook.source;
    let at = source.position(span.start);
    let position = NotebookPosition { cell, line: at.line, column: at.column };
    let text = source.text().get(span.start..span.end).unwrap_or_default();
    let length = text.lines().next().unwrap_or_default().chars().count();
    let source_line = source.line(position.line).to_owned();
    Finding { code: rule.code, severity: rule.severity, message, help, position, length, source_line }
}
