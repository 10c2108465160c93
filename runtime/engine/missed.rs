//! Says what was wrong with a call of a client that V8 only knows to be one of `undefined`.
//!
//! `client.user.get()` reads `user`, which gives undefined, and V8 throws "cannot read properties of undefined (reading
//! 'get')". The prelude remembers each such read with its stack. An error comes of it when V8 says so of the very
//! expression that was read: the read stands directly before the error's place, or at it, in the text of the cell.

use apinb_core::client::missing::Owner;
use apinb_core::client::tree::NodeId;
use apinb_core::record::ErrorRecord;
use serde::Deserialize;

use crate::exception::frame_position;
use crate::session::{Placed, Session};

/// A read of what a node does not have.
#[derive(Debug, Deserialize)]
pub(crate) struct Missed {
    /// The JavaScript that leads to the node.
    owner: String,
    client: u32,
    nodes: Vec<NodeId>,
    functions: Vec<(Vec<String>, NodeId)>,
    /// What the notebook has put on the node.
    own: Vec<String>,
    name: String,
    stack: String,
}

/// What V8 says of `undefined`.
#[derive(Debug, PartialEq, Eq)]
enum Fault<'a> {
    /// Something of it was read.
    Used,
    /// This property of it was set.
    Set(&'a str),
    /// It was called; by this expression.
    Called(&'a str),
    /// It was destructured; this expression.
    Destructured(&'a str),
}

/// Puts better words into `record` where one of the reads is the cause. `stack` is the error's, whole.
pub(crate) fn explain(record: &mut ErrorRecord, stack: &str, missed: &[Missed], session: &Session) {
    let Some(fault) = fault(&record.message) else { return };
    let Some(at) = stack.lines().find_map(frame).and_then(|frame| place(frame, session)) else { return };
    let cause = missed.iter().find_map(|missed| {
        let frame = missed.stack.lines().filter_map(frame).find(|frame| !frame.contains("ext:"))?;
        let read = place(frame, session)?;
        let same = read.0.first_line == at.0.first_line && read.0.script == at.0.script;
        let name = if same { cause(&fault, &missed.name, &at.0.code.code, read.1, at.1)? } else { return None };
        Some((missed, shifted(frame, name - read.1)))
    });
    let Some((missed, frame)) = cause else { return };
    let clients = session.clients.borrow();
    let Some(client) = clients.get(missed.client) else { return };
    let Missed { owner, nodes, functions, own, name, .. } = missed;
    let words = client.missing(&Owner { label: owner, nodes, functions, own }, name);
    record.message = words.message;
    record.help = words.help;
    // What is wrong is the name, and not what follows it.
    if let Some(first) = record.stack.first_mut() {
        *first = frame;
    }
}

fn fault(message: &str) -> Option<Fault<'_>> {
    if message.starts_with("Cannot read properties of undefined (reading '") {
        return Some(Fault::Used);
    }
    if let Some(rest) = message.strip_prefix("Cannot set properties of undefined (setting '") {
        return rest.strip_suffix("')").map(Fault::Set);
    }
    if let Some(expression) = message.strip_suffix(" is not a function") {
        return Some(Fault::Called(expression));
    }
    let rest = message.strip_prefix("Cannot destructure property '")?;
    let (_, rest) = rest.split_once("' of '")?;
    rest.strip_suffix("' as it is undefined.").map(Fault::Destructured)
}

/// Where the name stands, when reading `name` at `read` led to the fault at `at`; all are offsets in `code`.
///
/// V8 places the read of a property at its name, or at the dot or bracket before it; a call at the name, or at its
/// parenthesis.
fn cause(fault: &Fault<'_>, name: &str, code: &str, read: usize, at: usize) -> Option<usize> {
    let from = code.get(read..)?;
    let start = read + from.len() - from.trim_start_matches(['.', '[', '\'', '"', '`', '?', ' ']).len();
    let behind = code.get(start..)?.strip_prefix(name)?;
    if behind.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '$')) {
        return None;
    }
    let end = code.len() - behind.trim_start_matches(['\'', '"', '`', ']', ')']).len();
    let is_cause = match fault {
        Fault::Used => {
            let between = code.get(end..at)?;
            (between.contains(['.', '[']) || code.get(at..)?.starts_with(['.', '['])) && is_punctuation(between)
        }
        // The place is that of the `=`, or before it.
        Fault::Set(property) => {
            let between = code.get(end..at)?;
            between.contains(['.', '[']) && is_punctuation(&between.replacen(property, "", 1))
        }
        Fault::Called(expression) => {
            let before = at.checked_sub(end).map_or("", |_| code.get(end..at).unwrap_or("?"));
            ends_with(expression, name) && at >= read && before.trim().is_empty()
        }
        Fault::Destructured(expression) => ends_with(expression, name),
    };
    is_cause.then_some(start)
}

