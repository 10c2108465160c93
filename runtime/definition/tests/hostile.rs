//! Hostile and random input: it ends in a diagnostic, never in a crash or a hang.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use crate::limits::max_nodes;
use crate::tests::cpu::within;
use crate::tests::{check_diagnostics, lines, loaded, raml};

/// More CPU time than any of these inputs takes.
const CPU_SECONDS: u64 = 60;

#[test]
fn a_cycle_of_includes_shows_its_chain() {
    check_diagnostics(
        "/a: !include a.raml\n",
        &[("a.raml", "/b: !include x/b.raml\n"), ("x/b.raml", "/c: !include ../a.raml\n/d: !include /api.raml\n")],
        &[
            "x/b.raml:1:5: include cycle: `/d/a.raml` → `/d/x/b.raml` → `/d/a.raml` (Remove one of these includes; apinb reads this one as empty.)",
            "x/b.raml:2:5: include cycle: `/d/api.raml` → `/d/a.raml` → `/d/x/b.raml` → `/d/api.raml` (Remove one of these includes; apinb reads this one as empty.)",
        ],
        &["/a", "/a/b", "/a/b/c", "/a/b/d"],
    );
}

#[test]
fn multiplying_aliases_exceed_the_budget() {
    within(CPU_SECONDS, || {
        let mut text = String::from("a0: &a0 { q: x }\n");
        for level in 1..40 {
            let below = format!("*a{}", level - 1);
            writeln!(text, "a{level}: &a{level} [ {} ]", [below.as_str(); 10].join(", ")).unwrap();
        }
        text += "/a: { post: { body: { application/json: { example: *a39 } } } }\n";
        let loaded = loaded(&raml(&text), &[]);
        let reported = lines(&loaded);
        assert!(reported.contains("aliases, resource types and traits expand to more than"), "{reported}");
        assert_eq!(loaded.definition.unwrap().resources.len(), 1);
    });
}

#[test]
fn multiplying_resources_exceed_the_budget() {
    within(CPU_SECONDS, || {
        let mut text = String::from("x0: &x0 { get: }\n");
        for level in 1..30 {
            let below: String = (0..10).map(|at| format!("/p{at}: *x{}, ", level - 1)).collect();
            writeln!(text, "x{level}: &x{level} {{ {below} }}").unwrap();
        }
        text += "/a: *x29\n";
        let reported = lines(&loaded(&raml(&text), &[]));
        assert!(reported.contains("expand to more than"), "{reported}");
    });
}

#[test]
fn multiplying_resource_types_exceed_the_budget() {
    within(CPU_SECONDS, || {
        let mut text = String::from("resourceTypes:\n  - t0: { get: { description: <<p>> } }\n");
        for level in 1..60 {
            writeln!(text, "  - t{level}: {{ type: {{ t{}: {{ p: <<p>><<p>> }} }} }}", level - 1).unwrap();
        }
        text += "/a: { type: { t59: { p: xxxxxxxxxxxxxxxx } } }\n";
        let reported = lines(&loaded(&raml(&text), &[]));
        assert!(reported.contains("expand to more than"), "{reported}");
    });
}

#[test]
fn nesting_of_template_parameters_is_limited() {
    let mut text =
        String::from("resourceTypes:\n  - t0: { get: { body: { application/json: { example: <<p>> } } } }\n");
    for level in 1..300 {
        writeln!(text, "  - t{level}: {{ type: {{ t{}: {{ p: [ <<p>> ] }} }} }}", level - 1).unwrap();
    }
    text += "/a: { type: { t299: { p: x } } }\n";
    let reported = lines(&loaded(&raml(&text), &[]));
    assert!(reported.contains("more than 128 levels of nesting"), "{reported}");
}

#[test]
fn deep_nesting_is_limited() {
    let levels = 100_000;
    let blocks: String = (0..2_000).map(|level| format!("{}/a:\n", " ".repeat(level))).collect();
    for body in [
        format!("x: {}", "[".repeat(levels)),
        format!("x: {}", "{a: ".repeat(levels)),
        format!("x: {}", "- ".repeat(levels)),
        format!("x:\n  {}", "- ".repeat(levels)),
        format!("x:\n  {}", "? ".repeat(levels)),
        blocks,
    ] {
        assert!(!loaded(&raml(&body), &[]).diagnostics.is_empty());
    }
    let json = format!("{{\"title\": {}", "[".repeat(levels));
    assert!(lines(&loaded(&json, &[])).contains("JSON is nested too deep"));
}

#[test]
fn the_deepest_allowed_nesting_fits_the_stack() {
    // The full depth through includes, resources and an example.
    let resources: String = (0..100).map(|level| format!("{}/a:\n", " ".repeat(level))).collect();
    let example = format!(
        "{}post: {{ body: {{ application/json: {{ example: {}1{} }} }} }}\n",
        " ".repeat(100),
        "[".repeat(20),
        "]".repeat(20)
    );
    let loaded = loaded(&raml(&(resources + &example)), &[]);
    assert_eq!(lines(&loaded), "");
}

