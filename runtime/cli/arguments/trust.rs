//! The arguments of `apinb trust`.

use clap::{Subcommand, ValueHint};

use crate::cli::examples;

/// `apinb trust`.
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// List what a project asks for beyond its own files, with the hash that accepts it
    #[command(after_help = examples::TRUST_SHOW)]
    Show {
        /// Notebook, or its folder [default: the working directory]
        #[arg(value_hint = ValueHint::AnyPath)]
        path: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List what you accepted
    #[command(after_help = examples::TRUST_LIST)]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Forget that you trust a project
    #[command(after_help = examples::TRUST_REVOKE)]
    Revoke {
        /// Notebook, or its folder [default: the working directory]
        #[arg(value_hint = ValueHint::AnyPath)]
        path: Option<String>,
        /// Forget all projects
        #[arg(long, conflicts_with = "path")]
        all: bool,
    },
}
