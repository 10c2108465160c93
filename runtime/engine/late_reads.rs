//! What definitions read after they were loaded: an example that a mock server answers with, a schema that is shown. The
//! calls that this takes and the faults that it finds belong to the cell in which they come up.

use std::cell::RefCell;
use std::sync::Arc;

use apinb_definition::documents::deferred::DeferredDocuments;
use apinb_project::reading::documents::Documents;
use apinb_record::call::CallPurpose;
use apinb_record::run::ConsoleLevel;
use apinb_text::diagnostic::causes::one_line;

use crate::log::CellLog;

/// The definitions that have something left to read.
#[derive(Default)]
pub(crate) struct LateReads(RefCell<Vec<Definition>>);

struct Definition {
    client: String,
    documents: Arc<Documents>,
    deferred: DeferredDocuments,
}

impl LateReads {
    /// From now on, looks after a definition.
    pub(crate) fn add(&self, client: &str, documents: Arc<Documents>, deferred: DeferredDocuments) {
        self.0.borrow_mut().push(Definition { client: client.to_owned(), documents, deferred });
    }

    /// Notes the calls, and tells the faults, that came up since the last time.
    pub(crate) fn collect(&self, log: &CellLog) {
        for Definition { client, documents, deferred } in &*self.0.borrow() {
            for call in documents.calls() {
                log.exchange(&call, CallPurpose::Definition);
            }
            for problem in deferred.take_diagnostics() {
                log.write(ConsoleLevel::Warn, &format!("the definition of `{client}`: {}", one_line(problem.as_ref())));
            }
        }
    }
}
