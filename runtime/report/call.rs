//! An HTTP call: in short on its cell's line, in full below it.

use std::fmt::Write as _;

use anstyle::Style;
use apinb_core::diagnostic::visible;
use apinb_core::record::{CallPurpose, CallRecord, MessageRecord};
use apinb_core::redact::Redactor;

use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, RED, YELLOW, cut_middle, indented, paint, time};

/// The most columns of a path that a call in short has.
const PATH_WIDTH: usize = 40;

/// `POST /users.json → 201 12 ms`. `narrow`: a long path is cut.
pub(super) fn short(call: &CallRecord, narrow: bool) -> Line {
    let mut line = Line::default();
    let target = target(&call.url);
    let target = if narrow { cut_middle(target, PATH_WIDTH) } else { target.into() };
    line.push(PLAIN, &format!("{} {target} ", call.method)).push(DIM, "→ ");
    match (call.status, &call.error) {
        (Some(status), _) => line.push(status_style(status), &status.to_string()),
        (None, Some(error)) => line.push(RED, error),
        (None, None) => line.push(RED, "no answer"),
    };
    line.push(DIM, &format!(" {}", time(call.milliseconds)));
    line
}

/// URL, headers and bodies, as lines with `indent` before them.
pub(super) fn full(call: &CallRecord, redactor: &Redactor, indent: &str, colour: bool) -> String {
    let mut line = Line::default();
    line.push(BOLD, &format!("{} {}", call.method, call.url)).push(DIM, " → ");
    match (call.status, &call.error) {
        (Some(status), _) => line.push(status_style(status), &status.to_string()),
        (None, Some(error)) => line.push(RED, error),
        (None, None) => line.push(RED, "no answer"),
    };
    let mut about = format!("  {}  {} bytes", time(call.milliseconds), call.bytes);
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
    let mut text = format!("{indent}{}", line.render(None, colour));
    text.push_str(&message(&call.request, '>', redactor, indent, colour));
    if let Some(response) = &call.response {
        text.push_str(&message(response, '<', redactor, indent, colour));
    }
    text
}

/// Headers and body, with `mark` before each line.
fn message(message: &MessageRecord, mark: char, redactor: &Redactor, indent: &str, colour: bool) -> String {
    let mut text = String::new();
    for (name, value) in &message.headers {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}: {}", super::layout::one_line(name), super::layout::one_line(value));
    }
    if let Some(body) = &message.body {
        if !message.headers.is_empty() {
            text.push('\n');
        }
        let pretty = pretty(body);
        // Indenting may undo an escape that a secret had.
        text.push_str(&visible(&redactor.redact(pretty.as_deref().unwrap_or(body))));
        text.push('\n');
    }
    if message.truncated {
        text.push_str("… (cut here)\n");
    }
    let marked: String =
        text.lines().map(|line| format!("{} {line}\n", paint(DIM, &mark.to_string(), colour))).collect();
    indented(&marked, &format!("{indent}  "))
}

/// JSON with indentation; none when it is no JSON object or list.
fn pretty(body: &str) -> Option<String> {
    if !body.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

fn status_style(status: u16) -> Style {
    match status {
        200..400 => GREEN,
        400..500 => YELLOW,
        _ => RED,
    }
}

/// Path and query of a URL.
fn target(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.find(['/', '?']).and_then(|at| after_scheme.get(at..)).unwrap_or("/")
}
