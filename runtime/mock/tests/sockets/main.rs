//! The mock server over real sockets, with realistic definitions.

#![allow(clippy::expect_used, reason = "a test ends where its set-up fails")]

mod examples;
mod memory;
mod oauth;
mod published;
mod routing;
mod server;
mod support;
mod zendesk;
