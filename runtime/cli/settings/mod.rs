//! Settings: from flags, variables, `.env` files, `apinb.toml` and defaults to the values that a run uses.
//!
//! [`table`] has a row for each setting. Each source ([`flags`], [`environment`], [`env_file`], [`file`]) yields what it
//! assigns to which row; [`layers`] lays that over one another, and [`job`], [`policy`], [`sign_in`] and [`show`] read
//! it from there.
//!
//! Flags go before the environment, that before `.env` files, those before `apinb.toml`, that before defaults. Relative
//! paths start where they are written: on the command line in the working directory, in `apinb.toml` in its folder.

pub mod env_file;
pub mod file;
pub mod flags;
pub mod problem;
pub mod show;

pub(crate) mod document;
pub(crate) mod environment;
pub(crate) mod job;
pub(crate) mod layers;
pub(crate) mod parse;
pub(crate) mod pattern;
pub(crate) mod policy;
pub(crate) mod setting;
pub(crate) mod sign_in;
pub(crate) mod toml;

mod masked;
pub(crate) mod table;
