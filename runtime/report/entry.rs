//! Renders what comes of an entry at the prompt: its console output as it happens, then its calls and its result.
//!
//! Returns text and prints nothing.

use apinb_record::call::CallRecord;
use apinb_record::run::{CellRecord, ConsoleRecord};
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;
use apinb_text::javascript::tokens::{TokenKind, tokens};
use apinb_text::secret::redactor::Redactor;

use super::call;
use super::cell::omitted;
use super::layout::{CYAN, DIM, GREEN, Line, PLAIN, YELLOW, paint, visible_lines};
use super::output::console_style;

/// Maximum length of an unfolded result for an interactive user, in lines.
const FOLDED: usize = 40;

/// How to render entries.
#[derive(Clone, Debug)]
pub struct EntryReport {
    pub color: bool,
    /// Whether the output is interactive: folds long results.
    pub person: bool,
    pub redactor: Redactor,
}

impl EntryReport {
    /// A call that ended.
    #[must_use]
    pub fn call(&self, call: &CallRecord) -> String {
        let mut line = call::short(call);
        line.push(
            DIM,
            &format!(
                "  {} bytes{}",
                call.bytes,
                call.stand_in().map(|source| format!("  {source}")).unwrap_or_default()
            ),
        );
        line.render(None, self.color)
    }

    /// The result of an entry, and what its record leaves out.
    #[must_use]
    pub fn outcome(&self, record: &CellRecord) -> String {
        let mut text = String::new();
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

    /// The whole result; `None` if there is none.
    #[must_use]
    pub fn result(&self, record: &CellRecord) -> Option<String> {
        full_result(record).map(|result| self.value(result))
    }

    /// A call with its complete request and response.
    #[must_use]
    pub fn exchange(&self, call: &CallRecord) -> String {
        call::full(call, &self.redactor, "", self.color)
    }

    /// The lines of a console output.
    #[must_use]
    pub fn console(&self, record: &ConsoleRecord) -> String {
        let mut text = String::new();
        for content in record.text.lines().chain(record.text.is_empty().then_some("")) {
            let mut line = Line::default();
            line.push(console_style(record.level), &content.replace('\t', "    "));
            text.push_str(&line.render(None, self.color));
        }
        text
    }

    /// An inspected value, colored if enabled.
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

/// Colors an inspected value like JavaScript, which its syntax resembles.
fn colored(value: &str) -> String {
    let mut text = String::new();
    let mut end = 0;
    for token in tokens(value, value.len()) {
        text.push_str(value.get(end..token.start).unwrap_or_default());
        end = token.start + token.text.len();
        let style = match token.kind {
            TokenKind::Literal if token.text.starts_with(['"', '\'', '`']) => GREEN,
            TokenKind::Literal => YELLOW,
            TokenKind::Word if matches!(token.text, "true" | "false" | "NaN" | "Infinity") => YELLOW,
            TokenKind::Word if matches!(token.text, "null" | "undefined") => DIM,
            TokenKind::Word if token.text.starts_with(char::is_uppercase) => CYAN,
            TokenKind::Word | TokenKind::Template | TokenKind::Punctuator => PLAIN,
        };
        text.push_str(&paint(style, token.text, true));
    }
    text.push_str(value.get(end..).unwrap_or_default());
    text
}
