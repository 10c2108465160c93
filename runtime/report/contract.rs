//! Renders findings about calls and their definition for people.

use std::collections::BTreeSet;

use apinb_record::contract::coverage::Measure;
use apinb_record::contract::{CallPlace, Contract, ContractFinding, ContractMode, MessagePart, WayStep};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::{Message, SourcePosition};
use apinb_text::display::plural::pluralize;

use super::coverage;
use super::layout::{CYAN, DIM, GREEN, Line, PLAIN, RED, Style, YELLOW, cut_middle, wrap};

/// The width of lines that are not wrapped.
const UNLIMITED: usize = 10_000;
/// The column of the values below a finding.
const INDENT: usize = 9;
/// Maximum number of cells that a finding lists.
const MAX_CELLS: usize = 5;
/// Maximum number of keys of the baseline that are listed.
const MAX_GONE: usize = 20;

/// The findings that are not in the baseline, and a summary. Lines fit into `width` columns; none: they are not wrapped.
/// `color` adds ANSI escape codes.
#[must_use]
pub fn text(contract: &Contract, width: Option<usize>, color: bool) -> String {
    let mut text = findings(contract, width, color);
    text.push_str(&coverage_tables(contract, width, color));
    text.push_str(&summary(contract).render_wrapped(width, color));
    text
}

/// The part of a run's summary about its contract: with `all` as [`text`] has it, else a line if there are differences,
/// and one for the coverage of each definition.
#[must_use]
pub(crate) fn of_run(contract: &Contract, all: bool, width: Option<usize>, color: bool) -> (String, String) {
    let (mut findings, mut lines) = differences_of_run(contract, all, width, color);
    if all {
        findings.push_str(&coverage_tables(contract, width, color));
    } else {
        lines.extend(contract.coverage.iter().map(|one| coverage::line(one, Measure::Called, width, color)));
    }
    (findings, lines)
}

fn differences_of_run(contract: &Contract, all: bool, width: Option<usize>, color: bool) -> (String, String) {
    let is_checked = contract.calls > 0 || !contract.gone.is_empty() || contract.skipped_calls > 0;
    if contract.mode == ContractMode::Fail {
        let mut line = Line::default();
        line.push(PLAIN, "contract: ");
        let findings = findings(contract, width, color);
        line.append(summary(contract));
        return (findings, line.render_wrapped(width, color));
    }
    let findings = if all && is_checked { findings(contract, width, color) } else { String::new() };
    let violations: Vec<_> = contract.new_findings().filter(|finding| finding.severity >= Severity::Warning).collect();
    if violations.is_empty() {
        return (findings, String::new());
    }
    let operations: BTreeSet<_> = violations.iter().map(|finding| (&finding.api, &finding.operation)).collect();
    let has_errors = violations.iter().any(|finding| finding.severity == Severity::Error);
    let mut line = Line::default();
    line.push(YELLOW, "contract: ");
    let (violations, operations) = (violations.len(), operations.len());
    line.push(PLAIN, &format!("{} in {}", pluralize(violations, "violation"), pluralize(operations, "operation")));
    if let known @ 1.. = contract.findings.iter().filter(|finding| finding.known).count() {
        line.push(PLAIN, &format!(", {known} known"));
    }
    line.push(
        DIM,
        match (has_errors, all) {
            (true, _) => "; --contract=fail fails the run",
            (false, false) => "; -v shows them",
            (false, true) => "",
        },
    );
    (findings, line.render_wrapped(width, color))
}

/// The findings that are not in the baseline, what could not be checked, and what no longer occurs.
fn findings(contract: &Contract, width: Option<usize>, color: bool) -> String {
    let mut text = String::new();
    for finding in contract.new_findings() {
        text.push_str(&self::finding(finding, width, color));
        text.push('\n');
    }
    if contract.skipped_calls > 0 {
        let mut line = Line::default();
        line.push(YELLOW, "not checked: ");
        line.push(PLAIN, &format!("{}, which came too fast", pluralize(contract.skipped_calls, "call")));
        text.push_str(&line.render(width, color));
    }
    for unchecked in &contract.unchecked {
        let mut line = Line::default();
        line.push(YELLOW, "not checked: ");
        line.push(PLAIN, &format!("the {} of {}: {}", unchecked.part.noun(), unchecked.operation, unchecked.reason));
        text.push_str(&line.render(width, color));
    }
    if !contract.gone.is_empty() {
        let mut line = Line::default();
        line.push(GREEN, &format!("{} of the baseline no longer occur:", pluralize(contract.gone.len(), "finding")));
        text.push_str(&line.render(width, color));
        for key in contract.gone.iter().take(MAX_GONE) {
            let mut line = Line::default();
            line.push(DIM, "  ").push(DIM, key);
            text.push_str(&line.render(width, color));
        }
        if contract.gone.len() > MAX_GONE {
            text.push_str(&format!("  … and {} more\n", contract.gone.len() - MAX_GONE));
        }
    }
    text
}

