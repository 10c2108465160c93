//! The declarations of a definition by the scope in which they can be named. Looking them up is left to
//! [`scope`](crate::raml::scope).

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::tree::node::Entry;

/// What a name can be declared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DeclarationKind {
    ResourceType,
    Trait,
    /// A data type; in RAML 0.8 a schema.
    Type,
    SecurityScheme,
    AnnotationType,
}

/// A declaration, found by a name.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    /// The name in the finished definition: that of a library by `library.Name`.
    pub(crate) name: Rc<str>,
    pub(crate) entry: Entry,
}

/// All scopes; the root's is the first.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    pub(crate) all: Vec<Scope>,
    /// The scope of each file that owns names.
    pub(crate) of_owner: HashMap<u32, usize>,
    pub(crate) prefixes: HashSet<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// Stands before the names that are declared here, in the finished definition.
    pub(crate) prefix: String,
    pub(crate) declared: HashMap<(DeclarationKind, Rc<str>), Entry>,
    /// Namespaces: the entry of `uses`, and the scope of the library.
    pub(crate) libraries: Vec<(Entry, usize)>,
    /// The scopes of the libraries by namespace.
    pub(crate) by_namespace: HashMap<Rc<str>, usize>,
    /// Where to look when a name is not here: a fragment's includer.
    pub(crate) parent: Option<usize>,
    /// For messages: the document.
    pub(crate) file: u32,
}

impl Scope {
    pub(crate) fn library(&self, namespace: &str) -> Option<usize> {
        self.by_namespace.get(namespace).copied()
    }
}

/// What the entries of a key of a root or library are declarations of.
pub(crate) fn declares(key: &str, is_10: bool) -> Option<DeclarationKind> {
    match key {
        "resourceTypes" => Some(DeclarationKind::ResourceType),
        "traits" => Some(DeclarationKind::Trait),
        "schemas" => Some(DeclarationKind::Type),
        "types" if is_10 => Some(DeclarationKind::Type),
        "securitySchemes" => Some(DeclarationKind::SecurityScheme),
        "annotationTypes" if is_10 => Some(DeclarationKind::AnnotationType),
        _ => None,
    }
}
