//! Source files, positions in them, their addresses, and texts that are read when they are first used.

pub mod address;
pub mod deferred;
pub mod loader;
pub mod span;
