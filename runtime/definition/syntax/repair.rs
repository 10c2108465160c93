//! Repairs YAML. Published definitions often have syntax errors, and the parser stops at the first one. This module
//! repairs the text and parses it again, until parsing succeeds or the limits are reached.
//!
//! A repaired text has as many characters as the original, so positions stay valid: a tab in the indentation becomes a
//! space, a misplaced character becomes a placeholder that [`restored`] reverts, and a line that cannot be repaired is
//! blanked together with its nested lines. Before that, [`indentation`] indents lines whose meaning is certain, without a
//! diagnostic; `Offsets` leaves its spaces out of all positions.

use std::borrow::Cow;
use std::rc::Rc;

use crate::syntax::diagnostic::{Consequence, SyntaxDiagnostic};
use crate::tree::node::{Node, NodeLocation};

use crate::syntax::events::{Events, Stop};
use crate::syntax::host::DocumentHost;
use crate::syntax::indentation;
use crate::syntax::offsets::Offsets;

/// Characters that YAML reserves at the start of an unquoted scalar, or that it takes for a mapping; and the control
/// characters that replace them.
const STAND_INS: [(char, char); 4] = [('@', '\u{1}'), ('%', '\u{2}'), ('`', '\u{3}'), (':', '\u{4}')];
/// Maximum number of repairs in one document.
const MAX_REPAIRS: usize = 100;
/// Maximum number of bytes of one document that repairs may parse again.
const MAX_REPARSED: usize = 64 << 20;

/// Parses the text of document `index` and passes its events to `build`. Repairs the text until it parses to the end or
/// the limits are reached.
pub(super) fn events<H: DocumentHost>(
    host: &mut H,
    index: u32,
    mut offsets: Offsets<'_>,
    build: impl FnOnce(&mut H, &Events) -> Rc<Node>,
) -> Rc<Node> {
    let location = |at: u32| NodeLocation { file: index, start: at, end: at };
    let mut text = Cow::Borrowed(offsets.body);
    let mut reparsed = 0;
    let mut repair = 0;
    let mut is_first = true;
    loop {
        let limit = host.max_nodes();
        let (events, stop) = Events::gather(&text, &offsets, limit);
        let fault = match stop {
            None => return build(host, &events),
            Some(Stop::Depth(at)) => {
                host.too_deep(location(at));
                return build(host, &events);
            }
            Some(Stop::Events(at)) => {
                host.spend_nodes(limit as usize, location(at));
                return build(host, &events);
            }
            Some(Stop::Invalid(error)) => error,
        };
        if std::mem::take(&mut is_first)
            && let Some((indented, insertions)) = indentation::indented(&text)
        {
            (text, offsets) = (Cow::Owned(indented), offsets.with_inserted(&insertions));
            continue;
        }
        let at = text.char_indices().nth(fault.marker().index()).map_or(text.len(), |(at, _)| at);
        reparsed += text.len();
        let may_repair = repair < MAX_REPAIRS && reparsed <= MAX_REPARSED;
        let recovered = if may_repair { recovered(&text, at, fault.info()) } else { None };
        let (start, end, consequence) = match &recovered {
            Some(recovered) => (recovered.start, recovered.end, recovered.consequence),
            None => (at, at, Consequence::RestSkipped),
        };
        // A blanked line has fewer bytes, but as many characters.
        let byte = |at: usize| offsets.byte(text.get(..at).unwrap_or_default().chars().count()) as u32;
        let location = NodeLocation { file: index, start: byte(start), end: byte(end) };
        let problem =
            SyntaxDiagnostic::Invalid { location: host.locate(location), message: words(fault.info()), consequence };
        host.report(problem);
        match recovered {
            Some(recovered) => text = Cow::Owned(recovered.text),
            None => return build(host, &events),
        }
        repair += 1;
    }
}

/// Replaces every placeholder by the original character.
pub(super) fn restored(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| STAND_INS.iter().any(|(_, stand_in)| *stand_in == c)) {
        return Cow::Borrowed(text);
    }
    let original = |c: char| STAND_INS.iter().find(|(_, stand_in)| *stand_in == c).map_or(c, |(original, _)| *original);
    Cow::Owned(text.chars().map(original).collect())
}

/// A text after a repair, and the byte range of the repair.
struct Recovered {
    text: String,
    start: usize,
    end: usize,
    consequence: Consequence,
}

