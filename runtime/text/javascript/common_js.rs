//! The names that a CommonJS module exports, found by tokens, as Node finds them: an ES module that imports one must know
//! them before it runs.
//!
//! A name that is assigned in another way is a property of the default export only.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::has_module_syntax;
use super::literal::string_value;
use super::tokens::{Token, TokenKind, tokens};

/// Maximum number of names of one module.
const MAX_NAMES: usize = 10_000;

/// The exports of a CommonJS module.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Exports {
    pub names: BTreeSet<String>,
    /// The specifiers of modules whose exports are its own, too.
    pub from: BTreeSet<String>,
}

/// Whether `code` is a CommonJS module rather than an ES module, for a file whose name and package do not tell.
#[must_use]
pub fn is_common_js(code: &str) -> bool {
    let tokens = tokens(code, code.len());
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let uses = (0..tokens.len()).any(|at| {
        let is_property = at.checked_sub(1).is_some_and(|before| matches!(text(before), "." | "?."));
        match text(at) {
            "module" => text(at + 1) == "." && text(at + 2) == "exports",
            "exports" => !is_property && matches!(text(at + 1), "." | "[" | ")" | ","),
            "require" => !is_property && text(at + 1) == "(",
            _ => false,
        }
    });
    uses && !has_module_syntax(code)
}

/// The exports of the CommonJS module `code`.
#[must_use]
pub fn exports(code: &str) -> Exports {
    let tokens = tokens(code, code.len());
    let mut reader = Reader { tokens: &tokens, found: Exports::default(), required: BTreeMap::new() };
    for at in 0..tokens.len() {
        reader.read(at);
        if reader.found.names.len() >= MAX_NAMES {
            break;
        }
    }
    reader.found
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    found: Exports,
    /// The specifiers of variables that hold a required module.
    required: BTreeMap<&'a str, String>,
}

impl<'a> Reader<'_, 'a> {
    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn all(&self, at: usize, texts: &[&str]) -> bool {
        texts.iter().enumerate().all(|(index, text)| self.text(at + index) == *text)
    }

    fn string(&self, at: usize) -> Option<String> {
        string_value(self.tokens.get(at).filter(|token| token.kind == TokenKind::Literal)?.text)
    }

    /// The specifier of `require('…')`, which may be an argument of a helper: `__importStar(require('…'))`.
    fn required(&self, at: usize) -> Option<String> {
        if self.all(at, &["require", "("]) {
            return self.string(at + 2).filter(|_| self.text(at + 3) == ")");
        }
        let is_call = self.tokens.get(at)?.kind == TokenKind::Word && self.text(at + 1) == "(";
        (is_call && self.text(at + 2) == "require").then(|| self.required(at + 2)).flatten()
    }

    fn read(&mut self, at: usize) {
        let before = at.checked_sub(1).map_or("", |before| self.text(before));
        match self.text(at) {
            "exports" if before != "." || self.is_of_module(at) => self.assigned(at),
            "Object" if self.all(at + 1, &[".", "defineProperty", "("]) => {
                let end = if self.all(at + 4, &["module", ".", "exports"]) { at + 7 } else { at + 5 };
                if self.text(end - 1) == "exports" && self.text(end) == "," {
                    self.found.names.extend(self.string(end + 1));
                }
            }
            "Object" if self.all(at + 1, &[".", "keys", "("]) && self.all(at + 5, &[")", ".", "forEach"]) => {
                self.found.from.extend(self.required.get(self.text(at + 4)).cloned());
            }
            "__exportStar" | "__export" | "__reExport" if self.text(at + 1) == "(" => {
                let argument = if self.all(at + 2, &["exports", ","]) { at + 4 } else { at + 2 };
                self.found.from.extend(self.required(argument));
            }
            "=" => {
                if let Some(specifier) = self.required(at + 1) {
                    self.required.insert(before, specifier);
                }
            }
            _ => {}
        }
    }

    fn is_of_module(&self, at: usize) -> bool {
        at >= 2 && self.text(at - 2) == "module" && self.text(at - 1) == "."
    }

    /// What is assigned to `exports` at token `at`, or to a property of it.
    fn assigned(&mut self, at: usize) {
        let (name, end) = match self.text(at + 1) {
            "." => (Some(self.text(at + 2).to_owned()), at + 3),
            "[" if self.text(at + 3) == "]" => (self.string(at + 2), at + 4),
            "=" => {
                // `module.exports = exports = …`
                let mut value = at + 2;
                while self.text(value) == "exports" && self.text(value + 1) == "=" {
                    value += 2;
                }
                if self.text(value) == "{" {
                    self.object(value + 1);
                } else if self.is_of_module(at) {
                    self.found.from.extend(self.required(value));
                }
                return;
            }
            _ => return,
        };
        if self.text(end) == "=" {
            self.found.names.extend(name);
        }
    }

    /// The properties of an object literal whose first token is at `at`.
    fn object(&mut self, mut at: usize) {
        let mut depth = 0_usize;
        let mut is_key = true;
        while let Some(token) = self.tokens.get(at) {
            match (token.kind, token.text) {
                (TokenKind::Punctuator, "}") if depth == 0 => return,
                (TokenKind::Punctuator, "(" | "[" | "{") => depth += 1,
                (TokenKind::Punctuator, ")" | "]" | "}") => depth = depth.saturating_sub(1),
                (TokenKind::Punctuator, ",") if depth == 0 => {
                    is_key = true;
                    at += 1;
                    continue;
                }
                (TokenKind::Punctuator, "...") if depth == 0 && is_key => {
                    self.found.from.extend(self.required(at + 1));
                }
                (TokenKind::Word, "get" | "set" | "async") if depth == 0 && is_key && self.names_method(at + 1) => {
                    at += 1;
                    continue;
                }
                (TokenKind::Word, name) if depth == 0 && is_key && self.ends_key(at + 1) => {
                    self.found.names.insert(name.to_owned());
                }
                (TokenKind::Literal, _) if depth == 0 && is_key && self.ends_key(at + 1) => {
                    self.found.names.extend(self.string(at));
                }
                _ => {}
            }
            is_key = false;
            at += 1;
        }
    }

    fn ends_key(&self, at: usize) -> bool {
        matches!(self.text(at), "," | "}" | ":" | "(")
    }

    fn names_method(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word) && self.text(at + 1) == "("
    }
}

