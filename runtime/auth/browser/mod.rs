//! The listener on this machine that a sign-in page redirects the browser to (RFC 8252 section 7.3). What the page is asked
//! for, and what becomes of it, is left to OAuth.

pub(crate) mod listener;
mod page;
