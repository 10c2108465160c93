//! Splits JavaScript into tokens, as precisely as assignments, colors and completion need.
//!
//! This is not a parser: invalid JavaScript has tokens too. V8 finds the errors.

/// A token of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
    /// Offset of its first byte.
    pub start: usize,
}

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword.
    Word,
    /// A number, a string, a regular expression or a template without substitutions.
    Literal,
    /// A piece of a template with substitutions.
    Template,
    /// An operator, a bracket, a comma, a semicolon.
    Punctuator,
}

/// The operators of more than one character, longer ones first.
const OPERATORS: [&str; 34] = [
    ">>>=", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "...", "=>", "==", "!=", "<=", ">=", "&&",
    "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**", "${",
];

/// Words after which a `/` begins a regular expression.
const BEFORE_EXPRESSION: [&str; 13] =
    ["return", "typeof", "case", "in", "of", "new", "delete", "void", "throw", "await", "yield", "else", "do"];

/// How the comment begins in which `space`, the text behind a token, ends: `//` or `/*`.
#[must_use]
pub fn open_comment(mut space: &str) -> Option<&'static str> {
    loop {
        space = space.trim_start();
        if let Some(comment) = space.strip_prefix("/*") {
            match comment.split_once("*/") {
                Some((_, rest)) => space = rest,
                None => return Some("/*"),
            }
        } else if space.starts_with("//") {
            match space.find(['\n', '\r', '\u{2028}', '\u{2029}']) {
                Some(end) => space = space.get(end..).unwrap_or_default(),
                None => return Some("//"),
            }
        } else {
            return None;
        }
    }
}

/// The tokens of `code` that start at `last` or before.
#[must_use]
pub fn tokens(code: &str, last: usize) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    // One entry for each open `{`: whether it is the `${` of a template.
    let mut braces = Vec::new();
    let mut at = 0;
    while at <= last {
        let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let first = rest.chars().next().unwrap_or_default();
        let (kind, length) = if first.is_whitespace() || first == '\u{feff}' {
            at += first.len_utf8();
            continue;
        } else if let Some(length) = comment(rest) {
            at += length;
            continue;
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (if first.is_ascii_digit() { TokenKind::Literal } else { TokenKind::Word }, length)
        } else if first == '"' || first == '\'' {
            (TokenKind::Literal, quoted(rest, first))
        } else if first == '`' || (first == '}' && braces.last() == Some(&true)) {
            if first == '}' {
                braces.pop();
            }
            let (length, open) = template(rest);
            if open {
                braces.push(true);
            }
            (if first == '`' && !open { TokenKind::Literal } else { TokenKind::Template }, length)
        } else if first == '/' && begins_expression(tokens.last()) {
            (TokenKind::Literal, regular_expression(rest))
        } else {
            match first {
                '{' => braces.push(false),
                '}' => drop(braces.pop()),
                _ => {}
            }
            let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
            (TokenKind::Punctuator, operator.map_or(first.len_utf8(), |operator| operator.len()))
        };
        let text = rest.get(..length).unwrap_or(rest);
        tokens.push(Token { kind, text, start: at });
        at += text.len();
    }
    tokens
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '#' | '\u{200c}' | '\u{200d}')
}

/// Whether an expression begins after `before`.
fn begins_expression(before: Option<&Token<'_>>) -> bool {
    before.is_none_or(|token| match token.kind {
        TokenKind::Word => BEFORE_EXPRESSION.contains(&token.text),
        TokenKind::Literal => false,
        TokenKind::Template => token.text.ends_with("${"),
        TokenKind::Punctuator => !matches!(token.text, ")" | "]" | "}" | "++" | "--"),
    })
}

/// The length of the comment that `rest` begins with.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        Some(rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len()))
    } else {
        rest.strip_prefix("/*").map(|inside| inside.find("*/").map_or(rest.len(), |end| end + 4))
    }
}

/// The length of a string that begins with `quote`; an unclosed one ends with its line.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' | '\r' => return at,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a regular expression with its flags.
fn regular_expression(rest: &str) -> usize {
    let (mut escaped, mut in_class) = (false, false);
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            '\n' | '\r' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => {
                let flags = rest.get(at + 1..).unwrap_or_default();
                return at + 1 + flags.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(flags.len());
            }
            _ => {}
        }
    }
    rest.len()
}

/// The length of a piece of a template, from its backtick or `}` on, and whether it ends with `${`.
fn template(rest: &str) -> (usize, bool) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'`' => return (at + 1, false),
            b'$' if bytes.get(at + 1) == Some(&b'{') => return (at + 2, true),
            _ => {}
        }
        at += 1;
    }
    (rest.len(), false)
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn check(code: &str, expected: &[&str]) {
        let texts: Vec<&str> = tokens(code, code.len()).iter().map(|token| token.text).collect();
        assert_eq!(texts, expected, "{code:?}");
    }

    #[test]
    fn words_operators_and_brackets_are_tokens() {
        check("a.b??=c=>1.5", &["a", ".", "b", "??=", "c", "=>", "1", ".", "5"]);
        check("π = é_1;", &["π", "=", "é_1", ";"]);
    }

    #[test]
    fn strings_comments_and_regular_expressions_are_single_tokens() {
        check("'a\\'b' /* c */ \"d//\" // e\nf", &["'a\\'b'", "\"d//\"", "f"]);
        check("a = /[/'](\\/)/g / b / c", &["a", "=", "/[/'](\\/)/g", "/", "b", "/", "c"]);
        check("'unclosed\nx", &["'unclosed", "x"]);
        check("/* unclosed", &[]);
    }

    #[test]
    fn template_substitutions_are_tokenized() {
        check("`a\\`${ {b: `c`} }d` + e", &["`a\\`${", "{", "b", ":", "`c`", "}", "}d`", "+", "e"]);
        check("`unclosed ${", &["`unclosed ${"]);
        check("`é\\", &["`é\\"]);
    }
}
