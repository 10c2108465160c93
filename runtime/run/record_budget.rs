//! The limits of the record of a notebook. The engine limits the record of each cell.

use apinb_record::run::{CellRecord, ResultValue};

/// Maximum number of calls in the record of a notebook.
const MAX_CALLS: usize = 20_000;

/// Maximum size of the texts of all cells in the record of a notebook, in bytes.
const MAX_BYTES: usize = 256 << 20;

/// The calls and bytes that are left.
pub(super) struct RecordBudget {
    calls: usize,
    bytes: usize,
}

impl Default for RecordBudget {
    fn default() -> Self {
        Self { calls: MAX_CALLS, bytes: MAX_BYTES }
    }
}

impl RecordBudget {
    /// Removes from the record of a cell what exceeds the budget, and counts it as omitted.
    pub(super) fn fit(&mut self, cell: &mut CellRecord) {
        let mut calls = 0;
        for call in &cell.calls {
            if calls == self.calls || !self.spend(call.text_bytes()) {
                break;
            }
            calls += 1;
        }
        self.calls -= calls;
        cell.omitted.calls += cell.calls.len() - calls;
        cell.calls.truncate(calls);
        let console = cell.console.iter().take_while(|line| self.spend(line.text.len() + 1)).count();
        cell.omitted.console += cell.console.len() - console;
        cell.console.truncate(console);
        let prompts = cell.prompts.iter().take_while(|prompt| self.spend(prompt.text_bytes())).count();
        cell.omitted.prompts += cell.prompts.len() - prompts;
        cell.prompts.truncate(prompts);
        let size = |value: &ResultValue| match value {
            ResultValue::Json { json } => json.to_string().len(),
            ResultValue::Type { name } => name.len(),
        };
        cell.value.take_if(|value| !self.spend(size(value)));
        if let Some(full) = cell.result_full.take_if(|full| !self.spend(full.len())) {
            drop(full);
            cell.omitted.results += 1;
        }
    }

    /// Spends `bytes` if so many are left.
    fn spend(&mut self, bytes: usize) -> bool {
        match self.bytes.checked_sub(bytes) {
            Some(left) => {
                self.bytes = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use apinb_record::run::{CellRecord, CellStatus, ConsoleLevel, ConsoleRecord, OmittedRecord};

    use super::RecordBudget;

    fn cell(lines: &[&str], full: Option<&str>) -> CellRecord {
        let line = |text: &&str| ConsoleRecord { level: ConsoleLevel::Log, text: (*text).to_owned() };
        CellRecord {
            number: 0,
            line: 1,
            label: String::new(),
            status: CellStatus::Passed,
            skip: None,
            milliseconds: 0.0,
            result: None,
            result_full: full.map(str::to_owned),
            value: None,
            error: None,
            console: lines.iter().map(line).collect(),
            prompts: Vec::new(),
            calls: Vec::new(),
            refused: false,
            omitted: OmittedRecord::default(),
        }
    }

    #[test]
    fn dropped_entries_are_counted() {
        let mut budget = RecordBudget { calls: 1, bytes: 10 };
        let mut first = cell(&["1234"], Some("5"));
        budget.fit(&mut first);
        assert!(first.omitted.is_empty() && first.console.len() == 1 && first.result_full.is_some());
        let mut second = cell(&["12", "34", ""], Some("12"));
        budget.fit(&mut second);
        assert_eq!(second.omitted, OmittedRecord { console: 2, results: 1, ..OmittedRecord::default() });
        assert_eq!((second.console.len(), second.result_full), (1, None));
    }
}
