//! Settings: from flags, variables, `.env` files, `apinb.toml` and defaults to the values that a run uses.
//!
//! Flags go before the environment, that before `.env` files, those before `apinb.toml`, that before defaults. Relative
//! paths start where they are written: on the command line in the working directory, in `apinb.toml` in its folder.

pub mod env_file;
pub mod file;
pub mod policy;
pub mod problem;
pub mod show;
pub mod sign_in;
pub mod toml;

pub(crate) mod bounded;
pub(crate) mod environment;
pub(crate) mod flags;
pub(crate) mod job;
mod masked;
mod parse;
pub(crate) mod value;
