//! The events of a run.

use apinb_record::call::CallRecord;
use apinb_record::run::{CellRecord, NotebookRecord};

/// A notebook that is about to run.
#[derive(Clone, Debug)]
pub struct NotebookHead {
    /// The path of the user, and the row if there are several.
    pub path: String,
    pub title: Option<String>,
    /// Whether its calls go to mock servers.
    pub mocked: bool,
    /// The labels of its cells, in order.
    pub labels: Vec<String>,
}

/// Observes a run. All events are redacted.
pub trait Observer {
    fn notebook_started(&self, _notebook: &NotebookHead) {}
    fn cell_started(&self, _number: usize, _label: &str) {}
    fn call_ended(&self, _call: &CallRecord) {}
    /// The user must sign in at `url`.
    fn sign_in(&self, _url: &str) {}
    /// The user must sign in at `url` with `code`, on any device.
    fn sign_in_by_code(&self, _url: &str, _code: &str) {}
    /// A cell ended or was skipped.
    fn cell_ended(&self, _cell: &CellRecord) {}
    /// The number of notebooks that have ended in parallel. Their own events follow later, in the order of the command
    /// line.
    fn notebooks_ended(&self, _ended: usize, _of: usize) {}
    fn notebook_ended(&self, _notebook: &NotebookRecord) {}
}
