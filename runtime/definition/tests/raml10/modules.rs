//! Libraries and typed fragments: name resolution.

use crate::tests::raml10::{check, check_diagnostics, loaded, raml};

const LIBRARY: &str = "#%RAML 1.0 Library\nuses: { sub: sub.raml }\n\
    traits: { paged: { queryParameters: { page?: sub.Page } } }\n\
    resourceTypes: { list: { get: { is: [ paged ], responses: { 200: { body: { application/json: '<<item>>[]' } } } } } }\n\
    securitySchemes: { login: { type: Basic Authentication } }\n";
const SUB: &str = "#%RAML 1.0 Library\ntypes: { Page: integer }\n";

#[test]
fn a_library_resolves_its_own_names() {
    check(
        &raml(
            "uses: { lib: l/lib.raml }\ntypes: { Thing: string }\n/a: { type: { lib.list: { item: Thing } }, securedBy: [ lib.login ] }\n",
        ),
        &[("l/lib.raml", LIBRARY), ("l/sub.raml", SUB)],
        &[
            "scheme lib.login: Basic",
            "/a",
            "  get q(page:integer) secured[lib.login] -> 200 {application/json schema={ \"type\": \"array\", \"items\": { \"$ref\": \"#/$defs/Thing\" } }}",
        ],
    );
}

#[test]
fn types_of_libraries_have_qualified_names() {
    let root = raml("uses: { lib: lib.raml, again: lib.raml }\ntypes: { Own: string }\n");
    let definition = loaded(&root, &[("lib.raml", LIBRARY), ("sub.raml", SUB)]).definition.unwrap();
    let names: Vec<&str> = definition.schemas.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Own", "lib.sub.Page"]);
}

#[test]
fn fragments_use_their_own_libraries() {
    check(
        &raml("traits: { t: !include f/t.raml }\ndocumentation: [ !include f/d.raml ]\n/a: { get: { is: [ t ] } }\n"),
        &[
            ("f/t.raml", "#%RAML 1.0 Trait\nuses: { s: ../sub.raml }\nqueryParameters: { p: s.Page }\n"),
            ("f/d.raml", "#%RAML 1.0 DocumentationItem\ntitle: A\ncontent: B\n"),
            ("sub.raml", SUB),
        ],
        &["# A: B", "/a", "  get q(p!:integer)"],
    );
}

#[test]
fn a_file_included_twice_resolves_names_in_each_context() {
    let part = "page: { queryParameters: { p: Page } }\n";
    check(
        &raml(
            "uses: { lib: lib.raml }\ntypes: { Page: boolean }\ntraits: !include part.raml\n/a: { get: { is: [ page ] }, post: { is: [ lib.page ] } }\n",
        ),
        &[
            ("lib.raml", "#%RAML 1.0 Library\ntypes: { Page: integer }\ntraits: !include part.raml\n"),
            ("part.raml", part),
        ],
        &["/a", "  get q(p!:boolean)", "  post q(p!:integer)"],
    );
}

#[test]
fn undeclared_names_are_reported() {
    check_diagnostics(
        &raml("uses: { lib: lib.raml, none: none.raml }\n/a: { get: { is: [ lib.pagd, lib.sub.x, other.x ] } }\n"),
        &[("lib.raml", LIBRARY), ("sub.raml", SUB)],
        &[
            "api.raml:3:30: cannot include `none.raml`: there is no file at `/d/none.raml` (Check the path, which is case-sensitive.)",
            "api.raml:4:20: unknown trait `lib.pagd` (Did you mean `lib.paged`?)",
            "api.raml:4:30: `lib.sub.x` refers to a library of another library (Add that library to `uses` of this file, and use its name there.)",
            "api.raml:4:41: unknown library `other` in `other.x` (Add it to `uses` of this file: `other: path/of/the/library.raml`.)",
        ],
        &["scheme lib.login: Basic", "/a", "  get"],
    );
}

#[test]
fn fragments_are_allowed_only_in_their_position() {
    check_diagnostics(
        &raml("uses: { lib: t.raml }\ntraits: { t: !include r.raml }\n/a: !include t.raml\n"),
        &[("t.raml", "#%RAML 1.0 Trait\ndescription: d\n"), ("r.raml", "#%RAML 1.0 ResourceTypes\ndescription: d\n")],
        &[
            "r.raml:1:1: invalid value `ResourceTypes` for `#%RAML 1.0` (Use `Library`, `Overlay`, `Extension`, `Trait`, `ResourceType`, `DataType`, `NamedExample`, `SecurityScheme`, `DocumentationItem`, `AnnotationTypeDeclaration`.)",
            "api.raml:3:14: expected a RAML fragment `Library`, found a RAML fragment `Trait` (Include another document, or fix the first line of this one.)",
            "t.raml:2:1: unknown key `description` in a library (Check its spelling; apinb ignores it.)",
            "api.raml:5:1: expected no RAML fragment, found a RAML fragment `Trait` (Include another document, or fix the first line of this one.)",
        ],
        &["/a \"d\""],
    );
}

#[test]
fn libraries_may_use_each_other() {
    check(
        &raml("uses: { a: a.raml }\n/a: { get: { is: [ a.t ] } }\n"),
        &[
            ("a.raml", "#%RAML 1.0 Library\nuses: { b: b.raml }\ntraits: { t: { description: d } }\n"),
            ("b.raml", "#%RAML 1.0 Library\nuses: { a: a.raml }\n"),
        ],
        &["/a", "  get \"d\""],
    );
}
