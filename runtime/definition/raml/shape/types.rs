//! What is known of the types read so far: those that are declared, by name, and the built-in ones.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use crate::raml::shape::base::Base;
use crate::raml::shape::data_type::TypeRef;

/// All types read so far.
#[derive(Debug, Default)]
pub(crate) struct Types {
    pub(crate) by_name: HashMap<Rc<str>, State>,
    /// The declared types that are being read, outermost first.
    pub(crate) open: Vec<Rc<str>>,
    /// From where on in `open` types inherit from one another, with no property or item between.
    pub(crate) boundary: usize,
    /// Types that are being read, declared or not.
    pub(crate) depth: u32,
    pub(crate) built_in: HashMap<Base, Rc<TypeRef>>,
    /// Names as they were used, by file.
    pub(crate) used: HashMap<(u32, Rc<str>), Rc<TypeRef>>,
    pub(crate) tagged: Vec<DiscriminatedType>,
    /// The number of inline schemas that were given a name.
    pub(crate) externals: usize,
}

/// How far a declared type is read.
#[derive(Debug)]
pub(crate) enum State {
    /// Being read; its index in [`Types::open`].
    Open(usize),
    Read(Rc<TypeRef>),
}

/// A declared type with a discriminator.
#[derive(Debug)]
pub(crate) struct DiscriminatedType {
    pub(crate) name: Rc<str>,
    /// The value of the discriminator that means this type.
    pub(crate) value: Value,
    /// The type itself.
    pub(crate) made: Rc<TypeRef>,
    /// It inherits from none with a discriminator.
    pub(crate) is_top: bool,
}
