//! The one way to the network.
//!
//! Every byte that leaves apinb goes through a [`Network`]: which hosts may be reached, redirects, time limits, TLS,
//! size limits, the routes to a stand-in. Nothing here knows V8; requests are data, and so are answers.

pub mod exchange;
pub mod network;
