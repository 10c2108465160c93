//! The output of a cell while it runs: console lines and answered prompts, above the row of the cell.

use apinb_record::run::{ConsoleLevel, ConsoleRecord, PromptRecord};
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;
use apinb_text::display::wrap::wrap;

use super::cell::origin;
use super::layout::{DIM, Line, PLAIN, RED, Style, YELLOW};

/// Maximum number of console lines of a cell.
const CONSOLE: usize = 20;

/// The output of a cell so far.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// The number of the cell as it is shown, until there is a line with it.
    number: String,
    /// The column of the output.
    column: usize,
    shown: usize,
    hidden: usize,
}

/// How to render it.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutputStyle {
    /// Whether to show all lines.
    pub(super) all: bool,
    pub(super) color: bool,
    /// In columns; `None` if the output is not a terminal.
    pub(super) width: Option<usize>,
}

impl Output {
    /// No output yet. `number` is shown before its first line, which begins at `column`.
    pub(super) fn new(number: String, column: usize) -> Self {
        Self { number, column, shown: 0, hidden: 0 }
    }

    /// The lines of a console output. Empty if there are too many.
    pub(super) fn console(&mut self, record: &ConsoleRecord, how: OutputStyle) -> String {
        let style = console_style(record.level);
        let mut text = String::new();
        for content in record.text.lines().chain(record.text.is_empty().then_some("")) {
            if self.shown >= CONSOLE && !how.all {
                self.hidden += 1;
                continue;
            }
            self.shown += 1;
            let content = escape_controls(content).replace('\t', "    ");
            let space = how.width.map_or(usize::MAX, |width| width.saturating_sub(self.column + 2));
            for part in wrap(&content, 0, space) {
                let mut line = self.start();
                line.push(DIM, "│ ").push_as_it_is(style, part);
                text.push_str(&line.render(None, how.color));
            }
        }
        text
    }

    /// `? NAME = answer  (given)`. Empty for a prompt without an answer.
    pub(super) fn prompted(&mut self, prompt: &PromptRecord, how: OutputStyle) -> String {
        let Some(origin) = origin(prompt.origin) else { return String::new() };
        let mut line = self.start();
        line.push(YELLOW, "? ");
        line.push(PLAIN, prompt.variable.as_deref().unwrap_or(prompt.question.trim())).push(DIM, " = ");
        match &prompt.answer {
            Some(answer) => line.push(PLAIN, answer),
            None => line.push(DIM, "cancelled"),
        };
        line.push(DIM, &format!("  ({origin})"));
        line.render(how.width, how.color)
    }

    /// How many lines were not shown; empty if all were.
    pub(super) fn end(&mut self, how: OutputStyle) -> String {
        if self.hidden == 0 {
            return String::new();
        }
        let mut line = self.start();
        line.push(DIM, &format!("│ … {} more; -v shows all", pluralize(self.hidden, "line")));
        line.render(how.width, how.color)
    }

    /// A line up to the column of the output.
    fn start(&mut self) -> Line {
        let mut line = Line::default();
        line.push(PLAIN, "    ").push(DIM, &std::mem::take(&mut self.number)).pad_to(self.column);
        line
    }
}

/// The style of a console line.
pub(super) fn console_style(level: ConsoleLevel) -> Style {
    match level {
        ConsoleLevel::Error => RED,
        ConsoleLevel::Warn => YELLOW,
        ConsoleLevel::Debug => DIM,
        ConsoleLevel::Log | ConsoleLevel::Info | ConsoleLevel::Alert => PLAIN,
    }
}
