//! What reading a definition has found so far: the documents that references led to, and the names of schemas.
//! Following references is left to [`crate::openapi::reference`], naming schemas to [`crate::openapi::schema`].

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use crate::tree::node::{Node, NodeLocation};

/// A node of the documents: the file, and a JSON pointer in its own escapes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct NodePointer {
    pub(super) file: u32,
    pub(super) pointer: Rc<str>,
}

/// What a `$ref` leads to.
#[derive(Clone, Debug)]
pub(super) struct ReferenceTarget {
    pub(super) key: NodePointer,
    pub(super) node: Rc<Node>,
}

/// What was looked up so far.
#[derive(Default)]
pub(super) struct References {
    /// The trees of the documents, by the index of the file; none for what is no tree.
    pub(super) trees: HashMap<u32, Option<Rc<Node>>>,
    /// The keys of large maps, each map kept alive so that its address stays its own.
    pub(super) indexes: HashMap<*const Node, Indexed>,
    /// The nodes of a document that have an `$id` or an anchor.
    pub(super) marks: HashMap<u32, Rc<Marks>>,
}

/// A map, and where each of its keys is.
pub(super) type Indexed = (Rc<Node>, HashMap<Rc<str>, usize>);

/// `$id`, `$anchor` and `$dynamicAnchor` of one document.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) anchors: HashMap<Rc<str>, ReferenceTarget>,
    pub(super) ids: HashMap<Rc<str>, ReferenceTarget>,
}

impl References {
    pub(super) fn new(root: &Rc<Node>) -> Self {
        Self { trees: HashMap::from([(0, Some(Rc::clone(root)))]), ..Self::default() }
    }
}

/// The names given so far.
#[derive(Default)]
pub(super) struct SchemaNames {
    pub(super) by_target: HashMap<NodePointer, Rc<str>>,
    pub(super) by_reference: HashMap<String, Rc<str>>,
    /// In the order in which they were given.
    pub(super) waiting: VecDeque<(Rc<str>, Rc<Node>)>,
    /// The last number that a name was given, where several places wanted it.
    pub(super) numbers: HashMap<String, u32>,
    /// The schema that is being read, and where its value refers on for the very same value.
    pub(super) current: Option<Rc<str>>,
    pub(super) in_place: HashMap<Rc<str>, Vec<Onward>>,
}

/// A reference to a schema for the same value: its name, and where and how it is written.
pub(super) type Onward = (Rc<str>, NodeLocation, Rc<str>);
