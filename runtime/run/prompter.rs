//! Whom a run asks.

use std::io;

use url::Url;

/// The person at the terminal.
pub trait Prompter {
    /// Asks for a text; `secret`: nothing of it is shown. None: the person cancels.
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
