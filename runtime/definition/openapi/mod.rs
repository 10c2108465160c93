//! OpenAPI 2.0, 3.0 and 3.1 (and later, by [`new_keys`]): converts a tree of nodes to the [`Definition`].
//!
//! In reading order: [`reference`] resolves `$ref`; [`path`] reads paths and operations, with [`parameter`] (and
//! [`style`]), [`body`], [`response`], [`security`] and [`server`]; [`schema`] converts schemas to JSON Schema 2020-12;
//! [`value`] converts plain values. [`context`] is the shared state.
//!
//! One reader handles all versions, with [`version::Version`] for the differences. Webhooks, callbacks and links are
//! ignored, since a client does not call them.

mod body;
mod context;
pub(crate) mod diagnostic;
mod new_keys;
mod parameter;
mod path;
mod reference;
mod request_parameter;
mod response;
mod schema;
mod security;
mod server;
mod state;
mod style;
mod value;
mod version;

use std::collections::HashSet;
use std::rc::Rc;

use crate::documents::Documents;
use crate::documents::diagnostic::DocumentDiagnostic;
use crate::model::{Definition, Documentation};
use crate::tree::node::{Entry, Node};
use apinb_text::display::truncate::excerpt;
use apinb_text::source::deferred::Text;
use body::joined;
use context::Context;
use reference::reference_of;
use state::{NodePointer, References, SchemaNames};
use version::Version;

const KEYS: [&str; 10] = [
    "openapi",
    "info",
    "servers",
    "paths",
    "components",
    "security",
    "tags",
    "externalDocs",
    "webhooks",
    "jsonSchemaDialect",
];
const KEYS_2: [&str; 15] = [
    "swagger",
    "info",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "paths",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "security",
    "tags",
    "externalDocs",
];
const INFO_KEYS: [&str; 7] = ["title", "version", "description", "summary", "termsOfService", "contact", "license"];
const COMPONENT_KEYS: [&str; 10] = [
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
];

/// Whether a root node has the version key of OpenAPI or Swagger.
pub(super) fn is_openapi(root: &Node) -> bool {
    root.get("swagger").or(root.get("openapi")).is_some()
}

/// Whether a text may be an OpenAPI document in YAML: a line starts with the version key.
pub(super) fn may_be_openapi(text: &str) -> bool {
    text.lines().any(|line| {
        let key = line.trim_start_matches(['"', '\'']);
        ["openapi", "swagger"].iter().any(|name| {
            let rest = key.strip_prefix(name).map(|rest| rest.trim_start_matches(['"', '\'']).trim_start());
            rest.is_some_and(|rest| rest.starts_with(':'))
        })
    })
}

/// Reads the definition from its root node; `None` for an unsupported version.
pub(super) fn read(documents: &mut Documents<'_>, root: &Rc<Node>) -> Option<Definition> {
    let version = version(documents, root)?;
    let mut cx = Context {
        documents,
        version,
        references: References::new(root),
        names: SchemaNames::default(),
        consumes: Rc::new([]),
        produces: Rc::new([]),
        security_schemes: HashSet::new(),
        operations: HashSet::new(),
    };
    cx.prefetch(root);
    let mut definition = Definition { requires_path_parameters: true, ..Definition::default() };
    // Other parts refer to the declarations, so they are read first.
    declarations(&mut cx, root, &mut definition);
    for entry in root.entries() {
        match &*entry.key {
            "info" => info(&mut cx, entry, &mut definition),
            "servers" if version != Version::V2 => {
                let mut servers = server::servers(&mut cx, entry).into_iter();
                if let Some(first) = servers.next() {
                    definition.base_uri = Some(first.uri);
                    definition.base_uri_parameters = first.parameters;
                }
                definition.other_servers = servers.collect();
            }
            "paths" => definition.resources = path::resources(&mut cx, entry),
            "security" => definition.secured_by = security::requirements(&mut cx, entry),
            "tags" => tags(&mut cx, entry, &mut definition),
            "externalDocs" => definition.documentation.extend(external_docs(&mut cx, entry)),
            key if known(version).contains(&key) => {}
            _ => cx.unknown_key(entry, "the root", known(version)),
        }
    }
    definition.annotations = cx.annotations(root.entries());
    if root.get("info").is_none() {
        cx.documents.missing("info", "the definition", root.location);
    }
    if root.get("paths").is_none() && version < Version::V31 {
        cx.documents.missing("paths", "the definition", root.location);
    }
    base_uri(&mut cx, root, &mut definition);
    definition.schemas = schema::named(&mut cx);
    Some(definition)
}

fn known(version: Version) -> &'static [&'static str] {
    match version {
        Version::V2 => &KEYS_2,
        Version::V30 | Version::V31 | Version::V32 => &KEYS,
    }
}

