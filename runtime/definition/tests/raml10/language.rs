//! Root, resources, methods, bodies, templates and security in RAML 1.0.

use crate::tests::raml10::{check, loaded, raml};

#[test]
fn scalar_nodes_can_be_maps_with_annotations() {
    let root = raml(
        "baseUri: { value: 'https://h.test/{version}', (note): x }\nversion: { value: v1 }\nmediaType: [ application/json, text/xml ]\n\
         annotationTypes: { note: string, flag: nil }\n(note): whole\n\
         /a:\n  (flag):\n  description: { value: d, (note): y }\n  get:\n    displayName: List\n    (note): { deep: [ 1 ] }\n    body: string\n",
    );
    check(
        &root,
        &[],
        &[
            "version: v1",
            "baseUri: https://h.test/{version}",
            "baseUriParameters: version[v1]",
            "mediaType: application/json text/xml",
            "/a \"d\"",
            "  get {application/json schema={ \"type\": \"string\" }} {text/xml schema={ \"type\": \"string\" }}",
        ],
    );
    let definition = loaded(&root, &[]).definition.unwrap();
    assert_eq!(definition.annotations[0].name, "note");
    assert_eq!(definition.annotations[0].value, "whole");
    let resource = &definition.resources[0];
    assert_eq!((resource.annotations[0].name.as_str(), resource.annotations[0].value.is_null()), ("flag", true));
    assert_eq!(resource.methods[0].annotations[0].value, serde_json::json!({ "deep": [1] }));
    assert_eq!(resource.methods[0].display_name.as_deref(), Some("List"));
    assert!(resource.methods[0].body_required);
}

#[test]
fn a_query_string_has_one_type() {
    let root = raml("/a:\n  get:\n    queryString: { properties: { q: string } }\n");
    let definition = loaded(&root, &[]).definition.unwrap();
    assert!(definition.resources[0].methods[0].query_string.is_some());
}

#[test]
fn templates_fill_in_paths_names_and_functions() {
    check(
        &raml(
            "resourceTypes:\n  list:\n    description: <<resourcePathName | !singularize | !uppercamelcase>> <<resourcePath>>\n\
             \x20   get?: { description: <<what | !upperunderscorecase>> }\n    post?: { description: never }\n\
             traits:\n  t:\n    headers: { X-<<methodName | !uppercase>>?: string, own?: { type: integer } }\n    queryParameters: { page?: integer }\n\
             /userGroups{ext}:\n  type: { list: { what: userId } }\n  get:\n    is: [ t ]\n    headers: { own: { description: mine } }\n",
        ),
        &[],
        &[
            "/userGroups{ext} (ext) \"UserGroup /userGroups\"",
            "  get \"USER_ID\" h(own!:integer about=mine, X-GET) q(page:integer)",
        ],
    );
}

#[test]
fn the_names_of_types_complete_declarations() {
    check(
        &raml(
            "mediaType: application/json\ntypes: { A: string }\n\
             traits:\n  t: { queryParameters: { q: { description: d } }, body: { application/json: { example: x } } }\n\
             /a:\n  post: { is: [ t ], queryParameters: { q: integer }, body: { application/json: A } }\n",
        ),
        &[],
        &[
            "mediaType: application/json",
            "/a",
            "  post q(q!:integer about=d) {application/json schema={ \"$ref\": \"#/$defs/A\", \"examples\": [ \"x\" ] } example=x}",
        ],
    );
}

#[test]
fn security_schemes_of_every_kind_are_read() {
    check(
        &raml(
            "securitySchemes:\n  o2: { type: OAuth 2.0, displayName: Sign in, settings: { accessTokenUri: u, authorizationGrants: [ client_credentials, 'urn:x' ] } }\n\
             \x20 o1: { type: OAuth 1.0, settings: { signatures: [ PLAINTEXT ], requestTokenUri: r, authorizationUri: a, tokenCredentialsUri: t } }\n\
             \x20 pass: { type: Pass Through, describedBy: { headers: { K: string }, queryString: { properties: { k: string } } } }\n\
             \x20 own: { type: x-own }\n/a:\n  get:\n    securedBy: [ null, own, o2: { scopes: [ s ] } ]\n",
        ),
        &[],
        &[
            "scheme o2: OAuth2Settings { authorization_uri: None, access_token_uri: (\"u\"), refresh_uri: None, authorization_grants: [\"client_credentials\", \"urn:x\"], scopes: [] }",
            "scheme o1: OAuth1Settings { request_token_uri: (\"r\"), authorization_uri: (\"a\"), token_credentials_uri: (\"t\"), signatures: [\"PLAINTEXT\"] }",
            "scheme pass: Other(\"Pass Through\") h(K!) q(k!)",
            "scheme own: Other(\"x-own\")",
            "/a",
            "  get secured[none own o2(s)]",
        ],
    );
}
