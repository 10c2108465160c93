//! The rules for definitions: stable codes of all diagnostics, with their documentation.

mod declare;
mod definition;
mod openapi;
mod raml;

use apinb_text::diagnostic::rule::Rule;

pub(crate) use definition::*;
pub(crate) use openapi::*;
pub(crate) use raml::*;

/// The rules for all languages, then those for RAML, then those for OpenAPI.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [definition::ALL, raml::ALL, openapi::ALL].into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use apinb_text::diagnostic::rule::{Rule, malformed};

    use super::{UNREADABLE, all};
    use crate::tests::loaded_from;

    #[test]
    fn rules_are_well_formed() {
        let rules: Vec<&Rule> = all().collect();
        assert_eq!(malformed(&rules, &["definition", "raml", "openapi"]), Vec::<String>::new());
    }

    #[test]
    fn every_example_breaks_its_rule() {
        for rule in all() {
            let documents: Vec<(&str, &str)> = rule.example.iter().map(|one| (one.name, one.text)).collect();
            let root = documents.first().map_or("no-such-file.raml", |(name, _)| name);
            assert_eq!(documents.is_empty(), rule.code == UNREADABLE.code, "{}", rule.code);
            let diagnostics = loaded_from(root, &documents).diagnostics;
            let found: Vec<_> = diagnostics.iter().filter_map(|one| Some((one.rule()?.code, one.severity()))).collect();
            assert!(found.contains(&(rule.code, rule.severity)), "{}: {found:?}", rule.code);
        }
    }
}
