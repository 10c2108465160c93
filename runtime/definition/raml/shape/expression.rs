//! Parses type expressions ([1.0 Type Expressions]): `Person`, `string[]`, `(Cat | Dog)[]`, `string?`.
//! [`crate::raml::types::read`] resolves the names.

use std::ops::Range;

/// Maximum nesting of an expression.
const MAX_DEPTH: u32 = 50;
/// Maximum number of names in an expression.
const MAX_NAMES: usize = 1_000;

/// A parsed type expression. A name is a byte range of the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    Name(Range<usize>),
    Array(Box<Expression>),
    /// `string?`: the type or nil.
    Optional(Box<Expression>),
    /// `Cat | Dog`, at least two members.
    Union(Vec<Expression>),
}

/// A syntax error in a type expression, at a byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnexpectedToken {
    pub(crate) at: usize,
    pub(crate) wanted: Wanted,
}

/// The token that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wanted {
    #[error("expected a type")]
    Type,
    #[error("expected `)`")]
    Close,
    /// An opening bracket must be closed immediately.
    #[error("expected `]` after `[`")]
    Bracket,
    /// After a complete type.
    #[error("expected `|`, `[]`, `?` or the end")]
    Operator,
    #[error("the expression is too long or nested too deep")]
    Less,
}

/// Parses a type expression.
pub(crate) fn parse(text: &str) -> Result<Expression, UnexpectedToken> {
    let mut parser = Parser { text, at: 0, names: 0 };
    let expression = parser.union(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected(Wanted::Operator)),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    names: usize,
}

impl Parser<'_> {
    /// The next character that is not white space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..)?;
        self.at += rest.len() - rest.trim_start().len();
        rest.trim_start().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn unexpected(&self, wanted: Wanted) -> UnexpectedToken {
        UnexpectedToken { at: self.at, wanted }
    }

    fn union(&mut self, depth: u32) -> Result<Expression, UnexpectedToken> {
        let first = self.postfix(depth)?;
        let mut members = vec![first];
        while self.take('|') {
            members.push(self.postfix(depth)?);
        }
        match members.len() {
            1 => members.pop().ok_or(self.unexpected(Wanted::Type)),
            _ => Ok(Expression::Union(members)),
        }
    }

    fn postfix(&mut self, depth: u32) -> Result<Expression, UnexpectedToken> {
        let mut inner = self.primary(depth)?;
        let mut height = depth;
        loop {
            if self.take('[') {
                if !self.take(']') {
                    self.peek();
                    return Err(self.unexpected(Wanted::Bracket));
                }
                inner = Expression::Array(Box::new(inner));
            } else if self.take('?') {
                inner = Expression::Optional(Box::new(inner));
            } else {
                return Ok(inner);
            }
            height += 1;
            if height > MAX_DEPTH {
                return Err(self.unexpected(Wanted::Less));
            }
        }
    }

    fn primary(&mut self, depth: u32) -> Result<Expression, UnexpectedToken> {
        if depth > MAX_DEPTH || self.names == MAX_NAMES {
            return Err(self.unexpected(Wanted::Less));
        }
        if self.take('(') {
            let inner = self.union(depth + 1)?;
            return match self.take(')') {
                true => Ok(inner),
                false => Err(self.unexpected(Wanted::Close)),
            };
        }
        self.peek();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.find(|c: char| c.is_whitespace() || "()[]|?,{}".contains(c)).unwrap_or(rest.len());
        if length == 0 {
            return Err(self.unexpected(Wanted::Type));
        }
        self.names += 1;
        let start = self.at;
        self.at += length;
        Ok(Expression::Name(start..self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::{Expression, parse};

    /// In a form that shows the grouping; an error as `byte: message`.
    fn shown(text: &str) -> String {
        fn show(expression: &Expression, text: &str) -> String {
            match expression {
                Expression::Name(range) => text[range.clone()].to_owned(),
                Expression::Array(inner) => format!("list({})", show(inner, text)),
                Expression::Optional(inner) => format!("maybe({})", show(inner, text)),
                Expression::Union(members) => {
                    format!("any({})", members.iter().map(|one| show(one, text)).collect::<Vec<_>>().join(","))
                }
            }
        }
        match parse(text) {
            Ok(expression) => show(&expression, text),
            Err(fault) => format!("{}: {}", fault.at, fault.wanted),
        }
    }

    #[test]
    fn type_expressions_are_parsed_or_rejected() {
        for (text, expected) in [
            ("Person", "Person"),
            ("  lib.Person ", "lib.Person"),
            ("string[][]", "list(list(string))"),
            ("string?", "maybe(string)"),
            ("a | b|c", "any(a,b,c)"),
            ("a | b[]", "any(a,list(b))"),
            ("( a | b )[ ]", "list(any(a,b))"),
            ("((a))", "a"),
            ("(a | (b | c)[])?", "maybe(any(a,list(any(b,c))))"),
            ("", "0: expected a type"),
            ("a |", "3: expected a type"),
            ("| a", "0: expected a type"),
            ("a | | b", "4: expected a type"),
            ("(a | b", "6: expected `)`"),
            ("a[", "2: expected `]` after `[`"),
            ("a[ 3 ]", "3: expected `]` after `[`"),
            ("a b", "2: expected `|`, `[]`, `?` or the end"),
            ("a)", "1: expected `|`, `[]`, `?` or the end"),
            ("é | ü, b", "7: expected `|`, `[]`, `?` or the end"),
            ("()", "1: expected a type"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn very_long_expressions_are_rejected() {
        for text in ["(".repeat(100_000), format!("a{}", "[]".repeat(100_000)), "a|".repeat(100_000) + "a"] {
            assert!(shown(&text).ends_with("the expression is too long or nested too deep"), "{}", &text[..9]);
        }
    }
}
