//! HTTP calls: a short form for the line of the cell, and a full form below it.

use std::fmt::Write as _;

use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
use apinb_text::display::escape::escape_controls;
use apinb_text::secret::redactor::Redactor;

use super::indented_json;
use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, RED, Style, YELLOW, cut, cut_middle, indented, paint, time};

/// Maximum width of the path and the query in the short form, in columns.
const PATH_WIDTH: usize = 48;
const QUERY_WIDTH: usize = 24;

/// The short form: `POST /users.json → 201 12 ms`.
pub(super) fn short(call: &CallRecord) -> Line {
    let mut line = Line::default();
    line.push(PLAIN, &format!("{} {} ", call.method, target(call))).push(DIM, "→ ");
    line.append(outcome(call));
    line.push(DIM, &format!(" {}", time(call.milliseconds)));
    line
}

fn outcome(call: &CallRecord) -> Line {
    let mut line = Line::default();
    match (call.status, &call.error) {
        (Some(status), _) => line.push(status_style(status), &status.to_string()),
        (None, Some(error)) => line.push(RED, error),
        (None, None) => line.push(RED, "no answer"),
    };
    line
}

/// The full form: URL, headers and bodies, with each line indented by `indent`.
pub(super) fn full(call: &CallRecord, redactor: &Redactor, indent: &str, color: bool) -> String {
    let mut line = Line::default();
    line.push(BOLD, &format!("{} {}", call.method, call.url)).push(DIM, " → ");
    line.append(outcome(call));
    let mut about = format!("  {}", time(call.milliseconds));
    if call.status.is_some() {
        // Writing to a `String` cannot fail.
        let _ = write!(about, "  {} bytes", call.bytes);
    }
    match call.purpose {
        CallPurpose::Call => {}
        CallPurpose::Definition => about.push_str("  definition"),
        CallPurpose::Script => about.push_str("  script"),
        CallPurpose::Authentication => about.push_str("  signing in"),
    }
    if call.mocked {
        about.push_str("  mocked");
    }
    line.push(DIM, &about);
    let mut text = format!("{indent}{}", line.render(None, color));
    text.push_str(&message(&call.request, '>', redactor, indent, color));
    if let Some(response) = &call.response {
        text.push_str(&message(response, '<', redactor, indent, color));
    }
    text
}

/// Headers and body, with `mark` before each line.
fn message(message: &MessageRecord, mark: char, redactor: &Redactor, indent: &str, color: bool) -> String {
    let mut text = String::new();
    for (name, value) in &message.headers {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{}: {}", super::layout::one_line(name), super::layout::one_line(value));
    }
    if let Some(body) = &message.body {
        if !message.headers.is_empty() {
            text.push('\n');
        }
        // Again, since more secrets may be known by now.
        text.push_str(&escape_controls(&redactor.redact(&indented_json::on_lines(body))));
        text.push('\n');
    }
    if message.truncated {
        text.push_str("… (cut here)\n");
    }
    let mark = mark.to_string();
    let marked = |line: &str| {
        let space = if line.is_empty() { "" } else { " " };
        format!("{}{space}{line}\n", paint(DIM, &mark, color))
    };
    let marked: String = text.lines().map(marked).collect();
    indented(&marked, &format!("{indent}  "))
}

fn status_style(status: u16) -> Style {
    match status {
        200..400 => GREEN,
        400..500 => YELLOW,
        _ => RED,
    }
}

/// The truncated path and query of the URL. The query of a sign-in is omitted, since it is not informative.
fn target(call: &CallRecord) -> String {
    let after_scheme = call.url.split_once("://").map_or(call.url.as_str(), |(_, rest)| rest);
    let at = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
    let target = after_scheme.get(at..).unwrap_or_default();
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let path = cut_middle(if path.is_empty() { "/" } else { path }, PATH_WIDTH);
    match query.filter(|_| call.purpose != CallPurpose::Authentication) {
        Some(query) => format!("{path}?{}", cut(query, QUERY_WIDTH)),
        None => path.into_owned(),
    }
}
