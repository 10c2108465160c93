//! OAuth 1.0a (RFC 5849): signing requests, and the three requests that get the token to sign with.

pub mod authorize;
pub mod credentials;
pub mod signature;
