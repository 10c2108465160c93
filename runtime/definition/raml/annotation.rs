//! RAML 1.0 "Annotations": `(name): value` in any map. They are kept in the model and not interpreted, but must be of
//! the type that their declaration describes, in a place that it allows.

use std::rc::Rc;

use apinb_schema::schema::Schema;
use apinb_text::display::quote::quote_each;
use apinb_text::display::truncate::excerpt;

use crate::documents::checks::{Check, CheckedValue, Subject};
use crate::documents::header::Fragment;
use crate::model::Annotation;
use crate::raml::annotations::{AnnotationType, AnnotationUse, Annotations, TARGETS, Target};
use crate::raml::context::Context;
use crate::raml::diagnostic::RamlDiagnostic;
use crate::raml::language::is_annotation;
use crate::raml::scopes::DeclarationKind;
use crate::tree::node::{Entry, Node, NodeKind};
use crate::tree::value;
use apinb_text::source::deferred::Text;

impl Context<'_, '_> {
    /// Whether a key is an annotation in this version of RAML.
    pub(super) fn is_annotation(&self, entry: &Entry) -> bool {
        self.is_10() && is_annotation(&entry.key)
    }

    /// The annotations in a map, which is at `place`.
    pub(super) fn annotations(&mut self, node: &Node, place: &'static [Target]) -> Vec<Annotation> {
        if !self.is_10() {
            return Vec::new();
        }
        let entries = node.entries().iter().filter(|entry| is_annotation(&entry.key));
        entries.map(|entry| self.annotation(entry, place)).collect()
    }

    /// Checks the annotations of a declared resource type or trait.
    pub(super) fn template_annotations(&mut self, node: &Node, place: &'static [Target]) {
        self.annotations(node, place);
        let own = node.entries().iter().filter(|entry| is_annotation(&entry.key)).map(|entry| entry.location);
        self.annotations.of_templates.extend(own);
    }

    /// The place of the annotations in the root of `file`.
    pub(super) fn root_place(&self, file: u32) -> &'static [Target] {
        match self.documents.roles.fragment(file) {
            Some(Fragment::Overlay) => &[Target::Overlay, Target::Api],
            Some(Fragment::Extension) => &[Target::Extension, Target::Api],
            Some(Fragment::Library) => &[Target::Library],
            _ => &[Target::Api],
        }
    }

    fn annotation(&mut self, entry: &Entry, place: &'static [Target]) -> Annotation {
        let name = entry.key.trim_start_matches('(').trim_end_matches(')').trim();
        let found = self.find(DeclarationKind::AnnotationType, name, entry.location);
        if found.is_none() {
            self.unknown_name(DeclarationKind::AnnotationType, name, entry.location);
        }
        if let Some(found) = &found
            && !self.annotations.of_templates.contains(&entry.location)
            && self.documents.spend_nodes(2, entry.location)
        {
            let value = annotation_value(self, &entry.value);
            let (name, location) = (Rc::clone(&found.name), entry.location);
            self.annotations.uses.push(AnnotationUse { name, value, location, place });
        }
        let name = found.map_or_else(|| name.to_owned(), |found| found.name.to_string());
        Annotation { name, value: value::json(self.documents, &entry.value) }
    }

    /// Adds an annotation type, whose values `schema` describes; `targets` is its `allowedTargets`.
    pub(super) fn add_annotation_type(&mut self, name: Rc<str>, schema: Schema, targets: Option<&Entry>) {
        let targets = targets.map(|entry| {
            let names = self.texts(entry);
            let known = |name: &String| TARGETS.iter().find(|(_, known, _)| known == name).map(|(target, ..)| *target);
            for unknown in names.iter().filter(|name| known(name).is_none()) {
                let expected = quote_each(TARGETS.map(|(_, name, _)| name), ", ");
                self.documents.invalid(&entry.key, unknown, entry.value.location, &expected);
            }
            names.iter().filter_map(known).collect()
        });
        self.annotations.types.insert(name, AnnotationType { schema, targets });
    }

    /// Reports misplaced annotations and queues the checks of their values, once all annotation types are read.
    pub(super) fn check_annotations(&mut self) {
        let Annotations { types, uses, .. } = std::mem::take(&mut self.annotations);
        for AnnotationUse { name, value, location, place } in uses {
            let Some(declared) = types.get(&name) else { continue };
            if let (Some(targets), Some(first)) = (&declared.targets, place.first())
                && !place.iter().any(|target| targets.contains(target))
            {
                let allowed = targets.iter().filter_map(|target| TARGETS.iter().find(|(known, ..)| known == target));
                let allowed = quote_each(allowed.map(|(_, name, _)| name), ", ");
                let (location, name) = (self.documents.locate(location), excerpt(&name));
                let place = first.noun();
                self.documents.report(RamlDiagnostic::AnnotationTarget { location, name, place, allowed });
            }
            let values = value.into_iter().collect();
            self.documents.defer_check(Check { schema: declared.schema.clone(), values });
        }
    }
}

/// The value of an annotation. An absent value is nil.
fn annotation_value(cx: &mut Context<'_, '_>, node: &Node) -> Option<CheckedValue> {
    let text = match node.kind {
        NodeKind::Null => Text::from("null".to_owned()),
        _ => value::value_text(cx.documents, node)?,
    };
    let plain = !matches!(&node.kind, NodeKind::Scalar { plain: false, .. });
    Some(CheckedValue {
        text,
        plain,
        subject: Subject::Annotation,
        location: cx.documents.locate(node.location),
        is_incomplete: cx.documents.has_unread(node),
    })
}
