//! The context of completion at the end of a text: a property, a name, the key or value of an argument.
//!
//! The text is only what the user has typed so far, so it is incomplete and may not be JavaScript at all. `bindings.rs`
//! finds the variables that it declares itself.

mod bindings;

use super::candidate::AWAITED;
use crate::walk::Step;
use apinb_text::javascript::tokens::{Token, TokenKind, open_comment, tokens};

/// Maximum length of the text that is analyzed, in bytes. Entries at a prompt are far shorter.
const MAX_TEXT: usize = 64 << 10;
/// Maximum number of variables of the text that a chain leads through.
const MAX_BINDINGS: usize = 8;
/// Words before an expression.
const NOT_OPERANDS: [&str; 16] = [
    "return", "typeof", "case", "in", "of", "new", "delete", "void", "throw", "await", "yield", "else", "do", "if",
    "while", "for",
];
/// Maximum number of steps in a chain, and of nested objects in an argument.
const MAX_STEPS: usize = 64;

/// The context at the end of a text, and its last word.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CompletionContext<'a> {
    /// The offset of the last word in the text.
    pub start: usize,
    pub typed: &'a str,
    pub kind: CompletionKind<'a>,
    /// The variables that the text itself declares.
    pub locals: Vec<&'a str>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum CompletionKind<'a> {
    Nothing,
    /// A variable, or another value of an argument.
    Name(Option<Argument<'a>>),
    /// `chain.`
    Member(Vec<Step<'a>>),
    /// `chain['`
    Index(Vec<Step<'a>>),
    /// A property name in an object literal in the arguments.
    Key {
        argument: Argument<'a>,
        quoted: bool,
    },
    /// A string in the arguments.
    Text(Argument<'a>),
}

/// A position in the arguments of a call.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Argument<'a> {
    pub callee: Vec<Step<'a>>,
    pub index: usize,
    /// The first argument, if it is a chain.
    pub first: Option<Vec<Step<'a>>>,
    /// The second argument, if it is a string.
    pub second: Option<String>,
    /// The keys of the enclosing object literals in the argument, outermost first.
    pub keys: Vec<String>,
    /// The keys that the object literal already has.
    pub given: Vec<String>,
}

/// The context at the end of `text`.
pub(super) fn context(text: &str) -> CompletionContext<'_> {
    let from = text.ceil_char_boundary(text.len().saturating_sub(MAX_TEXT));
    let code = text.get(from..).unwrap_or_default();
    let mut tokens = tokens(code, code.len());
    let end = |token: &Token<'_>| token.start + token.text.len();
    let nothing = CompletionContext { start: text.len(), typed: "", kind: CompletionKind::Nothing, locals: Vec::new() };
    let behind = code.get(tokens.last().map_or(0, end)..).unwrap_or_default();
    if open_comment(behind).is_some() {
        return nothing;
    }
    let last = tokens.last().copied().filter(|token| end(token) == code.len());
    match last {
        Some(token) if token.kind == TokenKind::Word => {
            tokens.pop();
            let scan = Scan::of(code, tokens);
            let (kind, locals) = (scan.word(token.text), scan.locals());
            CompletionContext { start: from + token.start, typed: token.text, kind, locals }
        }
        Some(token) if is_open_string(token.text) => {
            tokens.pop();
            let typed = token.text.get(1..).unwrap_or_default();
            let kind = Scan::of(code, tokens).string();
            CompletionContext { start: from + token.start + 1, typed, kind, locals: Vec::new() }
        }
        Some(token)
            if token.kind == TokenKind::Literal
                || (token.kind == TokenKind::Template && !token.text.ends_with("${")) =>
        {
            nothing
        }
        _ => {
            let scan = Scan::of(code, tokens);
            let (kind, locals) = (scan.word(""), scan.locals());
            CompletionContext { kind, locals, ..nothing }
        }
    }
}

fn is_open_string(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(quote) = characters.next().filter(|first| matches!(first, '\'' | '"')) else { return false };
    let mut escaped = false;
    for character in characters {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return false,
            _ => {}
        }
    }
    true
}

/// The value of a string token without escapes.
fn string_value<'a>(token: &Token<'a>) -> Option<&'a str> {
    let quote = token.text.chars().next().filter(|first| matches!(first, '\'' | '"' | '`'))?;
    let inside = token.text.strip_prefix(quote)?.strip_suffix(quote)?;
    (token.kind == TokenKind::Literal && !inside.contains('\\')).then_some(inside)
}

/// The properties of the values of a built-in class.
fn prototype<'a>(class: &'a str) -> Vec<Step<'a>> {
    vec![Step::Property(class), Step::Property("prototype")]
}

/// The tokens before the last word, with their brackets matched.
struct Scan<'a> {
    code: &'a str,
    tokens: Vec<Token<'a>>,
    /// For a closing bracket: the index of the opening one, and the number of items between them.
    closed: Vec<(usize, usize)>,
    /// For an opening bracket: the index of the closing one.
    closing: Vec<Option<usize>>,
    open: Vec<Frame>,
}

