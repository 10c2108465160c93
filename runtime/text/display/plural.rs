//! Plurals.

/// A number with its noun: `1 call`, `2 calls`.
#[must_use]
pub fn pluralize(number: usize, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}
