//! Code without a terminal, from stdin or the command line: runs entry after entry, and stops at the first failure.

use std::io;

use apinb_project::reading::notebook::Unreadable;

use super::command::Problem;
use super::stdin::{Input, inputs};
use super::{Next, Repl};

/// Runs the entries of stdin until one fails or exits. An input that cannot be read or is not UTF-8 is shown as a
/// problem.
///
/// A complete entry runs when the next line does not continue it as a chain (`.get()`), or when no line is there yet.
///
/// # Errors
/// When nothing can be shown, or the system provides no thread.
pub fn stdin(repl: &mut Repl<'_>) -> io::Result<()> {
    let mut inputs = inputs()?;
    let mut entry = String::new();
    let mut is_complete = false;
    while !repl.has_failed() {
        let input = repl.attend(inputs.recv())?.unwrap_or(Input::End);
        let is_over = match &input {
            Input::Line(line) if is_complete => !is_blank(line) && !repl.continues(&entry, line),
            Input::Line(_) => false,
            Input::Waiting => is_complete,
            Input::End | Input::Failed(_) => true,
        };
        if is_over {
            if repl.enter(&std::mem::take(&mut entry))? == Next::Leave {
                return Ok(());
            }
            is_complete = false;
        }
        match input {
            _ if repl.has_failed() => return Ok(()),
            Input::Line(line) => {
                entry.push_str(&line);
                is_complete = !repl.is_incomplete(&entry);
                if is_complete && super::is_command(&entry) && repl.enter(&std::mem::take(&mut entry))? == Next::Leave {
                    return Ok(());
                }
            }
            Input::Waiting => {}
            Input::End => return repl.finish(),
            Input::Failed(cause) => {
                return repl.problem(&Problem::Unreadable(Unreadable::System { name: "<stdin>".to_owned(), cause }));
            }
        }
    }
    Ok(())
}

/// Whether a line has neither code nor a command.
fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//")
}

/// Runs these entries until one fails or exits. One that is a chain continues the one before it.
///
/// # Errors
/// When nothing can be shown.
pub fn entries(repl: &mut Repl<'_>, entries: &[String]) -> io::Result<()> {
    let mut entries = entries.iter().peekable();
    while let Some(entry) = entries.next().filter(|_| !repl.has_failed()) {
        let mut entry = entry.clone();
        while let Some(line) = entries.next_if(|line| repl.continues(&entry, line)) {
            entry.push('\n');
            entry.push_str(line);
        }
        if repl.enter(&entry)? == Next::Leave {
            return Ok(());
        }
    }
    if repl.has_failed() { Ok(()) } else { repl.finish() }
}
