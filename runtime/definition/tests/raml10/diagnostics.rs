//! Keys of RAML 0.8, and other errors.

use crate::tests::raml10::{check_diagnostics, raml};

#[test]
fn keys_of_raml_0_8_are_reported_with_their_replacement() {
    check_diagnostics(
        &raml(
            "mediaType: application/json\ntraits:\n  - t: { description: d }\n/a:\n  get: { is: t }\n  post:\n    body:\n      application/x-www-form-urlencoded:\n        formParameters: { f: string }\n\
             securitySchemes: { o: { type: OAuth 2.0, settings: { authorizationGrants: [ code ], accessTokenUri: t, authorizationUri: a } }, p: { type: Basic } }\n",
        ),
        &[],
        &[
            "api.raml:4:1: `traits` uses RAML 0.8 syntax (In RAML 1.0 it is one map of names, not a list of maps.)",
            "api.raml:12:75: `code` is a RAML 0.8 keyword (In RAML 1.0 the grants are `authorization_code`, `implicit`, `password` and `client_credentials`.)",
            "api.raml:7:14: `is` uses RAML 0.8 syntax (In RAML 1.0 it is a list: `is: [ name ]`.)",
            "api.raml:11:9: `formParameters` is a RAML 0.8 keyword (In RAML 1.0 the fields of a form are the `properties` of the body's type.)",
        ],
        &[
            "mediaType: application/json",
            "scheme o: OAuth2Settings { authorization_uri: (\"a\"), access_token_uri: (\"t\"), refresh_uri: None, authorization_grants: [\"code\"], scopes: [] }",
            "scheme p: Basic",
            "/a",
            "  get \"d\"",
            "  post {application/x-www-form-urlencoded form(f)}",
        ],
    );
}

#[test]
fn other_errors_are_reported() {
    check_diagnostics(
        &raml(
            "(no): 1\n/a:\n  get:\n    queryString: { type: string }\n    queryParameters: { q: string }\n    formParameters: {}\n\
             securitySchemes: { o: { type: y-own } }\n",
        ),
        &[],
        &[
            "api.raml:9:31: invalid value `y-own` for `type` (Use `OAuth 1.0`, `OAuth 2.0`, `Basic Authentication`, `Digest Authentication`, `Pass Through` or `x-…`.)",
            "api.raml:8:5: unknown key `formParameters` in a method (Check its spelling; apinb ignores it.)",
            "api.raml:6:5: `queryString` and `queryParameters` cannot be used together (Remove one of them.)",
            "api.raml:3:1: unknown annotation type `no` (Declare it in the root document, or check its spelling.)",
        ],
        &["scheme o: Other(\"y-own\")", "/a", "  get q(q!)"],
    );
}
