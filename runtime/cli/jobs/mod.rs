//! The jobs of a run: which notebooks, with which rows of inputs, and which reports.
//!
//! The settings of a job come from [`super::settings`].

mod dotted_clients;
mod folder;
pub mod notebooks;
pub(crate) mod outputs;
pub mod reports;
pub mod resolve;
pub mod web;

mod rows;
pub(crate) mod unused;
pub(crate) mod unused_settings;
