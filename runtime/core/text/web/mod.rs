//! Words of HTTP that need no network.

pub mod verb;
