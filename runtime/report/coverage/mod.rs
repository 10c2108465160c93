//! Renders how much of a definition calls and notebooks show: for a terminal, and as files for people and programs.

use apinb_record::contract::coverage::{DefinitionCoverage, Measure, PartKind};

use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, YELLOW};

/// The counts of a definition for a terminal, a line for each kind. Lines fit into `width` columns. `color` adds ANSI
/// escape codes.
#[must_use]
pub fn text(coverage: &DefinitionCoverage, measure: Measure, width: usize, color: bool) -> String {
    let mut head = Line::default();
    head.push(BOLD, &format!("coverage of {}", coverage.title));
    let mut text = head.render(Some(width), color);
    for counts in coverage.counts().iter().filter(|counts| counts.total > 0) {
        let (covered, total) = (counts.covered(measure), counts.total);
        let mut line = Line::default();
        let style = if covered == total { GREEN } else { YELLOW };
        let share = format!("{:>3} %  {covered}/{total}", counts.percent(measure));
        line.push(PLAIN, &format!("  {}", counts.kind.plural())).pad_to(23).push(style, &share);
        let mut missing = missing(coverage, counts.kind, measure);
        if let Some(first) = missing.next() {
            line.pad_to(40).push(DIM, &format!("missing: {first}"));
            line.push(DIM, if missing.next().is_some() { ", …" } else { "" });
        }
        text.push_str(&line.render(Some(width), color));
    }
    text.push('\n');
    text
}

/// The parts of a kind that are not covered.
fn missing(coverage: &DefinitionCoverage, kind: PartKind, measure: Measure) -> impl Iterator<Item = String> {
    coverage.operations.iter().flat_map(move |operation| {
        let is_missing = kind == PartKind::Operation && !operation.shown.by(measure);
        let parts = operation.parts.iter().filter(move |part| part.kind == kind && !part.shown.by(measure));
        let parts = parts.map(|part| format!("{} {}", operation.operation, part.name));
        is_missing.then(|| operation.operation.clone()).into_iter().chain(parts)
    })
}