#[test]
fn a_template_that_includes_itself_is_limited() {
    let root = raml("traits: [ t: !include t.raml ]\n/a: { get: { is: [ t: { p: t } ] } }\n");
    for text in ["!include <<p>>.raml\n", "headers: !include <<p>>.raml\n"] {
        let reported = lines(&loaded(&root, &[("t.raml", text)]));
        assert!(reported.contains("more than 128 levels of nesting"), "{reported}");
    }
}

#[test]
fn nested_includes_are_limited() {
    for text in ["/a: !include", "!include"] {
        check_include_chain(text);
    }
}

fn check_include_chain(text: &str) {
    let documents: Vec<(String, String)> =
        (0..9_000).map(|at| (format!("{at}.raml"), format!("{text} {}.raml\n", at + 1))).collect();
    let others: Vec<(&str, &str)> = documents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let reported = lines(&loaded(&raml("/a: !include 0.raml\n"), &others));
    assert!(reported.starts_with("62.raml:1:") && reported.contains("more than 64 nested includes"), "{reported}");
}

#[test]
fn huge_documents_are_rejected() {
    let huge = "x".repeat((32 << 20) + 1);
    let reported = lines(&loaded(&raml("/a: !include x.raml\n"), &[("x.raml", &huge)]));
    assert_eq!(
        reported,
        "api.raml:3:5: cannot include `x.raml`: `/d/x.raml` is larger than 33554432 bytes (Split the document, or include less.)"
    );
    let reported = lines(&loaded(&huge, &[]));
    assert!(reported.contains("`/d/api.raml` is larger than"), "{reported}");
}

#[test]
fn values_are_charged_by_size() {
    let few = 1_000_000;
    for (bytes, nodes) in [(0, few), (1_000, few + 8_000), (500_000, few + 4_000_000), (usize::MAX, 8_000_000)] {
        assert_eq!(max_nodes(bytes), nodes);
    }
}

#[test]
fn repeated_copies_of_a_text_are_charged() {
    within(CPU_SECONDS, || {
        let text = "x".repeat(1 << 20);
        let uses: String = (0..300).map(|at| format!("/a{at}: {{ description: !include x.txt }}\n")).collect();
        let reported = lines(&loaded(&raml(&uses), &[("x.txt", &text)]));
        assert!(reported.contains("expand to more than 134217728 bytes"), "{reported}");
    });
}

#[test]
fn excess_diagnostics_are_counted_only() {
    within(CPU_SECONDS, || {
        let body: String = (0..5_000).map(|at| format!("k{at}: x\n")).collect();
        let read = loaded(&raml(&body), &[]);
        assert_eq!(read.diagnostics.len(), 1_001);
        assert!(
            lines(&read)
                .ends_with("more than 1000 diagnostics; the rest is not listed (Fix the first ones and check again.)")
        );
        let broken: String = (0..5_000).map(|_| "]\n").collect();
        assert!(!loaded(&raml(&broken), &[]).diagnostics.is_empty());
    });
}

const SEEDS: [&str; 3] = [
    include_str!("seed.raml"),
    "#%RAML 0.8\ntitle: é\r\nresourceTypes: [ t: { get?: { description: <<a | !pluralize>> } } ]\r\n/{x}: { type: { t: { a: &a b } }, get: { is: *a } }\r\n",
    "{\"title\": \"T\", \"resources\": [{\"relativeUri\": \"/a\", \"methods\": [{\"method\": \"get\"}]}]}",
];
const PIECES: [&str; 28] = [
    ":",
    "\n",
    " ",
    "\t",
    "\r",
    "-",
    "?",
    "[",
    "]",
    "{",
    "}",
    "<<",
    ">>",
    "|",
    "!include ",
    "&a",
    "*a",
    "\"",
    "'",
    "#",
    "%",
    "@",
    "é",
    "\u{feff}",
    "\0",
    "---\n",
    "/",
    ",",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn loading_never_panics(seed in 0..SEEDS.len(), edits in vec((any::<prop::sample::Index>(), 0..40_usize, 0..PIECES.len()), 1..12)) {
        let mut text = SEEDS[seed].to_owned();
        for (at, cut, piece) in edits {
            let start = text.floor_char_boundary(at.index(text.len() + 1));
            let end = text.ceil_char_boundary((start + cut.saturating_sub(20)).min(text.len()));
            text.replace_range(start..end, PIECES[piece]);
        }
        let loaded = loaded(&text, &[("t.raml", SEEDS[1]), ("x.json", "{}")]);
        for problem in &loaded.diagnostics {
            crate::tests::line(problem.as_ref());
        }
    }
}
