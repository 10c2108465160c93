//! Whether the user trusts the projects of a command: what their `apinb.toml` ask for, and whether the user accepts it.
//!
//! Only values that come with a project need trust. Flags, environment variables and what a person types are the
//! user's own.

pub(crate) mod consent;
pub(crate) mod list;
pub(crate) mod tokens;

mod hosts;
mod requests;
