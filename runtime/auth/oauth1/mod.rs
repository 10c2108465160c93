//! OAuth 1.0a (RFC 5849): signing requests, and the way in by three requests that gives the token to sign with.

mod sign_in;
mod signature;

pub use sign_in::{Callback, OAuth1Request, authorize};
pub use signature::{KeyError, Moment, SignatureMethod, authorization};
