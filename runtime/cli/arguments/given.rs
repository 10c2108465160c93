//! What a notebook is given from outside. Each has its like in `apinb.toml`.

use clap::{Args, ValueHint};

use super::NetworkArguments;

/// The same for all notebooks of a run.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "From outside")]
pub struct GivenArguments {
    /// Lay the sections `[env.NAME…]` of `apinb.toml` over the others [default: what `APINB_ENV` says]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub env: Option<String>,
    /// Read environment variables from this file, instead of `.env` beside the notebook and beside `apinb.toml`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub env_file: Option<String>,
    /// Read no `.env`
    #[arg(long, conflicts_with = "env_file")]
    pub no_env_file: bool,
    /// Answer a prompt; KEY is the variable it is assigned to, its text, or a pattern with `*` and `?` over either
    #[arg(long, value_name = "KEY=VALUE", value_hint = ValueHint::Other)]
    pub input: Vec<String>,
    /// Take the definition of a client from elsewhere
    #[arg(long, value_name = "CLIENT=FILE|URL", value_hint = ValueHint::Other)]
    pub definition: Vec<String>,
    /// Set the base URI of a client: final, without `{tags}`
    #[arg(long, value_name = "CLIENT=URL", value_hint = ValueHint::Other)]
    pub base_uri: Vec<String>,
    /// Give a client its access token; it does not sign in
    #[arg(long, value_name = "CLIENT=TOKEN", value_hint = ValueHint::Other)]
    pub token: Vec<String>,
    /// Give a client what it signs in with; OPTION as in `API.authenticate`: `clientId`, `password`, `header.X-Key`
    #[arg(long, value_name = "CLIENT.OPTION=VALUE", value_hint = ValueHint::Other)]
    pub auth: Vec<String>,
    /// Sign in anew, and keep no token for later runs
    #[arg(long)]
    pub no_token_cache: bool,
    /// Take a script that the notebook loads from a file
    #[arg(long, value_name = "URL=FILE", value_hint = ValueHint::Other)]
    pub script: Vec<String>,

    /// The time that a cell has: `90`, `90s`, `5m`, `500ms` [default: 60s]
    #[arg(long, value_name = "TIME", value_hint = ValueHint::Other, help_heading = "Limits")]
    pub cell_timeout: Option<String>,
    /// The time that a call has [default: 30s]
    #[arg(long, value_name = "TIME", value_hint = ValueHint::Other, help_heading = "Limits")]
    pub timeout: Option<String>,
    /// The memory that JavaScript has, in MB [default: 1024]
    #[arg(long, value_name = "MB", value_hint = ValueHint::Other, help_heading = "Limits")]
    pub max_heap: Option<String>,

    /// How it calls.
    #[command(flatten)]
    pub network: NetworkArguments,
}
