//! Hostile OpenAPI: it ends in a diagnostic quickly, and never in a crash.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use crate::tests::openapi::{v2, v30, v31};
use crate::tests::{line, lines, loaded};

#[test]
fn references_do_not_expand() {
    let mut text = String::from("components:\n  schemas:\n    S0: { type: string }\n");
    for level in 1..1_000 {
        let below = format!("{{ $ref: '#/components/schemas/S{}' }}", level - 1);
        writeln!(text, "    S{level}: {{ properties: {{ a: {below}, b: {below} }}, allOf: [ {below}, {below} ] }}")
            .unwrap();
    }
    text += "paths: { /a: { get: { responses: { 200: { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/S999' } } } } } } } }\n";
    let loaded = loaded(&v30(&text), &[]);
    assert_eq!(lines(&loaded), "");
    assert_eq!(loaded.definition.unwrap().schemas.len(), 1_000);
}

#[test]
fn multiplying_parameters_exceed_the_budget() {
    let mut text = String::from("components:\n  parameters:\n");
    for at in 0..1_000 {
        writeln!(text, "    p{at}: {{ name: p{at}, in: query, schema: {{ type: string }} }}").unwrap();
    }
    text += "paths:\n  /a0:\n    parameters: &all\n";
    for at in 0..1_000 {
        writeln!(text, "      - {{ $ref: '#/components/parameters/p{at}' }}").unwrap();
    }
    for at in 1..10_000 {
        writeln!(text, "  /a{at}: {{ parameters: *all, get: {{ responses: {{}} }} }}").unwrap();
    }
    let reported = lines(&loaded(&v30(&text), &[]));
    assert!(reported.contains("expand to more than"), "{reported}");
}

#[test]
fn reference_chains_and_cycles_are_limited() {
    let mut text = String::from("components:\n  parameters:\n");
    for at in 0..1_000 {
        writeln!(text, "    p{at}: {{ $ref: '#/components/parameters/p{}' }}", at + 1).unwrap();
    }
    text += "  schemas:\n";
    for at in 0..5_000 {
        writeln!(text, "    S{at}: {{ allOf: [ {{ $ref: '#/components/schemas/S{}' }} ] }}", (at + 1) % 5_000).unwrap();
    }
    text += "paths: { /a: { get: { parameters: [ { $ref: '#/components/parameters/p0' } ], responses: {} } } }\n";
    let loaded = loaded(&v30(&text), &[]);
    let reported = lines(&loaded);
    assert!(reported.contains("more than 64 nested includes") && reported.contains("cycle: `S0` → `S1`"), "{reported}");
    assert_eq!(loaded.definition.unwrap().schemas.len(), 5_000);
}

#[test]
fn a_long_list_of_schemas_is_read_completely() {
    let list = "{type: string},".repeat(20_000);
    let reported = lines(&loaded(&v31(&format!("components: {{ schemas: {{ S: {{ allOf: [{list}] }} }} }}\n")), &[]));
    assert_eq!(reported, "");
}

#[test]
fn deep_nesting_is_limited() {
    let deep = |open: &str, close: &str, levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
    for schema in [deep("{not: ", "}", 100_000), deep("{properties: {a: ", "}}", 20_000), deep("[", "]", 100_000)] {
        assert!(!loaded(&v30(&format!("components: {{ schemas: {{ S: {schema} }} }}\n")), &[]).diagnostics.is_empty());
    }
    // The deepest allowed nesting.
    let schema = deep("{not: ", "}", 120).replace('1', "{}");
    assert_eq!(lines(&loaded(&v30(&format!("components: {{ schemas: {{ S: {schema} }} }}\n")), &[])), "");
}

#[test]
fn the_number_of_documents_is_limited() {
    let documents: Vec<(String, String)> = (0..11_000)
        .map(|at| (format!("{at}.json"), format!("{{\"properties\": {{\"a\": {{\"$ref\": \"{}.json\"}}}}}}", at + 1)))
        .collect();
    let others: Vec<(&str, &str)> = documents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let reported = lines(&loaded(&v30("components: { schemas: { S: { $ref: 0.json } } }\n"), &others));
    assert!(reported.contains("the definition includes more than 10000 documents"), "{reported}");
}

#[test]
fn positions_do_not_copy_a_long_key() {
    let (key, items) = ("k".repeat(1 << 20), "{},".repeat(100_000));
    let text = v31(&format!("x-{key}: [{items}]\ncomponents: {{ schemas: {{ S: {{ $ref: '#here' }} }} }}\n"));
    let reported = lines(&loaded(&text, &[]));
    assert!(reported.contains("unknown `$anchor`"), "{reported}");
}

#[test]
fn inherited_values_of_operations_are_charged() {
    let servers = "{ url: / },".repeat(2_000);
    let types = "'',".repeat(2_000);
    let mut paths = String::from("paths:\n");
    for at in 0..2_000 {
        let servers = if at == 0 { format!("&all [ {servers} ]") } else { "*all".to_owned() };
        writeln!(paths, "  /a{at}: {{ servers: {servers}, get: {{ responses: {{}} }}, put: {{ responses: {{}} }} }}")
            .unwrap();
    }
    let reported = lines(&loaded(&v30(&paths), &[]));
    assert!(reported.contains("expand to more than"), "{reported}");
    let mut paths = format!("consumes: [ {types} ]\nproduces: [ {types} ]\npaths:\n");
    for at in 0..2_000 {
        let parameters = "[ { name: b, in: body, schema: {} } ]";
        writeln!(paths, "  /a{at}: {{ post: {{ parameters: {parameters}, responses: {{ 200: {{ description: d, schema: {{}} }} }} }} }}").unwrap();
    }
    let reported = lines(&loaded(&v2(&paths), &[]));
    assert!(reported.contains("expand to more than"), "{reported}");
}

const PIECES: [&str; 24] = [
    ":",
    "\n",
    " ",
    "\t",
    "-",
    "[",
    "]",
    "{",
    "}",
    "$ref: '#/",
    "~1",
    "%2",
    "&a",
    "*a",
    "\"",
    "'",
    "#",
    "<<: ",
    "!include x",
    "é",
    "\0",
    "$ref",
    ",",
    "null",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn loading_never_panics(seed in 0..3_usize, edits in vec((any::<prop::sample::Index>(), 0..40_usize, 0..PIECES.len()), 1..12)) {
        let body = include_str!("seed.yaml");
        let mut text = match seed {
            0 => v30(body),
            1 => v31(body),
            _ => v2(&body.replace("components:", "definitions:").replace("  schemas:\n", "")),
        };
        for (at, cut, piece) in edits {
            let start = text.floor_char_boundary(at.index(text.len() + 1));
            let end = text.ceil_char_boundary((start + cut.saturating_sub(20)).min(text.len()));
            text.replace_range(start..end, PIECES[piece]);
        }
        let loaded = loaded(&text, &[("x.json", "{\"$ref\": \"#\"}")]);
        for problem in &loaded.diagnostics {
            line(problem.as_ref());
        }
    }
}
