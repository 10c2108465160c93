//! Signing in and signing requests: Basic, Digest, OAuth 1.0a, OAuth 2.0, and the headers, query parameters
//! and cookies that another scheme names. Nothing here knows V8, and nothing here opens a connection of its own: requests go through
//! [`apinb_http::network::Network`]. The one socket is the listener to which a sign-in page redirects the browser.
//!
//! Invariant: no secret is in a `Debug` text or an error.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod bound;
pub mod browser;
pub mod credentials;
pub mod digest;
pub mod error;
pub mod oauth1;
pub mod oauth2;
pub mod person;
pub mod rsa_key;
pub mod sign_in;
pub mod store;
pub mod tokens;
pub mod visitor;
pub mod wire;

mod encoding;
