//! What projects ask for beyond their own files, and the answers of the user: the data of `apinb trust show --json` and
//! `apinb trust list --json`, and of the file that keeps the answers. No secret is part of it.

use serde::{Deserialize, Serialize};

/// The version of [`ProjectTrust`] and [`TrustAnswers`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The host of requests whose hosts are unknown before a run.
pub const ANY_HOST: &str = "*";

/// What a project asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProjectTrust {
    /// [`VERSION`].
    pub version: u32,
    /// The folder of its `apinb.toml`, or of its notebooks if it has none.
    pub folder: String,
    /// Identifies the list: `--trust=HASH` accepts it. Absent if the project asks for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Whether the user has accepted the list, or there is nothing to accept.
    pub trusted: bool,
    /// The requests, in the order of `apinb.toml`.
    pub requests: Vec<TrustRequest>,
}

/// The stored answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrustAnswers {
    /// [`VERSION`].
    pub version: u32,
    /// The lists that the user accepted, by folder.
    pub answers: Vec<TrustAnswer>,
    /// The stored tokens that the notebooks of a project may use, by folder.
    #[serde(default)]
    pub tokens: Vec<ProjectToken>,
}

/// A stored token that was stored for a project, or that the user lets it use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProjectToken {
    /// The top of the project, or the folder of its notebooks.
    pub folder: String,
    /// Its client id, authorization server, scopes and hosts, in words.
    pub token: String,
}

/// A list that the user accepted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrustAnswer {
    /// The folder of the project's `apinb.toml`, or of its notebooks if it has none.
    pub folder: String,
    /// The hash of the list.
    pub hash: String,
    /// When it was accepted: RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub accepted: String,
    /// The list.
    pub requests: Vec<TrustRequest>,
}

/// A part of a project that reaches beyond its own files.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrustRequest {
    /// The key in `apinb.toml`, with dots: `inputs.KEY`, `env.staging.clients.api.token`.
    pub setting: String,
    /// The file and line of the setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The kind of what it reaches.
    pub reach: TrustReach,
    /// The name of the variable, the path of the file as `apinb.toml` writes it, or the value of the setting.
    pub value: String,
    /// The hosts to which the notebooks may send the value, sorted: `*.example.com` for all below `example.com`, `*` for
    /// any host, `$NAME` for the host of the URL in the variable `NAME`. Empty for a value that is not sent.
    pub hosts: Vec<String>,
}

/// The kind of what a request reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrustReach {
    /// An environment variable of the user.
    Variable,
    /// A file outside of the project.
    File,
    /// A setting that changes how apinb protects the user, such as `network.proxy`.
    Setting,
}
