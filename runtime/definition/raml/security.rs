//! "Security": the declared schemes, and the references to them.

use std::rc::Rc;

use crate::model::{OAuth1Settings, OAuth2Settings, SchemeUse, SecurityKind, SecurityRequirement, SecurityScheme};
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};

use crate::raml::annotations::Target;
use crate::raml::context::Context;
use crate::raml::parameter::parameters;
use crate::raml::scopes::DeclarationKind;
use crate::raml::{body, http, types};
use apinb_text::display::truncate::excerpt;

const KEYS: [&str; 5] = ["description", "type", "settings", "describedBy", "displayName"];
const DESCRIBED_BY_KEYS: [&str; 5] = ["headers", "queryParameters", "responses", "queryString", "protocols"];
const SETTINGS_KEYS: [&str; 7] = [
    "authorizationUri",
    "accessTokenUri",
    "authorizationGrants",
    "scopes",
    "requestTokenUri",
    "tokenCredentialsUri",
    "signatures",
];

const SIGNATURES: [&str; 3] = ["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"];
const GRANTS: [&str; 4] = ["authorization_code", "implicit", "password", "client_credentials"];
const KINDS: &str =
    "`OAuth 1.0`, `OAuth 2.0`, `Basic Authentication`, `Digest Authentication`, `Pass Through` or `x-…`";

/// Reads a declared scheme.
pub(super) fn scheme(cx: &mut Context<'_, '_>, declaration: &Entry) -> SecurityScheme {
    let name = cx.qualified(declaration.location, &declaration.key);
    let mut scheme = SecurityScheme {
        location: Some(cx.documents.locate(declaration.location)),
        ..SecurityScheme::new(name, SecurityKind::Other(String::new()))
    };
    let mut kind = None;
    let mut settings = None;
    for entry in cx.documents.map(&declaration.key, &declaration.value) {
        match &*entry.key {
            "description" => scheme.description = cx.text(entry),
            "type" => kind = cx.text(entry),
            "settings" => settings = Some(entry),
            "describedBy" => described_by(cx, entry, &mut scheme),
            // The display name is only for documentation.
            "displayName" if cx.is_10() => {}
            _ if cx.is_annotation(entry) => {}
            _ => cx.unknown_key(entry, "a security scheme", &KEYS),
        }
    }
    cx.annotations(&declaration.value, &[Target::SecurityScheme]);
    if kind.is_none() {
        cx.documents.missing_required("type", "a security scheme", declaration.location);
    }
    let location = declaration.value.get("type").map_or(declaration.location, |node| node.location);
    let entries = settings.map_or(&[] as &[Entry], |entry| cx.documents.map(&entry.key, &entry.value));
    scheme.kind = security_kind(cx, kind.unwrap_or_default(), location, entries);
    if let Some(settings) = settings {
        cx.annotations(&settings.value, &[Target::SecuritySchemeSettings]);
        required_settings(cx, &scheme.kind, settings);
    }
    scheme
}

