//! What the detectors share: boundaries, entropy, and regular expressions that are compiled once.

use std::ops::Range;

use regex::Regex;

/// Whether the characters around a range do not continue it as a word.
pub(super) fn is_separate(text: &str, range: &Range<usize>) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let after = text.get(range.end..).and_then(|text| text.chars().next());
    // An escape of JSON (`\n`) ends with a letter.
    let is_escape = || text.get(..range.start.saturating_sub(1)).is_some_and(|text| text.ends_with('\\'));
    !before.is_some_and(|character| is_word(character) && !is_escape()) && !after.is_some_and(is_word)
}

/// Shannon's entropy of the characters, in bits.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = std::collections::HashMap::new();
    text.chars().for_each(|character| *counts.entry(character).or_insert(0_u32) += 1);
    let total = f64::from(counts.values().sum::<u32>());
    counts.values().map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// A regular expression of this crate.
pub(super) fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Declares functions that return a regular expression, which is compiled at the first call.
macro_rules! patterns {
    ($($name:ident = $pattern:expr;)*) => {
        $(fn $name() -> Option<&'static regex::Regex> {
            static REGEX: std::sync::LazyLock<Option<regex::Regex>> =
                std::sync::LazyLock::new(|| $crate::scan::pattern::regex($pattern));
            REGEX.as_ref()
        })*

        #[cfg(test)]
        #[test]
        fn every_pattern_compiles() {
            $(assert!($name().is_some(), "{}", stringify!($name));)*
        }
    };
}
pub(super) use patterns;
