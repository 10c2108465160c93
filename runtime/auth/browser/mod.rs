//! The redirect of a sign-in page: to a listener on this machine (RFC 8252 section 7.3), or to another address, which the
//! person pastes. What the page is asked for, and what becomes of it, is left to OAuth.

pub(crate) mod back;
pub(crate) mod listener;
mod page;
pub mod redirect_uri;
