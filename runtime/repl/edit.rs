//! Code written in the user's editor.

use std::io::{self, Write as _};
use std::process::Command;

use super::command::Problem;

/// What `text` is after it was edited in `$VISUAL`, else `$EDITOR`, else `vi`.
pub(super) fn edited(text: &str) -> Result<String, Problem> {
    let editor = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let editor = editor.into_iter().find(|editor| !editor.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
    edited_with(&editor, text).map_err(|cause| Problem::NoEditor { editor, cause })
}

fn edited_with(editor: &str, text: &str) -> io::Result<String> {
    let mut file = tempfile::Builder::new().prefix("apinb-").suffix(".js").tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    // The variable may have arguments, as `code --wait`.
    let mut words = editor.split_whitespace();
    let status = Command::new(words.next().unwrap_or_default()).args(words).arg(file.path()).status()?;
    if !status.success() {
        return Err(io::Error::other(format!("it ended with {status}")));
    }
    // An editor may have put another file in its place.
    std::fs::read_to_string(file.path())
}
