//! The line editor: several rows until the code is complete, history, hints from the history.

use apinb_text::display::style::{DIM, paint};
use std::borrow::Cow;
use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::{FileHistory, History as _};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Behavior, CompletionType, Config, Context, Editor, Helper};

use super::completion::{self, Choice};
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

/// Reads and runs input until the user exits.
///
/// # Errors
/// When the terminal cannot be read, or nothing can be shown.
pub fn converse(repl: Repl<'_>, options: &Options) -> io::Result<()> {
    let repl = Rc::new(RefCell::new(repl));
    let mut editor = start(Rc::clone(&repl), options).map_err(io::Error::other)?;
    let mut was_interrupted = false;
    loop {
        match editor.readline("> ") {
            Ok(text) => {
                was_interrupted = false;
                let next = repl.borrow_mut().enter(&text)?;
                remember(&mut editor, &repl.borrow(), &text, options.history.as_deref());
                if next == Next::Leave {
                    return Ok(());
                }
            }
            Err(ReadlineError::Eof) => return Ok(()),
            Err(ReadlineError::Interrupted) if was_interrupted => return Ok(()),
            Err(ReadlineError::Interrupted) => {
                was_interrupted = true;
                repl.borrow().screen.tell("Ctrl-C again exits, like Ctrl-D and .exit\n")?;
            }
            Err(ReadlineError::Io(error)) => return Err(error),
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

type Line<'r> = Editor<Assistant<'r>, FileHistory>;

fn start<'r>(repl: Rc<RefCell<Repl<'r>>>, options: &Options) -> rustyline::Result<Line<'r>> {
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
    editor.set_helper(Some(Assistant { repl, hinter: HistoryHinter::new(), color: options.color }));
    Ok(editor)
}

/// Adds a line to the history, unless it contains a secret.
fn remember(editor: &mut Line<'_>, repl: &Repl<'_>, text: &str, history: Option<&Path>) {
    let text = text.trim_end();
    if text.is_empty() || !repl.may_be_kept(text) || !matches!(editor.add_history_entry(text), Ok(true)) {
        return;
    }
    if let Some(path) = history {
        // A history that cannot be stored is not an error.
        let _ = path.parent().map(std::fs::create_dir_all);
        let _ = editor.history_mut().append(path);
    }
}

/// Completion, highlighting and validation of the input.
struct Assistant<'r> {
    repl: Rc<RefCell<Repl<'r>>>,
    hinter: HistoryHinter,
    color: bool,
}

impl Helper for Assistant<'_> {}

impl Validator for Assistant<'_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let incomplete = self.repl.borrow_mut().is_incomplete(context.input());
        Ok(if incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Hinter for Assistant<'_> {
    type Hint = String;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<String> {
        self.hinter.hint(line, at, context).filter(|hint| !line.trim().is_empty() && !hint.contains('\n'))
    }
}

impl Completer for Assistant<'_> {
    type Candidate = Choice;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Choice>)> {
        let text = line.get(..at).unwrap_or(line);
        Ok(completion::choices(text, &mut self.repl.borrow_mut()))
    }
}

impl Highlighter for Assistant<'_> {
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
