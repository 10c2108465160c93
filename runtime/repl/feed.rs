//! Code from a pipe: reads lines until an entry is complete, runs it, and stops at the first failure.

use std::io::{self, BufRead, Read as _};

use apinb_project::reading::notebook::Unreadable;

use super::command::Problem;
use super::{Next, Repl};

/// Maximum length of a line, in bytes.
const MAX_LINE: u64 = 16 << 20;

/// Runs the entries of `input` until one fails or exits. An input that cannot be read or is not UTF-8 is shown as a
/// problem.
///
/// # Errors
/// When nothing can be shown.
pub fn feed(repl: &mut Repl<'_>, input: &mut impl BufRead) -> io::Result<()> {
    let mut piece = String::new();
    while !repl.has_failed() {
        let before = piece.len();
        let read = input.by_ref().take(MAX_LINE).read_line(&mut piece).and_then(|read| {
            if u64::try_from(piece.len() - before).is_ok_and(|length| length >= MAX_LINE) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a line has more than 16 MB"));
            }
            Ok(read)
        });
        let read = match read {
            Ok(read) => read,
            Err(cause) => {
                return repl.problem(&Problem::Unreadable(Unreadable::System { name: "<stdin>".to_owned(), cause }));
            }
        };
        if read == 0 || !repl.is_incomplete(&piece) {
            let next = repl.enter(&std::mem::take(&mut piece))?;
            if read == 0 || next == Next::Leave {
                break;
            }
        }
    }
    Ok(())
}
