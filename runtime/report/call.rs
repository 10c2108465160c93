//! HTTP calls: on the row of a cell, as one line, and in full.

use std::fmt::Write as _;

use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
use apinb_record::run::CellRecord;
use apinb_text::display::escape::escape_controls;
use apinb_text::secret::redactor::Redactor;
use unicode_width::UnicodeWidthStr as _;

use super::indented_json;
use super::layout::{
    BOLD, DIM, GREEN, Line, PLAIN, RED, Style, YELLOW, cut, cut_middle, indented, one_line, paint, time,
};

/// Maximum width of the target in a line, in columns.
const TARGET: usize = 76;

/// The calls of a cell, and the one that its row shows.
pub(super) struct Calls<'a> {
    /// The last one that failed, else the last one: of the API, if the cell called it.
    shown: Option<&'a CallRecord>,
    others: usize,
}

impl<'a> Calls<'a> {
    pub(super) fn of(cell: &'a CellRecord) -> Self {
        let of_api = |call: &&CallRecord| call.purpose == CallPurpose::Call;
        let newest = || cell.calls.iter().rev();
        let shown = newest()
            .filter(of_api)
            .find(|call| has_failed(call))
            .or_else(|| newest().find(|call| has_failed(call)))
            .or_else(|| newest().find(of_api))
            .or_else(|| newest().next());
        Self { shown, others: cell.calls.len().saturating_sub(1) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_none()
    }

    /// The call that the row shows.
    pub(super) fn shown(&self) -> Option<&'a CallRecord> {
        self.shown
    }

    /// The status, three columns wide.
    pub(super) fn status(&self) -> Line {
        self.shown.map_or_else(
            || {
                let mut line = Line::default();
                line.push_as_it_is(PLAIN, "   ");
                line
            },
            status,
        )
    }

    /// Method and path, and the number of other calls, truncated to `width` columns.
    pub(super) fn target(&self, width: Option<usize>) -> Line {
        let mut line = Line::default();
        let Some(call) = self.shown else { return line };
        let others = if self.others == 0 { String::new() } else { format!(" +{}", self.others) };
        let width = width.unwrap_or(usize::MAX).saturating_sub(others.width());
        line.push(PLAIN, &method_and_target(call, width)).push(DIM, &others);
        line
    }
}

/// Whether there was no response, or one that reports an error.
pub(super) fn has_failed(call: &CallRecord) -> bool {
    call.status.is_none_or(|status| status >= 400)
}

/// The call as one line: `201  POST /users.json  12 ms`.
pub(super) fn short(call: &CallRecord) -> Line {
    let mut line = status(call);
    line.push(PLAIN, &format!("  {}", method_and_target(call, TARGET)));
    line.push(DIM, &format!("  {}", time(call.milliseconds)));
    if let (None, Some(error)) = (call.status, &call.error) {
        line.push(RED, &format!("  {error}"));
    }
    line
}

/// The status, or `ERR` if there was no response.
fn status(call: &CallRecord) -> Line {
    let mut line = Line::default();
    match call.status {
        Some(status) => line.push(status_style(status), &format!("{status:>3}")),
        None => line.push(RED, "ERR"),
    };
    line
}

/// The full form: URL, headers and bodies, with each line indented by `indent`.
pub(super) fn full(call: &CallRecord, redactor: &Redactor, indent: &str, color: bool) -> String {
    let mut line = status(call);
    line.push(BOLD, &format!("  {} {}", call.method, call.url));
    if let (None, Some(error)) = (call.status, &call.error) {
        line.push(RED, &format!("  {error}"));
    }
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
    if let Some(source) = call.stand_in() {
        about.push_str("  ");
        about.push_str(source);
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
        let _ = writeln!(text, "{}: {}", one_line(name), one_line(value));
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

/// The first `count` lines of the body of the response, truncated to `width` columns, and the number of further lines.
pub(super) fn body(call: &CallRecord, count: usize, width: usize, redactor: &Redactor) -> Option<(Vec<String>, usize)> {
    let response = call.response.as_ref()?;
    let body = response.body.as_ref()?;
    let redacted = redactor.redact(body);
    let short = escape_controls(redacted.trim());
    if !short.contains('\n') && short.width() <= width {
        return Some((vec![short.into_owned()], 0));
    }
    // Again, since more secrets may be known by now.
    let text = redactor.redact(&indented_json::on_lines(body)).into_owned();
    let lines: Vec<String> = text
        .lines()
        .take(count)
        .map(|line| cut(&escape_controls(line).replace('\t', "    "), width).into_owned())
        .collect();
    let further = text.lines().count().saturating_sub(lines.len());
    Some((lines, further))
}

fn status_style(status: u16) -> Style {
    match status {
        200..400 => GREEN,
        400..500 => YELLOW,
        _ => RED,
    }
}

/// Method, path and query in at most `width` columns. The query gives way first, then the middle of the path.
fn method_and_target(call: &CallRecord, width: usize) -> String {
    let target = target(call);
    let method = one_line(&call.method);
    let width = width.saturating_sub(method.width() + 1);
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let path = one_line(if path.is_empty() { "/" } else { path });
    // The query of a sign-in says nothing about it.
    let query = query.filter(|_| call.purpose != CallPurpose::Authentication);
    let left = width.saturating_sub(path.width());
    match query.map(|query| format!("?{}", one_line(query))) {
        Some(query) if left > 1 => format!("{method} {path}{}", cut(&query, left)),
        _ => format!("{method} {}", cut_middle(&path, width)),
    }
}

/// The path and query below the base URI, else those of the URL.
fn target(call: &CallRecord) -> &str {
    if let Some(path) = &call.path {
        return path;
    }
    let after_scheme = call.url.split_once("://").map_or(call.url.as_str(), |(_, rest)| rest);
    let at = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
    after_scheme.get(at..).unwrap_or_default()
}
