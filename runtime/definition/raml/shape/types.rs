//! The types read so far: declared types by name, and the built-in ones.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use crate::raml::shape::base::Base;
use crate::raml::shape::data_type::TypeRef;
use crate::tree::node::NodeLocation;

#[derive(Debug, Default)]
pub(crate) struct Types {
    pub(crate) by_name: HashMap<Rc<str>, State>,
    /// The declared types being read, outermost first.
    pub(crate) open: Vec<Rc<str>>,
    /// Index in `open` of the first type in the current inheritance chain. A property or array item starts a new chain.
    pub(crate) boundary: usize,
    /// Number of nested types being read, declared or not.
    pub(crate) depth: u32,
    pub(crate) built_in: HashMap<Base, Rc<TypeRef>>,
    /// Type references by file and name.
    pub(crate) used: HashMap<(u32, Rc<str>), Rc<TypeRef>>,
    pub(crate) tagged: Vec<DiscriminatedType>,
    /// Declared types that are used where a schema is not allowed: name, location of the use, kind of the place.
    pub(crate) external_uses: Vec<(Rc<str>, NodeLocation, &'static str)>,
    /// Number of inline schemas that were given a name.
    pub(crate) externals: usize,
}

/// The progress of reading a declared type.
#[derive(Debug)]
pub(crate) enum State {
    /// Being read; the index in [`Types::open`].
    Open(usize),
    Read(Rc<TypeRef>),
}

#[derive(Debug)]
pub(crate) struct DiscriminatedType {
    pub(crate) name: Rc<str>,
    /// The discriminator value of this type.
    pub(crate) value: Value,
    pub(crate) made: Rc<TypeRef>,
    /// No ancestor has a discriminator.
    pub(crate) is_top: bool,
}
