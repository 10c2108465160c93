//! Starter notebooks from definitions, for `apinb new`, and the files of a new project.
//!
//! Writes nothing and runs nothing: the command proves a notebook on a mock server and writes it.

pub(crate) mod project;
pub(crate) mod starter;

mod body;
mod kinds;
mod text;
