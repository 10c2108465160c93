//! Errors of signing in by a security scheme.

use apinb_text::display::quote::quote_series;

use crate::error::AuthError;

/// An error of signing in by a security scheme.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The definition has no security scheme.
    #[error("No schemes available")]
    NoSchemes,
    /// It has no scheme of that name.
    #[error("The only available authentication methods are: {}", in_double_quotes(available))]
    UnknownScheme {
        /// The schemes that it has.
        available: Vec<String>,
    },
    /// Required fields are missing.
    #[error("signing in with `{scheme}` needs {}", quote_series(fields, "and"))]
    Missing {
        client: String,
        scheme: String,
        /// The options that are missing.
        fields: Vec<String>,
        /// Whether a token replaces the sign-in.
        takes_token: bool,
    },
    /// The person could not be prompted.
    #[error("signing in with `{scheme}` needs `{field}`: {cause}")]
    Unanswered { scheme: String, field: String, cause: String },
    /// The definition or an option asks for something that is not supported.
    #[error("signing in with `{scheme}` ({kind}) is not supported")]
    Unsupported { scheme: String, kind: String },
    /// A URI of the scheme is not a URL.
    #[error("`{uri}` of `{scheme}` is not a URL: {cause}")]
    Uri { scheme: String, uri: String, cause: String },
    /// A URI of the scheme to which requests go has another scheme.
    #[error("`{uri}` of `{scheme}` is not an http or https URL")]
    Endpoint { scheme: String, uri: String },
    /// The sign-in failed.
    #[error("signing in with `{scheme}` failed: {cause}")]
    Failed {
        client: String,
        scheme: String,
        /// Whether a token replaces the sign-in.
        takes_token: bool,
        #[source]
        cause: Box<AuthError>,
    },
}

impl SignInError {
    /// Advice: one imperative sentence.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoSchemes
            | Self::UnknownScheme { .. }
            | Self::Uri { .. }
            | Self::Endpoint { .. }
            | Self::Unanswered { .. } => None,
            Self::Missing { client, fields, takes_token, .. } => {
                let flags: Vec<String> = fields.iter().map(|field| format!("--auth {client}.{field}=…")).collect();
                let fields = format!("Pass it as an option of API.authenticate or by `{}`", flags.join(" "));
                let variable = token_variable(client);
                Some(match takes_token {
                    true => format!("{fields}, or pass a token that you have by `--token {client}=…` or `{variable}`."),
                    false => format!("{fields}."),
                })
            }
            Self::Unsupported { .. } => Some("Pass a token that you have: accessToken.".to_owned()),
            Self::Failed { client, cause, takes_token, .. } => match cause.help() {
                Some(help) => Some(help.to_owned()),
                None => takes_token.then(|| format!("Pass a token that you have by `--token {client}=TOKEN`.")),
            },
        }
    }
}

/// The environment variable with the token of a client.
#[must_use]
pub fn token_variable(client: &str) -> String {
    let name: String =
        client.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("APINB_TOKEN_{name}")
}

/// The names as the first API Notebook listed them in this message.
fn in_double_quotes(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
