//! The mock server over real sockets, from realistic definitions.

#![allow(clippy::expect_used, reason = "a test ends where its set-up fails")]

mod contract;
mod examples;
mod oauth;
mod orders;
mod published;
mod requests;
mod routing;
mod server;
mod store;
mod support;
mod zendesk;
