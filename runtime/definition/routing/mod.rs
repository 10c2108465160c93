//! Finds the resource of a definition by the path of a URL. Does not consider the host.

pub mod path;
pub mod segment;
