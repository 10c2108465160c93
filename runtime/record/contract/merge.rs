//! Makes one contract of several: those of the notebooks of a run, and those of the shards of a run.
//!
//! The result depends on their order only in what is first: the first call of a finding with its message, and the first
//! cells. Merging a part of them before the others changes nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use apinb_text::diagnostic::Severity;

use super::union::unite;
use super::{CalledOperation, Contract, ContractFinding, ContractMode};

/// Maximum number of findings of a contract; further ones are left out.
pub const MAX_FINDINGS: usize = 5_000;
/// Maximum number of cells of a finding.
pub const MAX_CELLS: usize = 20;

/// The contract of all of `contracts`, in order; `None` if there is none.
pub fn merged(contracts: impl IntoIterator<Item = Contract>) -> Option<Contract> {
    contracts.into_iter().reduce(|mut all, next| {
        all.merge(next);
        all
    })
}

/// The same, of contracts whose notebooks alternate, as those of shards do: `place` is the place of a notebook in the
/// run, which says what is first.
pub fn merged_by(contracts: impl IntoIterator<Item = Contract>, place: impl Fn(&str) -> usize) -> Option<Contract> {
    let first = |finding: &ContractFinding| {
        let call = &finding.first;
        (call.notebook.as_deref().map_or(usize::MAX, &place), call.cell, call.number)
    };
    let cell = |name: &String| {
        let (notebook, number) = name.rsplit_once(" $").unwrap_or((name, ""));
        (place(notebook), number.parse::<usize>().unwrap_or(usize::MAX))
    };
    contracts.into_iter().reduce(|mut all, mut next| {
        let mut places: HashMap<(String, String), usize> = HashMap::new();
        for (place, finding) in all.findings.iter().enumerate() {
            places.insert((finding.api.clone(), finding.key.clone()), place);
        }
        for later in &mut next.findings {
            let known = places.get(&(later.api.clone(), later.key.clone())).copied();
            let Some(known) = known.and_then(|place| all.findings.get_mut(place)) else { continue };
            if first(later) < first(known) {
                std::mem::swap(known, later);
            }
            let mut cells: Vec<String> = known.cells.drain(..).chain(later.cells.drain(..)).collect();
            cells.sort_by_cached_key(cell);
            cells.dedup();
            cells.truncate(MAX_CELLS);
            known.cells = cells;
        }
        all.merge(next);
        all
    })
}

impl Contract {
    /// Adds the calls of `other`, which come after those of this one.
    pub fn merge(&mut self, other: Self) {
        let Self {
            version: _,
            mode,
            calls,
            other_calls,
            skipped_calls,
            operations,
            findings,
            unchecked,
            gone,
            coverage,
        } = other;
        // What is not checked says nothing about a baseline.
        match (self.mode, mode) {
            (ContractMode::Off, _) => self.gone = gone,
            (_, ContractMode::Off) => {}
            (_, _) => self.merge_gone(gone),
        }
        self.mode = self.mode.max(mode);
        self.calls = self.calls.saturating_add(calls);
        self.other_calls = self.other_calls.saturating_add(other_calls);
        self.skipped_calls = self.skipped_calls.saturating_add(skipped_calls);
        self.merge_operations(operations);
        self.merge_findings(findings);
        self.unchecked.extend(unchecked);
        self.unchecked.sort_by(|one, other| (&one.operation, one.part).cmp(&(&other.operation, other.part)));
        self.unchecked.dedup_by(|one, other| one.operation == other.operation && one.part == other.part);
        unite(&mut self.coverage, coverage);
    }

    /// Sorts the findings as they are shown, and leaves out those beyond the maximum.
    pub fn sort_findings(&mut self) {
        self.findings.sort_by(|one, other| order(one).cmp(&order(other)));
        self.findings.truncate(MAX_FINDINGS);
    }

    fn merge_operations(&mut self, operations: Vec<CalledOperation>) {
        let mut all: BTreeMap<(String, String), usize> = BTreeMap::new();
        for CalledOperation { api, operation, calls } in self.operations.drain(..).chain(operations) {
            let known = all.entry((api, operation)).or_default();
            *known = known.saturating_add(calls);
        }
        let all = all.into_iter();
        self.operations = all.map(|((api, operation), calls)| CalledOperation { api, operation, calls }).collect();
    }

    /// What one of them still finds is not gone, and neither is what only one of them knows.
    fn merge_gone(&mut self, gone: Vec<String>) {
        let gone: HashSet<String> = gone.into_iter().collect();
        self.gone.retain(|key| gone.contains(key));
    }

    fn merge_findings(&mut self, findings: Vec<ContractFinding>) {
        let mut places: HashMap<(String, String), usize> = HashMap::new();
        for (place, finding) in self.findings.iter().enumerate() {
            places.insert((finding.api.clone(), finding.key.clone()), place);
        }
        for finding in findings {
            let known = places.get(&(finding.api.clone(), finding.key.clone())).copied();
            match known.and_then(|place| self.findings.get_mut(place)) {
                Some(known) => known.merge(finding),
                None => self.findings.push(finding),
            }
        }
        self.sort_findings();
    }
}

