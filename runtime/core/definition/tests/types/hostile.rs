//! Types that mean harm: they end in a fault, soon.

use std::fmt::Write;

use super::super::{lines, loaded};
use super::{schemas, with_types};

#[test]
fn long_lines_of_inheritance_are_cut() {
    // Each type below the one it inherits from, and above it.
    for below in [true, false] {
        let mut types = String::new();
        for at in 0..20_000 {
            let parent = if below { at - 1 } else { at + 1 };
            writeln!(types, "  T{at}: {{ type: T{parent}, properties: {{ p{at}: string }} }}").unwrap();
        }
        let loaded = loaded(&with_types(&types), &[]);
        let told = lines(&loaded);
        assert!(told.contains("levels of nesting") || told.contains("expand to more than"), "{}", &told[..400]);
    }
}

#[test]
fn names_that_lead_to_names_are_cut() {
    let types: String = (0..20_000).map(|at| format!("  T{at}: T{}\n", at + 1)).collect();
    let told = lines(&loaded(&with_types(&(types + "  T20000: string\n")), &[]));
    assert!(told.contains("levels of nesting"), "{}", &told[..400]);
}

#[test]
fn properties_that_lead_to_properties_are_cut() {
    let types: String = (0..5_000)
        .map(|at| format!("  T{at}: {{ properties: {{ p: {{ type: T{}, minProperties: 1 }} }} }}\n", at + 1))
        .collect();
    let told = lines(&loaded(&with_types(&(types + "  T5000: object\n")), &[]));
    assert!(told.contains("levels of nesting"), "{}", &told[..told.len().min(400)]);
}

#[test]
fn copies_without_number_are_cut() {
    let properties: String = (0..5_000).map(|at| format!("p{at}: string, ")).collect();
    let mut types = format!("  Base: {{ properties: {{ {properties} }} }}\n");
    for at in 0..5_000 {
        writeln!(types, "  T{at}: {{ type: Base, minProperties: {at} }}").unwrap();
    }
    let told = lines(&loaded(&with_types(&types), &[]));
    assert!(told.contains("expand to more than"), "{told}");
}

#[test]
fn unions_of_unions_are_cut() {
    let mut types = String::from("  U0: string | integer\n");
    for at in 1..60 {
        writeln!(types, "  U{at}: (U{0} | U{0})[] | {{}} | U{0}", at - 1).unwrap();
        writeln!(types, "  V{at}: {{ type: [ U{0}, U{0}, U{0} ] }}", at - 1).unwrap();
    }
    assert!(!lines(&loaded(&with_types(&types), &[])).is_empty());
}

#[test]
fn deep_types_fit_the_stack() {
    let deep = "{ properties: { p: ".repeat(50) + "string" + &" } }".repeat(50);
    let mut types = format!("  D: {deep}\n");
    for at in 0..100 {
        writeln!(types, "  T{at}: {{ properties: {{ a: {{ type: T{}, items: {deep} }} }} }}", at + 1).unwrap();
    }
    lines(&loaded(&with_types(&types), &[]));
    let brackets = format!("  A: string{}\n  B: {}string{}\n", "[]".repeat(40), "(".repeat(40), ")".repeat(40));
    assert_eq!(lines(&loaded(&with_types(&brackets), &[])), "");
}

#[test]
fn many_types_are_read_once() {
    let mut types = String::from("  Base: { discriminator: k, properties: { k: string } }\n");
    for at in 0..20_000 {
        writeln!(types, "  T{at}: {{ type: Base, properties: {{ next?: T{}, all?: 'T{at}[]' }} }}", (at * 7) % 20_000)
            .unwrap();
    }
    let loaded = loaded(&with_types(&types), &[]);
    assert_eq!(lines(&loaded), "");
    assert_eq!(schemas(&loaded).as_object().unwrap().len(), 20_001);
}
