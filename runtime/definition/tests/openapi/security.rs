//! Security schemes and requirements.

use crate::model::SecurityKind;
use crate::tests::openapi::{check, definition, v2, v30};

#[test]
fn schemes_of_version_3_are_read() {
    check(
        &v30(
            "components:\n  securitySchemes:\n    basic: { type: http, scheme: Basic }\n    token: { type: http, scheme: bearer, bearerFormat: JWT }\n    digest: { type: http, scheme: digest }\n    hoba: { type: http, scheme: HOBA }\n\
             \x20   header: { type: apiKey, in: header, name: X-Key }\n    query: { type: apiKey, in: query, name: key }\n    id: { type: openIdConnect, openIdConnectUrl: https://h.test }\n    tls: { type: mutualTLS }\n\
             \x20   oauth:\n      type: oauth2\n      flows:\n        implicit: { authorizationUrl: https://h.test/i, scopes: { r: read } }\n        authorizationCode: { authorizationUrl: https://h.test/a, tokenUrl: https://h.test/t, refreshUrl: x, scopes: { r: read, w: write } }\n\
             security: [ {}, { oauth: [ r ], header: [] }, { token: [] } ]\n\
             paths: { /a: { get: { security: [], responses: {} }, put: { security: [ { basic: [] } ], responses: {} }, post: { responses: {} } } }\n",
        ),
        &[],
        &[
            "scheme basic: Basic",
            "scheme token: Bearer",
            "scheme digest: Digest",
            "scheme hoba: Other(\"http HOBA\")",
            "scheme header: Other(\"apiKey\") h(X-Key!)",
            "scheme query: Other(\"apiKey\") q(key!)",
            "scheme id: Bearer",
            "scheme tls: Other(\"mutualTLS\")",
            "scheme oauth: OAuth2Settings { authorization_uri: (\"https://h.test/a\"), access_token_uri: (\"https://h.test/t\"), refresh_uri: (\"x\"), \
             authorization_grants: [\"authorization_code\", \"implicit\"], scopes: [\"r\", \"w\"] }",
            "securedBy: none oauth(r)+header token",
            "/a",
            "  get secured[]",
            "  put secured[basic]",
            "  post",
        ],
    );
}

#[test]
fn a_key_may_be_a_cookie() {
    let text = v30("components: { securitySchemes: { session: { type: apiKey, in: cookie, name: SID } } }\n");
    assert_eq!(definition(&text, &[]).security_schemes[0].cookies[0].name, "SID");
}

#[test]
fn schemes_of_version_2_are_read() {
    let definition = definition(
        &v2(
            "securityDefinitions:\n  basic: { type: basic }\n  key: { type: apiKey, in: query, name: k }\n  code: { type: oauth2, flow: accessCode, authorizationUrl: https://h.test/a, tokenUrl: https://h.test/t, scopes: { r: read, x-s: 1 } }\n\
             \x20 app: { type: oauth2, flow: application, tokenUrl: https://h.test/t, scopes: {} }\n",
        ),
        &[],
    );
    let kinds: Vec<&SecurityKind> = definition.security_schemes.iter().map(|scheme| &scheme.kind).collect();
    let [SecurityKind::Basic, SecurityKind::Other(_), SecurityKind::OAuth2(code), SecurityKind::OAuth2(app)] =
        kinds.as_slice()
    else {
        panic!("{kinds:?}")
    };
    assert_eq!(
        (code.authorization_grants.as_slice(), code.scopes.as_slice()),
        (["authorization_code".to_owned()].as_slice(), ["r".to_owned()].as_slice())
    );
    assert_eq!(app.authorization_grants, ["client_credentials"]);
}
