//! Asks the person at the terminal. Questions come from a notebook, so control characters in them are made visible.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::thread;

use apinb_text::display::escape::escape_controls;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Behavior, Config, Editor};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::interrupt;
use super::progress::Progress;
use super::streams::Stream;
use crate::run::prompter::{NoAnswer, Prompter, Work};

/// The person at the process's terminal.
pub(super) struct AtTerminal {
    stderr: Stream,
    /// Writes nothing while a person does.
    progress: Rc<Progress>,
    editor: Cell<Option<Editor<(), MemHistory>>>,
    /// Ends prompts.
    cancel: CancellationToken,
}

impl AtTerminal {
    /// `cancel` ends its prompts.
    pub(super) fn new(stderr: Stream, progress: Rc<Progress>, cancel: CancellationToken) -> Self {
        Self { stderr, progress, editor: Cell::new(None), cancel }
    }

    /// Asks on a thread of its own, which does not end when a signal ends the prompt: nothing else interrupts a read from
    /// a terminal. This thread does `work` meanwhile.
    fn until_cancelled<T: Send + 'static>(
        &self,
        work: Work<'_>,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let runtime = Builder::new_current_thread().build().map_err(NoAnswer::Unreadable)?;
        let (answer, mut answered) = oneshot::channel();
        let ask = move || {
            // After the prompt was cancelled, no receiver is left.
            let _ = answer.send(ask());
        };
        thread::Builder::new().name("prompt".to_owned()).spawn(ask).map_err(NoAnswer::Unreadable)?;
        let answer = match work {
            Some(work) => loop {
                match answered.try_recv() {
                    Err(TryRecvError::Empty) if self.cancel.is_cancelled() => break None,
                    Err(TryRecvError::Empty) => work(),
                    answer => break Some(answer.ok()),
                }
            },
            None => runtime.block_on(async {
                tokio::select! {
                    biased;
                    answer = answered => Some(answer.ok()),
                    () = self.cancel.cancelled() => None,
                }
            }),
        };
        if answer.is_none() {
            interrupt::restore_terminal();
            // The output continues below the prompt; the editor had turned on bracketed paste.
            let _ = self.stderr.write("\x1b[?2004l\n");
        }
        answer.flatten().ok_or(NoAnswer::Interrupted)
    }

    fn line(&self, prompt: &str, initial: &str, work: Work<'_>) -> Result<Option<String>, NoAnswer> {
        let mut editor = match self.editor.take() {
            Some(editor) => editor,
            None => start_editor().map_err(unreadable)?,
        };
        let (prompt, initial) = (prompt.to_owned(), initial.to_owned());
        let ask = move || {
            let line = editor.readline_with_initial(&prompt, (&initial, ""));
            (editor, line)
        };
        let (editor, line) = self.until_cancelled(work, ask)?;
        self.editor.set(Some(editor));
        match line {
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
    fn text(
        &self,
        question: &str,
        default: Option<&str>,
        secret: bool,
        work: Work<'_>,
    ) -> Result<Option<String>, NoAnswer> {
        self.progress.pause();
        let last = self.question(question)?;
        // A line editor shows the text that a person edits as it is.
        let unsafe_default = default.filter(|default| *escape_controls(default) != **default);
        let answer = if let Some(unsafe_default) = unsafe_default.filter(|_| !secret) {
            let shown = escape_controls(unsafe_default);
            let line = self.line(&format!("? {last} (Enter: {shown}) "), "", work);
            line.map(|line| line.map(|line| if line.is_empty() { unsafe_default.to_owned() } else { line }))
        } else if secret {
            let (stderr, prompt) = (self.stderr, format!("? {last} (not shown) "));
            self.until_cancelled(work, move || super::silent::read(stderr, &prompt)).flatten()
        } else {
            self.line(&format!("? {last} "), default.unwrap_or_default(), work)
        };
        self.progress.resume();
        answer
    }

    fn yes_or_no(&self, question: &str, work: Work<'_>) -> Result<bool, NoAnswer> {
        self.progress.pause();
        let last = self.question(question)?;
        let answer = loop {
            match self.line(&format!("? {last} [y/n] "), "", work) {
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
