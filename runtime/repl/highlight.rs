//! Colors of the input line, and the bracket that matches the one at the cursor.

use std::ops::Range;

use apinb_text::display::style::{BLUE, DIM, GREEN, MAGENTA, RED, Style, YELLOW, paint};
use apinb_text::javascript::highlight::{Piece, pieces};
use apinb_text::javascript::tokens::{TokenKind, tokens};

/// Maximum length of a highlighted text, in bytes: a longer one was pasted.
const MAX_TEXT: usize = 16 << 10;

/// `line` with colors. `cursor`: a byte offset, or past its end.
pub(super) fn colored(line: &str, cursor: usize) -> Option<String> {
    if line.is_empty() || line.len() > MAX_TEXT || line.trim_start().starts_with('.') {
        return None;
    }
    let mut styles = styles(line);
    if let Some(bracket) = partner(line, cursor) {
        styles.push((bracket, BLUE.bold()));
        styles.sort_by_key(|(range, _)| range.start);
    }
    let mut text = String::with_capacity(line.len() * 2);
    let mut at = 0;
    for (range, style) in styles {
        text.push_str(line.get(at..range.start)?);
        text.push_str(&paint(style, line.get(range.clone())?, true));
        at = range.end;
    }
    text.push_str(line.get(at..)?);
    Some(text)
}

/// The parts of `line` that have a color, in order.
fn styles(line: &str) -> Vec<(Range<usize>, Style)> {
    let mut at = 0;
    let mut styles = Vec::new();
    for (piece, text) in pieces(line) {
        let style = match piece {
            Piece::Plain => None,
            Piece::Comment => Some(DIM),
            Piece::Keyword => Some(MAGENTA),
            Piece::Text => Some(GREEN),
            Piece::Pattern => Some(RED),
            Piece::Number => Some(YELLOW),
        };
        styles.extend(style.map(|style| (at..at + text.len(), style)));
        at += text.len();
    }
    styles
}

/// The bracket that belongs to the one before or at the cursor.
fn partner(line: &str, cursor: usize) -> Option<Range<usize>> {
    let mut open = Vec::new();
    let before = cursor.checked_sub(1);
    for token in tokens(line, line.len()).into_iter().filter(|token| token.kind == TokenKind::Punctuator) {
        match token.text {
            "(" | "[" | "{" => open.push(token.start),
            ")" | "]" | "}" => {
                let start = open.pop()?;
                let is_at = |at: usize| Some(at) == before || at == cursor;
                if is_at(token.start) {
                    return Some(start..start + 1);
                }
                if is_at(start) {
                    return Some(token.start..token.start + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::colored;

    /// Each colored part with one letter before it and `|` after it.
    fn check(line: &str, cursor: usize, expected: &str) {
        let colored = colored(line, cursor).unwrap_or_else(|| line.to_owned());
        let mut shown = colored;
        for (style, letter) in [
            ("[35m", "k"),
            ("[32m", "s"),
            ("[33m", "n"),
            ("[31m", "r"),
            ("[2m", "c"),
            ("[1m\x1b[34m", "b"),
            ("[0m", "|"),
        ] {
            shown = shown.replace(&format!("\x1b{style}"), &format!("<{letter}>"));
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn input_is_highlighted() {
        check("let a = 'b' // c", 99, "<k>let<|> a = <s>'b'<|><c> // c<|>");
        check("x.let + 1.5", 99, "x.let + <n>1<|>.<n>5<|>");
        check("/a\\/b/g.test(`c${d}e`)", 99, "<r>/a\\/b/g<|>.test(<s>`c${<|>d<s>}e`<|>)");
        check("'open", 99, "<s>'open<|>");
        check("a /* é */ b /* open", 99, "a<c> /* é */ <|>b<c> /* open<|>");
        check(".help let", 99, ".help let");
        check("", 0, "");
    }

    #[test]
    fn matching_brackets_are_highlighted() {
        check("f(1", 2, "f(<n>1<|>");
        check("f(a[0])", 7, "f<b>(<|>a[<n>0<|>])");
        check("f(a[0])", 1, "f(a[<n>0<|>]<b>)<|>");
        check("f(')')", 6, "f<b>(<|><s>')'<|>)");
    }

    #[test]
    fn highlighting_preserves_any_text() {
        for line in ["`${`${", "}}}", "\u{1b}[31m'", "a\n/*\n*/", "é'é", "/[/"] {
            for cursor in 0..=line.len() + 1 {
                let plain: String = colored(line, cursor).unwrap_or_else(|| line.to_owned());
                let mut plain = plain;
                for style in ["[35m", "[32m", "[33m", "[2m", "[1m", "[34m", "[0m"] {
                    plain = plain.replace(&format!("\x1b{style}"), "");
                }
                assert_eq!(plain.replace("\x1b[31m", ""), line.replace("\x1b[31m", ""));
            }
        }
    }
}
