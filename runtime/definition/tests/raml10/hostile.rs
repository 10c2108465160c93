//! Hostile input: endless libraries, overlays and fragments.

use std::fmt::Write;

use crate::tests::raml10::{lines, loaded, raml};

#[test]
fn long_chains_of_libraries_are_limited() {
    let documents: Vec<(String, String)> = (0..500)
        .map(|at| (format!("{at}.raml"), format!("#%RAML 1.0 Library\nuses: {{ n: {}.raml }}\n", at + 1)))
        .collect();
    let others: Vec<(&str, &str)> = documents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let reported = lines(&loaded(&raml("uses: { n: 0.raml }\n"), &others));
    assert!(reported.contains("more than 64 nested includes"), "{reported}");
}

#[test]
fn a_library_with_many_names_is_read_once() {
    let mut text = String::from("uses:\n");
    (0..5_000).for_each(|at| writeln!(text, "  n{at}: l.raml").unwrap());
    (0..5_000).for_each(|at| writeln!(text, "/a{at}: {{ get: {{ is: [ n{at}.t ] }} }}").unwrap());
    let loaded = loaded(&raml(&text), &[("l.raml", "#%RAML 1.0 Library\ntraits: { t: {} }\n")]);
    assert_eq!(lines(&loaded), "");
    assert_eq!(loaded.sources.len(), 2);
}

#[test]
fn comparing_multiplying_aliases_is_bounded() {
    let mut bomb = String::from("#a\na0: &a0 { q: x }\n");
    for level in 1..40 {
        let below = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [ {} ]", [below.as_str(); 10].join(", ")).unwrap();
    }
    let end = "/a: { post: { body: { application/json: { example: *a39 } } } }\n";
    let master = format!("#%RAML 1.0\ntitle: T\n{bomb}{end}");
    let root = format!("#%RAML 1.0 Overlay\nextends: m.raml\n{bomb}{end}");
    let reported = lines(&loaded(&root, &[("m.raml", &master)]));
    assert!(reported.contains("expand to more than"), "{reported}");
}

#[test]
fn long_and_cyclic_chains_of_overlays_are_limited() {
    let documents: Vec<(String, String)> =
        (0..200).map(|at| (format!("{at}.raml"), format!("#%RAML 1.0 Overlay\nextends: {}.raml\n", at + 1))).collect();
    let others: Vec<(&str, &str)> = documents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let reported = lines(&loaded("#%RAML 1.0 Overlay\nextends: 0.raml\n", &others));
    assert!(reported.contains("more than 64 nested includes"), "{reported}");
    let reported = lines(&loaded(
        "#%RAML 1.0 Overlay\nextends: b.raml\n",
        &[("b.raml", "#%RAML 1.0 Overlay\nextends: api.raml\n")],
    ));
    assert!(reported.contains("include cycle"), "{reported}");
}
