//! Diagnostics: their positions, and the usable part of the definition.

use std::sync::Arc;

use crate::tests::{check_diagnostics, lines, loaded};

/// Checks the only diagnostic of a root document that is not a definition.
#[track_caller]
fn check_root(text: &str, expected: &str) {
    let loaded = loaded(text, &[]);
    assert_eq!(lines(&loaded), expected);
    assert!(loaded.definition.is_none());
}

#[test]
fn unsupported_documents_are_identified() {
    let start =
        "Start the definition with `#%RAML 1.0` or `#%RAML 0.8`, or declare `openapi: 3…` or `swagger: \"2.0\"`.";
    check_root("", &format!("api.raml:1:1: expected an API definition, found an empty document ({start})"));
    check_root(
        "\n\n  hello\n",
        &format!("api.raml:3:3: expected an API definition, found a text that starts with `hello` ({start})"),
    );
    check_root(
        "<?xml version='1.0'?>\n<a/>",
        &format!("api.raml:1:1: expected an API definition, found an XML document ({start})"),
    );
    check_root(
        "#%RAML 0.8 Trait\n",
        &format!(
            "api.raml:1:1: expected an API definition, found a RAML fragment (`Trait`), which only other definitions can include ({start})"
        ),
    );
    check_root(
        "#%RAML 2.0\ntitle: T\n",
        "api.raml:1:1: unsupported version `RAML 2.0` (Use RAML 0.8 or 1.0, or OpenAPI 2.0, 3.0 or 3.1.)",
    );
    check_root(
        "\r\n<!DOCTYPE html>\r\n<title>Sign in</title>",
        "api.raml:2:1: expected an API definition, found an HTML page (Use the address of the definition itself: this one \
         may require a login, or lead to a page about it.)",
    );
}

#[test]
fn an_unreadable_root_is_reported_with_its_cause() {
    let loaded = crate::load::load(
        &crate::tests::Address::file("/outside/api.raml"),
        Arc::new(crate::tests::Memory(Default::default())),
    );
    let expected = "cannot read the definition: `/outside/api.raml` is outside of `/d` \
                    (Stay inside.)";
    assert_eq!(lines(&loaded), expected);
}

#[test]
fn failed_includes_are_reported_at_the_include() {
    check_diagnostics(
        "/a:\n  description: !include none.md\n/b: !include ../outside/b.raml\n/c: !include\n/d: !include { x: y }\n/e: !other z\n",
        &[],
        &[
            "api.raml:5:5: cannot include `../outside/b.raml`: `/outside/b.raml` is outside of `/d` \
             (Stay inside.)",
            "api.raml:6:5: `!include` must be a path, not null (Check the indentation of the lines below the key.)",
            "api.raml:7:5: `!include` must be a path, not a map or a list (Check the indentation of the lines below the key.)",
            "api.raml:8:5: unknown tag `!other` (Remove the tag; apinb reads the value without it.)",
            "api.raml:7:16: unknown key `x` in a resource (Check its spelling; apinb ignores it.)",
            "api.raml:8:5: `/e` must be a map, not a string (Check the indentation of the lines below the key.)",
            // A text is read on demand.
            "api.raml:4:16: cannot include `none.md`: there is no file at `/d/none.md` (Check the path, which is case-sensitive.)",
        ],
        &["/a", "/b", "/c", "/d", "/e"],
    );
}

#[test]
fn repeated_keys_are_merged() {
    check_diagnostics(
        "/a:\n  get:\n    description: x\n  /b:\n/a:\n  get:\n    description: y\n  post:\n",
        &[],
        &[
            "api.raml:7:1: duplicate key `/a` (Remove one; apinb merges both, and the later one wins where they differ.)",
        ],
        &["/a", "  get \"y\"", "  post", "/a/b"],
    );
}

#[test]
fn unknown_keys_are_reported_with_a_suggestion() {
    check_diagnostics(
        "baseURI: x\n/a:\n  GET:\n  get?:\n  descripton: x\n  gets: x\n",
        &[],
        &[
            "api.raml:3:1: unknown key `baseURI` in the root (Did you mean `baseUri`?)",
            "api.raml:5:3: unknown key `GET` in a resource (Did you mean `get`?)",
            "api.raml:6:3: unknown key `get?` in a resource (Did you mean `get`?)",
            "api.raml:7:3: unknown key `descripton` in a resource (Did you mean `description`?)",
            "api.raml:8:3: unknown key `gets` in a resource (Did you mean `get`?)",
        ],
        &["/a"],
    );
}

#[test]
fn a_title_is_required() {
    let loaded = loaded("#%RAML 0.8\n/a:\n", &[]);
    assert_eq!(
        lines(&loaded),
        "api.raml:2:1: missing `title` in the definition (Add `title: …` below the first line.)"
    );
}

#[test]
fn slightly_invalid_yaml_is_recovered() {
    let repaired = "Fix the line: apinb guessed the intended meaning.";
    check_diagnostics(
        "/a:\n  get:\n    description: see: below, and: there\n    queryParameters:\n      q: { example: @me }\n      r:\n        example: %20\n        default: `x`\n",
        &[],
        &[
            &format!("api.raml:5:21: `: ` in an unquoted string ({repaired})"),
            &format!("api.raml:5:33: `: ` in an unquoted string ({repaired})"),
            &format!("api.raml:7:21: an unquoted string cannot start with `@` ({repaired})"),
            &format!("api.raml:9:18: an unquoted string cannot start with `%` ({repaired})"),
            &format!("api.raml:10:18: an unquoted string cannot start with a backtick ({repaired})"),
        ],
        &["/a", "  get \"see: below, and: there\" q(q example=@me, r default=`x` example=%20)"],
    );
}

#[test]
fn flow_collections_and_quoted_strings_may_end_under_their_key() {
    check_diagnostics(
        "/a:\n  get:\n    queryParameters: {\n      q: { enum: [\n\"é\",\n  y\n] }\n    }\n    description: \"x\n  y\"\n    responses: {\n    200:\n    }\n/b:\n  wrong: 1\n",
        &[],
        &["api.raml:17:3: unknown key `wrong` in a resource (Check its spelling; apinb ignores it.)"],
        &["/a", "  get \"x y\" q(q[é,y]) -> 200", "/b"],
    );
}

#[test]
fn tabs_indent_like_spaces() {
    check_diagnostics(
        "/a:\n\tget:\n\t\tdescription: x\n\tpost:\n",
        &[],
        &["api.raml:4:1: tabs cannot be used for indentation (Fix the line: apinb guessed the intended meaning.)"],
        &["/a", "  get \"x\"", "  post"],
    );
}

#[test]
fn only_an_unparsable_line_is_lost() {
    check_diagnostics(
        "/é:\n  get:\n    description: x\n   post:\n     description: lost\n  put:\n/b:\n  get: \"y\" z\n  put: ]\n/c:\n",
        &[],
        &[
            "api.raml:6:4: inconsistent indentation (Fix the line; apinb skips it.)",
            "api.raml:10:3: unexpected text after the closing quote (Fix the line; apinb skips it.)",
            "api.raml:11:3: unmatched closing bracket (Fix the line; apinb skips it.)",
        ],
        &["/é", "  get \"x\"", "  put", "/b", "/c"],
    );
}
