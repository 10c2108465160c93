//! Splits JavaScript into pieces of different colors. This is not a parser: invalid JavaScript has pieces too.

use crate::javascript::tokens::{TokenKind, tokens};

/// The kind of a piece of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Names, operators, space.
    Plain,
    /// A comment, with the space around it.
    Comment,
    Keyword,
    /// A string or a template.
    Text,
    /// A regular expression.
    Pattern,
    Number,
}

const KEYWORDS: [&str; 44] = [
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// The pieces of `code`, which together are all of it.
#[must_use]
pub fn pieces(code: &str) -> Vec<(Piece, &str)> {
    let mut pieces = Vec::new();
    let mut end = 0;
    let mut after_dot = false;
    let tokens = tokens(code, code.len());
    for (index, token) in tokens.iter().enumerate() {
        // `from` is a keyword only before the specifier of an import.
        let is_from = || {
            let next = tokens.get(index + 1).is_some_and(|next| next.text.starts_with(['\'', '"']));
            token.text == "from" && next && index > 0
        };
        gap(&mut pieces, code.get(end..token.start).unwrap_or_default());
        let piece = match token.kind {
            TokenKind::Word if !after_dot && (KEYWORDS.contains(&token.text) || is_from()) => Piece::Keyword,
            TokenKind::Literal if token.text.starts_with(|first: char| first.is_ascii_digit()) => Piece::Number,
            TokenKind::Literal if token.text.starts_with('/') => Piece::Pattern,
            TokenKind::Literal | TokenKind::Template => Piece::Text,
            TokenKind::Word | TokenKind::Punctuator => Piece::Plain,
        };
        pieces.push((piece, token.text));
        after_dot = matches!(token.text, "." | "?.");
        end = token.start + token.text.len();
    }
    gap(&mut pieces, code.get(end..).unwrap_or_default());
    pieces
}

fn gap<'a>(pieces: &mut Vec<(Piece, &'a str)>, text: &'a str) {
    if !text.is_empty() {
        let blank = text.chars().all(|character| character.is_whitespace() || character == '\u{feff}');
        pieces.push((if blank { Piece::Plain } else { Piece::Comment }, text));
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn tokens_cover_the_code() {
        for code in ["", " ", "a", "/* x", "`a${b", "'x\n", "x = /[/]/g // y\n", "\u{feff}é😀 \\ }}"] {
            assert_eq!(pieces(code).iter().map(|(_, text)| *text).collect::<String>(), code);
        }
    }

    #[test]
    fn tokens_have_their_kind() {
        let found = pieces("// why\nlet x = new A.in(5, 'b')");
        let coloured: Vec<_> = found.into_iter().filter(|(piece, _)| *piece != Piece::Plain).collect();
        let expected = [
            (Piece::Comment, "// why\n"),
            (Piece::Keyword, "let"),
            (Piece::Keyword, "new"),
            (Piece::Number, "5"),
            (Piece::Text, "'b'"),
        ];
        assert_eq!(coloured, expected);
        let found = pieces("import { from } from './a.js'");
        let keywords: Vec<_> = found.iter().filter(|(piece, _)| *piece == Piece::Keyword).collect();
        assert_eq!(keywords, [&(Piece::Keyword, "import"), &(Piece::Keyword, "from")]);
        assert!(pieces("Array.from('ab'); from = 'x'").iter().all(|(piece, _)| *piece != Piece::Keyword));
    }
}
