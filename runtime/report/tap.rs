//! Writes the Test Anything Protocol, version 14: each notebook is a subtest, each cell a test point with a YAML block.

use std::fmt::Write as _;
use std::io;

use apinb_record::error::ErrorRecord;
use apinb_record::run::{CellRecord, CellStatus, NotebookRecord, RunRecord};
use serde_json::{Value, json};

use super::cell;
use super::layout::{one_line, visible_lines};

/// The record as TAP.
pub(super) fn write(record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "TAP version 14\n1..{}\n", record.notebooks.count())?;
    let mut number = 0;
    record.notebooks.each(&mut |notebook| {
        number += 1;
        let path = description(&notebook.name());
        let mut text = format!("# Subtest: {path}\n{}", subtest(notebook));
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{} {number} - {path}", mark(!notebook.has_failed()));
        block(&mut text, "", &json!({ "duration_ms": notebook.milliseconds }));
        out.write_all(text.as_bytes())
    })
}

fn subtest(notebook: &NotebookRecord) -> String {
    let unusable = usize::from(notebook.error.is_some());
    let mut text = format!("    1..{}\n", notebook.cells.len() + unusable);
    if let Some(error) = &notebook.error {
        text.push_str("    not ok 1 - the notebook\n");
        block(&mut text, "    ", &diagnostics(error));
    }
    for (index, cell) in notebook.cells.iter().enumerate() {
        point(&mut text, index + 1 + unusable, cell);
    }
    text
}

fn point(text: &mut String, number: usize, cell: &CellRecord) {
    let passed = mark(cell.status != CellStatus::Failed);
    let label = description(&format!("${} {}", cell.number, cell.label));
    // Writing to a `String` cannot fail.
    let _ = write!(text, "    {passed} {number} - {label}");
    if cell.status == CellStatus::Skipped {
        let reason = cell.skip.as_deref().filter(|reason| !reason.is_empty()).unwrap_or("it did not run");
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, " # SKIP {}", description(reason));
        return;
    }
    text.push('\n');
    let mut details = json!({ "duration_ms": cell.milliseconds });
    let output = cell::output(cell);
    if let (Some(error), Value::Object(details)) = (&cell.error, &mut details)
        && let Value::Object(more) = diagnostics(error)
    {
        details.extend(more);
    }
    if let (false, Value::Object(details)) = (output.is_empty(), &mut details) {
        details.insert("output".to_owned(), output.lines().map(Value::from).collect());
    }
    block(text, "    ", &details);
}

fn diagnostics(error: &ErrorRecord) -> Value {
    let mut details = json!({ "severity": "fail", "type": error.name, "message": error.message });
    if let Value::Object(details) = &mut details {
        if let Some(position) = &error.position {
            let at = json!({ "file": position.file, "line": position.line, "column": position.column });
            details.insert("at".to_owned(), at);
        }
        for (key, lines) in [("causes", &error.causes), ("stack", &error.stack)] {
            if !lines.is_empty() {
                details.insert(key.to_owned(), lines.clone().into());
            }
        }
        details.extend(error.help.iter().map(|help| ("help".to_owned(), help.as_str().into())));
    }
    details
}

/// A YAML block below a test point. Its values are JSON on one line, which is valid YAML.
fn block(text: &mut String, indent: &str, details: &Value) {
    let Value::Object(details) = details else { return };
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{indent}  ---");
    for (key, value) in details {
        let _ = writeln!(text, "{indent}  {key}: {}", printable(value));
    }
    let _ = writeln!(text, "{indent}  ...");
}

/// Replaces characters that YAML does not allow.
fn printable(value: &Value) -> Value {
    match value {
        Value::String(text) => visible_lines(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}").into(),
        Value::Array(values) => values.iter().map(printable).collect(),
        Value::Object(values) => values.iter().map(|(key, value)| (key.clone(), printable(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A description on one line. Escapes `#`, which would start a directive.
fn description(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('#', "\\#")
}

fn mark(passed: bool) -> &'static str {
    if passed { "ok" } else { "not ok" }
}
