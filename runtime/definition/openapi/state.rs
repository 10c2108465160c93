//! The state of reading a definition: the referenced documents and the names of schemas. [`crate::openapi::reference`]
//! resolves references, [`crate::openapi::schema`] names schemas.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use crate::tree::node::{Node, NodeLocation};

/// The location of a node: its file, and an escaped JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct NodePointer {
    pub(super) file: u32,
    pub(super) pointer: Rc<str>,
}

impl NodePointer {
    /// The location of the value of `key`.
    pub(super) fn child(&self, key: &str) -> Self {
        Self { file: self.file, pointer: format!("{}/{}", self.pointer, escaped(key)).into() }
    }
}

/// Escapes a segment of a JSON pointer (RFC 6901, section 3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The target of a `$ref`.
#[derive(Clone, Debug)]
pub(super) struct ReferenceTarget {
    pub(super) key: NodePointer,
    pub(super) node: Rc<Node>,
}

/// The documents and nodes looked up so far.
#[derive(Default)]
pub(super) struct References {
    /// The trees of the documents by file index; `None` for a document that is neither YAML nor JSON.
    pub(super) trees: HashMap<u32, Option<Rc<Node>>>,
    /// The key indexes of large maps. Each holds a reference to its map, so that the address stays valid.
    pub(super) indexes: HashMap<*const Node, Indexed>,
    /// The anchors and ids of each document.
    pub(super) marks: HashMap<u32, Rc<Marks>>,
    /// The kinds of places in which a `$ref` was found that OpenAPI does not allow there.
    pub(super) misplaced: HashSet<&'static str>,
    /// What was found of OpenAPI 3.2 that apinb does not support.
    pub(super) ignored: HashSet<&'static str>,
}

/// A map and the index of each of its keys.
pub(super) type Indexed = (Rc<Node>, HashMap<Rc<str>, usize>);

/// The nodes of a document with `$id`, `$anchor` or `$dynamicAnchor`.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) anchors: HashMap<Rc<str>, ReferenceTarget>,
    pub(super) ids: HashMap<Rc<str>, ReferenceTarget>,
    /// For each `$ref` to a place in its own document (by its position) that is within a schema with an `$id`: that schema.
    pub(super) bases: HashMap<NodeLocation, ReferenceTarget>,
}

impl References {
    pub(super) fn new(root: &Rc<Node>) -> Self {
        Self { trees: HashMap::from([(0, Some(Rc::clone(root)))]), ..Self::default() }
    }
}

/// The names assigned so far.
#[derive(Default)]
pub(super) struct SchemaNames {
    pub(super) by_target: HashMap<NodePointer, Rc<str>>,
    pub(super) by_reference: HashMap<String, Rc<str>>,
    /// Schemas to convert, in the order in which they were named.
    pub(super) waiting: VecDeque<(Rc<str>, Rc<Node>)>,
    /// The last number appended to a name to make it unique.
    pub(super) numbers: HashMap<String, u32>,
    /// The schema being read, and its references that apply to the same value.
    pub(super) current: Option<Rc<str>>,
    pub(super) in_place: HashMap<Rc<str>, Vec<Onward>>,
}

/// A reference that applies to the same value: the name of the target, its position, and its text.
pub(super) type Onward = (Rc<str>, NodeLocation, Rc<str>);
