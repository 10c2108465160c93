//! Draws run records: for people at a terminal, for programs and other people as files. Everything shown comes from
//! the record; nothing here knows how a run is made. Explanations of a client, and what `apinb check` and
//! `apinb port` found, are drawn here too, and they are plain data in the same way.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod curl;
pub mod entry;
pub mod explanation;
pub mod export;
pub mod github;
pub mod needs;
pub mod port;
pub mod rules;
pub mod terminal;

mod call;
mod cell;
mod har;
mod html;
mod ipynb;
mod json;
mod junit;
mod kind;
mod layout;
mod listing;
mod markdown;
mod page;
mod tap;

pub use kind::Kind;