fn recovered(text: &str, at: usize, info: &str) -> Option<Recovered> {
    let at = text.floor_char_boundary(at);
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    // The parser may detect an error only at the start of the next line; it belongs to the line before.
    let start = match blank(line(text, start)) || at >= text.len() {
        true => last_content_line(text, start)?,
        false => start,
    };
    tab_recovered(text, start).or_else(|| character_recovered(text, at, info)).or_else(|| line_blanked(text, start))
}

fn tab_recovered(text: &str, start: usize) -> Option<Recovered> {
    let indentation = line(text, start).len() - line(text, start).trim_start_matches([' ', '\t']).len();
    let end = start + indentation;
    if !text.get(start..end)?.contains('\t') {
        return None;
    }
    // An editor that indents by tabs does so in every line, so all lines are repaired at once.
    let mut recovered = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches([' ', '\t']);
        recovered.extend(std::iter::repeat_n(' ', line.len() - rest.len()));
        recovered.push_str(rest);
    }
    Some(Recovered { text: recovered, start, end, consequence: Consequence::Recovered })
}

fn character_recovered(text: &str, at: usize, info: &str) -> Option<Recovered> {
    let c = text.get(at..)?.chars().next()?;
    let (_, stand_in) = STAND_INS.iter().find(|(original, _)| *original == c)?;
    let reserved = info.starts_with("unexpected character") || info.contains("directive");
    let value = c == ':' && (info.contains("mapping values") || info.contains("illegal placement of ':'"));
    if !(value || reserved && c != ':') {
        return None;
    }
    let mut recovered = text.to_owned();
    recovered.replace_range(at..at + 1, stand_in.encode_utf8(&mut [0; 4]));
    Some(Recovered { text: recovered, start: at, end: at + 1, consequence: Consequence::Recovered })
}

/// Blanks the line that starts at `start` and its nested lines.
fn line_blanked(text: &str, start: usize) -> Option<Recovered> {
    let depth = indentation(line(text, start));
    let first_end = start + line(text, start).trim_end().len();
    let mut end = start + line(text, start).len();
    while end < text.len() && (blank(line(text, end)) || indentation(line(text, end)) > depth) {
        end += line(text, end).len();
    }
    let (before, rest) = text.split_at_checked(start)?;
    let (lines, after) = rest.split_at_checked(end - start)?;
    let blanks: String = lines.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { ' ' }).collect();
    let start = start + depth;
    Some(Recovered {
        text: [before, &blanks, after].concat(),
        start,
        end: first_end.max(start),
        consequence: Consequence::LineSkipped,
    })
}

/// The line at a byte offset, including its line break.
fn line(text: &str, start: usize) -> &str {
    text.get(start..).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or_default()
}

fn last_content_line(text: &str, before: usize) -> Option<usize> {
    let mut end = before;
    while end > 0 {
        let start = text.get(..end - 1)?.rfind('\n').map_or(0, |newline| newline + 1);
        if !blank(line(text, start)) {
            return Some(start);
        }
        end = start;
    }
    (!blank(line(text, 0))).then_some(0)
}

fn blank(line: &str) -> bool {
    line.trim().is_empty()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Explains an error of the YAML parser in words that do not require knowledge of YAML's grammar.
fn words(info: &str) -> String {
    const KNOWN: [(&str, &str); 12] = [
        ("mapping values are not allowed", "`: ` in an unquoted string"),
        ("unexpected character: ``'", "an unquoted string cannot start with a backtick"),
        ("tab", "tabs cannot be used for indentation"),
        ("did not find expected key", UNEVEN),
        ("did not find expected '-'", UNEVEN),
        ("invalid indentation", UNEVEN),
        ("wrongly indented line", UNEVEN),
        ("trailing content after", "unexpected text after the closing quote"),
        ("misplaced bracket", "unmatched closing bracket"),
        ("unexpected end of stream", "unterminated quoted string"),
        ("simple key expect", "expected `:` after the key"),
        ("unknown anchor", "unknown anchor"),
    ];
    if let Some((_, words)) = KNOWN.iter().find(|(part, _)| info.contains(part)) {
        return (*words).to_owned();
    }
    match info.strip_prefix("unexpected character: `") {
        Some(rest) => format!("an unquoted string cannot start with `{}`", rest.trim_end_matches('\'')),
        // The parser uses several styles of quotes.
        None => info.replace("'\"'", "`\"`").replace('\'', "`"),
    }
}

const UNEVEN: &str = "inconsistent indentation";
