//! The command line as text: what clap understands and what `--help` says.
//!
//! Nothing here is checked beyond its shape: `crate::cli::settings` and `crate::cli::jobs` make values of it. They
//! also split `KEY=VALUE`, since clap would repeat a wrong one in its message, and it may be a secret.

mod cassette;
mod check;
mod config;
mod contract;
mod export;
mod merge;
mod new;
mod overrides;
mod port;
mod read;
mod repl;
mod report;
mod rules;
mod run;
mod trust;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use super::examples;
pub use cassette::{CassetteCheckArguments, CassetteCommand, CassetteFormat};
pub use check::CheckArguments;
pub use config::{ConfigCommand, ShowArguments};
pub use contract::{CheckOptions, ContractCheckArguments, ContractCommand, FailOn};
pub use export::{ExportArguments, Form};
pub use merge::{MergeArguments, ReportCommand};
pub use new::NewArguments;
pub use overrides::OverrideArguments;
pub use port::PortArguments;
pub use read::ReadArguments;
pub use repl::ReplArguments;
pub use report::{CoverageArguments, ReportArguments};
pub use rules::RulesArguments;
pub use run::{ChoiceArguments, MockMode, NotebookChoice, RunArguments};
pub use trust::TrustCommand;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "apinb",
    version,
    about = "Runs API notebooks: markdown files whose JavaScript cells call live web APIs",
    after_help = examples::program(),
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// Use color: `auto` (on a terminal), `always` or `never`
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Display"
    )]
    pub color: Color,
    /// Use no color, as `--color never`
    #[arg(long, global = true, hide = true, overrides_with = "color")]
    pub no_color: bool,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// When output has color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run notebooks
    #[command(after_help = examples::run())]
    Run(Box<RunArguments>),
    /// List what notebooks need and what is wrong with them, without running a cell
    #[command(after_help = examples::CHECK)]
    Check(Box<CheckArguments>),
    /// Convert a notebook, or its calls, to another format, without running a cell
    #[command(after_help = examples::EXPORT)]
    Export(Box<ExportArguments>),
    /// Make a notebook from a definition, or a project
    #[command(after_help = examples::NEW)]
    New(NewArguments),
    /// Write an `apinb.toml` with which existing notebooks run, and try them on the mock server
    #[command(after_help = examples::PORT)]
    Port(PortArguments),
    /// Call APIs interactively: JavaScript at a prompt, or from a pipe
    #[command(after_help = examples::REPL)]
    Repl(Box<ReplArguments>),
    /// Start a mock server for APIs, made from their definitions
    #[command(after_help = examples::MOCK)]
    Mock(MockArguments),
    /// Inspect API definitions
    #[command(subcommand, after_help = examples::DEFINITION)]
    Definition(DefinitionCommand),
    /// Hold calls against the definitions of their APIs
    #[command(subcommand, after_help = examples::CONTRACT)]
    Contract(ContractCommand),
    /// Inspect recorded calls: cassettes of notebooks
    #[command(subcommand, after_help = examples::CASSETTE)]
    Cassette(CassetteCommand),
    /// Make one report of several
    #[command(subcommand, after_help = examples::REPORT)]
    Report(ReportCommand),
    /// Sign in, and manage stored tokens
    #[command(subcommand, after_help = examples::AUTH)]
    Auth(AuthCommand),
    /// Manage cached scripts
    #[command(subcommand, after_help = examples::CACHE)]
    Cache(CacheCommand),
    /// Show the settings of notebooks
    #[command(subcommand, after_help = examples::CONFIG)]
    Config(ConfigCommand),
    /// Show what projects ask for beyond their own files, and what you accepted
    #[command(subcommand, after_help = examples::TRUST)]
    Trust(TrustCommand),
    /// List the rules that `check`, `definition check` and `contract check` apply, or explain one
    #[command(after_help = examples::RULES)]
    Rules(RulesArguments),
    /// Print a manual page, or write all of them
    #[command(after_help = examples::MAN)]
    Man(ManArguments),
    /// Print shell completions
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// Shell to complete for
        shell: Shell,
    },
}

/// `apinb man`.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// Command whose page to print, such as `run` or `auth login` [default: the program itself]
    #[arg(value_hint = ValueHint::Other)]
    pub command: Vec<String>,
    /// Write all pages to this folder
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    pub dir: Option<PathBuf>,
}

/// `apinb mock`.
#[derive(Debug, Args)]
pub struct MockArguments {
    /// Definitions: files or URLs
    #[arg(required = true, value_name = "DEFINITION", value_hint = ValueHint::FilePath)]
    pub definitions: Vec<String>,
    /// Listen on this address; if other machines can reach it, requests may name any host
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_hint = ValueHint::Other)]
    pub host: IpAddr,
    /// Listen on this port; 0 picks a free one
    #[arg(long, default_value_t = 0, value_hint = ValueHint::Other)]
    pub port: u16,
    /// Answer a request that breaks its definition with 400 and a list of what is wrong
    #[arg(long)]
    pub validate_requests: bool,
    /// Let pages of this origin read responses, besides those of this machine: `https://app.example.org`, or `*` for all
    #[arg(long, value_name = "ORIGIN", value_hint = ValueHint::Url)]
    pub cors: Vec<String>,
    #[command(flatten)]
    pub read: ReadArguments,
}

