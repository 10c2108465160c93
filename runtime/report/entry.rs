//! What a piece of code that was typed came to: its console output, its calls, its result or its error.
//!
//! It makes text and writes none of it.

use apinb_record::call::CallRecord;
use apinb_record::run::{CellRecord, ConsoleLevel, ConsoleRecord};
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;
use apinb_text::javascript::tokens::{Kind, tokens};
use apinb_text::secret::redactor::Redactor;

use super::call;
use super::cell::omitted;
use super::layout::{CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW, paint, visible_lines};

/// The longest result that is shown whole where a person reads along, in lines.
const FOLDED: usize = 40;

/// How entries are shown.
#[derive(Clone, Debug)]
pub struct EntryReport {
    /// Whether to use colors.
    pub color: bool,
    /// Whether a person reads along: calls are shown, long results folded.
    pub person: bool,
    /// Every text passes it.
    pub redactor: Redactor,
}

impl EntryReport {
    /// What goes to stdout: console output and the result. Calls too, where a person reads along.
    #[must_use]
    pub fn output(&self, record: &CellRecord) -> String {
        let mut text: String = record.console.iter().map(|line| self.console(line)).collect();
        if self.person {
            for call in &record.calls {
                let mut line = call::short(call);
                line.push(DIM, &format!("  {} bytes{}", call.bytes, if call.mocked { "  mocked" } else { "" }));
                text.push_str(&line.render(None, self.color));
            }
        }
        if let Some(omitted) = omitted(&record.omitted).filter(|_| self.person) {
            text.push_str(&paint(DIM, &omitted, self.color));
            text.push('\n');
        }
        if let Some(result) = full_result(record) {
            let lines = result.lines().count();
            if self.person && lines > FOLDED {
                let head: Vec<&str> = result.lines().take(FOLDED - 1).collect();
                text.push_str(&self.value(&head.join("\n")));
                let note = format!("… {} more; .result shows all", pluralize(lines - FOLDED + 1, "line"));
                text.push_str(&paint(DIM, &note, self.color));
                text.push('\n');
            } else {
                text.push_str(&self.value(result));
            }
        }
        text
    }

    /// The whole result; none where there is none.
    #[must_use]
    pub fn result(&self, record: &CellRecord) -> Option<String> {
        full_result(record).map(|result| self.value(result))
    }

    /// A request and its answer, whole.
    #[must_use]
    pub fn exchange(&self, call: &CallRecord) -> String {
        call::full(call, &self.redactor, "", self.color)
    }

    fn console(&self, record: &ConsoleRecord) -> String {
        let style = match record.level {
            ConsoleLevel::Error => RED,
            ConsoleLevel::Warn => YELLOW,
            ConsoleLevel::Debug => DIM,
            ConsoleLevel::Log | ConsoleLevel::Info | ConsoleLevel::Alert => PLAIN,
        };
        let mut text = String::new();
        for content in record.text.lines().chain(record.text.is_empty().then_some("")) {
            let mut line = Line::default();
            line.push(style, &content.replace('\t', "    "));
            text.push_str(&line.render(None, self.color));
        }
        text
    }

    /// A value as the inspector wrote it, colored.
    fn value(&self, value: &str) -> String {
        let mut text = if self.color { colored(&escape_controls(value)) } else { visible_lines(value) };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

fn full_result(record: &CellRecord) -> Option<&str> {
    record.result_full.as_deref().or(record.result.as_deref())
}

/// An inspected value reads like JavaScript, and is colored as such.
fn colored(value: &str) -> String {
    let mut text = String::new();
    let mut end = 0;
    for token in tokens(value, value.len()) {
        text.push_str(value.get(end..token.start).unwrap_or_default());
        end = token.start + token.text.len();
        let style = match token.kind {
            Kind::Literal if token.text.starts_with(['"', '\'', '`']) => GREEN,
            Kind::Literal => YELLOW,
            Kind::Word if matches!(token.text, "true" | "false" | "NaN" | "Infinity") => YELLOW,
            Kind::Word if matches!(token.text, "null" | "undefined") => DIM,
            Kind::Word if token.text.starts_with(char::is_uppercase) => CYAN,
            Kind::Word | Kind::Template | Kind::Punctuator => PLAIN,
        };
        text.push_str(&paint(style, token.text, true));
    }
    text.push_str(value.get(end..).unwrap_or_default());
    text
}
