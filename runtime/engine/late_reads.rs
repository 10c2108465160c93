//! Documents that definitions read after loading: an example that a mock server responds with, a schema in an
//! explanation. The calls and diagnostics of this belong to the cell in which they occur.

use std::cell::RefCell;
use std::sync::Arc;

use apinb_definition::documents::deferred::DeferredDocuments;
use apinb_project::reading::definition::{Unusable, refusal};
use apinb_project::reading::documents::Documents;
use apinb_record::call::CallPurpose;
use apinb_record::run::ConsoleLevel;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::causes::one_line;

use crate::log::CellLog;

/// The definitions with deferred documents.
#[derive(Default)]
pub(crate) struct LateReads(RefCell<Vec<Definition>>);

struct Definition {
    client: String,
    documents: Arc<Documents>,
    deferred: DeferredDocuments,
}

impl LateReads {
    /// Adds a definition to watch.
    pub(crate) fn add(&self, client: &str, documents: Arc<Documents>, deferred: DeferredDocuments) {
        self.0.borrow_mut().push(Definition { client: client.to_owned(), documents, deferred });
    }

    /// Logs the calls and diagnostics since the last time.
    pub(crate) fn collect(&self, log: &CellLog) {
        for Definition { client, documents, deferred } in &*self.0.borrow() {
            log.files_read(&documents.files());
            for call in documents.calls() {
                log.exchange(call, CallPurpose::Definition);
            }
            for problem in deferred.take_diagnostics() {
                warn(log, client, problem.as_ref());
                if let Some(Unusable::Refused { message, .. }) = refusal(problem.as_ref()) {
                    log.refused(&message);
                }
            }
        }
    }
}

/// Logs what is wrong with a document of the definition of `client`.
pub(crate) fn warn(log: &CellLog, client: &str, problem: &(dyn Diagnostic + Send + Sync)) {
    log.write(ConsoleLevel::Warn, &format!("the definition of `{client}`: {}", one_line(problem)));
}
