//! Finds secrets and personal data in files that are about to be committed.
//!
//! [`scan`] reads one text. `services.rs` has the formats of well-known services, `secret.rs` and `personal.rs` decide by
//! values and their names (`value.rs`), `placeholder.rs` knows values that only stand for others. [`Allowed`] has what
//! the user does not want to hear about.
//!
//! Invariant: no finding has a secret: the source line is masked.

mod allow;
mod hit;
mod pattern;
mod personal;
mod placeholder;
pub mod rules;
mod secret;
mod services;
#[cfg(test)]
mod tests;
mod value;

use std::ops::Range;

use apinb_record::position::FilePosition;
use apinb_record::scan::ScanFinding;

pub use allow::{Allowed, UnknownRule};
use hit::Hit;
use value::Values;

/// Maximum number of findings in a file.
const MAX_FINDINGS: usize = 500;
/// Longer source lines are not part of a finding, in bytes.
const MAX_LINE: usize = 4000;

/// What a scan knows besides the text.
#[derive(Debug, Default)]
pub struct Known<'a> {
    pub allowed: Allowed,
    /// Texts that everybody may read, such as the definition: what they have is not a secret.
    pub published: &'a [&'a str],
    /// The JSON paths of the values that a definition marks as secret.
    pub marked: &'a [String],
}

/// The secrets and the personal data in the text of a file, by position. A part of the text is reported once, by the most
/// specific rule.
#[must_use]
pub fn scan(file: &str, text: &str, known: &Known<'_>) -> Vec<ScanFinding> {
    let hits = hits(text, known);
    let lines = Lines::new(text);
    let finding = |hit: &Hit| {
        let (line, start) = lines.at(hit.range.start);
        let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length);
        let column = text.get(start..hit.range.start).unwrap_or_default().chars().count() + 1;
        let length = text.get(hit.range.start..hit.range.end.min(end)).unwrap_or_default().chars().count();
        let place = hit.path.as_ref().map(|path| format!(" at `{path}`")).unwrap_or_default();
        ScanFinding {
            code: hit.rule.code.to_owned(),
            severity: hit.rule.severity,
            message: format!("looks like {}{place}", hit.noun),
            help: help(hit),
            position: FilePosition { file: file.to_owned(), line, column },
            length: length.max(1),
            path: hit.path.clone(),
            source_line: if end - start <= MAX_LINE { masked(text, start..end, &hits) } else { String::new() },
        }
    };
    hits.iter().map(finding).collect()
}

fn hits(text: &str, known: &Known<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for (range, service) in services::find(text) {
        hits.push(Hit::new(&rules::SERVICE_KEY, service.noun, range));
    }
    secret::in_text(text, &mut hits);
    let specific = hits.len();
    let mut paths: Vec<(Range<usize>, String)> = Vec::new();
    let mut values = Values::new(text);
    while let Some(value) = values.next() {
        let before = hits.len();
        let whole = value.origin(&(0..value.text.len()));
        if !known.marked.is_empty()
            && let Some(path) = values.path()
            && known.marked.contains(&path)
            && !placeholder::says_so(&value.text)
            && !value.text.is_empty()
        {
            hits.push(Hit::new(&rules::MARKED, "a secret of the definition", whole.clone()));
        }
        secret::in_value(&value, &mut hits);
        personal::in_value(&value, &mut hits);
        let has_specific = || hits.iter().take(specific).any(|hit| overlaps(&hit.range, &whole));
        if hits.len() > before || has_specific() {
            paths.extend(values.path().map(|path| (whole, path)));
        }
        if hits.len() > specific + 4 * MAX_FINDINGS {
            break;
        }
    }
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let found = text.get(hit.range.clone()).unwrap_or_default();
        let is_known = known.allowed.has(hit.rule.code, found)
            || known.published.iter().any(|published| published.contains(found));
        if found.is_empty() || is_known || kept.iter().any(|one| overlaps(&one.range, &hit.range)) {
            continue;
        }
        let path = paths.iter().find(|(range, _)| overlaps(range, &hit.range)).map(|(_, path)| path.clone());
        kept.push(Hit { path, ..hit });
        if kept.len() >= MAX_FINDINGS {
            break;
        }
    }
    kept.sort_by_key(|hit| hit.range.start);
    kept
}

fn overlaps(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn help(hit: &Hit) -> String {
    match (&hit.path, hit.rule.code.starts_with("personal/")) {
        (_, false) if hit.rule.code == rules::SERVICE_KEY.code || hit.rule.code == rules::PRIVATE_KEY.code => {
            "Remove it, and revoke it if others have seen the file.".to_owned()
        }
        (Some(path), _) => {
            let name = path
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .trim_end_matches(|last: char| "[]0123456789".contains(last));
            format!(
                "Add `\"$..{name}\"` to `redact` in `[cassette]` and record again, or allow it: `scan-allow = [\"{}\"]`.",
                hit.rule.code
            )
        }
        (None, _) => format!("Remove it, or allow it: `scan-allow = [\"{}\"]` in `[cassette]`.", hit.rule.code),
    }
}

/// A line of the text in which every hit is replaced by as many `*`.
fn masked(text: &str, line: Range<usize>, hits: &[Hit]) -> String {
    let mut masked = String::new();
    for (at, character) in text.get(line.clone()).unwrap_or_default().char_indices() {
        let at = line.start + at;
        let is_secret = hits.iter().any(|hit| hit.range.contains(&at));
        masked.push(if is_secret { '*' } else { character });
    }
    masked.truncate(masked.trim_end_matches('\r').len());
    masked
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The number of the line at an offset, from 1, and where it begins.
    fn at(&self, offset: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= offset);
        (line, line.checked_sub(1).and_then(|index| self.0.get(index)).copied().unwrap_or_default())
    }
}