/// Reports the settings of OAuth that are missing. An implicit grant needs no access token URI, and only that and an
/// authorization code need an authorization URI.
fn required_settings(cx: &mut Context<'_, '_>, kind: &SecurityKind, settings: &Entry) {
    let (within, required): (_, Vec<(&'static str, bool)>) = match kind {
        SecurityKind::OAuth1(oauth) => {
            let uris = [
                ("requestTokenUri", &oauth.request_token_uri),
                ("authorizationUri", &oauth.authorization_uri),
                ("tokenCredentialsUri", &oauth.token_credentials_uri),
            ];
            ("the settings of OAuth 1.0", uris.map(|(key, uri)| (key, uri.is_some())).to_vec())
        }
        SecurityKind::OAuth2(oauth) => {
            let grants = &oauth.authorization_grants;
            let is_implicit = |grant: &String| matches!(grant.trim(), "implicit" | "token");
            let is_code = |grant: &String| matches!(grant.trim(), "authorization_code" | "code");
            let needs_token = grants.is_empty() || !grants.iter().all(is_implicit);
            let needs_page = grants.iter().any(|grant| is_implicit(grant) || is_code(grant));
            let required = [
                ("authorizationGrants", !grants.is_empty()),
                ("accessTokenUri", !needs_token || oauth.access_token_uri.is_some()),
                ("authorizationUri", !needs_page || oauth.authorization_uri.is_some()),
            ];
            ("the settings of OAuth 2.0", required.to_vec())
        }
        SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => return,
    };
    for (key, is_there) in required {
        if !is_there {
            cx.documents.missing_required(key, within, settings.location);
        }
    }
}

fn described_by(cx: &mut Context<'_, '_>, entry: &Entry, scheme: &mut SecurityScheme) {
    for part in cx.documents.map(&entry.key, &entry.value) {
        match &*part.key {
            "headers" => scheme.headers = parameters(cx, &part.key, &part.value, cx.is_10()),
            "queryParameters" => scheme.query_parameters = parameters(cx, &part.key, &part.value, cx.is_10()),
            "queryString" if cx.is_10() => {
                scheme.query_parameters = types::query_string(cx, part, true).form_parameters;
            }
            _ if cx.is_annotation(part) => {}
            // Error responses are only documentation.
            "responses" => {
                body::responses(cx, part);
            }
            "protocols" if !cx.is_10() => {
                http::protocols(cx, part);
            }
            _ => cx.unknown_key(part, "`describedBy`", &DESCRIBED_BY_KEYS),
        }
    }
}

fn security_kind(cx: &mut Context<'_, '_>, kind: String, location: NodeLocation, settings: &[Entry]) -> SecurityKind {
    let plain: String = kind.to_ascii_lowercase().split([' ', '_', '-']).collect();
    match plain.as_str() {
        "oauth2.0" | "oauth2" => SecurityKind::OAuth2(oauth2(cx, settings)),
        "oauth1.0" | "oauth1" | "oauth1.0a" => SecurityKind::OAuth1(oauth1(cx, settings)),
        "basicauthentication" | "basic" => SecurityKind::Basic,
        "digestauthentication" | "digest" => SecurityKind::Digest,
        _ => {
            let is_known = plain == "passthrough" && cx.is_10() || plain.starts_with('x') && kind.starts_with("x-");
            if !is_known && !kind.is_empty() {
                cx.documents.invalid("type", &kind, location, KINDS);
            }
            SecurityKind::Other(kind)
        }
    }
}

fn oauth2(cx: &mut Context<'_, '_>, settings: &[Entry]) -> OAuth2Settings {
    let mut oauth = OAuth2Settings::default();
    for entry in settings {
        match &*entry.key {
            "authorizationUri" => oauth.authorization_uri = cx.text(entry),
            "accessTokenUri" => oauth.access_token_uri = cx.text(entry),
            "authorizationGrants" => {
                oauth.authorization_grants = cx.texts(entry);
                for grant in &oauth.authorization_grants {
                    check_grant(cx, entry, grant.trim());
                }
            }
            _ if cx.is_annotation(entry) => {}
            "scopes" => oauth.scopes = cx.texts(entry),
            _ => cx.unknown_key(entry, "the settings of OAuth 2.0", &SETTINGS_KEYS),
        }
    }
    oauth
}

/// RAML 1.0 requires the grant names of OAuth 2.0, or a URI for an extension grant.
fn check_grant(cx: &mut Context<'_, '_>, entry: &Entry, grant: &str) {
    if !cx.is_10() || GRANTS.contains(&grant) || grant.contains("://") || grant.starts_with("urn:") {
        return;
    }
    match grant {
        "code" | "token" | "owner" | "credentials" => {
            let instead = "the grants are `authorization_code`, `implicit`, `password` and `client_credentials`";
            cx.raml08_syntax(grant, entry.value.location, false, instead);
        }
        _ => {
            let expected = "`authorization_code`, `implicit`, `password`, `client_credentials` or an absolute URI";
            cx.documents.invalid(&entry.key, grant, entry.value.location, expected);
        }
    }
}

fn oauth1(cx: &mut Context<'_, '_>, settings: &[Entry]) -> OAuth1Settings {
    let mut oauth = OAuth1Settings::default();
    for entry in settings {
        match &*entry.key {
            "requestTokenUri" => oauth.request_token_uri = cx.text(entry),
            "authorizationUri" => oauth.authorization_uri = cx.text(entry),
            "tokenCredentialsUri" => oauth.token_credentials_uri = cx.text(entry),
            "signatures" if cx.is_10() => {
                let texts = cx.texts(entry);
                for signature in texts.iter().filter(|text| !SIGNATURES.contains(&text.trim())) {
                    cx.documents.invalid(
                        &entry.key,
                        signature,
                        entry.value.location,
                        "`HMAC-SHA1`, `RSA-SHA1` or `PLAINTEXT`",
                    );
                }
                oauth.signatures = texts;
            }
            _ if cx.is_annotation(entry) => {}
            _ => cx.unknown_key(entry, "the settings of OAuth 1.0", &SETTINGS_KEYS),
        }
    }
    oauth
}

/// Reads a `securedBy` list; a single name counts as a list of one.
pub(super) fn secured_by(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<SecurityRequirement> {
    let items = match &entry.value.kind {
        NodeKind::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    items.iter().flat_map(|item| requirements(cx, item)).collect()
}

fn requirements(cx: &mut Context<'_, '_>, node: &Node) -> Vec<SecurityRequirement> {
    match &node.kind {
        NodeKind::Null => vec![SecurityRequirement::default()],
        NodeKind::Scalar { text, .. } => {
            let name = text.as_str().trim();
            let known = known(cx, name, node.location);
            known.map(|name| requirement(&name, Vec::new())).into_iter().collect()
        }
        NodeKind::Mapping(entries) => {
            let mut all = Vec::new();
            for entry in entries {
                let mut scopes = Vec::new();
                for setting in cx.documents.map(&entry.key, &entry.value) {
                    match &*setting.key {
                        "scopes" => scopes = cx.texts(setting),
                        // apinb does not use the other settings of a reference.
                        key if SETTINGS_KEYS.contains(&key) => {}
                        _ => cx.unknown_key(setting, "a use of a security scheme", &SETTINGS_KEYS),
                    }
                }
                if let Some(name) = known(cx, &entry.key, entry.location) {
                    check_scopes(cx, &name, &scopes, entry);
                    all.push(requirement(&name, scopes));
                }
            }
            all
        }
        NodeKind::Sequence(_) | NodeKind::Include(_) => {
            cx.documents.wrong_kind("securedBy", node, "a list of scheme names");
            Vec::new()
        }
    }
}

/// Reports scopes that the scheme does not list.
fn check_scopes(cx: &mut Context<'_, '_>, name: &str, scopes: &[String], entry: &Entry) {
    let scheme = cx.security_schemes.iter().find(|scheme| scheme.name == name);
    let Some(SecurityKind::OAuth2(OAuth2Settings { scopes: known, .. })) = scheme.map(|scheme| &scheme.kind) else {
        return;
    };
    let Some(unknown) = scopes.iter().find(|scope| !known.contains(scope)) else { return };
    if !known.is_empty() && cx.documents.spend_nodes(1 + known.len() / 8, entry.location) {
        let expected = format!("scopes of `{name}`: {}", excerpt(&known.join(", ")));
        let location = entry.value.get("scopes").map_or(entry.location, |node| node.location);
        cx.documents.invalid("scopes", unknown, location, &expected);
    }
}

fn requirement(name: &str, scopes: Vec<String>) -> SecurityRequirement {
    SecurityRequirement { schemes: vec![SchemeUse { name: name.to_owned(), scopes }] }
}

/// The name in the loaded definition of the scheme that `name` refers to.
fn known(cx: &mut Context<'_, '_>, name: &str, location: NodeLocation) -> Option<Rc<str>> {
    let found = cx.find(DeclarationKind::SecurityScheme, name, location);
    if found.is_none() {
        cx.unknown_name(DeclarationKind::SecurityScheme, name, location);
    }
    found.map(|found| found.name)
}
