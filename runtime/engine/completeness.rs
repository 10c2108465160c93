//! Whether what was typed so far is a whole piece of JavaScript, or goes on in the next line.
//!
//! V8 is asked, since it will have to read it: what it misses at the very end may still come.

use deno_core::v8;

use crate::isolate::Engine;

/// What code is put into, so that it may `await`.
const BEFORE: &str = "(async function () {\n";
const AFTER: &str = "\n})";

impl Engine {
    /// Whether more is needed to make `code` whole. Code that is wrong before its end is as whole as it gets.
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
