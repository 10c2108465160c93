//! All access to the network.
//!
//! Every byte that leaves apinb goes through a [`network::Network`]: redirects, cookies, time limits, TLS, proxies,
//! size limits, the routes to mock servers. Nothing here knows V8 or API definitions; requests and responses are data.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod exchange;
pub mod hosts;
pub mod memory;
pub mod network;
pub mod policy;
pub mod proxy;
pub mod redirect;
pub mod retry;
pub mod route;
pub mod tls;
pub mod traffic;

mod body;
mod cause;
mod clients;
mod codings;
mod cookies;
mod headers;
mod miss;
mod progress;
mod secrets;
mod transport;
mod trusted;
mod wire;
mod worker;
