//! The prompts that follow a position in a cell, as far as its tokens show: a missing answer ends the cell, and its message
//! names the answers that the rest of the cell needs, too.

use apinb_text::javascript::tokens::{Token, TokenKind, tokens};

use crate::assignment::assigned_variable;

/// A prompt whose text is a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiteralPrompt<'a> {
    /// Whether it is a `confirm`.
    pub is_confirm: bool,
    pub text: &'a str,
    /// The variable that the answer is assigned to.
    pub variable: Option<&'a str>,
}

/// The prompts of `code` that begin behind the byte offset `start`.
#[must_use]
pub fn prompts_after(code: &str, start: usize) -> Vec<LiteralPrompt<'_>> {
    let all = tokens(code, code.len());
    let text = |at: usize| all.get(at).map_or("", |token| token.text);
    let is_own = |at: usize| {
        let before = |back: usize| at.checked_sub(back).map_or("", text);
        before(1) != "function"
            && (before(1) != "." || matches!(before(2), "window" | "self" | "global" | "globalThis"))
    };
    let prompt = |(at, token): (usize, &Token<'_>)| {
        let is_call = matches!(token.text, "prompt" | "confirm") && text(at + 1) == "(" && is_own(at);
        let literal = all.get(at + 2).filter(|argument| is_call && argument.kind == TokenKind::Literal)?;
        // An expression has no text before it runs.
        matches!(text(at + 3), ")" | ",").then_some(())?;
        let text = code.get(literal.start..literal.start + literal.text.len()).and_then(plain)?;
        let variable = assigned_variable(code, token.start);
        Some(LiteralPrompt { is_confirm: token.text == "confirm", text, variable })
    };
    all.iter().enumerate().filter(|(_, token)| token.start > start).filter_map(prompt).collect()
}

/// The text of a literal without escapes.
fn plain(literal: &str) -> Option<&str> {
    let quote = literal.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'))?;
    let text = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    (!text.contains('\\')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::prompts_after;

    #[test]
    fn literal_prompts_behind_a_position() {
        for (code, expected) in [
            (
                "a = prompt('A?'); b = prompt('B?', 1)\nconfirm(`C?`)",
                &[("B?", Some("b"), false), ("C?", None, true)][..],
            ),
            ("a = prompt('A?'); x = window.prompt(\"X?\")", &[("X?", Some("x"), false)]),
            (
                "a = prompt('A?'); form.prompt('B?'); prompt(text); prompt('C' + d); prompt('it\\'s'); // prompt('E?')",
                &[],
            ),
            ("a = prompt('A?'); function prompt(f) { }; prompt(5); prompt()", &[]),
        ] {
            let found: Vec<_> = prompts_after(code, code.find("prompt").unwrap_or_default())
                .into_iter()
                .map(|prompt| (prompt.text, prompt.variable, prompt.is_confirm))
                .collect();
            assert_eq!(found, expected, "{code}");
        }
    }
}
