//! Decides whether an entry is complete JavaScript, or continues on the next line.
//!
//! V8 parses the entry: an error at its very end means that more may follow.

use deno_core::v8;

use crate::isolate::Engine;

/// The wrapper that allows `await`.
const BEFORE: &str = "(async function () {\n";
const AFTER: &str = "\n})";

impl Engine {
    /// Whether `code` is incomplete. Code with an error before its end counts as complete.
    pub fn is_incomplete(&mut self, code: &str) -> bool {
        let text = format!("{BEFORE}{code}{AFTER}");
        deno_core::scope!(scope, self.js);
        v8::tc_scope!(let scope, scope);
        let Some(source) = v8::String::new(scope, &text) else { return false };
        if v8::Script::compile(scope, source, None).is_some() {
            return false;
        }
        let Some(message) = scope.message() else { return false };
        // V8 counts in UTF-16.
        let end = format!("{BEFORE}{code}").encode_utf16().count();
        usize::try_from(message.get_start_position()).is_ok_and(|start| start >= end)
    }
}
