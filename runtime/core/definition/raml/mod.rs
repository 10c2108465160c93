//! RAML 0.8: from a tree of nodes to the [`Definition`].
//!
//! In reading order: [`yaml`] (and [`mend`]) turn text into nodes, includes already in place; [`apply`] lays resource
//! types and traits over resources with [`template`] and [`merge`]; [`resource`], [`body`], [`parameter`] and
//! [`security`] read what a key means. A JSON form of a parsed definition enters here as well, as a tree.

mod apply;
mod body;
mod context;
mod events;
mod inflect;
mod mend;
mod merge;
mod parameter;
mod resource;
mod security;
mod template;
pub(crate) mod yaml;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::documents::Documents;
use super::model::{Definition, Documentation, Parameter};
use super::node::{Entry, Kind, Node};
use super::schema::Schema;
use context::Context;

const KEYS: [&str; 13] = [
    "title",
    "version",
    "baseUri",
    "baseUriParameters",
    "uriParameters",
    "protocols",
    "mediaType",
    "schemas",
    "documentation",
    "securitySchemes",
    "securedBy",
    "resourceTypes",
    "traits",
];

/// The definition that the root node says. `any_keys`: unknown keys are no fault.
pub(crate) fn read(documents: &mut Documents<'_>, root: &Node, any_keys: bool) -> Definition {
    let mut cx = Context {
        documents,
        resource_types: HashMap::new(),
        traits: HashMap::new(),
        schemas: HashMap::new(),
        security_schemes: HashSet::new(),
        media_types: Vec::new(),
        any_keys,
    };
    let mut definition = Definition::default();
    // Declarations hold for the whole document, wherever they stand in it.
    for entry in root.entries() {
        declaration(&mut cx, entry, &mut definition);
    }
    let mut base = (Vec::new(), Node::null(root.place));
    for entry in root.entries() {
        match &*entry.key {
            "title" => definition.title = cx.text(entry).unwrap_or_default(),
            "version" => definition.version = cx.text(entry),
            "baseUri" => definition.base_uri = cx.text(entry).map(|uri| uri.trim().to_owned()),
            // RAML 0.8 knows `uriParameters` of the root as another name for it.
            "baseUriParameters" | "uriParameters" => {
                base = (parameter::parameters(&mut cx, &entry.key, &entry.value, true), Rc::clone(&entry.value));
            }
            "protocols" => definition.protocols = resource::protocols(&mut cx, entry),
            "documentation" => definition.documentation = documentation(&mut cx, entry),
            "securedBy" => definition.secured_by = security::secured_by(&mut cx, entry),
            "mediaType" | "schemas" | "securitySchemes" | "resourceTypes" | "traits" => {}
            key if key.starts_with('/') => definition.resources.extend(resource::resource(&mut cx, entry, "", 1)),
            _ => cx.unknown_key(entry, "the root", &KEYS),
        }
    }
    if definition.title.is_empty() {
        cx.missing("title", "the definition", root.place);
    }
    definition.base_uri_parameters = base_uri_parameters(&mut cx, &definition, base.0, &base.1);
    definition.media_types = cx.media_types;
    definition
}

fn declaration(cx: &mut Context<'_, '_>, entry: &Entry, definition: &mut Definition) {
    match &*entry.key {
        "mediaType" => cx.media_types = cx.texts(entry),
        "schemas" => {
            for declared in cx.declarations(entry) {
                let schema = Schema::from_text(body::value_text(cx, &declared.value).unwrap_or_default());
                definition.schemas.insert(&*declared.key, schema.clone());
                cx.schemas.insert(declared.key, schema);
            }
        }
        "resourceTypes" => {
            let declared = cx.declarations(entry);
            for entry in &declared {
                cx.map(&entry.key, &entry.value);
            }
            cx.resource_types = declared.into_iter().map(|entry| (entry.key, entry.value)).collect();
        }
        "traits" => {
            let declared = cx.declarations(entry);
            for entry in &declared {
                cx.map(&entry.key, &entry.value);
            }
            cx.traits = declared.into_iter().map(|entry| (entry.key, entry.value)).collect();
        }
        "securitySchemes" => {
            for declared in cx.declarations(entry) {
                let scheme = security::scheme(cx, &declared);
                cx.security_schemes.insert(scheme.name.clone());
                definition.security_schemes.push(scheme);
            }
        }
        _ => {}
    }
}

fn documentation(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<Documentation> {
    let chapters = match &entry.value.kind {
        Kind::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    let mut documentation = Vec::new();
    for chapter in chapters {
        let (mut title, mut content) = (None, None);
        for part in cx.map(&entry.key, chapter) {
            match &*part.key {
                "title" => title = cx.text(part),
                "content" => content = body::value_text(cx, &part.value),
                _ => cx.unknown_key(part, "a documentation chapter", &["title", "content"]),
            }
        }
        if title.is_some() || content.is_some() {
            documentation
                .push(Documentation { title: title.unwrap_or_default(), content: content.unwrap_or_default() });
        }
    }
    documentation
}

/// `{version}` of the base URI is the API's version ("Base URI and baseUriParameters").
fn base_uri_parameters(
    cx: &mut Context<'_, '_>,
    definition: &Definition,
    described: Vec<Parameter>,
    node: &Node,
) -> Vec<Parameter> {
    let uri = definition.base_uri.as_deref().unwrap_or_default();
    let mut all = parameter::with_tags(cx, uri, described, node);
    if let Some(version) = &definition.version
        && let Some(parameter) = all.iter_mut().find(|parameter| parameter.name == "version")
        && parameter.values.is_empty()
    {
        parameter.values = vec![version.clone()];
    }
    all
}
