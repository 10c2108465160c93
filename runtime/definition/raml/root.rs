//! The root of a definition: the keys for the whole API, and its declarations and those of its libraries.

use std::rc::Rc;

use crate::model::{Definition, Documentation, Parameter};
use crate::raml::diagnostic::RamlDiagnostic;
use crate::tree::node as tree;
use crate::tree::node::{Entry, Node, NodeKind};
use crate::tree::value;

use crate::documents::header::Fragment;
use crate::raml::annotations::Target;
use crate::raml::context::Context;
use crate::raml::http::protocols;
use crate::raml::language::Version;
use crate::raml::scopes::{DeclarationKind, declares};
use crate::raml::{http, parameter, resource, security, types, unapplied, uri};

const KEYS_08: [&str; 13] = [
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
const KEYS_10: [&str; 16] = [
    "title",
    "description",
    "version",
    "baseUri",
    "baseUriParameters",
    "protocols",
    "mediaType",
    "documentation",
    "types",
    "schemas",
    "traits",
    "resourceTypes",
    "annotationTypes",
    "securitySchemes",
    "securedBy",
    "uses",
];

/// Reads the definition from a root whose declarations were already read.
pub(super) fn definition(cx: &mut Context<'_, '_>, root: &Node) -> Definition {
    let mut definition = Definition::default();
    // Applies to the whole document, so it is read first.
    if let Some(entry) = root.entry("mediaType") {
        cx.media_types = http::media_types(cx, entry);
    }
    let mut base = (Vec::new(), Node::null(root.location));
    for entry in root.entries() {
        match &*entry.key {
            "title" => definition.title = cx.text(entry).unwrap_or_default(),
            "description" if cx.is_10() => definition.description = cx.text(entry),
            "version" => definition.version = cx.text(entry),
            "baseUri" => {
                definition.base_uri = cx.text(entry).map(|uri| uri.trim().to_owned());
                let uri = definition.base_uri.as_deref().unwrap_or_default();
                uri::check_template(cx, &entry.key, uri, entry.value.location);
            }
            // RAML 0.8 accepts `uriParameters` in the root as a synonym.
            "baseUriParameters" | "uriParameters" => {
                if &*entry.key == "uriParameters" {
                    cx.raml08_syntax("uriParameters", entry.location, false, "these are `baseUriParameters`");
                }
                base = (parameter::parameters(cx, &entry.key, &entry.value, true), Rc::clone(&entry.value));
            }
            "protocols" => {
                // A method may have a single one.
                if cx.is_10() && entry.value.as_str().is_some() {
                    cx.documents.wrong_kind(&entry.key, &entry.value, "a list of `HTTP` or `HTTPS`");
                }
                definition.protocols = protocols(cx, entry);
            }
            "documentation" => definition.documentation = documentation(cx, entry),
            "securedBy" => definition.secured_by = security::secured_by(cx, entry),
            "mediaType" => {}
            "uses" | "usage" | "extends" if cx.is_10() => {}
            key if declares(key, cx.is_10()).is_some() => {}
            key if key.starts_with('/') => definition.resources.extend(resource::resource(cx, entry, "", 1)),
            _ if cx.is_annotation(entry) => {}
            _ => match cx.version {
                Version::V08 => cx.unknown_key(entry, "the root", &KEYS_08),
                Version::V10 => cx.unknown_key(entry, "the root", &KEYS_10),
            },
        }
    }
    // Of an overlay or extension, `root` is the merged document.
    let place = cx.root_place(0);
    definition.annotations = cx.annotations(root, place);
    unapplied::check(cx);
    cx.check_annotations();
    if definition.title.is_empty() {
        cx.documents.missing_required("title", "the definition", root.location);
    }
    definition.base_uri_parameters = base_uri_parameters(cx, &definition, base.0, &base.1);
    definition.media_types = std::mem::take(&mut cx.media_types);
    types::finish(cx);
    definition.schemas = std::mem::take(&mut cx.schemas);
    definition.security_schemes = std::mem::take(&mut cx.security_schemes);
    definition
}

impl Context<'_, '_> {
    /// Reads the declarations of a root or library. All names are already registered.
    pub(super) fn declare(&mut self, root: &Node) {
        if self.documents.roles.fragment(root.location.file) == Some(Fragment::Library) {
            self.annotations(root, &[Target::Library]);
        }
        for entry in root.entries() {
            let Some(kind) = declares(&entry.key, self.is_10()) else { continue };
            if &*entry.key == "schemas" && self.is_10() && root.entry("types").is_some() {
                let location = self.documents.locate(entry.location);
                let (key, other) = ("schemas".to_owned(), "types");
                self.documents.report(RamlDiagnostic::ExclusiveKeys { location, key, other });
            }
            let expected = match kind {
                DeclarationKind::ResourceType => Fragment::ResourceType,
                DeclarationKind::Trait => Fragment::Trait,
                DeclarationKind::Type => Fragment::DataType,
                DeclarationKind::SecurityScheme => Fragment::SecurityScheme,
                DeclarationKind::AnnotationType => Fragment::AnnotationTypeDeclaration,
            };
            for declared in self.declarations(entry) {
                self.fragment(declared.location, &declared.value, Some(expected));
                self.declare_one(kind, &declared);
            }
        }
    }

    fn declare_one(&mut self, kind: DeclarationKind, declared: &Entry) {
        match kind {
            DeclarationKind::ResourceType | DeclarationKind::Trait => {
                self.documents.map(&declared.key, &declared.value);
                let is_trait = kind == DeclarationKind::Trait;
                let place: &[Target] = if is_trait { &[Target::Trait] } else { &[Target::ResourceType] };
                self.template_annotations(&declared.value, place);
            }
            DeclarationKind::Type if self.is_10() => types::declare(self, declared),
            DeclarationKind::Type => {
                let text = value::value_text(self.documents, &declared.value).unwrap_or_default();
                let schema = self.documents.schema(text, "", declared.value.location);
                let name = self.qualified(declared.location, &declared.key);
                self.schemas.insert(name, schema);
            }
            DeclarationKind::SecurityScheme => {
                let scheme = security::scheme(self, declared);
                self.security_schemes.push(scheme);
            }
            DeclarationKind::AnnotationType => types::annotation_type(self, declared),
        }
    }
}

fn documentation(cx: &mut Context<'_, '_>, entry: &Entry) -> Vec<Documentation> {
    let chapters = match &entry.value.kind {
        NodeKind::Sequence(items) if !items.is_empty() => items.as_slice(),
        NodeKind::Null if !cx.is_10() => &[],
        _ => {
            if cx.is_10() {
                cx.documents.wrong_kind(&entry.key, &entry.value, "a list of chapters");
            }
            std::slice::from_ref(&entry.value)
        }
    };
    let mut documentation = Vec::new();
    for chapter in chapters {
        cx.fragment(entry.value.location, chapter, Some(Fragment::DocumentationItem));
        let (mut title, mut content, mut is_content) = (None, None, false);
        for part in cx.documents.map(&entry.key, chapter) {
            match &*part.key {
                "title" => title = cx.text(part),
                "content" => {
                    let value = cx.plain(&part.value);
                    content = value::value_text(cx.documents, &value);
                    // A document is not read for this.
                    let is_empty = |text: &tree::Text| !text.is_document() && text.as_str().trim().is_empty();
                    is_content = !matches!(&value.kind, NodeKind::Scalar { text, .. } if is_empty(text));
                    is_content &= content.is_some();
                }
                _ if cx.is_annotation(part) => {}
                _ => cx.unknown_key(part, "a documentation chapter", &["title", "content"]),
            }
        }
        cx.annotations(chapter, &[Target::DocumentationItem]);
        if cx.is_10() {
            let is_title = title.as_ref().is_some_and(|title| !title.is_empty());
            for (key, is_there) in [("title", is_title), ("content", is_content)] {
                if !is_there && matches!(chapter.kind, NodeKind::Mapping(_)) {
                    cx.documents.missing_required(key, "a documentation chapter", chapter.location);
                }
            }
        }
        if title.is_some() || content.is_some() {
            documentation
                .push(Documentation { title: title.unwrap_or_default(), content: content.unwrap_or_default() });
        }
    }
    documentation
}

/// `{version}` in the base URI is the version of the API ("Base URI and baseUriParameters").
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
