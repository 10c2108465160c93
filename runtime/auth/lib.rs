//! Signing in and signing requests: Basic, OAuth 1.0a, OAuth 2.0, and whatever headers and query parameters another
//! scheme names. Nothing here knows V8, and nothing here opens a connection of its own: requests go through
//! [`apinb_http::network::Network`]. The one socket is the listener to which a sign-in page sends the browser back.
//!
//! Invariant: no secret is in a `Debug` text or an error.

mod browser;
pub mod credentials;
pub mod digest;
mod error;
pub mod oauth1;
pub mod oauth2;
pub mod sign_in;
pub mod store;
pub mod wire;

mod encoding;

pub use browser::person::{Person, Visit, Visitor};
pub use error::AuthError;
pub use oauth2::DeviceSignIn;