/// The version in the root. A later 3.x is read as the latest supported version, with a warning.
fn version(documents: &mut Documents<'_>, root: &Node) -> Option<Version> {
    let (entry, name) = match (root.entry("openapi"), root.entry("swagger")) {
        (Some(entry), _) => (entry, "OpenAPI"),
        (None, Some(entry)) => (entry, "Swagger"),
        (None, None) => return None,
    };
    let text = entry.value.as_str().unwrap_or_default().trim();
    let known = match (name, text) {
        ("Swagger", "2.0" | "2") => Some(Version::V2),
        ("OpenAPI", text) if text == "3.0" || text.starts_with("3.0.") => Some(Version::V30),
        ("OpenAPI", text) if text == "3.1" || text.starts_with("3.1.") => Some(Version::V31),
        _ => None,
    };
    if known.is_some() {
        return known;
    }
    let location = documents.locate(entry.value.location);
    let version = format!("{name} {}", excerpt(text));
    if name == "OpenAPI" && text.starts_with("3.") {
        documents.report(DocumentDiagnostic::NewerVersion { location, version });
        return Some(Version::V32);
    }
    documents.report(DocumentDiagnostic::UnsupportedVersion { location, version });
    None
}

fn declarations(cx: &mut Context<'_, '_>, root: &Node, definition: &mut Definition) {
    if cx.version == Version::V2 {
        for entry in root.entries() {
            match &*entry.key {
                "consumes" => cx.consumes = cx.texts(entry).into(),
                "produces" => cx.produces = cx.texts(entry).into(),
                "definitions" => {
                    let file = entry.value.location.file;
                    schema::declare(cx, entry, NodePointer { file, pointer: "/definitions".into() });
                }
                "securityDefinitions" => definition.security_schemes = security::schemes(cx, entry),
                _ => {}
            }
        }
        let all = cx.consumes.iter().chain(cx.produces.iter()).map(|name| name.trim());
        let mut seen = HashSet::new();
        definition.media_types = all.filter(|name| seen.insert(*name)).map(str::to_owned).collect();
        return;
    }
    let Some(components) = root.entry("components") else { return };
    // The key by which references to the components find them.
    let whole = match reference_of(&components.value) {
        Some((reference, location)) => cx.target(&reference, location).map(|target| target.key),
        None => Some(NodePointer { file: components.value.location.file, pointer: "/components".into() }),
    };
    let (Some(components), Some(whole)) = (cx.followed(components, "`components`"), whole) else { return };
    for entry in cx.documents.map(&components.key, &components.value) {
        match &*entry.key {
            "schemas" => schema::declare(cx, entry, whole.child("schemas")),
            "securitySchemes" => definition.security_schemes = security::schemes(cx, entry),
            // The others are read when they are referenced.
            key if COMPONENT_KEYS.contains(&key) => {}
            _ => cx.unknown_key(entry, "the components", &COMPONENT_KEYS),
        }
    }
}

fn info(cx: &mut Context<'_, '_>, entry: &Entry, definition: &mut Definition) {
    let mut summary = None;
    let entries = cx.documents.map(&entry.key, &entry.value);
    for part in entries {
        match &*part.key {
            "title" => definition.title = cx.text(part).unwrap_or_default(),
            "version" => definition.version = cx.text(part),
            "description" => definition.description = cx.text(part),
            "summary" => summary = cx.text(part),
            "termsOfService" | "contact" | "license" => {}
            _ => cx.unknown_key(part, "`info`", &INFO_KEYS),
        }
    }
    definition.description = joined(summary, definition.description.take());
    if definition.title.is_empty() {
        cx.documents.missing("title", "`info`", entry.location);
    }
    if entry.value.get("version").is_none() {
        cx.documents.missing("version", "`info`", entry.location);
    }
}

/// The base URI in the absence of {servers}: that of 2.0, or the location of the document.
fn base_uri(cx: &mut Context<'_, '_>, root: &Node, definition: &mut Definition) {
    if cx.version == Version::V2 {
        let (uri, protocols) = server::of_version_2(cx, root);
        (definition.base_uri, definition.protocols) = (uri, protocols);
    } else if definition.base_uri.is_none() {
        let uri = server::absolute(cx, "/", root.location);
        definition.base_uri = Some(uri).filter(|uri| uri != "/");
    }
}

/// A documentation chapter for each tag with a description.
fn tags(cx: &mut Context<'_, '_>, entry: &Entry, definition: &mut Definition) {
    for tag in cx.documents.list(&entry.key, &entry.value) {
        if !cx.spend(tag.location) {
            return;
        }
        let (mut title, mut content, mut link) = (String::new(), None, None);
        for part in cx.documents.map(&entry.key, tag) {
            match &*part.key {
                "name" => title = cx.text(part).unwrap_or_default(),
                "description" => content = cx.text(part),
                "externalDocs" => link = external_docs(cx, part),
                _ => cx.unknown_key(part, "a tag", &["name", "description", "externalDocs"]),
            }
        }
        let link = link.map(|link| link.content.as_str().to_owned());
        if let Some(content) = joined(content, link) {
            definition.documentation.push(Documentation { title, content: Text::from(content) });
        }
    }
}

/// {externalDocs} as a chapter with a link.
fn external_docs(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<Documentation> {
    let (mut url, mut description) = (None, None);
    for part in cx.documents.map(&entry.key, &entry.value) {
        match &*part.key {
            "url" => url = cx.text(part),
            "description" => description = cx.text(part),
            _ => cx.unknown_key(part, "`externalDocs`", &["url", "description"]),
        }
    }
    let Some(url) = url else {
        cx.documents.missing("url", "`externalDocs`", entry.location);
        return None;
    };
    let content = match description {
        Some(description) => format!("{description}: <{url}>"),
        None => format!("<{url}>"),
    };
    Some(Documentation { title: "External documentation".to_owned(), content: Text::from(content) })
}
