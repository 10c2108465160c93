//! Source files, positions in them, their addresses, and texts that are read on first use.

pub mod address;
pub mod deferred;
pub mod loader;
pub mod span;
