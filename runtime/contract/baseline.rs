//! Known findings: `apinb.contract.json`, with the keys of findings and the number of calls of each, no values.
//!
//! Each key is on its own line, in the order of the keys, so that two branches that changed different operations merge.

use std::collections::{BTreeMap, HashSet};

use apinb_record::contract::Contract;
use serde::{Deserialize, Serialize};

/// The version of the file.
const VERSION: u32 = 1;

/// The known findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<String, usize>);

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    findings: BTreeMap<String, usize>,
}

/// Why a text is not a baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    #[error("not a baseline: {message}")]
    Invalid {
        message: String,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    #[error("version {version} of the baseline is unknown; this apinb knows {VERSION}")]
    Version { version: u32 },
}

impl Baseline {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// When the text is not a baseline.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let end = message.rfind(" at line ").unwrap_or(message.len());
            let message = message.get(..end).unwrap_or_default().to_owned();
            BaselineError::Invalid { message, line: error.line().max(1), column: error.column().max(1) }
        })?;
        match file.version {
            VERSION => Ok(Self(file.findings)),
            version => Err(BaselineError::Version { version }),
        }
    }

    /// The findings of `contract`, which all become known, and of this baseline those of operations that were not called.
    #[must_use]
    pub fn updated(&self, contract: &Contract) -> Self {
        let uncalled = self.0.iter().filter(|(key, _)| !is_called(key, contract));
        let uncalled = uncalled.map(|(key, calls)| (key.clone(), *calls));
        Self(uncalled.chain(contract.findings.iter().map(|finding| (finding.key.clone(), finding.calls))).collect())
    }

    /// The text of the file.
    #[must_use]
    pub fn write(&self) -> String {
        let file = File { version: VERSION, findings: self.0.clone() };
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// Marks the known findings of `contract`, and lists those that no longer occur: other calls may have the same cause
    /// more or less often, and nothing is known of an operation that was not called.
    pub fn apply(&self, contract: &mut Contract) {
        for finding in &mut contract.findings {
            finding.known = self.0.contains_key(&finding.key);
        }
        let found: HashSet<&str> = contract.findings.iter().map(|finding| finding.key.as_str()).collect();
        let gone = self.0.keys().filter(|key| !found.contains(key.as_str()) && is_called(key, contract));
        contract.gone = gone.cloned().collect();
    }
}

/// Whether the operation of a key was called; a key without an operation (`GET 404 contract/unknown-operation …`) counts
/// as called.
fn is_called(key: &str, contract: &Contract) -> bool {
    let has_operation = key.split(' ').nth(1).is_some_and(|path| path.starts_with('/'));
    let is_of = |operation: &str| key.strip_prefix(operation).is_some_and(|rest| rest.starts_with(' '));
    !has_operation || contract.operations.iter().any(|called| is_of(&called.operation))
}

#[cfg(test)]
mod tests {
    use super::{Baseline, BaselineError};

    #[test]
    fn a_baseline_is_sorted_and_stable() {
        let text = "{\n  \"version\": 1,\n  \"findings\": {\n    \"GET /a\": 2,\n    \"GET /b\": 1\n  }\n}\n";
        let unsorted = "{\"findings\": {\"GET /b\": 1, \"GET /a\": 2}, \"version\": 1}";
        assert_eq!(Baseline::read(unsorted).unwrap().write(), text);
        assert_eq!(Baseline::read(text).unwrap().write(), text);
    }

    #[test]
    fn other_texts_are_errors() {
        assert_eq!(Baseline::read("{\"version\": 9, \"findings\": {}}"), Err(BaselineError::Version { version: 9 }));
        let error = Baseline::read("{\n  \"version\": 1\n}").unwrap_err();
        let expected = BaselineError::Invalid { message: "missing field `findings`".to_owned(), line: 3, column: 1 };
        assert_eq!(error, expected);
    }
}
