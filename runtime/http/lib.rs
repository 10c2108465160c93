//! The one way to the network.
//!
//! Every byte that leaves apinb goes through a [`network::Network`]: redirects, cookies, time limits, TLS, proxies,
//! size limits, the routes to a stand-in. Nothing here knows V8; requests are data, and so are answers.

pub mod exchange;
pub mod network;
pub mod route;

mod body;
mod cause;
mod clients;
mod headers;
mod redirect;
mod worker;
