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
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TemplateRules(pub(super) Version);

impl TemplateRules {
    fn is_10(self) -> bool {
        self.0 == Version::V10
    }
}

impl MergeRules for TemplateRules {
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
            true => declaration(node, other, parent, key),
            false => Rc::clone(node),
        }
    }
}

/// Converts `node` to a map if `other` is one and both declare a type: `integer` means `{ type: integer }` (RAML 1.0).
/// `parent` and `key` are the keys of both nodes.
pub(super) fn declaration(node: &Rc<Node>, other: &Node, parent: &str, key: &str) -> Rc<Node> {
    let is_declaration = DECLARATIONS.contains(&parent) || parent == "body" && key.contains('/');
    match (&node.kind, &other.kind) {
        (NodeKind::Scalar { .. }, NodeKind::Mapping(_)) if is_declaration => Node::mapping(
            node.location,
            vec![Entry { key: "type".into(), location: node.location, value: Rc::clone(node) }],
        ),
        _ => Rc::clone(node),
    }
}
