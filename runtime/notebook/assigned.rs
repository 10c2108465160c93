//! The variables that a cell assigns, as far as its tokens show: apinb releases them when the cell runs out of memory.
//!
//! This is not a parser: a name in a comment does no harm, and a missed one costs memory.

use apinb_text::javascript::imports::imports;
use apinb_text::javascript::tokens::{Token, TokenKind, tokens};

/// A variable that a cell assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    pub name: &'a str,
    /// Whether it is declared by `let`, `const` or `class`; others are properties of the global.
    pub declared: bool,
    /// Whether it is a client that the cell creates.
    pub is_client: bool,
}

/// The variables that `code` declares or assigns.
pub fn assigned_names(code: &str) -> Vec<Name<'_>> {
    let mut names = imported(code);
    let mut before = "";
    let mut rest = code;
    while let Some((gap, word_and_rest)) = rest.find(is_part).and_then(|start| rest.split_at_checked(start)) {
        let end = word_and_rest.find(|at| !is_part(at)).unwrap_or(word_and_rest.len());
        let (word, after) = word_and_rest.split_at(end);
        let is_property = gap.trim_end().ends_with('.');
        let declared = matches!(before, "let" | "const" | "class");
        let next = after.trim_start();
        let assigned = next.starts_with('=') && !next.starts_with("==") && !next.starts_with("=>");
        let is_name = !word.starts_with(|at: char| at.is_ascii_digit());
        if is_name && !is_property && (declared || assigned || before == "var") {
            names.push(Name { name: word, declared, is_client: false });
        }
        names.extend(created_client(word, next));
        before = word;
        rest = after;
    }
    names
}

/// The client that `createClient('name', …)` assigns, of a dotted name its first part.
fn created_client<'a>(word: &str, after: &'a str) -> Option<Name<'a>> {
    let name = client_name(word, after)?;
    let name = name.split('.').next().filter(|name| !name.is_empty() && name.chars().all(is_part))?;
    Some(Name { name, declared: false, is_client: true })
}

/// The literal name in `createClient('name', …)`.
fn client_name<'a>(word: &str, after: &'a str) -> Option<&'a str> {
    let argument = after.strip_prefix('(').filter(|_| word == "createClient")?.trim_start();
    let quote = argument.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'))?;
    argument.get(1..)?.split_once(quote).map(|(name, _)| name).filter(|name| !name.is_empty())
}

/// The literal names of the clients that `code` creates.
pub(crate) fn created_clients(code: &str) -> Vec<&str> {
    let after = |token: &Token<'_>| code.get(token.start + token.text.len()..).unwrap_or_default().trim_start();
    tokens(code, code.len()).iter().filter_map(|token| client_name(token.text, after(token))).collect()
}

/// The variables that the outermost statements of `code` assign, and nothing else: no name in a text, a comment, a
/// function, a block or behind a condition.
pub fn outermost_assignments(code: &str) -> Vec<Name<'_>> {
    let tokens = tokens(code, code.len());
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut names = imported(code);
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 || token.kind != TokenKind::Word {
            continue;
        }
        let before = at.checked_sub(1).map_or("", text);
        let gap = at
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .map_or("\n", |before| code.get(before.start + before.text.len()..token.start).unwrap_or_default());
        let starts = matches!(before, "" | ";" | "}") || (gap.contains('\n') && !matches!(before, "else" | "."));
        match (before, text(at + 1)) {
            ("let" | "const" | "class", _) => names.push(Name { name: token.text, declared: true, is_client: false }),
            ("var" | "function", _) => names.push(Name { name: token.text, declared: false, is_client: false }),
            (_, "=") if starts => names.push(Name { name: token.text, declared: false, is_client: false }),
            _ => {}
        }
        if let Some((_, after)) = code.split_at_checked(token.start + token.text.len()) {
            names.extend(created_client(token.text, after.trim_start()));
        }
    }
    names
}

/// The variables that the imports of `code` declare.
fn imported(code: &str) -> Vec<Name<'_>> {
    let bindings = imports(code).into_iter().flat_map(|import| import.bindings);
    bindings.map(|binding| Name { name: binding.local, declared: true, is_client: false }).collect()
}

fn is_part(at: char) -> bool {
    at.is_alphanumeric() || at == '_' || at == '$'
}

#[cfg(test)]
mod tests {
    use super::{Name, assigned_names, outermost_assignments};

    #[test]
    fn names_before_an_equals_sign_or_behind_a_declaration() {
        let check = |code: &str, declared: &[&str], others: &[&str]| {
            let found = assigned_names(code);
            let named = |kind: bool| {
                found.iter().filter(|name| name.declared == kind).map(|name| name.name).collect::<Vec<_>>()
            };
            assert_eq!((named(true), named(false)), (declared.to_vec(), others.to_vec()), "{code}");
        };
        check("let a=[];for(;;)a.push(new Array(1e6))", &["a"], &[]);
        check("x = 1; y.z = 2; if (q == 3) w = () => 4", &[], &["x", "w"]);
        check("var v, u = 1\nconst c = 2; class K {}", &["c", "K"], &["v", "u"]);
        check("f(a => a)", &[], &[]);
        check("API.createClient('api.v2', \"a.raml\"); createClient(name)", &[], &["api"]);
        assert_eq!(assigned_names("1 = 2"), Vec::<Name>::new());
    }

    #[test]
    fn outermost_statements_assign() {
        for (code, expected) in [
            ("x = 1; y.z = 2\nw = 3", &["x", "w"][..]),
            ("var v = 1\nlet l; const c = 2; class K {} function f(o = {}) { g = 1 }", &["v", "l", "c", "K", "f"]),
            ("fetch('http://h/?user=1') // total = 2", &[]),
            ("if (false) zed = 1\nelse zed = 2; then(r => { q = r }); for (i = 0;;) {}", &[]),
            ("API.createClient('api.v2', 'a.raml')", &["api"]),
            ("a == b; c => d", &[]),
            ("import a, { b as c, d } from './e.js'\nf = 1", &["a", "c", "d", "f"]),
            ("import * as n from 'm'; await import('o')", &["n"]),
        ] {
            let found: Vec<&str> = outermost_assignments(code).iter().map(|name| name.name).collect();
            assert_eq!(found, expected, "{code}");
        }
    }
}