#[cfg(test)]
mod tests {
    use super::{exports, is_common_js};

    #[test]
    fn exported_names_are_found() {
        for (code, names, from) in [
            ("exports.a = 1; module.exports.b = 2; exports['c-d'] = 3", "a b c-d", ""),
            ("exports.a = exports.b = void 0; exports.a == 1; x.exports.c = 1", "a b", ""),
            ("Object.defineProperty(exports, '__esModule', { value: true })", "__esModule", ""),
            ("Object.defineProperty(module.exports, \"a\", { get: () => b.c })", "a", ""),
            (
                "module.exports = { a, b: { c: 1, d }, 'e': f(g, h), get i() { return { j: 1 } }, k() {} }",
                "a b e i k",
                "",
            ),
            ("module.exports = { ...require('./x'), a }", "a", "./x"),
            ("module.exports = exports = A; exports.a = 1", "a", ""),
            ("module.exports = require('./x')", "", "./x"),
            ("module.exports = f(1)", "", ""),
            ("__exportStar(require('./x'), exports); tslib.__exportStar(require('y'), exports)", "", "./x y"),
            (
                "var _x = _wild(require('./x')); Object.keys(_x).forEach(function (key) { exports[key] = _x[key] })",
                "",
                "./x",
            ),
            ("0 && (module.exports = { a, b })", "a b", ""),
            ("'exports.a = 1' // exports.b = 2", "", ""),
        ] {
            let found = exports(code);
            let joined = |texts: &std::collections::BTreeSet<String>| {
                texts.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
            };
            assert_eq!((joined(&found.names), joined(&found.from)), (names.to_owned(), from.to_owned()), "{code}");
        }
    }

    #[test]
    fn common_js_is_recognized() {
        for code in [
            "module.exports = 1",
            "exports.a = 1",
            "const a = require('a')",
            "(function (f) { if (typeof exports === 'object') module.exports = f() })(() => 1)",
            "(function (global, factory) { factory(exports) })(this)",
        ] {
            assert!(is_common_js(code), "{code}");
        }
        for code in ["export const a = 1", "import 'a'; module.exports = 1", "globalThis.a = 1", "x.require('a')", ""] {
            assert!(!is_common_js(code), "{code}");
        }
    }
}
