//! Completion of file names.

use crate::completion::candidate::{Base, Candidate, Completion, CompletionHost};
use crate::completion::text::is_plain;

/// The candidates for the last component of a path. Hidden files are included if it starts with a dot.
pub(super) fn files(base: Base, typed: &str, host: &mut dyn CompletionHost) -> Completion {
    let start = typed.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = typed.split_at(start);
    if typed.contains("://") {
        return Completion { start, candidates: Vec::new() };
    }
    let mut candidates: Vec<Candidate> = host
        .files(base, folder)
        .into_iter()
        .filter(|entry| entry.name.starts_with(name) && (name.starts_with('.') || !entry.name.starts_with('.')))
        .filter(|entry| is_plain(&entry.name))
        .map(|entry| {
            let slash = if entry.is_folder { "/" } else { "" };
            Candidate::plain(format!("{}{slash}", entry.name), None)
        })
        .collect();
    candidates.sort_by(|one, other| one.text.cmp(&other.text));
    Completion { start, candidates }
}
