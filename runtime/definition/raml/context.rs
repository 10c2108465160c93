//! The state shared by all RAML readers: declared templates and names, and functions that read a value or report one of
//! the wrong kind.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::documents::Documents;
use crate::model::SecurityScheme;
use crate::raml::annotations::Annotations;
use crate::raml::diagnostic::RamlDiagnostic;
use crate::syntax::diagnostic::SyntaxDiagnostic;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use apinb_schema::schema::Schemas;
use apinb_text::display::truncate::excerpt;

use crate::documents::header::Fragment;
use crate::raml::language::{Version, is_annotation};
use crate::raml::scopes::Scopes;
use crate::raml::shape::types::Types;

/// The declarations, and the documents that collect diagnostics.
pub(super) struct Context<'c, 'd> {
    pub(super) documents: &'c mut Documents<'d>,
    pub(super) version: Version,
    pub(super) scopes: Scopes,
    /// The named schemas read so far.
    pub(super) schemas: Schemas,
    /// The security schemes read so far.
    pub(super) security_schemes: Vec<SecurityScheme>,
    /// "Default Media Type", [1.0 Default Media Types].
    pub(super) media_types: Vec<String>,
    /// The file of the current resource, in which the parameters of its types and traits are written.
    pub(super) user: u32,
    /// The data types read so far.
    pub(super) types: Types,
    /// The annotations read so far.
    pub(super) annotations: Annotations,
    /// The full paths of the resources read so far.
    pub(super) paths: HashSet<String>,
    /// The locations of the resource types and traits used so far.
    pub(super) used_templates: HashSet<NodeLocation>,
    /// Accept unknown keys: JSON written by tools contains extra keys.
    pub(super) any_keys: bool,
}

impl Context<'_, '_> {
    pub(super) fn is_10(&self) -> bool {
        self.version == Version::V10
    }

    /// The value of a scalar written as a map, `{ value: …, (annotation): … }` (RAML 1.0, "Annotating Scalar-valued
    /// Nodes"). Returns any other node unchanged.
    pub(super) fn plain(&mut self, node: &Rc<Node>) -> Rc<Node> {
        match &node.kind {
            NodeKind::Mapping(entries) if self.is_10() => match node.get("value") {
                Some(value) if entries.iter().all(|entry| &*entry.key == "value" || is_annotation(&entry.key)) => {
                    let value = Rc::clone(value);
                    self.annotations(node, &[]);
                    value
                }
                _ => Rc::clone(node),
            },
            _ => Rc::clone(node),
        }
    }

    /// Reports an included fragment of another type than `expected`; `None` expects no fragment. `from` is the position
    /// of the key whose value is `node`.
    pub(super) fn fragment(&mut self, from: NodeLocation, node: &Rc<Node>, expected: Option<Fragment>) {
        if from.file == node.location.file {
            return;
        }
        if let Some(found) = self.documents.roles.whole(node).filter(|found| Some(*found) != expected) {
            let location = self.documents.locate(from);
            let (expected, found) = (expected.map_or("", Fragment::name), Some(found.name()));
            self.documents.report(RamlDiagnostic::WrongFragment { location, expected, found });
        }
    }

    /// Reports RAML 0.8 syntax in a RAML 1.0 definition. `known`: RAML 1.0 has the keyword, but with another syntax.
    pub(super) fn raml08_syntax(&mut self, key: &str, location: NodeLocation, known: bool, instead: &'static str) {
        if self.is_10() {
            let location = self.documents.locate(location);
            self.documents.report(RamlDiagnostic::Raml08Syntax { location, key: excerpt(key), known, instead });
        }
    }

    /// The text of a scalar as written; `None` for null.
    pub(super) fn text(&mut self, entry: &Entry) -> Option<String> {
        match entry.value.kind {
            NodeKind::Mapping(_) => {
                let value = self.plain(&entry.value);
                self.documents.text(&entry.key, &value)
            }
            _ => self.documents.text(&entry.key, &entry.value),
        }
    }

    /// The texts of a list; a single scalar counts as a list of one.
    pub(super) fn texts(&mut self, entry: &Entry) -> Vec<String> {
        let value = self.plain(&entry.value);
        match &value.kind {
            NodeKind::Sequence(items) => {
                items.iter().filter_map(|item| self.documents.text(&entry.key, item)).collect()
            }
            _ => self.documents.text(&entry.key, &value).into_iter().collect(),
        }
    }

    /// Parses a scalar with `parse`; reports an invalid one. `expected` describes the valid values.
    pub(super) fn parsed<T>(
        &mut self,
        entry: &Entry,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(entry)?;
        let value = parse(text.trim());
        if value.is_none() {
            self.documents.invalid(&entry.key, &text, entry.value.location, expected);
        }
        value
    }

    /// Declarations: a map of names, or a list of such maps. A later declaration of a name replaces an earlier one.
    pub(super) fn declarations(&mut self, entry: &Entry) -> Vec<Entry> {
        let lists = match &entry.value.kind {
            NodeKind::Sequence(items) => {
                self.raml08_syntax(&entry.key, entry.location, true, "it is one map of names, not a list of maps");
                items.as_slice()
            }
            _ => std::slice::from_ref(&entry.value),
        };
        let mut declared: Vec<Entry> = Vec::new();
        let mut index: HashMap<Rc<str>, usize> = HashMap::new();
        for list in lists {
            for declaration in self.documents.map(&entry.key, list) {
                if self.is_annotation(declaration) {
                    continue;
                }
                if !self.documents.spend_nodes(1, declaration.location) {
                    return declared;
                }
                match index.get(&declaration.key).and_then(|at| declared.get_mut(*at)) {
                    Some(known) => {
                        let location = self.documents.locate(declaration.location);
                        let key = excerpt(&declaration.key);
                        let severity = self.documents.repeated_key_severity();
                        self.documents.report(SyntaxDiagnostic::RepeatedKey { location, key, severity });
                        *known = declaration.clone();
                    }
                    None => {
                        index.insert(Rc::clone(&declaration.key), declared.len());
                        declared.push(declaration.clone());
                    }
                }
            }
        }
        declared
    }

    pub(super) fn unknown_key(&mut self, entry: &Entry, within: &'static str, known: &[&'static str]) {
        if !self.any_keys {
            self.documents.unknown_key(entry, within, known);
        }
    }
}
