//! Security schemes and their use.

use crate::tests::{check, check_diagnostics};

#[test]
fn schemes_have_settings_and_descriptions() {
    check(
        "securitySchemes:\n  - oauth: !include oauth.raml\n    old:\n      type: OAuth 1.0\n      settings: { requestTokenUri: r, authorizationUri: a, tokenCredentialsUri: t }\n\
         \x20 - basic: { type: Basic Authentication }\n  - digest: { type: Digest Authentication }\n\
         \x20 - key: { type: x-key, describedBy: { headers: { X-Key: }, queryParameters: { key: }, responses: { 401: } } }\n",
        &[(
            "oauth.raml",
            "description: d\ntype: OAuth 2.0\nsettings:\n  authorizationUri: https://h.test/a\n  accessTokenUri: https://h.test/t\n  authorizationGrants: code\n  scopes: [ r, w ]\n",
        )],
        &[
            "scheme oauth: OAuth2Settings { authorization_uri: (\"https://h.test/a\"), access_token_uri: (\"https://h.test/t\"), refresh_uri: None, \
             authorization_grants: [\"code\"], scopes: [\"r\", \"w\"] }",
            "scheme old: OAuth1Settings { request_token_uri: (\"r\"), authorization_uri: (\"a\"), token_credentials_uri: (\"t\"), signatures: [] }",
            "scheme basic: Basic",
            "scheme digest: Digest",
            "scheme key: Other(\"x-key\") h(X-Key) q(key)",
        ],
    );
}

#[test]
fn methods_take_the_security_of_their_resource() {
    check(
        "securitySchemes: [ a: { type: OAuth 2.0 }, b: { type: Basic Authentication } ]\nsecuredBy: [ a ]\n\
         /x:\n  securedBy: [ null, b ]\n  get:\n  post: { securedBy: [ a: { scopes: [ w ] } ] }\n  /y: { get: }\n",
        &[],
        &[
            "scheme a: OAuth2Settings { authorization_uri: None, access_token_uri: None, refresh_uri: None, authorization_grants: [], scopes: [] }",
            "scheme b: Basic",
            "securedBy: a",
            "/x",
            "  get secured[none b]",
            "  post secured[a(w)]",
            "/x/y",
            "  get",
        ],
    );
}

#[test]
fn invalid_security_is_reported() {
    check_diagnostics(
        "securitySchemes:\n  - basic: { descripton: x }\n  - oauth: { type: OAuth 2.0, settings: { scope: x } }\nsecuredBy: [ basik, oauth: { colour: x } ]\n",
        &[],
        &[
            "api.raml:4:14: unknown key `descripton` in a security scheme (Did you mean `description`?)",
            "api.raml:4:5: missing `type` in a security scheme (Add it.)",
            "api.raml:5:43: unknown key `scope` in the settings of OAuth 2.0 (Did you mean `scopes`?)",
            "api.raml:5:31: missing `authorizationGrants` in the settings of OAuth 2.0 (Add it.)",
            "api.raml:5:31: missing `accessTokenUri` in the settings of OAuth 2.0 (Add it.)",
            "api.raml:6:14: unknown security scheme `basik` (Did you mean `basic`?)",
            "api.raml:6:30: unknown key `colour` in a use of a security scheme (Check its spelling; apinb ignores it.)",
        ],
        &[
            "scheme basic: Other(\"\")",
            "scheme oauth: OAuth2Settings { authorization_uri: None, access_token_uri: None, refresh_uri: None, authorization_grants: [], scopes: [] }",
            "securedBy: oauth",
        ],
    );
}
