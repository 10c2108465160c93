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

    /// Asks whether a remote notebook may call these hosts.
    ///
    /// # Errors
    /// [`NoAnswer`].
    fn agree(&self, hosts: &[String]) -> Result<bool, NoAnswer> {
        self.confirm(&hosts_question(hosts))
    }

    /// Opens a page in the person's browser.
    ///
    /// # Errors
    /// When the system has no browser.
    fn open(&self, url: &Url) -> io::Result<()>;
}

/// The question of [`Prompter::agree`].
#[must_use]
pub fn hosts_question(hosts: &[String]) -> String {
    match hosts {
        [host] => format!("May this remote notebook call {host}?"),
        hosts => format!("May this remote notebook call these hosts?\n  {}\n", hosts.join("\n  ")),
    }
}

/// Why a person did not answer.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub enum NoAnswer {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The user is writing something else.
    #[error("the terminal is in use by the prompt; ask in the entry itself, not in a timer or a promise")]
    Busy,
    /// The terminal cannot be read.
    #[error("cannot read the answer")]
    Unreadable(
        #[source]
        #[serde(with = "apinb_text::io_error")]
        io::Error,
    ),
}
