//! Limits of stack and time for parsing a cell.
//!
//! The parser recurses for each level of nesting, in dozens of ways (`((`, `a=a=`, `if(a)if(a)`, `new new`), and
//! counting the real nesting would require parsing. So each token counts as a level: far too many, but unused stack
//! costs no memory.

/// Stack that does not depend on the text, in bytes.
const BASE: usize = 1 << 20;
/// Stack for an opening bracket and for any other token, in bytes: over twice the measured use without optimization
/// (2.9 KB for a bracket in a function in a class, 1.3 KB for a word).
const OPENING: usize = 8 << 10;
const TOKEN: usize = 3 << 10;
/// Maximum stack for a cell, in bytes.
const MOST: usize = 384 << 20;
/// A cell of unclosed `(a=` takes time proportional to the square of its parentheses. This limits the sum over all
/// cells.
const MOST_TIME: usize = 32 << 20;

#[derive(Debug, Default)]
pub(super) struct Effort {
    time: usize,
}

impl Effort {
    /// Runs `read` with enough stack for `code`. False: `code` exceeds the limits, and `read` did not run.
    pub(super) fn with_stack(&mut self, code: &str, read: impl FnOnce()) -> bool {
        let parentheses = code.bytes().filter(|byte| *byte == b'(').count();
        let time = self.time.saturating_add(parentheses.saturating_mul(parentheses));
        let stack = stack(code);
        if stack > MOST || time > MOST_TIME {
            return false;
        }
        self.time = time;
        stacker::grow(stack, read);
        true
    }
}

/// The stack for parsing `code`, in bytes.
fn stack(code: &str) -> usize {
    let mut stack = BASE;
    let mut in_word = false;
    for byte in code.bytes() {
        let is_word = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
        stack = stack.saturating_add(match byte {
            b'(' | b'[' | b'{' => OPENING,
            _ if is_word && in_word => 0,
            byte if byte.is_ascii_whitespace() => 0,
            _ => TOKEN,
        });
        in_word = is_word;
    }
    stack
}
