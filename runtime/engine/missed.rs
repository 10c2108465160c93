//! Explains a call of a missing client property, which V8 reports as a call of `undefined`.
//!
//! `client.user.get()` reads `user`, which gives undefined, and V8 throws "cannot read properties of undefined (reading
//! 'get')". The prelude remembers each such read with its stack. The read caused an error if V8 reports the very
//! expression that was read: in the text of the cell, the read is directly before the position of the error, or at it.

use apinb_client::missing::Owner;
use apinb_client::tree::PathId;
use apinb_record::error::ErrorRecord;
use serde::Deserialize;

use crate::frames::{frame, frame_position, shifted};
use crate::placed_cell::PlacedCell;
use crate::session::Session;
use crate::v8_messages::UndefinedUse;

/// A read of a missing property of a node.
#[derive(Debug, Deserialize)]
pub(crate) struct Missed {
    /// The JavaScript that leads to the node.
    owner: String,
    client: u32,
    path: PathId,
    /// The properties that the notebook has set on the node.
    own: Vec<String>,
    name: String,
    stack: String,
}

/// Improves the message of `record` if one of the reads is the cause. `stack` is the whole stack of the error.
pub(crate) fn explain(record: &mut ErrorRecord, stack: &str, missed: &[Missed], session: &Session) {
    let Some(wrong_use) = UndefinedUse::from_message(&record.message) else { return };
    let Some(at) = stack.lines().find_map(frame).and_then(|frame| place(frame, session)) else { return };
    let cause = missed.iter().find_map(|missed| {
        let frame = missed.stack.lines().filter_map(frame).find(|frame| !frame.contains("ext:"))?;
        let read = place(frame, session)?;
        let same = read.0.first_line == at.0.first_line && read.0.script == at.0.script;
        let name = if same { cause(wrong_use, &missed.name, &at.0.code.code, read.1, at.1)? } else { return None };
        Some((missed, shifted(frame, name - read.1)))
    });
    let Some((missed, frame)) = cause else { return };
    let clients = session.clients.borrow();
    let Missed { owner, own, name, .. } = missed;
    let Some(path) = clients.get(missed.client).and_then(|client| client.path(missed.path)) else { return };
    let words = Owner { label: owner, path, own }.missing(name);
    record.message = words.message;
    record.help = words.help;
    // The error is the name, not the call after it.
    if let Some(first) = record.stack.first_mut() {
        *first = frame;
    }
}

/// The offset of the name, if reading `name` at `read` led to the error at `at`; all are offsets in `code`.
///
/// V8 reports the read of a property at its name, or at the dot or bracket before it; a call at the name, or at its
/// parenthesis.
fn cause(wrong_use: UndefinedUse<'_>, name: &str, code: &str, read: usize, at: usize) -> Option<usize> {
    let from = code.get(read..)?;
    let start = read + from.len() - from.trim_start_matches(['.', '[', '\'', '"', '`', '?', ' ']).len();
    let behind = code.get(start..)?.strip_prefix(name)?;
    if behind.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '$')) {
        return None;
    }
    let end = code.len() - behind.trim_start_matches(['\'', '"', '`', ']', ')']).len();
    let is_cause = match wrong_use {
        UndefinedUse::Read => {
            let between = code.get(end..at)?;
            (between.contains(['.', '[']) || code.get(at..)?.starts_with(['.', '['])) && is_punctuation(between)
        }
        // The position is that of the `=`, or before it.
        UndefinedUse::Set(property) => {
            let between = code.get(end..at)?;
            between.contains(['.', '[']) && is_punctuation(&between.replacen(property, "", 1))
        }
        UndefinedUse::Called(expression) => {
            let before = at.checked_sub(end).map_or("", |_| code.get(end..at).unwrap_or("?"));
            ends_with(expression, name) && at >= read && before.trim().is_empty()
        }
        UndefinedUse::Destructured(expression) => ends_with(expression, name),
    };
    is_cause.then_some(start)
}

/// Whether a text has only characters that may separate two names of a chain.
fn is_punctuation(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || ".[]'\"`".contains(character))
}

/// Whether the last property of an expression is `name`: `a.name`, `a['name']`.
fn ends_with(expression: &str, name: &str) -> bool {
    let expression = expression.trim_end_matches([']', '\'', '"', '`']);
    expression.strip_suffix(name).is_some_and(|before| before.ends_with(['.', '\'', '"', '`']))
}

/// The cell of a frame, and the offset in its code.
fn place(frame: &str, session: &Session) -> Option<(PlacedCell, usize)> {
    let (script, line, column) = frame_position(frame)?;
    let cell = session.cell_at(script, line)?;
    let offset = cell.code.code_offset(cell.line_in_code(line)?, column);
    Some((cell, offset))
}

#[cfg(test)]
mod tests {
    use super::{UndefinedUse, cause};

    #[test]
    fn only_the_expression_that_was_read_is_the_cause() {
        // `^` is V8's position of the read, `!` that of the error.
        let check = |marked: &str, wrong_use: UndefinedUse<'_>, expected: bool| {
            let code = marked.replace(['^', '!'], "");
            let read = marked.find('^').unwrap();
            let at = marked.find('!').unwrap();
            let (read, at) = if read < at { (read, at - 1) } else { (read - 1, at) };
            let name = code.find("user").filter(|_| expected);
            assert_eq!(cause(wrong_use, "user", &code, read, at), name, "{marked}");
        };
        check("client.^user.!get()", UndefinedUse::Read, true);
        check("client.^user\n  .!get()", UndefinedUse::Read, true);
        check("client^['user'].!get()", UndefinedUse::Read, true);
        check("client.^user!['get']()", UndefinedUse::Read, true);
        check("f(1)^.user!.get()", UndefinedUse::Read, true);
        check("(client.^user).!get()", UndefinedUse::Read, true);
        check("client.^user; other.!get()", UndefinedUse::Read, false);
        check("client.^users.!get()", UndefinedUse::Read, false);
        check("client.^user && a.!b", UndefinedUse::Read, false);
        check("!a; client.^user", UndefinedUse::Read, false);
        check("client.^user.x !=", UndefinedUse::Set("x"), true);
        check("client.^user; a.x !=", UndefinedUse::Set("x"), false);
        check("client.^!user()", UndefinedUse::Called("client.user"), true);
        check("f(1)^.!user()", UndefinedUse::Called("f(...).user"), true);
        check("client^['user']!()", UndefinedUse::Called("client.user"), true);
        check("client.^user; a.!user()", UndefinedUse::Called("a.user"), false);
        check("!var { get } = client.^user", UndefinedUse::Destructured("client.user"), true);
        check("!var { get } = client.^user", UndefinedUse::Destructured("client.superuser"), false);
    }
}
