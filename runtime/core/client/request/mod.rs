//! From a method and values to a request.

pub mod server;