/// An open bracket.
struct Frame {
    at: usize,
    commas: Vec<usize>,
}

impl<'a> Scan<'a> {
    fn of(code: &'a str, tokens: Vec<Token<'a>>) -> Self {
        let mut closed = vec![(0, 0); tokens.len()];
        let mut closing = vec![None; tokens.len()];
        let mut open: Vec<Frame> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let text = token.text;
            match token.kind {
                TokenKind::Word | TokenKind::Literal => {}
                TokenKind::Template => {
                    if text.starts_with('}') {
                        open.pop();
                    }
                    if text.ends_with("${") {
                        open.push(Frame { at, commas: Vec::new() });
                    }
                }
                TokenKind::Punctuator => match text {
                    "(" | "[" | "{" => open.push(Frame { at, commas: Vec::new() }),
                    ")" | "]" | "}" => {
                        if let Some(frame) = open.pop() {
                            let items = if frame.at + 1 == at { 0 } else { frame.commas.len() + 1 };
                            if let (Some(closed), Some(closing)) = (closed.get_mut(at), closing.get_mut(frame.at)) {
                                *closed = (frame.at, items);
                                *closing = Some(at);
                            }
                        }
                    }
                    "," => {
                        if let Some(frame) = open.last_mut() {
                            frame.commas.push(at);
                        }
                    }
                    _ => {}
                },
            }
        }
        Self { code, tokens, closed, closing, open }
    }

    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    /// The context of a word.
    fn word(&self, typed: &str) -> CompletionKind<'a> {
        let Some(before) = self.tokens.last() else { return CompletionKind::Name(None) };
        let at = self.tokens.len() - 1;
        if matches!(before.text, "." | "?.") {
            return self.chain(at).map_or(CompletionKind::Nothing, CompletionKind::Member);
        }
        if matches!(before.text, "let" | "const" | "var" | "function" | "class") {
            return CompletionKind::Nothing;
        }
        let is_over = before.kind == TokenKind::Literal || matches!(before.text, ")" | "]");
        if is_over && typed.is_empty() {
            return CompletionKind::Nothing;
        }
        match self.argument() {
            Some((argument, true)) => CompletionKind::Key { argument, quoted: false },
            // For example `get({state: "open" x`.
            Some((argument, false)) => CompletionKind::Name(Some(argument).filter(|_| !is_over)),
            None => CompletionKind::Name(None),
        }
    }

    /// The context of a string at the end of the text.
    fn string(&self) -> CompletionKind<'a> {
        if let Some(frame) = self.open.last()
            && frame.at + 1 == self.tokens.len()
            && self.text(frame.at) == "["
            && self.is_operand_before(frame.at)
            && let Some(chain) = self.chain(self.callee_end(frame.at))
        {
            return CompletionKind::Index(chain);
        }
        match self.argument() {
            Some((argument, true)) => CompletionKind::Key { argument, quoted: true },
            Some((argument, false)) => CompletionKind::Text(argument),
            None => CompletionKind::Nothing,
        }
    }

    /// The chain of properties and calls that ends before the token `end`. A variable that the text itself declares is
    /// replaced by its value.
    fn chain(&self, end: usize) -> Option<Vec<Step<'a>>> {
        let (mut steps, mut start) = self.written_chain(end)?;
        for _ in 0..MAX_BINDINGS {
            let Some(Step::Property(name)) = steps.first() else { break };
            let Some(bound) = self.binding(name, start) else { break };
            let (value, at) = bound?;
            if value.len() + steps.len() > MAX_STEPS {
                return None;
            }
            steps.splice(..1, value);
            start = at;
        }
        Some(steps)
    }

    /// The chain as it is written, and its first token. A literal is the prototype of its class.
    fn written_chain(&self, end: usize) -> Option<(Vec<Step<'a>>, usize)> {
        // The last step first.
        let mut steps = Vec::new();
        let mut end = end;
        let (root, start) = loop {
            if steps.len() >= MAX_STEPS {
                return None;
            }
            let at = end.checked_sub(1)?;
            let token = self.tokens.get(at)?;
            match (token.kind, token.text) {
                (TokenKind::Word, name) => {
                    steps.push(Step::Property(name));
                    match at.checked_sub(1).filter(|dot| matches!(self.text(*dot), "." | "?.")) {
                        Some(dot) => end = dot,
                        None => break (Vec::new(), at),
                    }
                }
                (TokenKind::Punctuator, ")") => {
                    let (open, count) = *self.closed.get(at)?;
                    (self.text(open) == "(").then_some(())?;
                    if !self.is_operand_before(open) {
                        break (self.grouped(open, at)?, open);
                    }
                    steps.push(Step::Call { arguments: count });
                    end = self.callee_end(open);
                }
                (TokenKind::Punctuator, "]") => {
                    let (open, _) = *self.closed.get(at)?;
                    (self.text(open) == "[").then_some(())?;
                    if !self.is_operand_before(open) {
                        break (prototype("Array"), open);
                    }
                    let inside = self.tokens.get(open + 1)?;
                    let is_number = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
                    let literal = string_value(inside).or(Some(inside.text).filter(|text| is_number(text)));
                    // An index that only running tells: any item.
                    steps.push(Step::Property(literal.filter(|_| open + 2 == at).unwrap_or("0")));
                    end = self.callee_end(open);
                }
                (TokenKind::Literal, text) => {
                    let class = match text.chars().next()? {
                        '\'' | '"' | '`' => "String",
                        '/' => "RegExp",
                        _ => return None,
                    };
                    break (prototype(class), at);
                }
                (TokenKind::Template, text) if text.ends_with('`') => break (prototype("String"), at),
                _ => return None,
            }
        };
        steps.reverse();
        let is_new = start.checked_sub(1).is_some_and(|before| self.text(before) == "new");
        let constructed = steps.iter().position(|step| matches!(step, Step::Call { .. })).filter(|_| is_new);
        if let Some(call) = constructed {
            steps.splice(call..=call, [Step::Property("prototype")]);
        }
        Some((root.into_iter().chain(steps).collect(), if is_new { start.saturating_sub(1) } else { start }))
    }

    /// The chain within parentheses, perhaps behind `await`.
    fn grouped(&self, open: usize, close: usize) -> Option<Vec<Step<'a>>> {
        let is_number = |text: &str| text.chars().all(|digit| digit.is_ascii_digit() || digit == '.');
        if open + 2 == close && is_number(self.text(open + 1)) {
            return Some(prototype("Number"));
        }
        let (mut steps, start) = self.written_chain(close)?;
        let is_awaited = self.text(start.checked_sub(1)?) == "await";
        if is_awaited {
            steps.push(Step::Property(AWAITED));
        }
        (start - usize::from(is_awaited) == open + 1).then_some(steps)
    }

    /// Whether the token before this bracket ends an expression that it belongs to.
    fn is_operand_before(&self, bracket: usize) -> bool {
        let Some(token) = bracket.checked_sub(1).and_then(|before| self.tokens.get(before)) else { return false };
        match token.kind {
            TokenKind::Word => !NOT_OPERANDS.contains(&token.text),
            TokenKind::Literal => true,
            TokenKind::Template => token.text.ends_with('`'),
            TokenKind::Punctuator => matches!(token.text, ")" | "]" | "?."),
        }
    }

    /// The end of the operand before a bracket: `a?.(…)` is a call of `a`.
    fn callee_end(&self, open: usize) -> usize {
        open.checked_sub(1).filter(|before| self.text(*before) == "?.").unwrap_or(open)
    }

    /// The position in the arguments of a call, and whether a key is expected there.
    fn argument(&self) -> Option<(Argument<'a>, bool)> {
        let mut argument = Argument::default();
        let mut is_key = false;
        for (level, frame) in self.open.iter().enumerate().rev().take(MAX_STEPS) {
            let last = frame.commas.last().copied().unwrap_or(frame.at);
            match self.text(frame.at) {
                "{" => {
                    let before = self.text(frame.at.checked_sub(1)?);
                    matches!(before, "(" | "," | ":" | "[").then_some(())?;
                    let innermost = level + 1 == self.open.len();
                    if innermost && last + 1 == self.tokens.len() {
                        is_key = true;
                        argument.given = self.keys(frame);
                    } else {
                        argument.keys.push(self.key(last + 1)?);
                    }
                }
                "[" => (!self.is_operand_before(frame.at)).then_some(())?,
                "(" => {
                    argument.callee = self.chain(self.callee_end(frame.at))?;
                    argument.index = frame.commas.len();
                    argument.keys.reverse();
                    argument.first = frame.commas.first().and_then(|comma| self.whole_chain(frame.at, *comma));
                    argument.second = match frame.commas.as_slice() {
                        [first, second, ..] if first + 2 == *second => {
                            self.tokens.get(first + 1).and_then(string_value).map(str::to_owned)
                        }
                        _ => None,
                    };
                    return Some((argument, is_key));
                }
                _ => return None,
            }
        }
        None
    }

    /// The chain between two tokens, if there is nothing else between them.
    fn whole_chain(&self, open: usize, end: usize) -> Option<Vec<Step<'a>>> {
        let is_chain = |at: usize| {
            let token = self.tokens.get(at)?;
            Some(token.kind != TokenKind::Punctuator || matches!(token.text, "." | "?." | "(" | ")" | "[" | "]" | ","))
        };
        (open + 1..end).all(|at| is_chain(at) == Some(true)).then(|| self.chain(end)).flatten()
    }

    /// The keys of an object literal.
    fn keys(&self, frame: &Frame) -> Vec<String> {
        std::iter::once(&frame.at).chain(&frame.commas).filter_map(|at| self.key(at + 1)).collect()
    }

    /// The key at a token, if a colon follows.
    fn key(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let name = if token.kind == TokenKind::Word { Some(token.text) } else { string_value(token) };
        (self.text(at + 1) == ":").then_some(name?.to_owned())
    }
}
