//! Shows a long text in the user's pager: `$PAGER`, else `less -R`.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};

use super::streams::Stream;

/// Writes a text that fits on the terminal, or goes elsewhere; else shows it in the pager. Without a pager it is written.
///
/// # Errors
/// As [`Stream::write`].
pub(super) fn show(stream: Stream, text: &str) -> io::Result<()> {
    let rows = terminal_size::terminal_size().map_or(0, |(_, rows)| usize::from(rows.0));
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if !stream.terminal || is_dumb || text.lines().count() < rows {
        return stream.write(text);
    }
    let pager = std::env::var("PAGER").unwrap_or_else(|_| "less -R".to_owned());
    // The variable may have arguments.
    let mut words = pager.split_whitespace();
    let Some(program) = words.next() else { return stream.write(text) };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Colors, and the text stays on the screen.
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return stream.write(text) };
    if let Some(mut input) = child.stdin.take() {
        // The user may leave the pager before its end.
        let _ = input.write_all(stream.safe(text).as_bytes());
    }
    child.wait().map(drop)
}
