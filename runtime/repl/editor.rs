//! The line editor: several rows until the code is complete, history, hints from the history.
//!
//! The editor blocks a thread of its own while it reads keys, so that the engine's thread runs timers and promises
//! meanwhile. It asks the engine by messages: to complete, to validate, to run an entry.

use apinb_text::display::style::{DIM, paint};
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use apinb_engine::watchdog::{Interrupter, Running};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::{FileHistory, History as _};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Behavior, CompletionType, Config, Context, Editor, ExternalPrinter as _, Helper};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::completion::{self, Choice};
use super::key_signals::KeySignals;
use super::printer::Printer;
use super::{Next, Repl, highlight};

/// Maximum number of lines of the stored history.
const MAX_HISTORY: usize = 1_000;

/// Settings of the editor.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The history file; none: the history is not stored.
    pub history: Option<PathBuf>,
    /// Whether to use colors.
    pub color: bool,
}

/// A message from the editor, with the way back.
enum Request {
    /// Whether a text is incomplete.
    Validate(String, oneshot::Sender<bool>),
    Complete(String, oneshot::Sender<(usize, Vec<Choice>)>),
    /// Runs an entry. The answer, which comes when the next one may be read: whether the text may be stored.
    Enter(String, oneshot::Sender<bool>),
    /// Ctrl-C at the prompt.
    Interrupted {
        /// Whether code of an earlier entry ran, which it has ended.
        ended: bool,
        reply: oneshot::Sender<bool>,
    },
    /// Ctrl-D, or the terminal cannot be read.
    End(io::Result<()>),
}

/// Reads and runs input until the user exits.
///
/// # Errors
/// When the terminal cannot be read, or nothing can be shown.
pub fn converse(mut repl: Repl<'_>, options: Options) -> io::Result<()> {
    let (sender, requests) = unbounded_channel();
    let mut editor = start(sender.clone(), &options).map_err(io::Error::other)?;
    // A terminal without line editing has none: the output then goes the usual way.
    let printer = match editor.create_external_printer() {
        Ok(mut external) => Some(Printer::start(move |text| external.print(text).is_ok())?),
        Err(_) => None,
    };
    let interrupter = repl.interrupter();
    let read = move || read(editor, &sender, &interrupter, options.history.as_deref());
    let reading = thread::Builder::new().name("editor".to_owned()).spawn(read)?;
    serve(&mut repl, requests, printer.as_ref())?;
    // It has ended, or ends now that its requests have no receiver.
    let _ = reading.join();
    Ok(())
}

/// Answers the editor.
fn serve(repl: &mut Repl<'_>, mut requests: UnboundedReceiver<Request>, printer: Option<&Printer>) -> io::Result<()> {
    let mut was_interrupted = false;
    repl.screen.at_prompt(printer.cloned());
    while let Some(request) = repl.attend(requests.recv())? {
        // The editor may have ended.
        match request {
            Request::Validate(text, reply) => drop(reply.send(repl.is_incomplete(&text))),
            Request::Complete(text, reply) => drop(reply.send(completion::choices(&text, repl))),
            Request::Enter(text, reply) => {
                was_interrupted = false;
                repl.screen.left_prompt();
                if repl.enter(&text)? == Next::Leave {
                    break;
                }
                repl.screen.at_prompt(printer.cloned());
                let _ = reply.send(repl.may_be_kept(&text));
            }
            Request::Interrupted { ended: false, .. } if was_interrupted => break,
            Request::Interrupted { ended, reply } => {
                was_interrupted = !ended;
                repl.screen.left_prompt();
                if !ended {
                    repl.screen.tell("Ctrl-C again exits, like Ctrl-D and .exit\n")?;
                }
                repl.screen.at_prompt(printer.cloned());
                let _ = reply.send(false);
            }
            Request::End(result) => {
                repl.screen.left_prompt();
                return result;
            }
        }
    }
    repl.screen.left_prompt();
    Ok(())
}

type Line = Editor<Assistant, FileHistory>;

fn start(requests: UnboundedSender<Request>, options: &Options) -> rustyline::Result<Line> {
    let config = Config::builder()
        .behavior(Behavior::PreferTerm)
        .auto_add_history(false)
        .max_history_size(MAX_HISTORY)?
        .history_ignore_dups(true)?
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .build();
    let history = FileHistory::with_config(&config);
    let mut editor = Editor::with_history(config, history)?;
    if let Some(history) = &options.history {
        // An unreadable history is replaced.
        let _ = editor.load_history(history);
    }
    editor.set_helper(Some(Assistant { requests, hinter: HistoryHinter::new(), color: options.color }));
    Ok(editor)
}

/// Reads entries until the user exits, or the session ends.
fn read(mut editor: Line, requests: &UnboundedSender<Request>, interrupter: &Interrupter, history: Option<&Path>) {
    loop {
        let line = editor.readline("> ");
        let (reply, answer) = oneshot::channel();
        let end = |result| drop(requests.send(Request::End(result)));
        let (request, text) = match line {
            Ok(text) => (Request::Enter(text.clone(), reply), text),
            Err(ReadlineError::Interrupted) => {
                let ended = interrupter.interrupt() == Running::Cell;
                (Request::Interrupted { ended, reply }, String::new())
            }
            Err(ReadlineError::Eof) => return end(Ok(())),
            Err(ReadlineError::Io(error)) => return end(Err(error)),
            Err(error) => return end(Err(io::Error::other(error))),
        };
        if requests.send(request).is_err() {
            return;
        }
        match answer.blocking_recv() {
            Ok(true) => remember(&mut editor, text.trim_end(), history),
            Ok(false) => {}
            Err(_) => return,
        }
    }
}

/// Adds a line to the history.
fn remember(editor: &mut Line, text: &str, history: Option<&Path>) {
    if text.is_empty() || !matches!(editor.add_history_entry(text), Ok(true)) {
        return;
    }
    if let Some(path) = history {
        // A history that cannot be stored is not an error.
        let _ = path.parent().map(std::fs::create_dir_all);
        let _ = editor.history_mut().append(path);
    }
}

/// Completion, highlighting and validation of the input.
struct Assistant {
    requests: UnboundedSender<Request>,
    hinter: HistoryHinter,
    color: bool,
}

impl Assistant {
    /// The engine's answer; none: the session has ended. It may take time: code of an earlier entry may be running, which
    /// Ctrl-C ends.
    fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Option<T> {
        let _signals = KeySignals::on();
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).ok()?;
        answer.blocking_recv().ok()
    }
}

impl Helper for Assistant {}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input().to_owned();
        let incomplete = self.ask(|reply| Request::Validate(text, reply)).unwrap_or(false);
        Ok(if incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Hinter for Assistant {
    type Hint = String;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<String> {
        self.hinter.hint(line, at, context).filter(|hint| !line.trim().is_empty() && !hint.contains('\n'))
    }
}

impl Completer for Assistant {
    type Candidate = Choice;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Choice>)> {
        let text = line.get(..at).unwrap_or(line).to_owned();
        Ok(self.ask(|reply| Request::Complete(text, reply)).unwrap_or((at, Vec::new())))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, at: usize) -> Cow<'l, str> {
        let colored = if self.color { highlight::colored(line, at) } else { None };
        colored.map_or(line.into(), Cow::Owned)
    }

    /// Any character may begin or end a string or a comment, and any move may reach a bracket.
    fn highlight_char(&self, _line: &str, _at: usize, _kind: CmdKind) -> bool {
        self.color
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        paint(DIM, hint, self.color)
    }
}
