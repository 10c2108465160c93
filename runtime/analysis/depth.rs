//! How much stack and time a cell may take.
//!
//! The parser calls itself for each level of nesting, in dozens of ways (`((`, `a=a=`, `if(a)if(a)`, `new new`), and
//! whoever counts real nesting has to parse. So each token is taken for a level: far too many, but stack that is not
//! used costs no memory.

/// Stack for what does not depend on the text.
const BASE: usize = 1 << 20;
/// Stack for a bracket that opens, for any other token, in bytes: over twice what was measured without optimization
/// (2.9 KB for a bracket in a function in a class, 1.3 KB for a word).
const OPENING: usize = 8 << 10;
const TOKEN: usize = 3 << 10;
/// The most stack that a cell gets.
const MOST: usize = 384 << 20;
/// A cell of unclosed `(a=` takes time by the square of its parentheses. This is how much of that all cells may take.
const MOST_TIME: usize = 32 << 20;

/// What was spent so far.
#[derive(Debug, Default)]
pub(super) struct Effort {
    time: usize,
}

impl Effort {
    /// Runs `read` with stack enough for whatever `code` holds. False: it is too much, and nothing was read.
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

/// The stack that reading `code` may take.
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
