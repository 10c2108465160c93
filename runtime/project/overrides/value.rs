//! The value of an override: a text, or the variable or file that holds it.

use std::env::VarError;
use std::io;
use std::path::PathBuf;

use apinb_files::bounded;
use serde::{Deserialize, Serialize};

use crate::serialized;

/// The largest file that holds a value, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// A value, resolved when it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    /// The environment variable that holds it.
    Environment {
        name: String,
        /// The value in a `.env` file, used if the process does not have the variable.
        fallback: Option<String>,
    },
    /// The file that holds it, without the line ends at its end.
    File(PathBuf),
}

/// Why a value is missing.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum ValueError {
    /// The environment variable is not set, or not Unicode.
    #[error("the environment variable `{name}` is not set")]
    Unset { name: String },
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        #[serde(with = "serialized::path")]
        path: PathBuf,
        #[source]
        #[serde(with = "apinb_text::io_error")]
        cause: io::Error,
    },
}

impl Value {
    /// Whether it is a secret: it is not written in `apinb.toml` itself.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        !matches!(self, Self::Text(_))
    }

    /// The value.
    ///
    /// # Errors
    /// [`ValueError`].
    pub fn resolve(&self) -> Result<String, ValueError> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Environment { name, fallback } => match (std::env::var(name), fallback) {
                (Ok(value), _) => Ok(value),
                (Err(VarError::NotPresent), Some(fallback)) => Ok(fallback.clone()),
                (Err(_), _) => Err(ValueError::Unset { name: name.clone() }),
            },
            Self::File(path) => {
                let text = bounded::text(path, MAX_FILE_BYTES)
                    .map_err(|cause| ValueError::Unreadable { path: path.clone(), cause })?;
                Ok(text.trim_end_matches(['\n', '\r']).to_owned())
            }
        }
    }
}
