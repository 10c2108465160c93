//! Finds the variable that gets the answer to a `prompt`: inputs use its name as a key.
//!
//! A heuristic over tokens that walks back from the call through the surrounding expression. It recognizes the common
//! forms; for anything else there is no name, and the prompt's text remains as its key.

use apinb_text::javascript::tokens::{Token, TokenKind, tokens};

/// The variable, or the property, to which the value of the call at `call` of `code` is assigned.
///
/// `call` is the byte offset at which the call begins, or at which the name of its function does.
#[must_use]
pub fn assigned_variable(code: &str, call: usize) -> Option<&str> {
    assigned(code, call, TokenKind::Word)
}

/// The same for the literal that begins at `literal`.
#[must_use]
pub fn assigned_literal(code: &str, literal: usize) -> Option<&str> {
    assigned(code, literal, TokenKind::Literal)
}

fn assigned(code: &str, at: usize, kind: TokenKind) -> Option<&str> {
    let tokens = tokens(code, at);
    tokens.last().filter(|token| token.kind == kind && token.start + token.text.len() > at)?;
    let mut start = operand_start(&tokens, tokens.len() - 1)?;
    loop {
        let before = start.checked_sub(1)?;
        let token = tokens.get(before)?;
        start = match (token.kind, token.text) {
            (TokenKind::Word, "await" | "new" | "typeof" | "void") => before,
            (TokenKind::Punctuator, "=" | "+=" | "||=" | "&&=" | "??=") => return target(tokens.get(..before)?),
            (TokenKind::Punctuator, ":") => match key(tokens.get(..before)?) {
                Some(key) => return Some(key),
                None => operand_start(&tokens, before.checked_sub(1)?)?,
            },
            (TokenKind::Punctuator, "(") => match token_before(&tokens, before) {
                Some(word) if word.kind == TokenKind::Word && is_keyword(word.text) => return None,
                Some(callee) if ends_operand(callee) => operand_start(&tokens, before - 1)?,
                _ => before,
            },
            (TokenKind::Punctuator, "!" | "~") => before,
            (TokenKind::Punctuator, "+" | "-") if !token_before(&tokens, before).is_some_and(ends_operand) => before,
            (TokenKind::Punctuator, operator) if is_binary(operator) => operand_start(&tokens, before.checked_sub(1)?)?,
            _ => return None,
        };
    }
}

fn token_before<'t, 'c>(tokens: &'t [Token<'c>], at: usize) -> Option<&'t Token<'c>> {
    tokens.get(at.checked_sub(1)?)
}

fn is_binary(operator: &str) -> bool {
    const BINARY: [&str; 18] =
        ["||", "&&", "??", "+", "-", "*", "/", "%", "?", "==", "===", "!=", "!==", "<", ">", "<=", ">=", "|"];
    BINARY.contains(&operator)
}

/// Keywords that a bracket may follow, unlike names of functions.
fn is_keyword(word: &str) -> bool {
    matches!(word, "if" | "while" | "for" | "switch" | "catch" | "with" | "function" | "return" | "case" | "throw")
}

fn ends_operand(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word => {
            !matches!(token.text, "return" | "typeof" | "case" | "void" | "await" | "throw" | "else" | "in")
        }
        TokenKind::Literal => true,
        TokenKind::Template => false,
        TokenKind::Punctuator => matches!(token.text, ")" | "]"),
    }
}

