//! RAML 1.0 "Annotations": `(name): value` in any map. They are kept in the model and not interpreted.

use crate::model::Annotation;
use crate::tree::node::{Entry, Node};
use crate::tree::value;

use crate::raml::context::Context;
use crate::raml::language::is_annotation;
use crate::raml::scopes::DeclarationKind;

impl Context<'_, '_> {
    /// Whether a key is an annotation in this version of RAML.
    pub(super) fn is_annotation(&self, entry: &Entry) -> bool {
        self.is_10() && is_annotation(&entry.key)
    }

    /// The annotations in a map.
    pub(super) fn annotations(&mut self, node: &Node) -> Vec<Annotation> {
        if !self.is_10() {
            return Vec::new();
        }
        node.entries().iter().filter(|entry| is_annotation(&entry.key)).map(|entry| self.annotation(entry)).collect()
    }

    fn annotation(&mut self, entry: &Entry) -> Annotation {
        let name = entry.key.trim_start_matches('(').trim_end_matches(')').trim();
        let found = self.find(DeclarationKind::AnnotationType, name, entry.location);
        if found.is_none() {
            self.unknown_name(DeclarationKind::AnnotationType, name, entry.location);
        }
        let name = found.map_or_else(|| name.to_owned(), |found| found.name.to_string());
        Annotation { name, value: value::json(self.documents, &entry.value) }
    }
}
