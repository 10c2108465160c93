//! Sign-ins with OAuth 2.0 against a small authorization server over real sockets, one file per grant.

#![allow(missing_docs, clippy::unwrap_used, dead_code, reason = "a test binary")]

mod browser;
mod code;
mod device;
mod grants;
#[path = "../../../http/tests/server/mod.rs"]
mod server;
mod support;
