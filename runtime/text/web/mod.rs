//! Words of HTTP and of URLs that need no network.

pub mod escape;
pub mod host;
pub mod uri;
pub mod verb;
