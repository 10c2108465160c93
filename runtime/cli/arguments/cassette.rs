//! The arguments of `apinb cassette`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::contract::CheckOptions;
use crate::cli::examples;

/// `apinb cassette`.
#[derive(Debug, Subcommand)]
pub enum CassetteCommand {
    /// List what cassettes have: their cells, and the calls of each
    #[command(after_help = examples::CASSETTE_SHOW)]
    Show {
        /// Cassettes: their folders, or the notebooks that they belong to [default: all in and below this folder]
        #[arg(value_name = "CASSETTE", value_hint = ValueHint::AnyPath)]
        cassettes: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Hold recorded calls against the definitions of today; exit code 1 if they differ
    #[command(after_help = examples::CASSETTE_CHECK)]
    Check(CassetteCheckArguments),
    /// Find secrets and personal data in cassettes and other files; exit code 1 if there are any
    #[command(after_help = examples::CASSETTE_SCAN)]
    Scan {
        /// Cassettes, folders with cassettes, or files of any kind [default: the cassettes in and below this folder]
        #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        /// Allow what a rule finds, or only values such as `personal/email=*@mycompany.com`
        #[arg(long, value_name = "RULE[=PATTERN]", value_hint = ValueHint::Other)]
        allow: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the calls of a cassette for another tool, to stdout
    #[command(after_help = examples::CASSETTE_EXPORT)]
    Export {
        /// The cassette: its folder, or the notebook that it belongs to
        #[arg(value_name = "CASSETTE", value_hint = ValueHint::AnyPath)]
        cassette: PathBuf,
        /// The format
        #[arg(long, value_name = "FORMAT")]
        to: CassetteFormat,
    },
}

/// `apinb cassette check`.
#[derive(Debug, Args)]
pub struct CassetteCheckArguments {
    /// Cassettes: their folders, or the notebooks that they belong to [default: all in and below this folder]
    #[arg(value_name = "CASSETTE", value_hint = ValueHint::AnyPath)]
    pub cassettes: Vec<PathBuf>,
    /// Definition of the API that was called: a file or a URL [default: those of the recording]
    #[arg(long, value_name = "DEFINITION", value_hint = ValueHint::FilePath)]
    pub definition: Vec<String>,
    #[command(flatten)]
    pub options: CheckOptions,
}

/// A format of other tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CassetteFormat {
    /// An HTTP archive, which browsers and proxies read
    Har,
    /// Mappings of WireMock
    Wiremock,
}
