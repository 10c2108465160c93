//! The one way to the disk: reads with a limit, writes that happen completely or not at all, locks between processes,
//! paths that must stay inside a folder, and the user's folders.
//!
//! Listing folders and asking for metadata is left to the callers.
//!
//! Invariant: no other crate of the workspace opens, writes, renames or removes a file.

pub mod append;
pub mod bounded;
pub mod confined;
pub mod folders;
pub mod lock;
pub mod scratch;
pub mod whole;