/// The coverage of each definition, in a line for each kind of parts.
fn coverage_tables(contract: &Contract, width: Option<usize>, color: bool) -> String {
    let width = width.unwrap_or(UNLIMITED);
    contract.coverage.iter().map(|one| coverage::text(one, Measure::Called, width, color)).collect()
}

/// The message of a finding with its value and the first call, each on a line: for tools that show little else.
pub(super) fn in_lines(finding: &ContractFinding) -> String {
    let mut text = finding.message.clone();
    if let Some(value) = finding.value.as_ref().filter(|value| value.part != MessagePart::Status) {
        let excerpt = value.excerpt.as_ref().map(|excerpt| format!(" = {excerpt}")).unwrap_or_default();
        text.push_str(&format!("\nvalue: {} {}{excerpt}", value.part.noun(), value.path));
    }
    let CallPlace { method, url, status, .. } = &finding.first;
    let more = if finding.calls > 1 { format!(", and {} more", finding.calls - 1) } else { String::new() };
    format!("{text}\ncall: {method} {url} → {status}{more}")
}

/// A finding in lines of up to `width` columns.
pub(super) fn finding(finding: &ContractFinding, width: Option<usize>, color: bool) -> String {
    let place = finding.definition.as_ref().map(|place| SourcePosition {
        file: place.position.file.clone(),
        line: place.position.line,
        column: place.position.column,
        length: place.length,
        source_line: Some(place.source_line.clone()),
    });
    let message = Message {
        severity: finding.severity,
        code: Some(finding.rule.clone()),
        text: finding.message.clone(),
        place,
        causes: Vec::new(),
        help: None,
    };
    let mut text = message.render(width, color);
    let mut row = |style: Style, name: &str, lines: &[String]| {
        for (at, words) in lines.iter().enumerate() {
            let mut line = Line::default();
            line.push(style, &if at == 0 { format!("  {name}") } else { String::new() })
                .pad_to(INDENT)
                .push(PLAIN, words);
            text.push_str(&line.render(width, color));
        }
    };
    let inner = width.map_or(UNLIMITED, |width| width.saturating_sub(INDENT));
    if let Some(value) = finding.value.as_ref().filter(|value| value.part != MessagePart::Status) {
        let excerpt = value.excerpt.as_ref().map(|excerpt| format!(" = {excerpt}")).unwrap_or_default();
        row(DIM, "value", &[format!("{} {}{excerpt}", value.part.noun(), value.path)]);
    }
    if let Some(place) = &finding.definition
        && !place.way.is_empty()
    {
        row(DIM, "path", &wrap(&way(&place.way, &place.position.file), inner));
    }
    row(DIM, "call", &[call(finding, inner)]);
    if !finding.cells.is_empty() {
        let cells: Vec<&str> = finding.cells.iter().take(MAX_CELLS).map(String::as_str).collect();
        let more = if finding.cells.len() > MAX_CELLS { ", …" } else { "" };
        row(DIM, "cells", &wrap(&format!("{}{more}", cells.join(", ")), inner));
    }
    if let Some(help) = &finding.help {
        row(CYAN, "help", &wrap(help, inner));
    }
    text
}

/// `GET /users:5 → 200:7 → User`, with the file of a step where it is not that of the finding.
fn way(way: &[WayStep], file: &str) -> String {
    let step = |step: &WayStep| match &step.position {
        Some(position) if position.file == file => format!("{} (line {})", step.name, position.line),
        Some(position) => format!("{} ({}:{})", step.name, position.file, position.line),
        None => step.name.clone(),
    };
    way.iter().map(step).collect::<Vec<_>>().join(" → ")
}

/// `3  GET https://…/users → 200, and 2 more`, of which the URL is shortened.
fn call(finding: &ContractFinding, width: usize) -> String {
    let CallPlace { number, method, url, status, notebook, cell, .. } = &finding.first;
    let place = match (notebook, cell) {
        (Some(notebook), Some(cell)) => format!("{number} of {notebook} ${cell}"),
        _ => number.to_string(),
    };
    let more = match finding.calls {
        0 | 1 => String::new(),
        calls => format!(", and {} more", calls - 1),
    };
    let (start, end) = (format!("{place}: {method} "), format!(" → {status}{more}"));
    let left = width.saturating_sub(start.chars().count() + end.chars().count());
    format!("{start}{}{end}", cut_middle(url, left.max(16)))
}

fn summary(contract: &Contract) -> Line {
    let mut line = Line::default();
    line.push(PLAIN, &format!("{}: ", pluralize(contract.calls, "call")));
    let errors = contract.count(Severity::Error);
    line.push(if errors == 0 { GREEN } else { RED }, &pluralize(errors, Severity::Error.name()));
    for severity in [Severity::Warning, Severity::Note] {
        let count = contract.count(severity);
        if count > 0 {
            line.push(PLAIN, ", ").push(severity.style(), &pluralize(count, severity.name()));
        }
    }
    let known = contract.findings.iter().filter(|finding| finding.known).count();
    if known > 0 {
        line.push(PLAIN, &format!(", {known} known"));
    }
    if contract.other_calls > 0 {
        line.push(DIM, &format!("; {} elsewhere", pluralize(contract.other_calls, "call")));
    }
    line
}
