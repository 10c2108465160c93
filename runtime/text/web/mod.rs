//! The vocabulary of HTTP and URLs, without a network.

pub mod allowed;
pub mod display_url;
pub mod escape;
pub mod host;
pub mod multipart;
pub mod uri;
pub mod verb;
