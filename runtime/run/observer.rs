//! What a run tells while it goes on, and whom it asks.

use apinb_core::record::{CallRecord, CellRecord, NotebookRecord};
use url::Url;

/// A notebook that is about to run.
#[derive(Clone, Debug)]
pub struct NotebookHead {
    /// The path as given, and the row where there are several.
    pub path: String,
    /// Its title.
    pub title: Option<String>,
    /// Whether its calls go to stand-ins.
    pub mocked: bool,
    /// What people call its cells, in order.
    pub labels: Vec<String>,
}

/// Whoever watches a run. Everything it is told is redacted.
pub trait Observer {
    /// A notebook starts.
    fn notebook_started(&self, _notebook: &NotebookHead) {}
    /// A cell starts.
    fn cell_started(&self, _number: usize, _label: &str) {}
    /// A call ended.
    fn call_ended(&self, _call: &CallRecord) {}
    /// A person is asked to sign in at `url`.
    fn sign_in(&self, _url: &str) {}
    /// A person is asked to sign in at `url` on any device, by `code`.
    fn sign_in_by_code(&self, _url: &str, _code: &str) {}
    /// A cell ended, or is skipped.
    fn cell_ended(&self, _cell: &CellRecord) {}
    /// Of several notebooks that run at once, so many have ended; those are not told of in that moment, but in their
    /// turn.
    fn notebooks_ended(&self, _ended: usize, _of: usize) {}
    /// A notebook ended.
    fn notebook_ended(&self, _notebook: &NotebookRecord) {}
}

/// The person at the terminal.
pub trait Person {
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
    fn open(&self, url: &Url) -> std::io::Result<()>;
}

/// Why a person did not answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// The terminal can't be read.
    #[error("cannot read the answer: {cause}")]
    Unreadable {
        /// What the system says.
        cause: String,
    },
}