/// Most serious first.
fn order(finding: &ContractFinding) -> (Reverse<Severity>, &str, &str) {
    (Reverse(finding.severity), &finding.key, &finding.api)
}

impl ContractFinding {
    /// Adds later calls with the same cause.
    fn merge(&mut self, later: Self) {
        self.severity = self.severity.max(later.severity);
        self.known &= later.known;
        self.fails |= later.fails;
        self.calls = self.calls.saturating_add(later.calls);
        for cell in later.cells {
            if self.cells.len() < MAX_CELLS && !self.cells.contains(&cell) {
                self.cells.push(cell);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use apinb_text::diagnostic::Severity;

    use super::merged;
    use crate::contract::coverage::{DefinitionCoverage, OperationCoverage, Shown};
    use crate::contract::{
        CallPlace, CalledOperation, Contract, ContractFinding, ContractMode, MessagePart, Unchecked, VERSION,
    };

    fn finding(key: &str, severity: Severity, cell: usize) -> ContractFinding {
        ContractFinding {
            key: key.to_owned(),
            api: "A".to_owned(),
            rule: "contract/response-body".to_owned(),
            severity,
            known: false,
            fails: false,
            operation: None,
            message: format!("from cell {cell}"),
            help: None,
            definition: None,
            value: None,
            calls: 1,
            first: CallPlace {
                number: 1,
                method: "GET".to_owned(),
                url: String::new(),
                status: 200,
                notebook: Some("n.md".to_owned()),
                cell: Some(cell),
                position: None,
            },
            cells: vec![format!("n.md ${cell}")],
        }
    }

    fn contract(findings: Vec<ContractFinding>, missing: &[&str], gone: &[&str]) -> Contract {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let operation = |name: &&str| OperationCoverage {
            operation: (*name).to_owned(),
            shown: Shown { called: !missing.contains(name), ..Shown::default() },
            ..OperationCoverage::default()
        };
        Contract {
            version: VERSION,
            mode: ContractMode::Warn,
            calls: 2,
            other_calls: 1,
            skipped_calls: 0,
            operations: vec![CalledOperation { api: "A".to_owned(), operation: "GET /a".to_owned(), calls: 2 }],
            findings,
            unchecked: vec![Unchecked {
                operation: "GET /a".to_owned(),
                part: MessagePart::ResponseBody,
                reason: "too large".to_owned(),
            }],
            gone: texts(gone),
            coverage: vec![DefinitionCoverage {
                title: "A".to_owned(),
                definition: "a.yaml".to_owned(),
                operations: ["x", "y", "z"].iter().map(operation).collect(),
                truncated: false,
            }],
        }
    }

    #[test]
    fn the_parts_may_be_merged_in_any_grouping() {
        let (note, warning, error) = (Severity::Note, Severity::Warning, Severity::Error);
        let parts = || {
            [
                contract(vec![finding("b", error, 1), finding("a", note, 1)], &["x", "y"], &["old", "rare"]),
                contract(vec![finding("a", warning, 2), finding("c", warning, 2)], &["y", "z"], &["old"]),
                contract(vec![finding("c", error, 3), finding("a", note, 1)], &["y"], &["old", "rare"]),
            ]
        };
        let all = merged(parts()).unwrap();
        let found: Vec<_> =
            all.findings.iter().map(|one| (one.key.as_str(), one.severity, one.calls, one.cells.len())).collect();
        assert_eq!(found, [("b", error, 1, 1), ("c", error, 2, 2), ("a", warning, 3, 2)]);
        assert_eq!(all.findings[1].message, "from cell 2", "that of the first call");
        assert_eq!((all.calls, all.other_calls, all.operations[0].calls, all.unchecked.len()), (6, 3, 6, 1));
        assert_eq!(all.gone, ["old"]);
        let called: Vec<bool> = all.coverage[0].operations.iter().map(|operation| operation.shown.called).collect();
        assert_eq!(called, [true, false, true]);
        let [first, second, third] = parts();
        let place = |_: &str| 0;
        let turned = super::merged_by([third.clone(), second.clone(), first.clone()], place).unwrap();
        assert_eq!(turned.findings[2].first.cell, Some(1), "the first in the run");
        assert_eq!(turned.findings[2].cells, ["n.md $1", "n.md $2"]);
        let rest = merged([second, third]).unwrap();
        assert_eq!(merged([first, rest]).unwrap(), all);
        assert_eq!(merged([]), None);
        // One that is not checked has no part in what is gone.
        let [first, mut second, _] = parts();
        second.apply(ContractMode::Off, error);
        for both in [[first.clone(), second.clone()], [second, first.clone()]] {
            let both = merged(both).unwrap();
            assert_eq!((both.mode, both.findings, both.gone), (first.mode, first.findings.clone(), first.gone.clone()));
        }
    }
}
