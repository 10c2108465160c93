//! The failures of a run, as a numbered list at its end.

use apinb_record::run::NotebookRecord;
use apinb_text::display::plural::pluralize;

use super::layout::{BOLD, DIM, Line, PLAIN, RED, one_line};
use apinb_text::display::truncate::truncate;

/// Maximum number of listed failures, and of characters of a message that are kept.
const LISTED: usize = 200;
const MESSAGE: usize = 300;

/// The failures so far.
#[derive(Debug, Default)]
pub(super) struct Recap {
    listed: Vec<Failure>,
    /// Failures beyond the maximum.
    unlisted: usize,
    /// Cells that failed because of others.
    caused: usize,
}

#[derive(Debug)]
struct Failure {
    /// `file:line`.
    place: String,
    cell: String,
    message: String,
}

impl Recap {
    /// Adds the failures of a notebook.
    pub(super) fn add(&mut self, notebook: &NotebookRecord) {
        if let Some(error) = &notebook.error {
            self.push(notebook.name(), String::new(), &error.message);
        }
        for cell in &notebook.cells {
            let Some(error) = &cell.error else { continue };
            if error.caused_by.is_some() {
                self.caused += 1;
                continue;
            }
            let line = error.position.as_ref().filter(|position| position.file == notebook.path);
            let line = line.map_or(cell.line, |position| position.line);
            self.push(format!("{}:{line}", notebook.name()), format!("${}", cell.number), &error.headline());
        }
    }

    fn push(&mut self, place: String, cell: String, message: &str) {
        if self.listed.len() < LISTED {
            let message = truncate(&one_line(message.lines().next().unwrap_or_default()), MESSAGE);
            self.listed.push(Failure { place, cell, message });
        } else {
            self.unlisted += 1;
        }
    }

    /// `2 failures, 12 more because of them:` and the list; empty if nothing failed.
    pub(super) fn render(&self, width: Option<usize>, color: bool) -> String {
        let count = self.listed.len() + self.unlisted;
        if count == 0 {
            return String::new();
        }
        let mut text = String::new();
        let mut head = Line::default();
        head.push(RED.bold(), &pluralize(count, "failure"));
        if self.caused > 0 {
            head.push(PLAIN, &format!(", {} more because of {}", self.caused, if count == 1 { "it" } else { "them" }));
        }
        text.push_str(&head.render(width, color));
        let digits = self.listed.len().to_string().len();
        for (index, Failure { place, cell, message }) in self.listed.iter().enumerate() {
            let mut line = Line::default();
            line.push(DIM, &format!("  {:>digits$}. ", index + 1)).push(BOLD, place);
            line.push(DIM, &if cell.is_empty() { String::new() } else { format!("  {cell}") });
            line.push(PLAIN, "  ").push(RED, message);
            text.push_str(&line.render(width, color));
        }
        if self.unlisted > 0 {
            let mut line = Line::default();
            line.push(DIM, &format!("  … {} more", self.unlisted));
            text.push_str(&line.render(width, color));
        }
        text
    }
}
