//! Texts that were cut before their secrets were removed: by V8, which quotes a part of what is not valid JSON, and by the
//! console, which shortens strings within values. A piece of a secret may be left beside the cut.
//!
//! What is beside a cut counts as a secret, whatever it is. If only pieces of secrets did, a notebook could find out a
//! secret piece by piece, from what is redacted of its guesses.

use std::ops::Range;

/// Behind the string that is cut and its quote: `'begin'... 7 more characters`.
const OF_THE_CONSOLE: &[u8] = b"... ";
const MORE: &[u8] = b" more character";

/// `Unexpected token 'x', ..."part"... is not valid JSON`; the dots are where the part is cut.
const OF_JSON: &[u8] = b"Unexpected token '";
const INVALID: &[u8] = b" is not valid JSON";
const DOTS: &[u8] = b"...";

/// The longest part that V8 quotes, in bytes, with what is around it: ten characters on both sides of a token.
const LONGEST_PART: usize = 200;

/// What a page begins with: a server has responded with HTML, not with a secret.
const PAGE: u8 = b'<';

/// The ranges of `text` beside its cuts, in order. `longest`: the length of the longest secret, in bytes.
pub(super) fn beside_cuts(text: &[u8], longest: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = find(text, b"...", from) {
        from = at + DOTS.len();
        if is_cut_by_the_console(text, at) {
            // Escapes make a string longer.
            found.push(at.saturating_sub(2 * longest + 1)..at);
        }
    }
    from = 0;
    while let Some(at) = find(text, OF_JSON, from) {
        from = at + OF_JSON.len();
        found.extend(part_of_json(text, from));
    }
    found
}

fn find(text: &[u8], part: &[u8], from: usize) -> Option<usize> {
    let first = part.first()?;
    let rest = text.get(from..)?;
    let starts = rest.iter().enumerate().filter(|(_, byte)| *byte == first).map(|(at, _)| at);
    let mut matches = starts.filter(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(part)));
    matches.next().map(|at| from + at)
}

/// Whether the console has cut a string before `at`.
fn is_cut_by_the_console(text: &[u8], at: usize) -> bool {
    let is_quoted = at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| b"'\"`".contains(byte));
    let rest = text.get(at..).and_then(|rest| rest.strip_prefix(OF_THE_CONSOLE)).filter(|_| is_quoted);
    rest.is_some_and(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest.get(digits..).is_some_and(|rest| rest.starts_with(MORE))
    })
}

/// The part that V8 quotes in a message about JSON, if it is cut; `from`: behind the beginning of the message.
fn part_of_json(text: &[u8], from: usize) -> Option<Range<usize>> {
    let message = text.get(from..)?;
    let message = message.get(..LONGEST_PART).unwrap_or(message);
    let start = find(message, b"', ", 0)? + 3;
    let end = find(message, INVALID, start)?;
    let quoted = message.get(start..end)?;
    let begins_later = quoted.starts_with(DOTS);
    let ends_earlier = quoted.ends_with(DOTS);
    let start = start + if begins_later { DOTS.len() } else { 0 } + 1;
    let end = end.checked_sub(if ends_earlier { DOTS.len() } else { 0 } + 1)?;
    let is_page = !begins_later && message.get(start) == Some(&PAGE);
    ((begins_later || ends_earlier) && start < end && !is_page).then(|| from + start..from + end)
}

#[cfg(test)]
mod tests {
    use super::beside_cuts;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = beside_cuts(text.as_bytes(), 4).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_beside_a_cut_is_found() {
        check("[ 'abcdefghijkl'... 1 more character, \"mno\"... 12 more characters ]", &["efghijkl'", "er, \"mno\""]);
        check("'abc...' and 'abc'... more characters", &[]);
        check("Unexpected token 'k', \"{\"a\": key-1\"... is not valid JSON", &["{\"a\": key-1"]);
        check("x: Unexpected token 'k', ...\"cret\" kx}\" is not valid JSON, y", &["cret\" kx}"]);
        check("Unexpected token 'k', ...\"é' k, \"... is not valid JSON", &["é' k, "]);
        check("Unexpected token ''', \"'\" is not valid JSON", &[]);
        check("Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON", &[]);
        check("Unexpected token 'k', \"", &[]);
        check("Unexpected token 'k' is not valid JSON ... Unexpected token '", &[]);
    }
}
