//! The findings of a contract: at the line of the definition, else at the cell.

use std::collections::BTreeMap;

use apinb_record::contract::{Contract, ContractFinding};
use serde_json::{Value, json};

use super::super::contract::in_lines;
use super::log::{Diagnostic, Log, Place};

impl Log<'_> {
    /// Adds the findings of a contract, and those of the baseline as unchanged.
    pub fn contract(&mut self, contract: &Contract) {
        let has_baseline = !contract.gone.is_empty() || contract.findings.iter().any(|finding| finding.known);
        for finding in &contract.findings {
            let state = if finding.known { "unchanged" } else { "new" };
            self.add(Diagnostic { baseline_state: has_baseline.then_some(state), ..diagnostic(finding) });
        }
    }
}

fn diagnostic(finding: &ContractFinding) -> Diagnostic {
    let first = &finding.first;
    let call = format!("{} {} → {}", first.method, first.url, first.status);
    let cell = first.notebook.as_ref().map(|notebook| Place {
        file: first.position.as_ref().map_or(notebook, |position| &position.file).clone(),
        line: first.position.as_ref().map_or(1, |position| position.line),
        column: first.position.as_ref().map(|position| position.column),
        ..Place::default()
    });
    let at_cell = match first.cell {
        Some(cell) => format!("call {} of ${cell}: {call}", first.number),
        None => call.clone(),
    };
    let mut related: Vec<(Place, String)> = cell.clone().map(|cell| (cell, at_cell)).into_iter().collect();
    let place = finding.definition.as_ref().map(|place| {
        for step in &place.way {
            if let Some(position) = &step.position {
                let (file, line, column) = (position.file.clone(), position.line, Some(position.column));
                related.push((Place { file, line, column, ..Place::default() }, step.name.clone()));
            }
        }
        Place {
            file: place.position.file.clone(),
            line: place.position.line,
            column: Some(place.position.column),
            length: Some(place.length),
            source_line: Some(place.source_line.clone()),
        }
    });
    let mut properties: BTreeMap<&'static str, Value> =
        BTreeMap::from([("calls", json!(finding.calls)), ("api", json!(finding.api))]);
    properties.extend(finding.operation.as_ref().map(|operation| ("operation", json!(operation))));
    if !finding.cells.is_empty() {
        properties.insert("cells", json!(finding.cells));
    }
    Diagnostic {
        rule: finding.rule.clone(),
        severity: Some(finding.severity),
        message: in_lines(finding),
        help: finding.help.clone(),
        place: place.or(cell),
        related,
        key: Some(format!("{}\n{}", finding.api, finding.key)),
        properties,
        ..Diagnostic::default()
    }
}
