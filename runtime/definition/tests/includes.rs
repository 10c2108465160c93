//! `!include`, anchors, merge keys.

use crate::tests::{check, check_diagnostics, loaded, raml};

#[test]
fn includes_are_allowed_wherever_a_value_is() {
    check(
        "version: !include version.txt\n\
         schemas: !include schemas.raml\n\
         documentation: [ !include chapter.yaml ]\n\
         traits: [ paged: !include traits/paged.raml ]\n\
         /users: !include users.yml\n",
        &[
            ("version.txt", "v3"),
            ("schemas.raml", "- user: !include schemas/user.json\n"),
            ("schemas/user.json", "{\"type\": \"object\"}"),
            ("chapter.yaml", "title: Start\ncontent: !include start.md"),
            ("start.md", "# Start: here\n"),
            ("traits/paged.raml", "queryParameters: !include ../query.yaml"),
            ("query.yaml", "page:\r\n  type: integer\r\n"),
            ("users.yml", "get:\n  is: [ paged ]\n"),
        ],
        &[
            "version: v3",
            "schema user: {\"type\": \"object\"}",
            "# Start: # Start: here",
            "/users",
            "  get q(page:integer)",
        ],
    );
}

#[test]
fn paths_are_relative_to_the_including_file_or_the_root_folder() {
    check(
        "/a: !include x/a.raml\n",
        &[
            ("x/a.raml", "description: !include y/one.txt\nget:\n  description: !include /two.txt\n"),
            ("x/y/one.txt", "one"),
            ("two.txt", "two"),
        ],
        &["/a \"one\"", "  get \"two\""],
    );
}

#[test]
fn urls_can_be_included_and_include_relative_urls() {
    check(
        "/a: !include https://h.test/x/a.raml\n",
        &[("https://h.test/x/a.raml", "description: !include b.txt\n"), ("https://h.test/x/b.txt", "far")],
        &["/a \"far\""],
    );
}

#[test]
fn a_document_that_is_included_often_is_read_once() {
    let all = loaded(&raml("/a: !include r.raml\n/b: !include r.raml\n"), &[("r.raml", "get:\n")]);
    let names: Vec<&str> = all.sources.iter().map(|file| file.name()).collect();
    assert_eq!(names, ["/d/api.raml", "/d/r.raml"]);
    assert_eq!(all.definition.unwrap().resources[1].methods.len(), 1);
}

#[test]
fn a_value_with_an_unreadable_part_is_not_invalid() {
    let types = "#%RAML 1.0\ntitle: T\ntypes:\n  A:\n    properties: { x: string, n: integer }\n    example: { x: !include none.raml, n: !include none.txt }\n  B:\n    type: string[]\n    default: [ !include ../outside/x.raml ]\n  C:\n    type: A\n    examples: !include all.raml\n";
    let loaded = loaded(types, &[("all.raml", "one: { x: !include gone.raml, n: 1 }\ntwo: { n: 1 }\n")]);
    let lines = crate::tests::lines(&loaded);
    let reported: Vec<&str> = lines.lines().map(|line| line.split(" (").next().unwrap_or_default()).collect();
    assert_eq!(
        reported,
        [
            "api.raml:6:19: cannot include `none.raml`: there is no file at `/d/none.raml`",
            "api.raml:9:16: cannot include `../outside/x.raml`: `/outside/x.raml` is outside of `/d`",
            "all.raml:1:11: cannot include `gone.raml`: there is no file at `/d/gone.raml`",
            "api.raml:6:42: cannot include `none.txt`: there is no file at `/d/none.txt`",
            "all.raml:2:6: invalid example: `x` is missing",
        ]
    );
}

#[test]
fn diagnostics_in_included_files_have_their_positions() {
    check_diagnostics(
        "/a: !include r.raml\n",
        &[("r.raml", "# ümläut\r\nget:\r\n  descripton: x\r\n")],
        &["r.raml:3:3: unknown key `descripton` in a method (Did you mean `description`?)"],
        &["/a", "  get"],
    );
}

#[test]
fn anchors_and_merge_keys_are_supported() {
    check(
        "/a:\n  get: &get\n    description: x\n    queryParameters: &query\n      q:\n  post: *get\n\
         /b:\n  get:\n    <<: *get\n    description: y\n",
        &[],
        &["/a", "  get \"x\" q(q)", "  post \"x\" q(q)", "/b", "  get \"y\" q(q)"],
    );
}

#[test]
fn a_byte_order_mark_does_not_shift_positions() {
    let all = loaded("\u{feff}#%RAML 0.8\r\ntitle: é\r\ncolour: red\r\n", &[]);
    assert_eq!(
        crate::tests::lines(&all),
        "api.raml:3:1: unknown key `colour` in the root (Check its spelling; apinb ignores it.)"
    );
    assert_eq!(all.definition.unwrap().title, "é");
}
