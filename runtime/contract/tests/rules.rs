//! The rules and their examples.

use apinb_text::diagnostic::rule::{Rule, malformed};

use super::{api, checked};
use crate::har;
use crate::rules::{RULES, all};

#[test]
fn rules_are_well_formed_and_sorted() {
    let rules: Vec<&Rule> = all().collect();
    assert_eq!(malformed(&rules, &["contract"]), Vec::<String>::new());
    assert!(rules.is_sorted_by_key(|rule| rule.code));
    assert_eq!(rules.len(), RULES.len());
}

#[test]
fn every_example_breaks_its_rule_once() {
    for rule in all() {
        let [definition, traffic] = rule.example else { panic!("{}", rule.code) };
        let calls = har::read(traffic.text).unwrap();
        let contract = checked(&api(&[(definition.name, definition.text)]), &calls);
        let found: Vec<_> = contract.findings.iter().map(|one| (one.rule.as_str(), one.severity, one.calls)).collect();
        assert_eq!(found, [(rule.code, rule.severity, 1)], "{:#?}", contract.findings);
    }
}