/// Whether a text is only what may stand between two names of a chain.
fn is_punctuation(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || ".[]'\"`".contains(character))
}

/// Whether the last property of an expression is `name`: `a.name`, `a['name']`.
fn ends_with(expression: &str, name: &str) -> bool {
    let expression = expression.trim_end_matches([']', '\'', '"', '`']);
    expression.strip_suffix(name).is_some_and(|before| before.ends_with(['.', '\'', '"', '`']))
}

/// A frame of a stack.
fn frame(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("at ")
}

/// A frame whose column is greater by so many.
fn shifted(frame: &str, by: usize) -> String {
    let (place, end) = frame.strip_suffix(')').map_or((frame, ""), |place| (place, ")"));
    match place.rsplit_once(':').and_then(|(before, column)| Some((before, column.parse::<usize>().ok()?))) {
        Some((before, column)) => format!("{before}:{}{end}", column + by),
        None => frame.to_owned(),
    }
}

/// The cell of a frame, and the offset in its code.
fn place(frame: &str, session: &Session) -> Option<(Placed, usize)> {
    let (script, line, column) = frame_position(frame)?;
    let cell = session.cell_at(script, line)?;
    let offset = cell.code.code_offset(cell.line_in_code(line)?, column);
    Some((cell, offset))
}

#[cfg(test)]
mod tests {
    use super::{Fault, cause, fault, shifted};

    #[test]
    fn what_v8_says_is_understood() {
        for (message, expected) in [
            ("Cannot read properties of undefined (reading 'get')", Some(Fault::Used)),
            ("Cannot set properties of undefined (setting 'x')", Some(Fault::Set("x"))),
            ("Cannot read properties of null (reading 'get')", None),
            ("client.users.post is not a function", Some(Fault::Called("client.users.post"))),
            (
                "Cannot destructure property 'a' of 'client.user' as it is undefined.",
                Some(Fault::Destructured("client.user")),
            ),
            ("something else", None),
        ] {
            assert_eq!(fault(message), expected, "{message}");
        }
    }

    #[test]
    fn only_the_expression_that_was_read_is_the_cause() {
        // `^` is where V8 places the read, `!` the fault.
        let check = |marked: &str, fault: Fault<'_>, expected: bool| {
            let code = marked.replace(['^', '!'], "");
            let read = marked.find('^').unwrap();
            let at = marked.find('!').unwrap();
            let (read, at) = if read < at { (read, at - 1) } else { (read - 1, at) };
            let name = code.find("user").filter(|_| expected);
            assert_eq!(cause(&fault, "user", &code, read, at), name, "{marked}");
        };
        check("client.^user.!get()", Fault::Used, true);
        check("client.^user\n  .!get()", Fault::Used, true);
        check("client^['user'].!get()", Fault::Used, true);
        check("client.^user!['get']()", Fault::Used, true);
        check("f(1)^.user!.get()", Fault::Used, true);
        check("(client.^user).!get()", Fault::Used, true);
        check("client.^user; other.!get()", Fault::Used, false);
        check("client.^users.!get()", Fault::Used, false);
        check("client.^user && a.!b", Fault::Used, false);
        check("!a; client.^user", Fault::Used, false);
        check("client.^user.x !=", Fault::Set("x"), true);
        check("client.^user; a.x !=", Fault::Set("x"), false);
        check("client.^!user()", Fault::Called("client.user"), true);
        check("f(1)^.!user()", Fault::Called("f(...).user"), true);
        check("client^['user']!()", Fault::Called("client.user"), true);
        check("client.^user; a.!user()", Fault::Called("a.user"), false);
        check("!var { get } = client.^user", Fault::Destructured("client.user"), true);
        check("!var { get } = client.^user", Fault::Destructured("client.superuser"), false);
    }

    #[test]
    fn columns_are_shifted() {
        assert_eq!(shifted("f (a b.md:3:4)", 1), "f (a b.md:3:5)");
        assert_eq!(shifted("a.md:3:4", 2), "a.md:3:6");
        assert_eq!(shifted("native", 2), "native");
    }
}
