//! A person at a browser: who sees a sign-in page, and the listener on this machine that the page leads back to
//! (RFC 8252 section 7.3). What is asked for, and what becomes of it, is OAuth's.

pub(crate) mod listener;
mod page;
pub(crate) mod person;
