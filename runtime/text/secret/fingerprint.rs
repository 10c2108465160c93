//! Compares long texts in constant time and space: a polynomial hash modulo 2^61 - 1 with a random base.
//!
//! Equal texts have equal fingerprints. Different ones have equal fingerprints with a probability below their length
//! divided by 2^60; a text would then be redacted without need.

use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::sync::OnceLock;

const PRIME: u64 = (1 << 61) - 1;

/// The distance of the stored prefixes, in bytes: an eighth of the text's size is stored, and reading a value takes
/// fewer than this many steps.
const STEP: usize = 64;

/// The fingerprint of a text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint {
    pub(super) length: usize,
    value: u64,
    /// The base to the power of the length.
    power: u64,
}

impl Fingerprint {
    pub(super) fn of(text: &[u8]) -> Self {
        let base = base();
        let mut power = 1;
        let mut value = 0;
        for byte in text {
            value = append(value, *byte, base);
            power = multiply(power, base);
        }
        Self { length: text.len(), value, power }
    }
}

/// The fingerprints of all parts of a text.
pub(super) struct Parts<'a> {
    text: &'a [u8],
    base: u64,
    /// The values of the prefixes whose lengths are multiples of [`STEP`].
    prefixes: Vec<u64>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        let base = base();
        let mut prefixes = Vec::with_capacity(text.len() / STEP + 1);
        let mut value = 0;
        for chunk in text.chunks(STEP) {
            prefixes.push(value);
            value = chunk.iter().fold(value, |value, byte| append(value, *byte, base));
        }
        prefixes.push(value);
        Self { text, base, prefixes }
    }

    /// Whether the text in `range` has this fingerprint.
    pub(super) fn matches(&self, range: &Range<usize>, fingerprint: Fingerprint) -> bool {
        let (Some(start), Some(end)) = (self.prefix(range.start), self.prefix(range.end)) else { return false };
        range.len() == fingerprint.length
            && sum(end, PRIME - multiply(start, fingerprint.power)) % PRIME == fingerprint.value
    }

    fn prefix(&self, length: usize) -> Option<u64> {
        let stored = length / STEP;
        let rest = self.text.get(stored * STEP..length)?;
        Some(rest.iter().fold(*self.prefixes.get(stored)?, |value, byte| append(value, *byte, self.base)))
    }
}

fn base() -> u64 {
    static BASE: OnceLock<u64> = OnceLock::new();
    *BASE.get_or_init(|| RandomState::new().hash_one("base") % (PRIME - 1024) + 512)
}

fn append(value: u64, byte: u8, base: u64) -> u64 {
    sum(multiply(value, base), u64::from(byte) + 1)
}

fn sum(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    // Both halves have fewer than 62 bits: 2^61 is 1 modulo the prime.
    sum((product as u64) & PRIME, (product >> 61) as u64)
}

#[cfg(test)]
mod tests {
    use super::{Fingerprint, Parts};

    #[test]
    fn parts_match_the_fingerprints_of_their_texts_and_no_others() {
        let text: Vec<u8> = (0..1000_u32).map(|at| (at * at % 251) as u8).collect();
        let parts = Parts::of(&text);
        for (start, end) in [(0, 0), (0, 1000), (0, 64), (64, 128), (63, 65), (1, 999), (500, 501), (128, 1000)] {
            let fingerprint = Fingerprint::of(&text[start..end]);
            assert!(parts.matches(&(start..end), fingerprint), "{start}..{end}");
            assert!(!parts.matches(&(start + 1..end + 1), fingerprint) || start == end, "{start}..{end} moved");
            assert!(!parts.matches(&(start..end + 1), fingerprint), "{start}..{end} longer");
        }
        assert!(!parts.matches(&(0..2000), Fingerprint::of(&[0; 2000])));
    }

    #[test]
    fn zeros_count() {
        assert!(!Parts::of(&[0, 0]).matches(&(0..2), Fingerprint::of(&[0])));
        assert!(Fingerprint::of(&[0, 0]) != Fingerprint::of(&[0]));
    }
}
