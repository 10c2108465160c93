//! Rewrites declarations that V8 rejects because an earlier cell declared the same name in another way:
//! `let x` after `var x`, `function f` after `const f`.
//!
//! V8 lets `let` follow `let` and `var` follow `var`. If the kinds differ, the later declaration is rewritten to the
//! earlier kind. Line numbers do not change. Like the tokens it works on, this recognizes the common forms; others stay
//! unchanged, with V8's error.

use apinb_text::javascript::tokens::{Token, TokenKind, tokens};

/// Rewritten versions of `code` in the order in which to try them. None if `name` is not declared exactly once: then
/// the cell itself has the error.
#[must_use]
pub fn redeclarations(code: &str, name: &str) -> Vec<String> {
    let tokens = tokens(code, code.len());
    let depths = depths(&tokens);
    let mut declarations = (0..tokens.len()).filter(|at| declares(&tokens, &depths, *at, name));
    let (Some(at), None) = (declarations.next(), declarations.next()) else { return Vec::new() };
    rewritten(code, name, (&tokens, &depths), at).unwrap_or_default()
}

/// Ways to write the declaration that begins at token `at`.
fn rewritten(code: &str, name: &str, (tokens, depths): (&[Token<'_>], &[usize]), at: usize) -> Option<Vec<String>> {
    let keyword = tokens.get(at)?;
    let (before, rest) = code.split_at_checked(keyword.start)?;
    let after = rest.strip_prefix(keyword.text)?;
    // Of the same length where possible, so that columns stay correct.
    let replaced = |word: &str| format!("{before}{word:<width$}{after}", width = keyword.text.len());
    let assigned = |variable: &str| {
        let open = (at..tokens.len()).find(|at| tokens.get(*at).is_some_and(|token| token.text == "{"));
        let close = open.and_then(|open| (open + 1..tokens.len()).find(|at| depths.get(at + 1) == depths.get(open)));
        let close = close.and_then(|close| tokens.get(close));
        let length = close.map_or(rest.len(), |close| close.start + 1 - keyword.start);
        let (declared, after) = rest.split_at_checked(length)?;
        Some(format!("{before}{variable}{name} = {declared};{after}"))
    };
    Some(match keyword.text {
        "let" => vec![replaced("var")],
        "const" => vec![replaced("var"), replaced("let")],
        "var" => vec![replaced("let")],
        "class" => vec![assigned("var ")?],
        _ => vec![assigned("")?],
    })
}

/// Whether a declaration of `name` begins at token `at`.
fn declares(tokens: &[Token<'_>], depths: &[usize], at: usize, name: &str) -> bool {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let before = at.checked_sub(1).map_or("", text);
    let (Some(token), Some(depth)) = (tokens.get(at), depths.get(at)) else { return false };
    if token.kind != TokenKind::Word || matches!(before, "." | "?.") {
        return false;
    }
    let is_outermost = *depth == 0;
    match token.text {
        "var" => binds(tokens, at + 1, name),
        "let" | "const" => is_outermost && binds(tokens, at + 1, name),
        "class" => text(at + 1) == name && is_outermost && begins_statement(tokens, at),
        "async" => text(at + 1) == "function" && is_outermost && is_function(tokens, at, at + 1, name),
        "function" => before != "async" && is_outermost && is_function(tokens, at, at, name),
        _ => false,
    }
}

fn is_function(tokens: &[Token<'_>], start: usize, function: usize, name: &str) -> bool {
    let star = usize::from(tokens.get(function + 1).is_some_and(|token| token.text == "*"));
    tokens.get(function + 1 + star).is_some_and(|token| token.text == name) && begins_statement(tokens, start)
}

/// Whether a statement may begin at token `at`.
fn begins_statement(tokens: &[Token<'_>], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| tokens.get(before)).is_none_or(|before| {
        before.kind != TokenKind::Punctuator || matches!(before.text, ";" | "}" | ")" | "]" | "++" | "--")
    })
}

/// Whether the declarators from token `at` on bind `name`.
fn binds(tokens: &[Token<'_>], mut at: usize, name: &str) -> bool {
    let mut depth = 0_usize;
    // Whether a name can be bound here: in a declarator before its `=`.
    let mut target = true;
    while let Some(token) = tokens.get(at) {
        match (token.kind, token.text) {
            (TokenKind::Punctuator, "(" | "[" | "{") => depth += 1,
            (TokenKind::Punctuator, ")" | "]" | "}") if depth == 0 => return false,
            (TokenKind::Punctuator, ")" | "]" | "}") => depth -= 1,
            (TokenKind::Punctuator, ";") if depth == 0 => return false,
            (TokenKind::Punctuator, "=") if depth == 0 => target = false,
            (TokenKind::Punctuator, ",") if depth == 0 => target = true,
            (TokenKind::Word, "of" | "in" | "let" | "const" | "var") if depth == 0 => return false,
            (TokenKind::Word, word)
                if target && word == name && tokens.get(at + 1).is_none_or(|next| next.text != ":") =>
            {
                return true;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// The number of open brackets before each token, and after the last one.
fn depths(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut depths = vec![depth];
    for token in tokens {
        match token.text {
            "(" | "[" | "{" if token.kind == TokenKind::Punctuator => depth += 1,
            ")" | "]" | "}" if token.kind == TokenKind::Punctuator => depth = depth.saturating_sub(1),
            _ => {}
        }
        depths.push(depth);
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::redeclarations;

    fn check(code: &str, name: &str, expected: &[&str]) {
        assert_eq!(redeclarations(code, name), expected, "{code:?}");
    }

    #[test]
    fn declarations_change_their_keyword() {
        check("let a = 1", "a", &["var a = 1"]);
        check("x = 1;\n  let b, a = {a: 2}; a", "a", &["x = 1;\n  var b, a = {a: 2}; a"]);
        check("const a = 1", "a", &["var   a = 1", "let   a = 1"]);
        check("var a = f(1, 2)", "a", &["let a = f(1, 2)"]);
        check("for (var i = 0; i < 2; i++) g(i)", "i", &["for (let i = 0; i < 2; i++) g(i)"]);
        check("let { p, q: { a } } = o", "a", &["var { p, q: { a } } = o"]);
        check("var [b, a] = o", "a", &["let [b, a] = o"]);
        check("class A extends B { m() {} }\n[1]", "A", &["var A = class A extends B { m() {} };\n[1]"]);
        check("function f(a) { if (a) { return } }\nf()", "f", &["f = function f(a) { if (a) { return } };\nf()"]);
        check("async function* f() {}", "f", &["f = async function* f() {};"]);
    }

    #[test]
    fn other_code_is_unchanged() {
        check("let a = 1; let a = 2", "a", &[]);
        check("a = 1; b.let = a", "a", &[]);
        check("let b = a, c = [a]", "a", &[]);
        check("let { a: b } = o", "a", &[]);
        check("if (x) { let a = 1 }", "a", &[]);
        check("f = function a() {}", "a", &[]);
        check("'let a = 1'; /* let a */", "a", &[]);
    }
}
