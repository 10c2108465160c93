//! The declarations of a definition, by the scope in which they are visible. [`scope`](crate::raml::scope) resolves
//! names.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::tree::node::Entry;

/// The kinds of declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DeclarationKind {
    ResourceType,
    Trait,
    /// A data type, or a schema in RAML 0.8.
    Type,
    SecurityScheme,
    AnnotationType,
}

/// The declaration that a name refers to.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    /// The name in the loaded definition: `library.Name` for a declaration in a library.
    pub(crate) name: Rc<str>,
    pub(crate) entry: Entry,
}

/// All scopes; the first is the root's.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    pub(crate) all: Vec<Scope>,
    /// The scope of each file that owns names.
    pub(crate) of_owner: HashMap<u32, usize>,
    pub(crate) prefixes: HashSet<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The prefix of the names declared here, in the loaded definition.
    pub(crate) prefix: String,
    pub(crate) declared: HashMap<(DeclarationKind, Rc<str>), Entry>,
    /// The libraries: the entry of `uses`, and the index of the library's scope.
    pub(crate) libraries: Vec<(Entry, usize)>,
    /// The scopes of the libraries, by namespace.
    pub(crate) by_namespace: HashMap<Rc<str>, usize>,
    /// The scope to search next: that of a fragment's includer.
    pub(crate) parent: Option<usize>,
}

impl Scope {
    pub(crate) fn library(&self, namespace: &str) -> Option<usize> {
        self.by_namespace.get(namespace).copied()
    }
}

/// The kind of the declarations under a key of a root or library.
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
