//! Faults: where they are told to be, and what remains usable.

use std::sync::Arc;

use super::{check_faults, lines, loaded};

/// The only fault of a root document that is no definition.
#[track_caller]
fn check_root(text: &str, expected: &str) {
    let loaded = loaded(text, &[]);
    assert_eq!(lines(&loaded), expected);
    assert!(loaded.definition.is_none());
}

#[test]
fn other_documents_are_named() {
    let start = "a definition starts with `#%RAML 1.0` or `#%RAML 0.8`, or says `openapi: 3…` or `swagger: \"2.0\"`";
    check_root("", &format!("api.raml:1:1: this is not an API definition but an empty document ({start})"));
    check_root(
        "\n\n  hello\n",
        &format!("api.raml:3:3: this is not an API definition but a text that starts with `hello` ({start})"),
    );
    check_root(
        "<?xml version='1.0'?>\n<a/>",
        &format!("api.raml:1:1: this is not an API definition but an XML document ({start})"),
    );
    check_root(
        "#%RAML 0.8 Trait\n",
        &format!(
            "api.raml:1:1: this is not an API definition but a RAML fragment (`Trait`), which only other definitions can include ({start})"
        ),
    );
    check_root(
        "#%RAML 2.0\ntitle: T\n",
        "api.raml:1:1: `RAML 2.0` is not supported yet (RAML 0.8 and 1.0, and OpenAPI 2.0, 3.0 and 3.1 are read)",
    );
    check_root(
        "\r\n<!DOCTYPE html>\r\n<title>Sign in</title>",
        "api.raml:2:1: this is not an API definition but an HTML page (the address may need a login, or lead to a page \
         about the definition; take the address of the RAML file itself)",
    );
}

#[test]
fn a_root_that_cannot_be_read_has_its_cause() {
    let loaded = super::load(&super::Address::file("/outside/api.raml"), Arc::new(super::Memory(Default::default())));
    let expected = "cannot read the definition: `/outside/api.raml` is outside of `/d`, the only place that may be read here \
                    (copy the document to a place that may be read)";
    assert_eq!(lines(&loaded), expected);
}

#[test]
fn includes_that_fail_are_told_at_the_include() {
    check_faults(
        "/a:\n  description: !include none.md\n/b: !include ../outside/b.raml\n/c: !include\n/d: !include { x: y }\n/e: !other z\n",
        &[],
        &[
            "api.raml:5:5: cannot include `../outside/b.raml`: `/outside/b.raml` is outside of `/d`, the only place that may be read here \
             (copy the document to a place that may be read)",
            "api.raml:6:5: `!include` must be a path, not nothing (look at the indentation of the lines below the key)",
            "api.raml:7:5: `!include` must be a path, not a map or a list (look at the indentation of the lines below the key)",
            "api.raml:8:5: unknown tag `!other` (the only tag of RAML is `!include`; the value was read without it)",
            "api.raml:7:16: unknown key `x` in a resource (the key was left out)",
            "api.raml:8:5: `/e` must be a map, not a text (look at the indentation of the lines below the key)",
            // A text is read when it is needed.
            "api.raml:4:16: cannot include `none.md`: there is no file at `/d/none.md` (check the path; letter case counts)",
        ],
        &["/a", "/b", "/c", "/d", "/e"],
    );
}

#[test]
fn repeated_keys_are_merged() {
    check_faults(
        "/a:\n  get:\n    description: x\n  /b:\n/a:\n  get:\n    description: y\n  post:\n",
        &[],
        &["api.raml:7:1: `/a` is written twice in one map (both were merged; where they differ, the later one holds)"],
        &["/a", "  get \"y\"", "  post", "/a/b"],
    );
}

#[test]
fn unknown_keys_are_told_with_a_suggestion() {
    check_faults(
        "baseURI: x\n/a:\n  GET:\n  get?:\n  descripton: x\n  gets: x\n",
        &[],
        &[
            "api.raml:3:1: unknown key `baseURI` in the root (did you mean `baseUri`?)",
            "api.raml:5:3: unknown key `GET` in a resource (did you mean `get`?)",
            "api.raml:6:3: unknown key `get?` in a resource (did you mean `get`?)",
            "api.raml:7:3: unknown key `descripton` in a resource (did you mean `description`?)",
            "api.raml:8:3: unknown key `gets` in a resource (did you mean `get`?)",
        ],
        &["/a"],
    );
}

#[test]
fn a_title_is_wanted() {
    let loaded = loaded("#%RAML 0.8\n/a:\n", &[]);
    assert_eq!(lines(&loaded), "api.raml:2:1: the definition has no `title` (write `title: …` below the first line)");
}

#[test]
fn yaml_that_is_nearly_right_is_read_as_meant() {
    let mended = "it was read as it was meant; mend the line to be safe";
    check_faults(
        "/a:\n  get:\n    description: see: below, and: there\n    queryParameters:\n      q: { example: @me }\n      r:\n        example: %20\n        default: `x`\n",
        &[],
        &[
            &format!("api.raml:5:21: a `: ` inside a text that has no quotes ({mended})"),
            &format!("api.raml:5:33: a `: ` inside a text that has no quotes ({mended})"),
            &format!("api.raml:7:21: a text without quotes cannot start with `@` ({mended})"),
            &format!("api.raml:9:18: a text without quotes cannot start with `%` ({mended})"),
            &format!("api.raml:10:18: a text without quotes cannot start with a backtick ({mended})"),
        ],
        &["/a", "  get \"see: below, and: there\" q(q example=@me, r default=`x` example=%20)"],
    );
}

#[test]
fn tabs_indent_like_spaces() {
    check_faults(
        "/a:\n\tget:\n\t\tdescription: x\n\tpost:\n",
        &[],
        &["api.raml:4:1: tabs cannot indent (it was read as it was meant; mend the line to be safe)"],
        &["/a", "  get \"x\"", "  post"],
    );
}

#[test]
fn a_line_that_cannot_be_understood_costs_only_itself() {
    check_faults(
        "/é:\n  get:\n    description: x\n   post:\n     description: lost\n  put:\n/b:\n  get: \"y\" z\n  put: ]\n/c:\n",
        &[],
        &[
            "api.raml:6:4: this line is indented neither like the ones above nor below them (the line was left out; mend it)",
            "api.raml:10:3: there is more after the closing quote (the line was left out; mend it)",
            "api.raml:11:3: a closing bracket without an opening one (the line was left out; mend it)",
        ],
        &["/é", "  get \"x\"", "  put", "/b", "/c"],
    );
}
