//! All access to the disk: reads with a limit, atomic writes, locks between processes,
//! files that must be below a folder, whole folders, and the user's folders.
//!
//! Callers list folders and read metadata themselves.
//!
//! Invariant: no other crate of the workspace opens, writes, renames or removes a file.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod append;
pub mod below;
pub mod beneath;
pub mod bounded;
pub mod folder;
pub mod folders;
pub mod identity;
pub mod lock;
pub mod private;
pub mod scratch;
pub mod spool;
pub mod stream;
pub mod whole;
