//! The one way to the network.
//!
//! Every byte that leaves apinb goes through a [`network::Network`]: redirects, cookies, time limits, TLS, proxies,
//! size limits, the routes to mock servers. On top of it are the sources that a run reads from: [`documents`] for API
//! definitions, [`scripts`] for what a notebook loads. Nothing here knows V8; requests and responses are data.

pub mod documents;
pub mod exchange;
pub mod hosts;
pub mod network;
pub mod policy;
pub mod proxy;
pub mod retry;
pub mod route;
pub mod scripts;
pub mod tls;

mod body;
mod cause;
mod clients;
mod headers;
mod redirect;
mod worker;
