//! Renders how live responses differ from recorded ones.

use apinb_record::contract::MessagePart;
use apinb_record::drift::{Drift, DriftClass, DriftFinding};
use apinb_text::diagnostic::render::{Message, SourcePosition};
use apinb_text::display::plural::pluralize;

use super::layout::{DIM, GREEN, Line, PLAIN, RED, YELLOW};

/// The column of the values below a finding.
const INDENT: usize = 11;

/// The differences, worst first, and a summary. `width`: that of the terminal, if it is for one. `color` adds ANSI escape
/// codes.
#[must_use]
pub fn text(drift: &Drift, width: Option<usize>, color: bool) -> String {
    let mut text = String::new();
    for finding in &drift.findings {
        of_finding(finding, width, color, &mut text);
    }
    text.push_str(&summary(drift).render(width, color));
    text
}

fn of_finding(finding: &DriftFinding, width: Option<usize>, color: bool, text: &mut String) {
    let place = finding.definition.as_ref().map(|place| SourcePosition {
        file: place.position.file.clone(),
        line: place.position.line,
        column: place.position.column,
        length: place.length,
        source_line: Some(place.source_line.clone()),
    });
    let what = match (finding.part, finding.path.as_str()) {
        (MessagePart::Status, _) => "status".to_owned(),
        (part, path) => format!("{} `{path}`", part.noun()),
    };
    let message = Message {
        severity: finding.severity,
        code: Some(format!("drift/{}", finding.class.name())),
        text: format!("{}: {what}: {}", finding.operation, finding.message),
        place,
        causes: Vec::new(),
        help: None,
    };
    text.push_str(&message.render(width, color));
    let calls = if finding.calls > 1 { format!(" ({})", pluralize(finding.calls, "call")) } else { String::new() };
    let cells = format!("{}{calls}", finding.cells.join(", "));
    let rows = [("recorded", finding.recorded.as_ref()), ("live", finding.live.as_ref()), ("cells", Some(&cells))];
    for (name, value) in rows.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let mut line = Line::default();
        line.push(DIM, &format!("  {name}")).pad_to(INDENT).push(PLAIN, value);
        text.push_str(&line.render(width, color));
    }
    text.push('\n');
}

/// `drift: 2 shape, 1 order; 5 calls compared, 1 replayed`.
fn summary(drift: &Drift) -> Line {
    let mut line = Line::default();
    line.push(PLAIN, "drift: ");
    let classes = [DriftClass::Contract, DriftClass::Shape, DriftClass::Order, DriftClass::Size, DriftClass::Value];
    let mut is_first = true;
    for class in classes {
        let count = drift.findings.iter().filter(|finding| finding.class == class).count();
        if count > 0 {
            line.push(PLAIN, if is_first { "" } else { ", " });
            let style = match class {
                DriftClass::Contract | DriftClass::Shape => RED,
                DriftClass::Order | DriftClass::Size => YELLOW,
                DriftClass::Value => PLAIN,
            };
            line.push(style, &format!("{count} {}", class.name()));
            is_first = false;
        }
    }
    if is_first {
        line.push(GREEN, "none");
    }
    line.push(DIM, &format!("; {} compared", pluralize(drift.compared, "call")));
    if drift.replayed > 0 {
        line.push(DIM, &format!(", {} replayed", drift.replayed));
    }
    if drift.unrecorded > 0 {
        line.push(YELLOW, &format!(", {} not recorded", drift.unrecorded));
    }
    line
}