/// The index of the first token of the operand that ends with token `end`: `a`, `a.b`, `a['b'](c)`, `(d)`, `'e'`.
fn operand_start(tokens: &[Token<'_>], mut end: usize) -> Option<usize> {
    loop {
        let token = tokens.get(end)?;
        let start = match (token.kind, token.text) {
            (TokenKind::Word | TokenKind::Literal, _) => end,
            (TokenKind::Punctuator, ")" | "]" | "}") => {
                let open = opening(tokens, end)?;
                match open.checked_sub(1) {
                    // A call or an index belongs to the operand before it.
                    Some(callee) if token.text != "}" && tokens.get(callee).is_some_and(ends_operand) => {
                        end = callee;
                        continue;
                    }
                    _ => open,
                }
            }
            _ => return None,
        };
        match token_before(tokens, start).map(|dot| dot.text) {
            Some("." | "?.") => end = start.checked_sub(2)?,
            _ => return Some(start),
        }
    }
}

/// The index of the bracket that token `close` closes.
fn opening(tokens: &[Token<'_>], close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.get(..=close)?.iter().enumerate().rev() {
        match (token.kind, token.text) {
            (TokenKind::Punctuator, ")" | "]" | "}") => depth += 1,
            (TokenKind::Punctuator, "(" | "[" | "{") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

/// The left side of an assignment: `x`, `a.x`, `a['x']`.
fn target<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    match tokens {
        [.., name] if name.kind == TokenKind::Word => Some(name.text),
        [.., open, key, close] if open.text == "[" && close.text == "]" => unquoted(key),
        _ => None,
    }
}

/// The key of an object literal that `tokens` end with: `{x`, `, 'x'`.
fn key<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    match tokens {
        [.., before, key] if matches!(before.text, "{" | ",") => match key.kind {
            TokenKind::Word => Some(key.text),
            _ => unquoted(key),
        },
        _ => None,
    }
}

fn unquoted<'a>(token: &Token<'a>) -> Option<&'a str> {
    let inner = |quote| token.text.strip_prefix(quote)?.strip_suffix(quote);
    if token.kind == TokenKind::Literal { inner('"').or_else(|| inner('\'')) } else { None }
}

#[cfg(test)]
mod tests {
    use super::assigned_variable;

    /// Tries the first `prompt`, and `window.` before it.
    fn check(code: &str, expected: Option<&str>) {
        let offset = code.find("prompt(").expect("a prompt");
        assert_eq!(assigned_variable(code, offset), expected, "{code:?}");
        if let Some(start) = code.find("window.prompt(") {
            assert_eq!(assigned_variable(code, start), expected, "{code:?} from window");
        }
    }

    #[test]
    fn assigned_prompts_have_their_variable() {
        check("DOMAIN = prompt('x')", Some("DOMAIN"));
        check("a = 1\nvar x = window.prompt('x'), y", Some("x"));
        check("let a = 1, b =\n  // why\n  prompt('x');", Some("b"));
        check("obj.key = prompt()", Some("key"));
        check("obj['the key'] = globalThis.window.prompt()", Some("the key"));
        check("x ||= prompt()", Some("x"));
        check("a = b = prompt()", Some("b"));
        check("π=prompt()", Some("π"));
    }

    #[test]
    fn prompts_in_object_literals_have_their_key() {
        check("API.authenticate(c, {clientId: prompt('x')})", Some("clientId"));
        check("f({a: 1, 'b c': prompt('x')})", Some("b c"));
        check("f({a: c ? 1 : prompt('x')})", Some("a"));
    }

    #[test]
    fn wrapped_answers_are_assigned() {
        check("ID = Number(prompt('x'))", Some("ID"));
        check("ID = parseInt(window.prompt('x'), 10)", Some("ID"));
        check("ID = +prompt('x')", Some("ID"));
        check("ID = await (prompt('x'))", Some("ID"));
        check("ID = new a.b.Thing(prompt('x'))", Some("ID"));
        check("ID = ID || prompt('x')", Some("ID"));
        check("ID = typeof y(1)[2].z !== 'undefined' && w ? (1, 2) : prompt('x')", Some("ID"));
        check("URL = 'https://' + prompt('x') + '.example.com'", Some("URL"));
        check("ID = prompt('x').trim()", Some("ID"));
    }

    #[test]
    fn answers_that_are_not_assigned_have_no_variable() {
        for code in [
            "prompt('x')",
            "x = 5\nprompt('x')",
            "x = 5; prompt('x')",
            "f(prompt('x'))",
            "f(1, prompt('x'))",
            "if (prompt('x')) x = 1",
            "x == prompt('x')",
            "x => prompt('x')",
            "[a] = prompt('x')",
            "a[i] = prompt('x')",
            "return prompt('x')",
            "x = `${prompt('x')}`",
            "x = 'prompt('x')",
            "x = function () { prompt('x') }",
        ] {
            check(code, None);
        }
    }

    #[test]
    fn offsets_without_a_call_have_no_variable() {
        for offset in [0, 2, 3, 99] {
            assert_eq!(assigned_variable("é = prompt()", offset), None, "{offset}");
        }
        assert_eq!(assigned_variable("x = prompt()", 6), Some("x"));
        assert_eq!(assigned_variable("", 0), None);
    }
}
