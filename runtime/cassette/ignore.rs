//! The parts of requests that a replay does not compare: `body:$.request_id`, `query:ts`, `header:X-Trace`.

use std::fmt;
use std::str::FromStr;

use apinb_text::display::suggest::suggest;

use crate::path::JsonPath;

/// A part of requests that is not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ignore {
    Body(JsonPath),
    /// A query parameter.
    Query(String),
    /// A header in lower case.
    Header(String),
}

/// Why a text is not an [`Ignore`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidIgnore {
    message: String,
}

impl FromStr for Ignore {
    type Err = InvalidIgnore;

    fn from_str(text: &str) -> Result<Self, InvalidIgnore> {
        let (part, rest) = text.split_once(':').unwrap_or((text, ""));
        match (part.trim(), rest.trim()) {
            ("body" | "query" | "header", "") => {
                Err(InvalidIgnore { message: format!("`{text}` names no part: expected `{}:NAME`", part.trim()) })
            }
            ("body", path) => path
                .parse()
                .map(Self::Body)
                .map_err(|error: crate::path::InvalidPath| InvalidIgnore { message: error.to_string() }),
            ("query", name) => Ok(Self::Query(name.to_owned())),
            ("header", name) => Ok(Self::Header(name.to_ascii_lowercase())),
            (other, _) => {
                let near = suggest(other, ["body", "query", "header"]);
                let near = near.map(|near| format!("; did you mean `{near}:`?")).unwrap_or_default();
                let message = format!("`{text}` is not `body:PATH`, `query:NAME` or `header:NAME`{near}");
                Err(InvalidIgnore { message })
            }
        }
    }
}

impl fmt::Display for Ignore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(path) => write!(f, "body:{path}"),
            Self::Query(name) => write!(f, "query:{name}"),
            Self::Header(name) => write!(f, "header:{name}"),
        }
    }
}
