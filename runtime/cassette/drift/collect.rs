//! Makes one finding of the same difference in many calls.

use std::collections::HashMap;

use apinb_record::contract::MessagePart;
use apinb_record::drift::{Drift, DriftClass, DriftFinding};

use super::difference::Difference;

/// Maximum number of findings, and of cells of a finding.
const MAX_FINDINGS: usize = 1_000;
const MAX_CELLS: usize = 20;

/// The differences so far.
#[derive(Debug, Default)]
pub struct Collector {
    drift: Drift,
    known: HashMap<(DriftClass, String, MessagePart, String, String), usize>,
}

impl Collector {
    /// Counts a call that was replayed, since it may change something.
    pub fn replayed(&mut self) {
        self.drift.replayed += 1;
    }

    /// Counts a call that the recording does not have.
    pub fn unrecorded(&mut self) {
        self.drift.unrecorded += 1;
    }

    /// Adds the differences of a call. `cell`: such as `users.md $3`.
    pub fn add(&mut self, operation: &str, cell: &str, differences: Vec<Difference>) {
        self.drift.compared += 1;
        for difference in differences {
            let Difference { class, severity, part, path, message, recorded, live, contract } = difference;
            let key = (class, operation.to_owned(), part, path.clone(), message.clone());
            let findings = &mut self.drift.findings;
            let at = *self.known.entry(key).or_insert(findings.len());
            if at == findings.len() {
                if findings.len() >= MAX_FINDINGS {
                    continue;
                }
                let definition = contract.and_then(|finding| finding.definition);
                let (operation, cells) = (operation.to_owned(), Vec::new());
                findings.push(DriftFinding {
                    class,
                    severity,
                    operation,
                    part,
                    path,
                    message,
                    recorded,
                    live,
                    definition,
                    calls: 0,
                    cells,
                });
            }
            let Some(finding) = findings.get_mut(at) else { continue };
            finding.calls += 1;
            if finding.cells.len() < MAX_CELLS && !finding.cells.iter().any(|known| known == cell) {
                finding.cells.push(cell.to_owned());
            }
        }
    }

    /// All findings, worst first. `values`: with those of the class `value`.
    #[must_use]
    pub fn finish(self, values: bool) -> Drift {
        let mut drift = self.drift;
        drift.findings.retain(|finding| values || finding.class != DriftClass::Value);
        drift.findings.sort_by(|one, other| {
            (one.class, &one.operation, &one.path).cmp(&(other.class, &other.operation, &other.path))
        });
        drift
    }
}
