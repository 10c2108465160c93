//! How calls go over the network, in the names that curl has for it.

use clap::{Args, ValueHint};

/// The same for all calls of a run.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct NetworkArguments {
    /// Make a call again, up to N times, that finds no server or is answered by 429, 502, 503 or 504; GET, HEAD, PUT,
    /// DELETE and OPTIONS only
    #[arg(long, value_name = "N", value_hint = ValueHint::Other)]
    pub retry: Option<String>,
    /// The pause before that, where the server sends no `Retry-After` [default: 1s, then twice as long each time]
    #[arg(long, value_name = "TIME", value_hint = ValueHint::Other)]
    pub retry_delay: Option<String>,
    /// Make POST, PATCH and other calls again as well
    #[arg(long)]
    pub retry_all_methods: bool,
    /// The least time from one call to the next
    #[arg(long, value_name = "TIME", value_hint = ValueHint::Other)]
    pub delay: Option<String>,
    /// Follow so many redirects of a call [default: 20]
    #[arg(long, value_name = "N", value_hint = ValueHint::Other)]
    pub max_redirs: Option<String>,
    /// Send everything through this proxy; without it, the one of `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`. `NO_PROXY`
    /// names hosts that are called without
    #[arg(short = 'x', long, value_name = "URL", value_hint = ValueHint::Url)]
    pub proxy: Option<String>,
    /// Trust these certificates (PEM) beside those of the system
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub cacert: Option<String>,
    /// Show this certificate (PEM) to servers that ask for one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub cert: Option<String>,
    /// The private key of `--cert`, where it is not in the same file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "cert")]
    pub key: Option<String>,
    /// Trust any certificate: everybody on the way can read and change what is sent
    #[arg(short = 'k', long)]
    pub insecure: bool,
}