/// `apinb definition`.
#[derive(Debug, Subcommand)]
pub enum DefinitionCommand {
    /// List the errors and warnings of definitions
    #[command(after_help = examples::DEFINITION_CHECK)]
    Check {
        /// Files or URLs
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        definitions: Vec<String>,
        /// Report warnings as errors
        #[arg(long)]
        strict: bool,
        #[command(flatten)]
        report: ReportArguments,
        #[command(flatten)]
        read: ReadArguments,
    },
    /// Print the resources and methods of a definition
    #[command(after_help = examples::DEFINITION_TREE)]
    Tree {
        /// A file or a URL
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        definition: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        read: ReadArguments,
    },
    /// Find methods by words in their names, paths, descriptions and parameters
    #[command(after_help = examples::DEFINITION_SEARCH)]
    Search {
        /// A file or a URL
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        definition: String,
        /// Words to search for
        #[arg(required = true, value_name = "WORD", value_hint = ValueHint::Other)]
        words: Vec<String>,
        /// Maximum number of methods to print
        #[arg(long, value_name = "N", default_value_t = 10, value_hint = ValueHint::Other)]
        limit: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        read: ReadArguments,
    },
    /// Explain the API, a resource or a method, with the JavaScript that calls it
    #[command(after_help = examples::DEFINITION_SHOW)]
    Show {
        /// A file or a URL
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        definition: String,
        /// Client path (`users.{id}.get`), URL path (`/users/{id}`, `GET /users/5`) or `operationId` [default: the whole
        /// API]
        #[arg(value_name = "PATH", value_hint = ValueHint::Other)]
        path: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        read: ReadArguments,
    },
}

/// `apinb auth`.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Sign in with a security scheme of a definition, and store the tokens
    #[command(after_help = examples::AUTH_LOGIN)]
    Login(LoginArguments),
    /// Show which stored tokens are valid; exit code 1 if none is
    #[command(after_help = examples::AUTH_STATUS)]
    Status {
        /// Host of the tokens [default: all hosts]
        #[arg(value_hint = ValueHint::Hostname)]
        host: Option<String>,
    },
    /// Renew tokens
    #[command(after_help = examples::AUTH_REFRESH)]
    Refresh {
        /// Host of the tokens [default: all hosts]
        #[arg(value_hint = ValueHint::Hostname)]
        host: Option<String>,
        /// Read the client secret from this environment variable, if the server requires one
        #[arg(long, value_name = "VARIABLE", value_hint = ValueHint::Other)]
        client_secret_env: Option<String>,
    },
    /// Delete tokens
    #[command(after_help = examples::AUTH_LOGOUT)]
    Logout {
        /// Host of the tokens [default: all hosts]
        #[arg(required_unless_present = "all", value_hint = ValueHint::Hostname)]
        host: Option<String>,
        /// Delete the tokens of all hosts
        #[arg(long, conflicts_with = "host")]
        all: bool,
    },
    /// List the stored tokens: host, client id, scopes, expiry
    #[command(after_help = examples::AUTH_LIST)]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// `apinb auth login`.
#[derive(Debug, Args)]
pub struct LoginArguments {
    /// Definition: a file or a URL
    #[arg(value_hint = ValueHint::FilePath)]
    pub definition: String,
    #[command(flatten)]
    pub read: ReadArguments,
    /// Use this security scheme [default: the one that `API.authenticate` uses]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub scheme: Option<String>,
    /// Set a sign-in option, instead of answering a prompt: `clientId`, `clientSecret`, `scopes`, `redirectUri`, …
    #[arg(long, value_name = "OPTION=VALUE", value_hint = ValueHint::Other)]
    pub auth: Vec<String>,
    /// Set a parameter of the scheme's URIs
    #[arg(long, value_name = "NAME=VALUE", value_hint = ValueHint::Other)]
    pub uri_parameter: Vec<String>,
    /// Print the sign-in URL instead of opening a browser, and prompt for the URL that it leads to
    #[arg(long)]
    pub no_browser: bool,
}

/// `apinb cache`.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Store a file as the script of a URL
    #[command(after_help = examples::CACHE_ADD)]
    Add {
        /// URL that notebooks load
        #[arg(value_hint = ValueHint::Url)]
        url: String,
        /// Script to store
        #[arg(value_hint = ValueHint::FilePath)]
        file: String,
    },
    /// List the cached scripts: SHA-256, size, URL
    #[command(after_help = examples::CACHE_LIST)]
    List,
    /// Delete all cached scripts
    #[command(after_help = examples::CACHE_CLEAR)]
    Clear,
}
