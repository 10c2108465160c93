//! The output of a cell as plain lines, in the same words in every report: prompts, console, calls, error.

use std::fmt::Write as _;

use apinb_record::call::CallRecord;
use apinb_record::error::ErrorRecord;
use apinb_record::run::{CellRecord, ConsoleLevel, ConsoleRecord, OmittedRecord, PromptOrigin, PromptRecord};
use apinb_text::diagnostic::render::Message;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;

use super::diff::diff;
use super::failure::WIDTH;
use super::layout::{one_line, time};

/// The prompts, console and calls of a cell, each on at least one line; empty if there are none.
pub(super) fn output(cell: &CellRecord) -> String {
    let mut text = String::new();
    for prompt in &cell.prompts {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{}", question(prompt));
    }
    for line in &cell.console {
        let _ = writeln!(text, "{}", written(line));
    }
    for call in &cell.calls {
        let _ = writeln!(text, "{}", called(call));
    }
    if let Some(omitted) = omitted(&cell.omitted) {
        let _ = writeln!(text, "{omitted}");
    }
    text
}

/// `… not recorded: 1 console line, 12 calls`; `None` if nothing was omitted.
pub(super) fn omitted(record: &OmittedRecord) -> Option<String> {
    let OmittedRecord { console, prompts, calls, results } = *record;
    let counts = [(prompts, "prompt"), (console, "console line"), (calls, "call"), (results, "full result")];
    let texts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| pluralize(*count, name)).collect();
    (!texts.is_empty()).then(|| format!("… not recorded: {}", texts.join(", ")))
}

/// `skipped: the reason`, or just `skipped`.
pub(super) fn skipped(cell: &CellRecord) -> String {
    match cell.skip.as_deref().map(one_line).filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("skipped: {reason}"),
        None => "skipped".to_owned(),
    }
}

/// `? NAME = answer (given)`.
pub(super) fn question(prompt: &PromptRecord) -> String {
    let name = one_line(prompt.variable.as_deref().unwrap_or(prompt.question.trim()));
    match (origin(prompt.origin), &prompt.answer) {
        (None, _) => format!("? {name}: no answer"),
        (Some(origin), None) => format!("? {name}: cancelled ({origin})"),
        (Some(origin), Some(answer)) => format!("? {name} = {} ({origin})", one_line(answer)),
    }
}

/// The origin of an answer; `None` if there is no answer.
pub(super) fn origin(origin: PromptOrigin) -> Option<&'static str> {
    match origin {
        PromptOrigin::Terminal => Some("answered here"),
        PromptOrigin::Input => Some("given"),
        PromptOrigin::MockInput => Some("mocked"),
        PromptOrigin::Generated => Some("generated"),
        PromptOrigin::Unanswered => None,
    }
}

/// `warn: text`. The level is omitted for plain output.
pub(super) fn written(line: &ConsoleRecord) -> String {
    match line.level {
        ConsoleLevel::Log | ConsoleLevel::Info => escape_controls(&line.text).into_owned(),
        level => format!("{}: {}", level.name(), escape_controls(&line.text)),
    }
}

/// `POST https://example.org/users → 201, 12 ms`.
pub(super) fn called(call: &CallRecord) -> String {
    let source = call.stand_in().map(|source| format!(", {source}")).unwrap_or_default();
    format!("{} {} → {}, {}{source}", one_line(&call.method), one_line(&call.url), ended(call), time(call.milliseconds))
}

/// The status, such as `201`, or the reason why there is no response.
pub(super) fn ended(call: &CallRecord) -> String {
    match (call.status, &call.error) {
        (Some(status), _) => status.to_string(),
        (None, Some(error)) => one_line(error),
        (None, None) => "no response".to_owned(),
    }
}

/// The whole error: position, source line, causes, help, and the stack.
pub(super) fn failure(error: &ErrorRecord) -> String {
    let mut text = String::new();
    if let Some(number) = error.caused_by {
        let _ = writeln!(text, "because ${number} failed");
    }
    text.push_str(&Message::from(error).render(None, false));
    if let (Some(expected), Some(actual)) = (&error.expected, &error.actual) {
        for line in diff(expected, actual, WIDTH, false) {
            text.push_str(&line.render(None, false));
        }
    }
    for frame in &error.stack {
        let _ = writeln!(text, "  at {}", one_line(frame.trim_start().trim_start_matches("at ")));
    }
    text
}
