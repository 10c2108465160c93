//! Why nobody is signed in.

use crate::AuthError;

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The definition has no security scheme.
    #[error("No schemes available")]
    NoSchemes,
    /// It has none of that name.
    #[error("The only available authentication methods are: {}", quoted(available))]
    UnknownScheme {
        /// Those that it has.
        available: Vec<String>,
    },
    /// Nobody said what is needed.
    #[error("signing in by `{scheme}` needs {}", listed(fields))]
    Missing {
        /// The client's name.
        client: String,
        /// The scheme's name.
        scheme: String,
        /// The options that are missing.
        fields: Vec<String>,
    },
    /// The person could not be asked.
    #[error("signing in by `{scheme}` needs `{field}`: {cause}")]
    Unanswered {
        /// The scheme's name.
        scheme: String,
        /// The option.
        field: String,
        /// Why.
        cause: String,
    },
    /// What the definition or an option asks for is not known.
    #[error("signing in by `{scheme}` ({kind}) is not supported")]
    Unsupported {
        /// The scheme's name.
        scheme: String,
        /// What.
        kind: String,
    },
    /// A URI of the scheme is none.
    #[error("`{uri}` of `{scheme}` is no URL: {cause}")]
    Uri {
        /// The scheme's name.
        scheme: String,
        /// As written.
        uri: String,
        /// Why.
        cause: String,
    },
    /// The way in went wrong.
    #[error("signing in by `{scheme}` failed: {cause}")]
    Failed {
        /// The client's name.
        client: String,
        /// The scheme's name.
        scheme: String,
        /// What.
        #[source]
        cause: Box<AuthError>,
    },
}

impl SignInError {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoSchemes | Self::UnknownScheme { .. } | Self::Uri { .. } | Self::Unanswered { .. } => None,
            Self::Missing { client, fields, .. } => {
                let flags: Vec<String> = fields.iter().map(|field| format!("--auth {client}.{field}=…")).collect();
                Some(format!(
                    "give it as an option of API.authenticate, or from outside: `{}`; a token that you have: `--token {client}=…`, `{}`",
                    flags.join(" "),
                    token_variable(client)
                ))
            }
            Self::Unsupported { .. } => Some("pass a token that you have: accessToken".to_owned()),
            Self::Failed { client, cause, .. } => Some(match cause.help() {
                Some(help) => help.to_owned(),
                None => format!("`--token {client}=TOKEN` uses a token that you have already"),
            }),
        }
    }
}

/// The environment variable that gives a client its token.
#[must_use]
pub fn token_variable(client: &str) -> String {
    let name: String =
        client.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("APINB_TOKEN_{name}")
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "something that it has no name for".to_owned(),
    }
}
