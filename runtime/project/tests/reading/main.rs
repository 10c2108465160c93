//! Reading definitions and scripts, from a real disk and from real servers.

#![allow(missing_docs, clippy::unwrap_used, dead_code, reason = "a test binary")]

#[path = "../../../http/tests/server/mod.rs"]
mod server;

mod documents;
mod scripts;
