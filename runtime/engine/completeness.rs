//! Decides whether an entry is complete JavaScript, or continues on the next line.
//!
//! V8 parses the entry: an error at its very end means that more may follow.

use apinb_text::javascript::imports::{imports, is_incomplete_import, without};
use apinb_text::javascript::tokens::{open_comment, tokens};
use deno_core::v8;

use crate::isolate::Engine;
use crate::v8_messages::is_unterminated_arguments;

/// The wrapper that allows `await`.
const BEFORE: &str = "(async function () {\n";
const AFTER: &str = "\n})";

/// What code is as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It can run.
    Complete,
    /// More must follow.
    Incomplete,
    /// It has a syntax error before its end.
    Invalid,
}

impl Engine {
    /// What `code` is as it stands.
    pub fn completeness(&mut self, code: &str) -> Completeness {
        let imports = imports(code);
        let code = &without(code, &imports);
        if is_incomplete_import(code) {
            return Completeness::Incomplete;
        }
        // The end of the wrapper closes what the code has left open, such as `let {`.
        let ends = [AFTER, ""].map(|after| self.end_of_parsing(code, after));
        match ends {
            [ParsingEnd::Whole, _] => Completeness::Complete,
            // It closes the wrapper.
            _ if closes_unopened(code) => Completeness::Invalid,
            [ParsingEnd::BehindCode, _] | [_, ParsingEnd::BehindCode] => Completeness::Incomplete,
            _ if open_comment(code.get(end_of_tokens(code)..).unwrap_or_default()) == Some("/*") => {
                Completeness::Incomplete
            }
            _ => Completeness::Invalid,
        }
    }

    fn end_of_parsing(&mut self, code: &str, after: &str) -> ParsingEnd {
        let text = format!("{BEFORE}{code}{after}");
        deno_core::scope!(scope, self.js);
        v8::tc_scope!(let scope, scope);
        let Some(source) = v8::String::new(scope, &text) else { return ParsingEnd::WithinCode };
        if v8::Script::compile(scope, source, None).is_some() {
            return ParsingEnd::Whole;
        }
        let Some(message) = scope.message() else { return ParsingEnd::WithinCode };
        let is_behind = |position: i32, text: &str| {
            // V8 counts in UTF-16.
            let length = BEFORE.len() + text.encode_utf16().count();
            usize::try_from(position).is_ok_and(|position| position >= length)
        };
        let is_at_end = if is_unterminated_arguments(&message.get(scope).to_rust_string_lossy(scope)) {
            // V8 reports the token before the missing one.
            is_behind(message.get_end_position(), code.get(..end_of_tokens(code)).unwrap_or(code))
        } else {
            is_behind(message.get_start_position(), code)
        };
        if is_at_end { ParsingEnd::BehindCode } else { ParsingEnd::WithinCode }
    }
}

/// Where V8 stopped parsing.
enum ParsingEnd {
    /// At the end of everything: it is valid.
    Whole,
    BehindCode,
    WithinCode,
}

/// Whether a brace closes one that the code has not opened.
fn closes_unopened(code: &str) -> bool {
    let mut open = 0_usize;
    for token in tokens(code, code.len()) {
        match (token.text, open.checked_sub(1)) {
            ("{", _) => open += 1,
            ("}", Some(rest)) => open = rest,
            ("}", None) => return true,
            _ => {}
        }
    }
    false
}

/// The end of the last token.
fn end_of_tokens(code: &str) -> usize {
    tokens(code, code.len()).last().map_or(0, |token| token.start + token.text.len())
}

#[cfg(test)]
mod tests;
