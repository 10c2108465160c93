//! The rules for merging resource types and traits into resources and methods (RAML 0.8, "Resource Types and Traits";
//! 1.0, "Algorithm of Merging Traits With Methods"). [`tree::merge`](crate::tree::merge) applies them.

use std::rc::Rc;

use crate::tree::merge::{MergeRules, WHOLE};
use crate::tree::node::{Entry, Node, NodeKind};

use crate::raml::language::{Version, is_annotation};

/// Further keys whose values are never merged in RAML 1.0.
const WHOLE_10: [&str; 2] = ["type", "examples"];

/// Keys of a template that describe the template itself.
pub(super) const TEMPLATE_KEYS: [&str; 3] = ["usage", "type", "is"];

/// Keys of RAML 1.0 whose values are maps with names that the author chose.
pub(super) const NAMES: [&str; 12] = [
    "properties",
    "queryParameters",
    "headers",
    "uriParameters",
    "baseUriParameters",
    "types",
    "schemas",
    "facets",
    "traits",
    "resourceTypes",
    "securitySchemes",
    "annotationTypes",
];
/// The keys among [`NAMES`] whose values are type declarations; a type name can replace a declaration.
const DECLARATIONS: [&str; 8] = [
    "properties",
    "queryParameters",
    "headers",
    "uriParameters",
    "baseUriParameters",
    "types",
    "schemas",
    "annotationTypes",
];

/// The rules for merging a resource type or trait in this version of RAML.
#[derive(Clone, Copy)]
pub(super) struct TemplateRules<'m> {
    pub(super) version: Version,
    /// The default media types, which a body without a media type has.
    pub(super) media_types: &'m [String],
}

impl TemplateRules<'_> {
    fn is_10(self) -> bool {
        self.version == Version::V10
    }

    /// Adds the default media types to a body without a media type, so that it can be merged with one that has some.
    fn with_media_types(self, node: &Rc<Node>, other: &Node) -> Rc<Node> {
        let names_some = |node: &Node| node.entries().iter().any(|entry| entry.key.contains('/'));
        if node.is_null() || names_some(node) || !names_some(other) || self.media_types.is_empty() {
            return Rc::clone(node);
        }
        let entry = |media_type: &String| Entry {
            key: media_type.as_str().into(),
            location: node.location,
            value: Rc::clone(node),
        };
        Node::mapping(node.location, self.media_types.iter().map(entry).collect())
    }
}

impl MergeRules for TemplateRules<'_> {
    fn is_whole(self, parent: &str, key: &str) -> bool {
        let is_10 = self.is_10();
        // A name that the author chose is not a keyword.
        !(is_10 && NAMES.contains(&parent))
            && (WHOLE.contains(&key) || is_10 && (WHOLE_10.contains(&key) || is_annotation(key)))
    }

    /// In RAML 1.0 only methods are optional keys, and the caller has separated them. Other keys that end in `?` are
    /// optional parameters.
    fn has_optional_keys(self) -> bool {
        !self.is_10()
    }

    fn has_optional_names(self, parent: &str) -> bool {
        self.is_10() && DECLARATIONS.contains(&parent)
    }

    fn expand(self, node: &Rc<Node>, other: &Node, parent: &str, key: &str) -> Rc<Node> {
        match self.is_10() {
            true if key == "body" && !NAMES.contains(&parent) => {
                declaration(&self.with_media_types(node, other), other, parent, key)
            }
            true => declaration(node, other, parent, key),
            false => Rc::clone(node),
        }
    }
}

/// Converts `node` to a map if `other` is one and both declare a type: `integer` means `{ type: integer }` (RAML 1.0).
/// `parent` and `key` are the keys of both nodes.
pub(super) fn declaration(node: &Rc<Node>, other: &Node, parent: &str, key: &str) -> Rc<Node> {
    let is_declaration = DECLARATIONS.contains(&parent) || parent == "body" && key.contains('/') || key == "body";
    match (&node.kind, &other.kind) {
        (NodeKind::Scalar { .. }, NodeKind::Mapping(_)) if is_declaration => Node::mapping(
            node.location,
            vec![Entry { key: "type".into(), location: node.location, value: Rc::clone(node) }],
        ),
        _ => Rc::clone(node),
    }
}
