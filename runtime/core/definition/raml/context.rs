//! What every reader of the tree needs: the declared templates and names, and ways to take a value or report that it
//! is of the wrong kind.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::definition::documents::Documents;
use crate::definition::node::{Entry, Kind, Node, Place};
use crate::definition::problem::{Problem, shown};
use crate::definition::schema::Schema;
use crate::definition::suggest;

/// The root's declarations, and the documents that faults are reported to.
pub(super) struct Context<'c, 'd> {
    pub(super) documents: &'c mut Documents<'d>,
    pub(super) resource_types: HashMap<Rc<str>, Rc<Node>>,
    pub(super) traits: HashMap<Rc<str>, Rc<Node>>,
    pub(super) schemas: HashMap<Rc<str>, Schema>,
    pub(super) security_schemes: HashSet<String>,
    /// "Default Media Type".
    pub(super) media_types: Vec<String>,
    /// Keys that are not known are no fault: in JSON, tools leave their own.
    pub(super) any_keys: bool,
}

/// What a name can be declared as.
#[derive(Clone, Copy)]
pub(super) enum Declared {
    ResourceType,
    Trait,
    Schema,
    SecurityScheme,
}

impl Context<'_, '_> {
    /// The entries of a map; nothing has none.
    pub(super) fn map<'n>(&mut self, key: &str, node: &'n Node) -> &'n [Entry] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            Kind::Null => &[],
            _ => {
                self.wrong_kind(key, node, "a map");
                &[]
            }
        }
    }

    /// A text, or any other single value as it is written; nothing is none.
    pub(super) fn text(&mut self, entry: &Entry) -> Option<String> {
        self.item_text(&entry.key, &entry.value)
    }

    /// [`Self::text`] of a value whose key is known otherwise.
    pub(super) fn item_text(&mut self, key: &str, node: &Node) -> Option<String> {
        match &node.kind {
            Kind::Null => None,
            Kind::Scalar { text, .. } => {
                let text = text.readable()?;
                self.documents.spend_text(text.len(), node.place).then(|| text.to_owned())
            }
            _ => {
                self.wrong_kind(key, node, "a text");
                None
            }
        }
    }

    /// The texts of a list; one text alone counts as a list of it.
    pub(super) fn texts(&mut self, entry: &Entry) -> Vec<String> {
        match &entry.value.kind {
            Kind::Sequence(items) => items.iter().filter_map(|item| self.item_text(&entry.key, item)).collect(),
            _ => self.text(entry).into_iter().collect(),
        }
    }

    /// A value that a parser of its own understands; `expected` says what can be written.
    pub(super) fn parsed<T>(
        &mut self,
        entry: &Entry,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(entry)?;
        let value = parse(text.trim());
        if value.is_none() {
            self.invalid(&entry.key, &text, entry.value.place, expected);
        }
        value
    }

    /// Declarations: a list of maps, or one map, of names to nodes. A later declaration of a name replaces the first.
    pub(super) fn declarations(&mut self, entry: &Entry) -> Vec<Entry> {
        let lists = match &entry.value.kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        let mut declared: Vec<Entry> = Vec::new();
        let mut index: HashMap<Rc<str>, usize> = HashMap::new();
        for list in lists {
            for declaration in self.map(&entry.key, list) {
                if !self.documents.spend_nodes(1, declaration.place) {
                    return declared;
                }
                match index.get(&declaration.key) {
                    Some(at) => {
                        let location = self.documents.location(declaration.place);
                        let key = shown(&declaration.key);
                        self.documents.report(Problem::RepeatedKey { location, key });
                        declared[*at] = declaration.clone();
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
        if self.any_keys || self.documents.is_full() {
            return;
        }
        let location = self.documents.location(entry.place);
        let suggestion = suggest::closest(&entry.key, known.iter().copied());
        self.documents.report(Problem::UnknownKey { location, key: shown(&entry.key), within, suggestion });
    }

    pub(super) fn unknown_name(&mut self, declared: Declared, name: &str, place: Place) {
        // A parameter that is not filled in was reported already.
        if self.documents.is_full() || name.contains("<<") && name.contains(">>") {
            return;
        }
        let (kind, count) = match declared {
            Declared::ResourceType => ("resource type", self.resource_types.len()),
            Declared::Trait => ("trait", self.traits.len()),
            Declared::Schema => ("schema", self.schemas.len()),
            Declared::SecurityScheme => ("security scheme", self.security_schemes.len()),
        };
        // Comparing with every name takes as long as a few nodes do.
        let suggestion = match self.documents.spend_nodes(count / 8, place) {
            false => None,
            true => match declared {
                Declared::ResourceType => suggest::closest(name, self.resource_types.keys().map(|name| &**name)),
                Declared::Trait => suggest::closest(name, self.traits.keys().map(|name| &**name)),
                Declared::Schema => suggest::closest(name, self.schemas.keys().map(|name| &**name)),
                Declared::SecurityScheme => suggest::closest(name, self.security_schemes.iter().map(String::as_str)),
            },
        };
        let location = self.documents.location(place);
        self.documents.report(Problem::UnknownName { location, kind, name: shown(name), suggestion });
    }

    pub(super) fn wrong_kind(&mut self, key: &str, node: &Node, expected: &'static str) {
        let location = self.documents.location(node.place);
        let found = node.noun();
        self.documents.report(Problem::WrongKind { location, key: shown(key), expected, found });
    }

    pub(super) fn invalid(&mut self, key: &str, value: &str, place: Place, expected: &str) {
        let location = self.documents.location(place);
        let (key, value, expected) = (key.to_owned(), shown(value), expected.to_owned());
        self.documents.report(Problem::InvalidValue { location, key, value, expected });
    }

    pub(super) fn missing(&mut self, key: &'static str, within: &'static str, place: Place) {
        let location = self.documents.location(place);
        self.documents.report(Problem::MissingKey { location, key, within });
    }
}
