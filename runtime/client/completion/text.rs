//! Formatting and descriptions of candidates.

use crate::completion::candidate::{Candidate, CompletionHost};
use crate::explain::summary::first_line;

/// The variables that are valid identifiers; other properties of the global object are not.
pub(super) fn variables(typed: &str, host: &mut dyn CompletionHost) -> Vec<Candidate> {
    let mut names = host.names(typed);
    names.retain(|name| is_identifier(&name.text));
    names
}

/// Whether a name needs no quotes.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '$'));
    starts && characters.all(|character| character.is_alphanumeric() || matches!(character, '_' | '$'))
}

/// Whether a text needs no escapes in any kind of quotes.
pub(super) fn is_plain(text: &str) -> bool {
    !text.contains(|character: char| character.is_control() || matches!(character, '\'' | '"' | '`' | '\\'))
}

/// A description in one line: the type, `required`, and the first line of the description.
pub(super) fn described(required: bool, kind: &str, description: Option<&str>) -> Option<String> {
    let kind = if required { format!("{kind}, required") } else { kind.to_owned() };
    Some(match first_line(description) {
        Some(line) => format!("{kind}: {line}"),
        None => kind,
    })
}
