//! The annotations of a RAML 1.0 document, their types, and the places that they may be in.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use apinb_schema::schema::Schema;

use crate::documents::checks::CheckedValue;
use crate::tree::node::NodeLocation;

/// A place that `allowedTargets` can list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Api,
    DocumentationItem,
    Resource,
    Method,
    Response,
    RequestBody,
    ResponseBody,
    TypeDeclaration,
    Example,
    ResourceType,
    Trait,
    SecurityScheme,
    SecuritySchemeSettings,
    AnnotationType,
    Library,
    Overlay,
    Extension,
}

/// Each target with its name, and its noun in messages.
pub(super) const TARGETS: [(Target, &str, &str); 17] = [
    (Target::Api, "API", "the API"),
    (Target::DocumentationItem, "DocumentationItem", "a documentation chapter"),
    (Target::Resource, "Resource", "a resource"),
    (Target::Method, "Method", "a method"),
    (Target::Response, "Response", "a response"),
    (Target::RequestBody, "RequestBody", "the body of a request"),
    (Target::ResponseBody, "ResponseBody", "the body of a response"),
    (Target::TypeDeclaration, "TypeDeclaration", "a type declaration"),
    (Target::Example, "Example", "an example"),
    (Target::ResourceType, "ResourceType", "a resource type"),
    (Target::Trait, "Trait", "a trait"),
    (Target::SecurityScheme, "SecurityScheme", "a security scheme"),
    (Target::SecuritySchemeSettings, "SecuritySchemeSettings", "the settings of a security scheme"),
    (Target::AnnotationType, "AnnotationType", "an annotation type"),
    (Target::Library, "Library", "a library"),
    (Target::Overlay, "Overlay", "an overlay"),
    (Target::Extension, "Extension", "an extension"),
];

impl Target {
    /// The noun in messages.
    pub(super) fn noun(self) -> &'static str {
        TARGETS.iter().find(|(target, ..)| *target == self).map_or("", |(.., noun)| noun)
    }
}

/// The annotation types and the annotations read so far.
#[derive(Debug, Default)]
pub(crate) struct Annotations {
    pub(super) types: HashMap<Rc<str>, AnnotationType>,
    pub(super) uses: Vec<AnnotationUse>,
    /// The annotations of resource types and traits. They become annotations of resources and methods, too.
    pub(super) of_templates: HashSet<NodeLocation>,
}

#[derive(Debug)]
pub(super) struct AnnotationType {
    pub(super) schema: Schema,
    /// `None`: everywhere.
    pub(super) targets: Option<Vec<Target>>,
}

#[derive(Debug)]
pub(super) struct AnnotationUse {
    pub(super) name: Rc<str>,
    pub(super) value: Option<CheckedValue>,
    pub(super) location: NodeLocation,
    /// The place, which may be of several kinds; empty for one that no target names.
    pub(super) place: &'static [Target],
}
