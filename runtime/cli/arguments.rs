//! The command line as text: what clap understands and what `--help` says.
//!
//! Nothing here is checked beyond its shape: [`crate::cli::settings`] makes values of it. Values of the form `KEY=VALUE` are
//! cut there too, since clap would repeat a wrong one in its message, and it may be a secret.

mod check;
mod config;
mod export;
mod given;
mod network;
mod port;
mod repl;
mod run;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use super::examples;
pub use check::CheckArguments;
pub use config::{ConfigCommand, ShowArguments};
pub use export::{ExportArguments, Form};
pub use given::GivenArguments;
pub use network::NetworkArguments;
pub use port::PortArguments;
pub use repl::ReplArguments;
pub use run::{ChoiceArguments, RunArguments};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "apinb",
    version,
    about = "Runs API notebooks: markdown files whose JavaScript cells call live web APIs",
    after_help = examples::PROGRAM,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// Use colour: `auto` (on a terminal), `always` or `never`
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Display"
    )]
    pub color: Color,
    /// The same as `--color never`
    #[arg(long, global = true, hide = true, overrides_with = "color")]
    pub no_color: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colour.
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
    /// Run notebooks, cell after cell
    #[command(after_help = examples::RUN)]
    Run(Box<RunArguments>),
    /// Say what notebooks need and what is wrong with them, without running a cell
    #[command(after_help = examples::CHECK)]
    Check(Box<CheckArguments>),
    /// Write a notebook, or its calls, in another form, without running a cell
    #[command(after_help = examples::EXPORT)]
    Export(Box<ExportArguments>),
    /// Write the `apinb.toml` that makes notebooks from elsewhere run, and say what runs on the mock
    #[command(after_help = examples::PORT)]
    Port(PortArguments),
    /// Call an API line by line: JavaScript and clients at a prompt, or from a pipe
    #[command(after_help = examples::REPL)]
    Repl(Box<ReplArguments>),
    /// Serve a stand-in for APIs, made from their definitions
    #[command(after_help = examples::MOCK)]
    Mock(MockArguments),
    /// Look at API definitions
    #[command(subcommand, after_help = examples::DEFINITION)]
    Definition(DefinitionCommand),
    /// Sign in, and look after the tokens that are kept
    #[command(subcommand, after_help = examples::AUTH)]
    Auth(AuthCommand),
    /// Look after the scripts that notebooks load
    #[command(subcommand, after_help = examples::CACHE)]
    Cache(CacheCommand),
    /// See what is given to notebooks
    #[command(subcommand, after_help = examples::CONFIG)]
    Config(ConfigCommand),
    /// Print a manual page, or write all of them
    #[command(after_help = examples::MAN)]
    Man(ManArguments),
    /// Print completions for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// `apinb man`.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// The command whose page it is, as `run` or `auth login`; the program's own page without it
    #[arg(value_hint = ValueHint::Other)]
    pub command: Vec<String>,
    /// Write all pages to this folder
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    pub dir: Option<PathBuf>,
}

/// `apinb mock`.
#[derive(Debug, Args)]
pub struct MockArguments {
    /// The definitions: files or URLs
    #[arg(required = true, value_name = "DEFINITION", value_hint = ValueHint::FilePath)]
    pub definitions: Vec<String>,
    /// The port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 0, value_hint = ValueHint::Other)]
    pub port: u16,
}

/// `apinb definition`.
#[derive(Debug, Subcommand)]
pub enum DefinitionCommand {
    /// List everything that is wrong with definitions
    #[command(after_help = examples::DEFINITION_CHECK)]
    Check {
        /// Files or URLs
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        definitions: Vec<String>,
    },
    /// Print the resources and methods of a definition
    #[command(after_help = examples::DEFINITION_TREE)]
    Tree {
        /// A file or a URL
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        definition: String,
        /// As JSON: a list of `{path, methods}`
        #[arg(long)]
        json: bool,
    },
    /// Explain the API, a resource or a method, with the JavaScript that calls it
    #[command(after_help = examples::DEFINITION_SHOW)]
    Show {
        /// A file or a URL
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        definition: String,
        /// As the client has it (`users.{id}.get`) or as a path (`/users/{id}`, `GET /users/5`); the API without it
        #[arg(value_name = "PLACE", value_hint = ValueHint::Other)]
        place: Vec<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// `apinb auth`.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Sign in by a scheme of a definition, and keep the tokens
    #[command(after_help = examples::AUTH_LOGIN)]
    Login(LoginArguments),
    /// Say which tokens serve; exit code 1 when none does
    #[command(after_help = examples::AUTH_STATUS)]
    Status {
        /// Of this host only
        #[arg(value_hint = ValueHint::Hostname)]
        host: Option<String>,
    },
    /// Renew tokens now
    #[command(after_help = examples::AUTH_REFRESH)]
    Refresh {
        /// Of this host only
        #[arg(value_hint = ValueHint::Hostname)]
        host: Option<String>,
        /// The secret that the client is registered with, where the server asks for it: the variable that has it
        #[arg(long, value_name = "VARIABLE", value_hint = ValueHint::Other)]
        client_secret_env: Option<String>,
    },
    /// Forget tokens
    #[command(after_help = examples::AUTH_LOGOUT)]
    Logout {
        /// Of this host only
        #[arg(required_unless_present = "all", value_hint = ValueHint::Hostname)]
        host: Option<String>,
        /// Of all hosts
        #[arg(long, conflicts_with = "host")]
        all: bool,
    },
    /// List the tokens that are kept: host, client id, scopes, end
    #[command(after_help = examples::AUTH_LIST)]
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// `apinb auth login`.
#[derive(Debug, Args)]
pub struct LoginArguments {
    /// The definition: a file or a URL
    #[arg(value_hint = ValueHint::FilePath)]
    pub definition: String,
    /// The security scheme; without it the one that `API.authenticate` takes
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub scheme: Option<String>,
    /// Give what the scheme needs: `clientId`, `clientSecret`, `scopes`, `redirectUri`, …; asked for otherwise
    #[arg(long, value_name = "OPTION=VALUE", value_hint = ValueHint::Other)]
    pub auth: Vec<String>,
    /// Fill a tag of the scheme's URIs
    #[arg(long, value_name = "TAG=VALUE", value_hint = ValueHint::Other)]
    pub uri_parameter: Vec<String>,
    /// Open no browser: show the address of a sign-in page, and take the one that it leads to
    #[arg(long)]
    pub no_browser: bool,
}

/// `apinb cache`.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Store a file as the script of a URL
    #[command(after_help = examples::CACHE_ADD)]
    Add {
        /// What notebooks load
        #[arg(value_hint = ValueHint::Url)]
        url: String,
        /// The script
        #[arg(value_hint = ValueHint::FilePath)]
        file: String,
    },
    /// List the scripts: SHA-256, size, URL
    #[command(after_help = examples::CACHE_LIST)]
    List,
    /// Remove all scripts
    #[command(after_help = examples::CACHE_CLEAR)]
    Clear,
}
