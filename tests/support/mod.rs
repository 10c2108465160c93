//! Test helpers: [`Case`] runs the program, [`Cells`] runs cells in an engine of the test process, [`Server`] is a real
//! HTTP server, [`Terminal`] is a user at a terminal.
//!
//! One line per case: `Case::cells(["x = 1", "x + 1"]).run().cell(1).is("2")`.

mod case;
mod cells;
mod cpu;
mod engine;
mod external;
mod github;
mod golden;
mod imports;
mod oauth;
mod outcome;
mod schema;
mod server;
mod terminal;
mod tls;
mod validator;

pub(crate) use case::{Case, program, root, wait};
pub(crate) use cells::Cells;
pub(crate) use external::{chai, node, package};
pub(crate) use github::github_commands;
pub(crate) use golden::{copy_folder, golden_file, golden_text};
pub(crate) use imports::circles;
pub(crate) use oauth::{AuthorizationServer, with_chromium};
pub(crate) use outcome::Outcome;
pub(crate) use schema::{document, valid_report};
pub(crate) use server::{Answer, Request, Server};
pub(crate) use terminal::Terminal;
pub(crate) use tls::{Certificate, secure_server, tunnel};
pub(crate) use validator::validate;
