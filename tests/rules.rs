//! `apinb rules`, and `docs/rules.md`.

use apinb_record::rule::RuleRecord;
use serde_json::Value;

use crate::support::{Case, document, golden_file, root};

fn rules(arguments: &[&str]) -> Vec<Value> {
    let outcome = Case::command(["rules", "--json"]).args(arguments).run();
    let mut document = document("rules", &outcome.exit(0).stdout);
    serde_json::from_value(document["rules"].take()).unwrap()
}

#[test]
fn every_rule_is_listed_and_explained() {
    let list = Case::command(["rules"]).run().exit(0).stdout.clone();
    let rules = rules(&[]);
    assert_eq!(list.lines().count(), rules.len());
    for (line, rule) in list.lines().zip(&rules) {
        let text = |key: &str| rule[key].as_str().unwrap();
        let mut words = line.split_whitespace();
        assert_eq!((words.next(), words.next()), (Some(text("code")), Some(text("severity"))));
        assert!(line.ends_with(text("title")), "{line}");
        assert!(rule["example"].is_array() && !text("documentation").is_empty(), "{rule}");
    }
    let codes: Vec<&Value> = rules.iter().map(|rule| &rule["code"]).collect();
    assert!(codes.contains(&&"raml/unknown-library".into()), "{codes:?}");
}

#[test]
fn a_rule_has_an_example() {
    Case::command(["rules", "raml/exclusive-keys"]).run().exit(0).golden("rules/explained");
    let one = rules(&["raml/exclusive-keys"]);
    assert!(one.len() == 1 && rules(&[]).contains(&one[0]), "{one:?}");
}

#[test]
fn the_page_of_the_documentation_is_generated() {
    let rules: Vec<RuleRecord> = apinb_check::rules::all().map(RuleRecord::from).collect();
    golden_file(&root().join("docs/rules.md"), &apinb_report::rules::markdown(&rules));
}
