//! The tree that every definition is read into before anything is understood, and what can be done with a tree without
//! knowing what its keys mean.

pub(crate) mod budget;
pub(crate) mod merge;
pub(crate) mod node;
pub(crate) mod value;
