//! Renders run records: as text for a terminal, and as files for people and programs. All content comes from the
//! record; this crate does not know how notebooks run. It also renders explanations of a client, and the results of
//! `apinb check`, `apinb contract check` and `apinb port`, which are plain data as well.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod cassette;
pub mod contract;
pub mod coverage;
pub mod curl;
pub mod drift;
pub mod entry;
pub mod explanation;
pub mod export;
pub mod github;
pub mod needs;
pub mod port;
pub mod rules;
pub mod sarif;
pub mod search;
pub mod terminal;
pub mod trust;

mod call;
mod cell;
#[cfg(test)]
mod contract_tests;
mod diff;
mod escaped;
mod failure;
mod har;
mod html;
mod indented_json;
mod ipynb;
mod json;
mod junit;
mod kind;
mod layout;
mod listing;
mod markdown;
mod output;
mod page;
mod recap;
mod row;
mod syntax;
mod tap;

pub use coverage::CoverageForm;
pub use kind::ReportKind;
pub use syntax::Syntax;
