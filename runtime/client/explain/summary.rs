//! Descriptions in one line.

use apinb_definition::model;
use apinb_text::display::truncate::truncate;

/// Maximum length of a summary, in characters.
const MAX_SUMMARY: usize = 100;

/// The first non-empty line of a method's description, or else of its display name.
pub(super) fn summary(method: &model::Method) -> Option<String> {
    first_line(method.description.as_deref()).or_else(|| first_line(method.display_name.as_deref()))
}

/// The first non-empty line of Markdown, without leading `#`, truncated.
#[must_use]
pub fn first_line(markdown: Option<&str>) -> Option<String> {
    let first = markdown?.lines().map(str::trim).find(|line| !line.is_empty())?;
    let text = first.trim_start_matches('#').trim();
    Some(truncate(text, MAX_SUMMARY))
}
