//! Saves the session as a notebook. Secrets become prompts.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use apinb_files::whole::{self, Existing, Options};
use apinb_text::javascript::tokens::{TokenKind, tokens};
use apinb_text::secret::redactor::Redactor;

use super::command::Problem;
use super::entries::{Entries, State};
use super::secrets::asked;

/// The result of saving.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Saved {
    pub(super) cells: usize,
    pub(super) secrets: usize,
    /// Entries that failed.
    pub(super) left_out: usize,
    /// Entries that were dropped before.
    pub(super) dropped: usize,
}

/// Writes a notebook of the code that passed. Does not overwrite a file.
pub(super) fn save(path: &Path, entries: &Entries, redactor: &Redactor) -> Result<Saved, Problem> {
    let shown = || path.display().to_string();
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    let (text, saved) = notebook(&title, entries, redactor);
    let options = Options { existing: Existing::Keep, prefix: ".tmp", ..Options::default() };
    let written = whole::write(path, text.as_bytes(), options);
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => Problem::Exists { path: shown() },
        _ => Problem::Unwritable { path: shown(), cause },
    })?;
    Ok(saved)
}

fn notebook(title: &str, entries: &Entries, redactor: &Redactor) -> (String, Saved) {
    let mut text = format!("---\ntitle: {title}\n---\n");
    let mut saved = Saved { dropped: entries.dropped(), ..Saved::default() };
    // `$5` must keep its number.
    let counted = entries.iter().any(|(_, entry)| entry.state == State::Passed && names_results(&entry.code));
    let dropped = std::iter::repeat_n(None, entries.dropped());
    for entry in dropped.chain(entries.iter().map(|(_, entry)| Some(entry))) {
        let code = match entry.map(|entry| entry.state) {
            Some(State::Passed) => {
                let (code, secrets) = asked(entry.map_or("", |entry| entry.code.as_str()), redactor);
                saved.secrets += secrets;
                code
            }
            _ if counted => "// left out".to_owned(),
            _ => String::new(),
        };
        saved.left_out += usize::from(entry.is_some_and(|entry| entry.state == State::Failed));
        if code.is_empty() {
            continue;
        }
        saved.cells += 1;
        let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        // Writing into a String cannot fail.
        let _ = write!(text, "\n{fence}javascript\n{}\n{fence}\n", code.trim_end());
    }
    (text, saved)
}

/// Whether the code uses `$0`, `$1`, …
fn names_results(code: &str) -> bool {
    let is_result = |text: &str| {
        text.strip_prefix('$').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    tokens(code, code.len()).into_iter().any(|token| token.kind == TokenKind::Word && is_result(token.text))
}

#[cfg(test)]
mod tests {
    use apinb_notebook::model::Notebook;
    use apinb_text::secret::redactor::Redactor;

    use super::{Entries, Saved, State, notebook};
    use crate::repl::entries::Entry;

    fn check(entries: &[(&str, State)], expected: &[&str], left_out: usize) {
        let redactor = Redactor::default();
        redactor.add("hunter2-and-more");
        let entry = |(code, state): &(&str, State)| Entry { code: (*code).to_owned(), state: *state };
        let entries: Entries = entries.iter().map(entry).collect();
        let (text, saved) = notebook("mine", &entries, &redactor);
        assert!(!text.contains("hunter2"), "{text}");
        let notebook = Notebook::parse("mine.md", text);
        let code: Vec<&str> = notebook.cells().map(|cell| cell.code.trim_end()).collect();
        assert_eq!(code, expected);
        assert_eq!(notebook.title(), Some("mine"));
        let secrets = expected.concat().matches("prompt(").count();
        assert_eq!(saved, Saved { cells: expected.len(), secrets, left_out, dropped: 0 });
    }

    #[test]
    fn a_saved_session_has_the_same_cells_and_no_secret() {
        check(
            &[
                ("a = 1", State::Passed),
                ("t = '```'\n", State::Passed),
                ("nonsense(", State::Failed),
                ("API.authenticate(c, { clientSecret: 'hunter2-and-more' })", State::Passed),
            ],
            &["a = 1", "t = '```'", "API.authenticate(c, { clientSecret: prompt('clientSecret') })"],
            1,
        );
    }

    #[test]
    fn result_numbers_are_preserved() {
        check(
            &[("1", State::Passed), ("later()", State::Skipped), ("x(", State::Failed), ("$0 + 1", State::Passed)],
            &["1", "// left out", "// left out", "$0 + 1"],
            1,
        );
        check(&[("x(", State::Failed), ("$('#a'); a$1; '$1'", State::Passed)], &["$('#a'); a$1; '$1'"], 1);
    }
}
