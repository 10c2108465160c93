//! Code written in the user's editor.

use std::io;
use std::process::Command;

use apinb_files::bounded;
use apinb_files::scratch::Scratch;

use super::command::Problem;

/// Maximum size of an edited text, in bytes.
const MAX_BYTES: u64 = 32 << 20;

/// Edits `text` in `$VISUAL`, else `$EDITOR`, else `vi`.
pub(super) fn edited(text: &str) -> Result<String, Problem> {
    let editor = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let editor = editor.into_iter().find(|editor| !editor.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
    edited_with(&editor, text).map_err(|cause| Problem::NoEditor { editor, cause })
}

fn edited_with(editor: &str, text: &str) -> io::Result<String> {
    let file = Scratch::new(text, ".js")?;
    // The variable may have arguments, as in `code --wait`.
    let mut words = editor.split_whitespace();
    let status = Command::new(words.next().unwrap_or_default()).args(words).arg(file.path()).status()?;
    if !status.success() {
        return Err(io::Error::other(format!("it exited with {status}")));
    }
    // The editor may have replaced the file.
    bounded::text(file.path(), MAX_BYTES)
}
