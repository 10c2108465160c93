//! Completion by Tab: candidates, each with its description.
//!
//! [`apinb_client::completion`] finds the candidates; this module looks up variables in the session and files on disk.

use std::path::Path;

use apinb_client::completion::candidate::{Base, Candidate, Command, CompletionHost, Entry, Found};
use apinb_client::completion::complete;
use apinb_text::display::escape::escape_controls;
use apinb_text::secret::redactor::Redactor;

use super::Repl;
use super::command::{COMMANDS, Row};

/// Maximum width of a line of the list, and of the column of names, in characters.
const MAX_LINE: usize = 78;
const MAX_NAME: usize = 32;
/// Minimum width of a line of the list.
const MIN_LINE: usize = 16;
/// Maximum number of entries of a folder.
const MAX_ENTRIES: usize = 10_000;

/// A candidate for the line editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    text: String,
    shown: String,
}

impl rustyline::completion::Candidate for Choice {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.text
    }
}

/// The completions at the end of `text`, and where they start.
pub(super) fn choices(text: &str, repl: &mut Repl<'_>) -> (usize, Vec<Choice>) {
    let redactor = repl.redactor.clone();
    let completion = complete(text, &mut Around { repl });
    (completion.start, listed(completion.candidates, &redactor, line_width()))
}

/// The width of a line of the list: a longer one than the terminal would break.
fn line_width() -> usize {
    let columns = terminal_size::terminal_size().map_or(MAX_LINE, |(columns, _)| usize::from(columns.0));
    columns.saturating_sub(3).clamp(MIN_LINE, MAX_LINE)
}

/// The candidates with their descriptions in a column, in lines of at most `line_width` characters.
fn listed(candidates: Vec<Candidate>, redactor: &Redactor, line_width: usize) -> Vec<Choice> {
    let width = |label: &str| label.chars().count();
    let column =
        candidates.iter().map(|one| width(&one.label)).max().unwrap_or_default().min(MAX_NAME.min(line_width / 2));
    let shown = |one: &Candidate| {
        let Some(description) = &one.description else {
            return escape_controls(&redactor.redact(&one.label)).into_owned();
        };
        let space = " ".repeat(column.saturating_sub(width(&one.label)));
        let line = redactor.redact(&format!("{}{space}  {description}", one.label)).truncate(line_width);
        escape_controls(&line).into_owned()
    };
    candidates.into_iter().map(|one| Choice { shown: shown(&one), text: one.text }).collect()
}

/// The session as the host of completion.
struct Around<'a, 'r> {
    repl: &'a mut Repl<'r>,
}

impl CompletionHost for Around<'_, '_> {
    fn look_up(&mut self, path: &[&str], typed: &str) -> Found {
        self.repl.session.look_up(path, typed)
    }

    fn names(&mut self, typed: &str) -> Vec<Candidate> {
        self.repl.session.variables(typed)
    }

    fn files(&mut self, base: Base, folder: &str) -> Vec<Entry> {
        let start = match base {
            Base::Notebook => self.repl.session.folder(),
            Base::Program => Path::new("."),
        };
        // A folder that cannot be read has no candidates.
        let Ok(entries) = std::fs::read_dir(start.join(folder)) else { return Vec::new() };
        let entry = |entry: std::fs::DirEntry| {
            Some(Entry { name: entry.file_name().into_string().ok()?, is_folder: entry.path().is_dir() })
        };
        entries.take(MAX_ENTRIES).filter_map(Result::ok).filter_map(entry).collect()
    }

    fn commands(&self) -> Vec<Command<'_>> {
        let command = |row: &Row| Command { name: row.name, description: row.help, argument: row.completes() };
        COMMANDS.iter().map(command).collect()
    }
}

#[cfg(test)]
mod tests {
    use apinb_client::completion::candidate::Candidate;
    use apinb_text::secret::redactor::Redactor;

    use super::listed;

    #[test]
    fn descriptions_are_aligned_on_one_line() {
        let candidate = |label: &str, description: Option<&str>| Candidate {
            text: label.to_owned(),
            label: label.to_owned(),
            description: description.map(str::to_owned),
        };
        let long = "x".repeat(200);
        let candidates = vec![
            candidate("get()", Some("One.")),
            candidate("groups", None),
            candidate("a", Some("\u{1b}[31mred")),
            candidate("b", Some(&long)),
        ];
        let shown: Vec<String> =
            listed(candidates, &Redactor::default(), 78).into_iter().map(|choice| choice.shown).collect();
        assert_eq!(shown[0], "get()   One.");
        assert_eq!(shown[1], "groups");
        assert!(shown[2].starts_with("a       ") && !shown[2].contains('\u{1b}'), "{:?}", shown[2]);
        assert_eq!(shown[3].chars().count(), 79);
    }
}
