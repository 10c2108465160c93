//! The variables that the text itself declares, and the chains of their values.

use super::{Scan, string_value};
use crate::completion::candidate::AWAITED;
use crate::walk::Step;
use apinb_text::javascript::tokens::TokenKind;

/// The methods of lists that call a function with each item.
const ITERATORS: [&str; 12] = [
    "map",
    "flatMap",
    "filter",
    "forEach",
    "find",
    "findLast",
    "findIndex",
    "findLastIndex",
    "some",
    "every",
    "toSorted",
    "sort",
];

/// Maximum number of local names.
const MAX_LOCALS: usize = 500;

/// Any item of a list.
const ITEM: Step<'static> = Step::Property("0");

/// A name that a declaration takes out of an object or a list.
struct PatternPart<'a> {
    /// The token of the name.
    at: usize,
    key: Step<'a>,
    /// The token where the object begins.
    value: usize,
    /// Whether it is an item of that value.
    of_item: bool,
    /// The token of the keyword.
    start: usize,
}

impl<'a> Scan<'a> {
    /// The declared names, the newest first.
    pub(super) fn locals(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        let patterns = self.patterns();
        for (at, token) in self.tokens.iter().enumerate().rev() {
            let before = at.checked_sub(1).map_or("", |before| self.text(before));
            let is_declared = matches!(before, "let" | "const" | "var" | "function" | "class")
                || self.text(at + 1) == "=>"
                || self.is_first_parameter(at);
            let is_declared = is_declared || patterns.iter().any(|part| part.at == at);
            if token.kind == TokenKind::Word && is_declared && !names.contains(&token.text) {
                names.push(token.text);
            }
            if names.len() >= MAX_LOCALS {
                break;
            }
        }
        names
    }

    /// The chain of the value of variable `name` before the token `before`, and where it is assigned; within, none where
    /// its value is not a chain.
    pub(super) fn binding(&self, name: &str, before: usize) -> Option<Option<(Vec<Step<'a>>, usize)>> {
        let patterns = self.patterns();
        for at in (0..before.min(self.tokens.len())).rev() {
            if let Some(part) = patterns.iter().find(|part| part.at == at && self.text(at) == name) {
                let whole = self.initializer(part.value);
                let item = part.of_item.then_some(ITEM);
                return Some(
                    whole.map(|whole| (whole.into_iter().chain(item).chain([part.key]).collect(), part.start)),
                );
            }
            let is_property = at.checked_sub(1).is_some_and(|dot| matches!(self.text(dot), "." | "?."));
            if self.text(at) != name || is_property {
                continue;
            }
            let value = match self.text(at + 1) {
                "=" => self.initializer(at + 2),
                "of" => self.initializer(at + 2).map(|list| list.into_iter().chain([ITEM]).collect()),
                "=>" => at.checked_sub(1).and_then(|open| self.item_of_call(open)),
                _ if self.is_first_parameter(at) => at.checked_sub(2).and_then(|open| self.item_of_call(open)),
                _ => continue,
            };
            return Some(value.map(|value| (value, at)));
        }
        None
    }

    /// The names that declarations take out of objects and lists: `const { a, b: c } = …`, `const [first] of …`.
    fn patterns(&self) -> Vec<PatternPart<'a>> {
        let mut parts = Vec::new();
        for (start, token) in self.tokens.iter().enumerate() {
            let open = start + 1;
            let is_pattern = matches!(token.text, "let" | "const" | "var") && matches!(self.text(open), "{" | "[");
            let Some(close) = self.closing.get(open).copied().flatten().filter(|_| is_pattern) else { continue };
            let of_item = match self.text(close + 1) {
                "=" => false,
                "of" => true,
                _ => continue,
            };
            let mut depth = 0_usize;
            for at in open..close {
                match self.text(at) {
                    "{" | "[" | "(" => depth += 1,
                    "}" | "]" | ")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                let begins = depth == 1 && (at == open || self.text(at) == ",");
                if let Some((at, key)) = begins.then(|| self.pattern_item(self.text(open), at + 1)).flatten() {
                    parts.push(PatternPart { at, key, value: close + 2, of_item, start });
                }
                if parts.len() >= MAX_LOCALS {
                    return parts;
                }
            }
        }
        parts
    }

    /// The name that the item of a pattern at this token declares, and the property that it takes.
    fn pattern_item(&self, open: &str, at: usize) -> Option<(usize, Step<'a>)> {
        let is_name = |at: usize| self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word);
        let ends = |at: usize| matches!(self.text(at), "," | "=" | "}" | "]");
        if is_name(at) && ends(at + 1) {
            return Some((at, if open == "[" { ITEM } else { Step::Property(self.text(at)) }));
        }
        let key = self.tokens.get(at).filter(|_| open == "{" && self.text(at + 1) == ":")?;
        let key = if key.kind == TokenKind::Word { key.text } else { string_value(key)? };
        (is_name(at + 2) && ends(at + 3)).then_some((at + 2, Step::Property(key)))
    }

    /// Whether a name is the first parameter of an arrow function: `(name) =>`, `(name, index) =>`.
    fn is_first_parameter(&self, at: usize) -> bool {
        let Some(open) = at.checked_sub(1).filter(|open| self.text(*open) == "(") else { return false };
        self.closing.get(open).copied().flatten().is_some_and(|close| self.text(close + 1) == "=>")
    }

    /// The item that a method of a list passes to the function that begins after `open`.
    fn item_of_call(&self, open: usize) -> Option<Vec<Step<'a>>> {
        (self.text(open) == "(").then_some(())?;
        let (mut steps, _) = self.written_chain(self.callee_end(open))?;
        let Some(Step::Property(method)) = steps.pop() else { return None };
        ITERATORS.contains(&method).then_some(())?;
        steps.push(ITEM);
        Some(steps)
    }

    /// The chain that begins at a token and is a whole expression, perhaps behind `await`.
    fn initializer(&self, start: usize) -> Option<Vec<Step<'a>>> {
        let is_awaited = self.text(start) == "await";
        let start = start + usize::from(is_awaited);
        let (mut steps, first) = self.written_chain(self.end_of_expression(start)?)?;
        if is_awaited {
            steps.push(Step::Property(AWAITED));
        }
        (first == start).then_some(steps)
    }

    /// The end of an expression: where a bracket closes that it does not open, a comma or semicolon follows, or another
    /// line begins that does not continue it. None where the text ends within a bracket.
    fn end_of_expression(&self, start: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (at, token) in self.tokens.iter().enumerate().skip(start) {
            let text = token.text;
            if depth == 0 && at > start {
                let previous = self.tokens.get(at - 1)?;
                let between = self.code.get(previous.start + previous.text.len()..token.start).unwrap_or_default();
                let is_chained = matches!(text, "." | "?.") || matches!(previous.text, "." | "?.");
                if matches!(text, ")" | "]" | "}" | "," | ";") || (between.contains('\n') && !is_chained) {
                    return Some(at);
                }
            }
            match (token.kind, text) {
                (TokenKind::Punctuator, "(" | "[" | "{") => depth += 1,
                (TokenKind::Punctuator, ")" | "]" | "}") => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        (depth == 0).then_some(self.tokens.len())
    }
}
