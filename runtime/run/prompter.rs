//! The person who answers the prompts of a run.

use std::io;

use serde::{Deserialize, Serialize};
use url::Url;

/// The person at the terminal.
pub trait Prompter {
    /// Prompts for a text; a secret is not echoed. None: the person cancels.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn prompt(&self, question: &str, default: Option<&str>, secret: bool) -> Result<Option<String>, NoAnswer>;

    /// Asks for yes or no.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn confirm(&self, question: &str) -> Result<bool, NoAnswer>;

    /// Asks whether a remote notebook may call `host`.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn agree(&self, host: &str) -> Result<bool, NoAnswer> {
        self.confirm(&host_question(host))
    }

    /// Opens a page in the person's browser.
    ///
    /// # Errors
    /// When the system has no browser.
    fn open(&self, url: &Url) -> io::Result<()>;
}

/// The question of [`Prompter::agree`].
#[must_use]
pub fn host_question(host: &str) -> String {
    format!("May this remote notebook call {host}?")
}

/// Why a person did not answer.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum NoAnswer {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The terminal cannot be read.
    #[error("cannot read the answer")]
    Unreadable(
        #[source]
        #[serde(with = "apinb_text::io_error")]
        io::Error,
    ),
}
