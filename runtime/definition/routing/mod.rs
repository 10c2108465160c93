//! From the path of a URL to the resource that a definition has there. Which host a URL is of, and what answers it, is
//! left to others.

pub mod path;
pub mod segment;
