//! The person who answers the prompts of a run.

use std::io;

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

    /// Opens a page in the person's browser.
    ///
    /// # Errors
    /// When the system has no browser.
    fn open(&self, url: &Url) -> io::Result<()>;
}

/// Why a person did not answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The terminal cannot be read.
    #[error("cannot read the answer")]
    Unreadable(#[source] io::Error),
}
