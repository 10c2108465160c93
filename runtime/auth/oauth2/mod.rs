//! OAuth 2.0 (RFC 6749) as a native app (RFC 8252, RFC 9700): from a registered client to tokens. The `oauth2` crate speaks
//! the protocol; this module brings it a network, a listener for the browser that comes back, and a person.
//!
//! Keeping tokens is left to [`crate::store`], putting them on requests to [`crate::credentials`].

pub mod authorize;
pub mod authorized;
mod device;
mod endpoint;
pub mod grant;
pub mod refresh;
pub mod request;
