//! The syntax tree that every definition is parsed to, and the operations on it that do not interpret keys.

pub(crate) mod budget;
pub(crate) mod merge;
pub(crate) mod node;
pub(crate) mod value;
