//! "Security": the schemes that an API declares and the ones that a use asks for.

use crate::definition::model::{
    OAuth1Settings, OAuth2Settings, SchemeUse, SecurityKind, SecurityRequirement, SecurityScheme,
};
use crate::definition::node::{Entry, Kind, Node};

use super::context::{Context, Declared};
use super::parameter::parameters;

const KEYS: [&str; 4] = ["description", "type", "settings", "describedBy"];
const DESCRIBED_BY_KEYS: [&str; 3] = ["headers", "queryParameters", "responses"];
const SETTINGS_KEYS: [&str; 6] =
    ["authorizationUri", "accessTokenUri", "authorizationGrants", "scopes", "requestTokenUri", "tokenCredentialsUri"];

/// One declared scheme.
pub(super) fn scheme(cx: &mut Context<'_, '_>, declaration: &Entry) -> SecurityScheme {
    let mut scheme = SecurityScheme {
        name: declaration.key.to_string(),
        kind: SecurityKind::Other(String::new()),
        description: None,
        headers: Vec::new(),
        query_parameters: Vec::new(),
        cookies: Vec::new(),
        location: Some(cx.documents.location(declaration.place)),
    };
    let mut kind = None;
    let mut settings: &[Entry] = &[];
    for entry in cx.map(&declaration.key, &declaration.value) {
        match &*entry.key {
            "description" => scheme.description = cx.text(entry),
            "type" => kind = cx.text(entry),
            "settings" => settings = cx.map(&entry.key, &entry.value),
            "describedBy" => described_by(cx, entry, &mut scheme),
            _ => cx.unknown_key(entry, "a security scheme", &KEYS),
        }
    }
    if kind.is_none() {
        cx.missing("type", "a security scheme", declaration.place);
    }
    scheme.kind = security_kind(cx, kind.unwrap_or_default(), settings);
    scheme
}

fn described_by(cx: &mut Context<'_, '_>, entry: &Entry, scheme: &mut SecurityScheme) {
    for part in cx.map(&entry.key, &entry.value) {
        match &*part.key {
            "headers" => scheme.headers = parameters(cx, &part.key, &part.value, false),
            "queryParameters" => scheme.query_parameters = parameters(cx, &part.key, &part.value, false),
            // What a refusal looks like is documentation.
            "responses" => {}
            _ => cx.unknown_key(part, "`describedBy`", &DESCRIBED_BY_KEYS),
        }
    }
}

fn security_kind(cx: &mut Context<'_, '_>, kind: String, settings: &[Entry]) -> SecurityKind {
    let plain: String = kind.to_ascii_lowercase().split([' ', '_', '-']).collect();
    match plain.as_str() {
        "oauth2.0" | "oauth2" => SecurityKind::OAuth2(oauth2(cx, settings)),
        "oauth1.0" | "oauth1" | "oauth1.0a" => SecurityKind::OAuth1(oauth1(cx, settings)),
        "basicauthentication" | "basic" => SecurityKind::Basic,
        "digestauthentication" | "digest" => SecurityKind::Digest,
        _ => SecurityKind::Other(kind),
    }
}

fn oauth2(cx: &mut Context<'_, '_>, settings: &[Entry]) -> OAuth2Settings {
    let mut oauth = OAuth2Settings::default();
    for entry in settings {
        match &*entry.key {
            "authorizationUri" => oauth.authorization_uri = cx.text(entry),
            "accessTokenUri" => oauth.access_token_uri = cx.text(entry),
            "authorizationGrants" => oauth.authorization_grants = cx.texts(entry),
            "scopes" => oauth.scopes = cx.texts(entry),
            _ => cx.unknown_key(entry, "the settings of OAuth 2.0", &SETTINGS_KEYS),
        }
    }
    oauth
}

fn oauth1(cx: &mut Context<'_, '_>, settings: &[Entry]) -> OAuth1Settings {
    let mut oauth = OAuth1Settings::default();
    for entry in settings {
        match &*entry.key {
            "requestTokenUri" => oauth.request_token_uri = cx.text(entry),
            "authorizationUri" => oauth.authorization_uri = cx.text(entry),
            "tokenCredentialsUri" => oauth.token_credentials_uri = cx.text(entry),
            _ => cx.unknown_key(entry, "the settings of OAuth 1.0", &SETTINGS_KEYS),
        }
    }
    oauth
}

/// A `securedBy` list; one name alone counts as a list of it.
pub(super) fn secured_by(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<SecurityRequirement> {
    let items = match &entry.value.kind {
        Kind::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    items.iter().flat_map(|item| requirements(cx, item)).collect()
}

fn requirements(cx: &mut Context<'_, '_>, node: &Node) -> Vec<SecurityRequirement> {
    match &node.kind {
        Kind::Null => vec![SecurityRequirement::default()],
        Kind::Scalar { text, .. } => {
            let name = text.as_str().trim();
            let known = is_known(cx, name, node);
            known.then(|| requirement(name, Vec::new())).into_iter().collect()
        }
        Kind::Mapping(entries) => {
            let mut all = Vec::new();
            for entry in entries {
                let mut scopes = Vec::new();
                for setting in cx.map(&entry.key, &entry.value) {
                    match &*setting.key {
                        "scopes" => scopes = cx.texts(setting),
                        // Other settings may be narrowed too; nothing uses that.
                        key if SETTINGS_KEYS.contains(&key) => {}
                        _ => cx.unknown_key(setting, "a use of a security scheme", &SETTINGS_KEYS),
                    }
                }
                if is_known(cx, &entry.key, &Node::new(entry.place, Kind::Null)) {
                    all.push(requirement(&entry.key, scopes));
                }
            }
            all
        }
        Kind::Sequence(_) | Kind::Include(_) => {
            cx.wrong_kind("securedBy", node, "a list of scheme names");
            Vec::new()
        }
    }
}

fn requirement(name: &str, scopes: Vec<String>) -> SecurityRequirement {
    SecurityRequirement { schemes: vec![SchemeUse { name: name.to_owned(), scopes }] }
}

fn is_known(cx: &mut Context<'_, '_>, name: &str, node: &Node) -> bool {
    let known = cx.security_schemes.contains(name);
    if !known {
        cx.unknown_name(Declared::SecurityScheme, name, node.place);
    }
    known
}
