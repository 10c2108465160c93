//! Rules: the kinds of diagnostics that have a stable code, with their documentation.
//!
//! Each crate that reports such diagnostics lists its rules; `apinb rules` and `docs/rules.md` show all of them.

use super::severity::Severity;

/// A kind of diagnostic.
#[derive(Debug)]
pub struct Rule {
    /// `area/name` in kebab-case, such as `raml/library-cycle`. Tools count and suppress diagnostics by it, so that a
    /// released code keeps its meaning.
    pub code: &'static str,
    /// How serious its diagnostics are; a single one may be less serious.
    pub severity: Severity,
    /// A few words, for a heading.
    pub title: &'static str,
    /// One paragraph of Markdown: what is wrong, what apinb does about it, and what to do.
    pub documentation: &'static str,
    /// The documents of an example that breaks the rule. The first is the one to check; empty where the rule is about
    /// a document that does not exist.
    pub example: &'static [ExampleDocument],
}

/// A document of an example.
#[derive(Debug)]
pub struct ExampleDocument {
    pub name: &'static str,
    pub text: &'static str,
}

/// The reasons why `rules` are not well formed: each code is unique, in kebab-case and in one of `areas`; each title is a
/// heading; each documentation is a paragraph; each document of an example ends with a line feed. For the tests of crates
/// that list rules.
#[must_use]
pub fn malformed(rules: &[&Rule], areas: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let code = rule.code;
        let mut require = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{code}: {what}"));
            }
        };
        require(!rules.iter().take(at).any(|earlier| earlier.code == code), "the code is listed twice");
        let (area, name) = code.split_once('/').unwrap_or_default();
        require(areas.contains(&area), "unknown area");
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        };
        require(name.split('-').all(is_word), "the name is not in kebab-case");
        require(!rule.title.is_empty() && !rule.title.ends_with('.'), "the title is not a heading");
        let paragraph = rule.documentation;
        require(paragraph.ends_with('.') && !paragraph.contains('\n'), "the documentation is not one paragraph");
        require(
            rule.example.iter().all(|document| document.text.ends_with('\n')),
            "an example ends without a line feed",
        );
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{ExampleDocument, Rule, malformed};
    use crate::diagnostic::Severity;

    const RULE: Rule = Rule {
        code: "raml/library-cycle",
        severity: Severity::Error,
        title: "Library cycle",
        documentation: "Libraries use one another.",
        example: &[ExampleDocument { name: "api.raml", text: "#%RAML 1.0\n" }],
    };

    #[test]
    fn rules_are_well_formed() {
        let check = |rule: Rule, what: &str| {
            let wrong = malformed(&[&rule], &["raml"]);
            assert_eq!(wrong.iter().any(|line| line.ends_with(what)), !what.is_empty(), "{wrong:?}");
            assert_eq!(wrong.len(), usize::from(!what.is_empty()), "{wrong:?}");
        };
        check(RULE, "");
        check(Rule { code: "yaml/library-cycle", ..RULE }, "unknown area");
        check(Rule { code: "raml/libraryCycle", ..RULE }, "not in kebab-case");
        check(Rule { code: "raml/library--cycle", ..RULE }, "not in kebab-case");
        check(Rule { title: "", ..RULE }, "not a heading");
        check(Rule { documentation: "One.\n\nTwo.", ..RULE }, "not one paragraph");
        check(Rule { example: &[ExampleDocument { name: "a", text: "x" }], ..RULE }, "without a line feed");
        assert_eq!(malformed(&[&RULE, &RULE], &["raml"]), ["raml/library-cycle: the code is listed twice"]);
    }
}
