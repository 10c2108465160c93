//! {securitySchemes}, 2.0's {securityDefinitions}, and {security}.

use std::collections::HashSet;

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::limits::MODEL_NODES;
use crate::model::{OAuth2Settings, Parameter, SchemeUse, SecurityKind, SecurityRequirement, SecurityScheme};
use crate::tree::node::{Entry, Node};
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;

use crate::openapi::context::Context;
use crate::openapi::version::Version;

const KEYS: [&str; 8] = ["type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl"];
const KEYS_2: [&str; 8] = ["type", "description", "name", "in", "flow", "authorizationUrl", "tokenUrl", "scopes"];
const FLOW_KEYS: [&str; 4] = ["authorizationUrl", "tokenUrl", "refreshUrl", "scopes"];

/// The flows of 3.x and of 2.0 and their RAML 1.0 names, in the order in which their URLs are preferred.
const FLOWS: [(&str, &str, &str); 4] = [
    ("authorizationCode", "accessCode", "authorization_code"),
    ("clientCredentials", "application", "client_credentials"),
    ("password", "password", "password"),
    ("implicit", "implicit", "implicit"),
];

/// All declared schemes.
pub(super) fn schemes(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<SecurityScheme> {
    let mut schemes = Vec::new();
    for declared in cx.documents.map(&entry.key, &entry.value) {
        if !cx.documents.spend_nodes(MODEL_NODES, declared.location) {
            break;
        }
        cx.security_schemes.insert(declared.key.to_string());
        let Some(node) = cx.object(&declared.value) else { continue };
        schemes.extend(scheme(cx, declared, &node));
    }
    schemes
}

fn scheme(cx: &mut Context<'_, '_>, declared: &Entry, node: &Node) -> Option<SecurityScheme> {
    let mut scheme = SecurityScheme {
        location: Some(cx.documents.locate(declared.location)),
        ..SecurityScheme::new(&*declared.key, SecurityKind::Basic)
    };
    let version_2 = node.get("flow").is_some() || cx.version == Version::V2;
    for part in cx.documents.map(&declared.key, node) {
        match &*part.key {
            "description" => scheme.description = cx.text(part),
            key if KEYS.contains(&key) || version_2 && KEYS_2.contains(&key) => {}
            _ => cx.unknown_key(part, "a security scheme", if version_2 { &KEYS_2 } else { &KEYS }),
        }
    }
    let Some(entry) = node.entry("type") else {
        cx.documents.missing("type", "a security scheme", declared.location);
        return None;
    };
    let kind = cx.text(entry)?;
    scheme.kind = match kind.as_str() {
        "basic" if version_2 => SecurityKind::Basic,
        "http" => http(cx, declared, node)?,
        "apiKey" => {
            api_key(cx, declared, node, &mut scheme)?;
            SecurityKind::Other(kind)
        }
        "oauth2" if version_2 => SecurityKind::OAuth2(oauth2_of_version_2(cx, node)),
        "oauth2" => SecurityKind::OAuth2(oauth2(cx, node)),
        "openIdConnect" => SecurityKind::Bearer,
        "mutualTLS" => SecurityKind::Other(kind),
        _ => {
            let expected = match version_2 {
                true => "`basic`, `apiKey` or `oauth2`",
                false => "`http`, `apiKey`, `oauth2`, `openIdConnect` or `mutualTLS`",
            };
            cx.documents.invalid(&entry.key, &kind, entry.value.location, expected);
            SecurityKind::Other(kind)
        }
    };
    Some(scheme)
}

fn http(cx: &mut Context<'_, '_>, declared: &Entry, node: &Node) -> Option<SecurityKind> {
    let Some(entry) = node.entry("scheme") else {
        cx.documents.missing("scheme", "a security scheme of type `http`", declared.location);
        return None;
    };
    let name = cx.text(entry)?;
    Some(match name.to_ascii_lowercase().as_str() {
        "basic" => SecurityKind::Basic,
        "bearer" => SecurityKind::Bearer,
        "digest" => SecurityKind::Digest,
        _ => SecurityKind::Other(format!("http {name}")),
    })
}

fn api_key(cx: &mut Context<'_, '_>, declared: &Entry, node: &Node, scheme: &mut SecurityScheme) -> Option<()> {
    let Some(name) = node.entry("name").and_then(|entry| cx.text(entry)) else {
        cx.documents.missing("name", "a security scheme of type `apiKey`", declared.location);
        return None;
    };
    let parameter = Parameter { name, required: true, location: scheme.location.clone(), ..Parameter::default() };
    let Some(entry) = node.entry("in") else {
        cx.documents.missing("in", "a security scheme of type `apiKey`", declared.location);
        return None;
    };
    match cx.text(entry).as_deref() {
        Some("header") => scheme.headers.push(parameter),
        Some("query") => scheme.query_parameters.push(parameter),
        Some("cookie") => scheme.cookies.push(parameter),
        other => {
            cx.documents.invalid(
                &entry.key,
                other.unwrap_or_default(),
                entry.value.location,
                "`header`, `query` or `cookie`",
            );
            return None;
        }
    }
    Some(())
}

fn oauth2(cx: &mut Context<'_, '_>, node: &Node) -> OAuth2Settings {
    let mut settings = OAuth2Settings::default();
    let Some(flows) = node.entry("flows") else {
        cx.documents.missing("flows", "a security scheme of type `oauth2`", node.location);
        return settings;
    };
    let known = FLOWS.map(|(name, _, _)| name);
    for entry in cx.documents.map(&flows.key, &flows.value) {
        if !known.contains(&&*entry.key) {
            cx.unknown_key(entry, "the flows of OAuth 2.0", &known);
        }
    }
    for (name, _, grant) in FLOWS {
        let Some(flow) = flows.value.entry(name) else { continue };
        settings.authorization_grants.push(grant.to_owned());
        for part in cx.documents.map(&flow.key, &flow.value) {
            flow_setting(cx, part, &mut settings);
        }
    }
    let mut seen = HashSet::new();
    settings.scopes.retain(|scope| seen.insert(scope.clone()));
    settings
}

fn oauth2_of_version_2(cx: &mut Context<'_, '_>, node: &Node) -> OAuth2Settings {
    let mut settings = OAuth2Settings::default();
    for part in node.entries() {
        match &*part.key {
            "flow" => {
                let Some(text) = cx.text(part) else { continue };
                match FLOWS.iter().find(|(_, name, _)| *name == text) {
                    Some((_, _, grant)) => settings.authorization_grants.push((*grant).to_owned()),
                    None => {
                        let expected = "`accessCode`, `application`, `password` or `implicit`";
                        cx.documents.invalid(&part.key, &text, part.value.location, expected);
                    }
                }
            }
            "type" | "description" => {}
            _ => flow_setting(cx, part, &mut settings),
        }
    }
    settings
}

/// Sets the URLs from the first flow that has them, and adds the scopes of all flows.
fn flow_setting(cx: &mut Context<'_, '_>, entry: &Entry, settings: &mut OAuth2Settings) {
    match &*entry.key {
        "authorizationUrl" if settings.authorization_uri.is_none() => settings.authorization_uri = url(cx, entry),
        "tokenUrl" if settings.access_token_uri.is_none() => settings.access_token_uri = url(cx, entry),
        "refreshUrl" if settings.refresh_uri.is_none() => settings.refresh_uri = url(cx, entry),
        "authorizationUrl" | "tokenUrl" | "refreshUrl" => {}
        "scopes" => {
            for scope in cx.documents.map(&entry.key, &entry.value) {
                if !scope.key.starts_with("x-") {
                    settings.scopes.push(scope.key.to_string());
                }
            }
        }
        _ => cx.unknown_key(entry, "a flow of OAuth 2.0", &FLOW_KEYS),
    }
}

fn url(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<String> {
    let url = cx.text(entry)?;
    Some(crate::openapi::server::absolute(cx, url.trim(), entry.value.location))
}

/// {security}: a request must meet one of these requirements.
pub(super) fn requirements(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<SecurityRequirement> {
    let mut requirements = Vec::new();
    for item in cx.documents.list(&entry.key, &entry.value) {
        if !cx.documents.spend_nodes(1, item.location) {
            break;
        }
        let mut requirement = SecurityRequirement::default();
        let mut known = true;
        for used in cx.documents.map(&entry.key, item) {
            if !cx.documents.spend_nodes(1, used.location) {
                return requirements;
            }
            if !cx.security_schemes.contains(&*used.key) {
                unknown(cx, used);
                known = false;
                continue;
            }
            requirement.schemes.push(SchemeUse { name: used.key.to_string(), scopes: cx.texts(used) });
        }
        // Without the unknown scheme, the requirement would be weaker.
        if known {
            requirements.push(requirement);
        }
    }
    requirements
}

fn unknown(cx: &mut Context<'_, '_>, used: &Entry) {
    if cx.documents.is_full() {
        return;
    }
    let location = cx.documents.locate(used.location);
    let suggestion = suggest(&used.key, cx.security_schemes.iter().take(1_000).map(String::as_str)).map(str::to_owned);
    let (kind, name) = ("security scheme", excerpt(&used.key));
    cx.documents.report(DocumentDiagnostic::UnknownName { location, kind, name, suggestion });
}
