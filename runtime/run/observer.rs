//! What a run reports while it goes on.

use apinb_record::call::CallRecord;
use apinb_record::run::{CellRecord, NotebookRecord};

/// A notebook that is about to run.
#[derive(Clone, Debug)]
pub struct NotebookHead {
    /// The path as given, and the row where there are several.
    pub path: String,
    /// Its title.
    pub title: Option<String>,
    /// Whether its calls go to mock servers.
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
