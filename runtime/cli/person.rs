//! Asks the person at the terminal. Questions come from a notebook, so control characters in them are made visible.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use apinb_text::display::escape::escape_controls;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Behavior, Config, Editor};
use url::Url;

use super::progress::Progress;
use super::streams::Stream;
use crate::run::prompter::{NoAnswer, Prompter};

/// The person at the process's terminal.
pub(super) struct AtTerminal {
    stderr: Stream,
    /// Must not draw while a person writes.
    progress: Rc<Progress>,
    editor: RefCell<Option<Editor<(), MemHistory>>>,
}

impl AtTerminal {
    pub(super) fn new(stderr: Stream, progress: Rc<Progress>) -> Self {
        Self { stderr, progress, editor: RefCell::new(None) }
    }

    fn line(&self, prompt: &str, initial: &str) -> Result<Option<String>, NoAnswer> {
        let mut editor = self.editor.borrow_mut();
        let editor = match &mut *editor {
            Some(editor) => editor,
            none => none.insert(start_editor().map_err(unreadable)?),
        };
        match editor.readline_with_initial(prompt, (initial, "")) {
            Ok(line) => Ok(Some(line)),
            Err(ReadlineError::Eof) => Ok(None),
            Err(ReadlineError::Interrupted) => Err(NoAnswer::Interrupted),
            Err(error) => Err(unreadable(error)),
        }
    }

    /// Writes all lines of a question but the last, which becomes the prompt.
    fn question(&self, question: &str) -> Result<String, NoAnswer> {
        let question = escape_controls(question.trim()).into_owned();
        let (before, last) = question.rsplit_once('\n').unwrap_or(("", &question));
        if !before.is_empty() {
            self.stderr.write(&format!("{before}\n")).map_err(unreadable)?;
        }
        Ok(last.to_owned())
    }
}

impl Prompter for AtTerminal {
    fn prompt(&self, question: &str, default: Option<&str>, secret: bool) -> Result<Option<String>, NoAnswer> {
        self.progress.pause();
        let last = self.question(question)?;
        let answer = if secret {
            super::silent::read(self.stderr, &format!("? {last} (not shown) "))
        } else {
            self.line(&format!("? {last} "), default.unwrap_or_default())
        };
        self.progress.resume();
        answer
    }

    fn confirm(&self, question: &str) -> Result<bool, NoAnswer> {
        self.progress.pause();
        let last = self.question(question)?;
        let answer = loop {
            match self.line(&format!("? {last} [y/n] "), "") {
                Ok(Some(line)) => match line.trim().to_lowercase().as_str() {
                    "y" | "yes" => break Ok(true),
                    "n" | "no" => break Ok(false),
                    _ => {}
                },
                Ok(None) => break Ok(false),
                Err(error) => break Err(error),
            }
        };
        self.progress.resume();
        answer
    }

    fn open(&self, url: &Url) -> io::Result<()> {
        open::that_detached(url.as_str())
    }
}

/// On the terminal itself: stdout is for results.
fn start_editor() -> rustyline::Result<Editor<(), MemHistory>> {
    let config = Config::builder().behavior(Behavior::PreferTerm).auto_add_history(false).build();
    Editor::with_history(config, MemHistory::new())
}

fn unreadable(error: impl Into<ReadlineError>) -> NoAnswer {
    NoAnswer::Unreadable(match error.into() {
        ReadlineError::Io(cause) => cause,
        other => io::Error::other(other),
    })
}
