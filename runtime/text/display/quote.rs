//! Names and values in messages: each stands in backticks.

use std::fmt::Display;

/// `text` in backticks.
#[must_use]
pub fn quote(text: impl Display) -> String {
    format!("`{text}`")
}

/// Each name in backticks, with `separator` between them.
#[must_use]
pub fn quote_each(names: impl IntoIterator<Item: Display>, separator: &str) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(separator)
}

/// Each name in backticks, with commas between them and `conjunction` before the last.
#[must_use]
pub fn quote_series(names: impl IntoIterator<Item: Display>, conjunction: &str) -> String {
    let quoted: Vec<String> = names.into_iter().map(quote).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {conjunction} {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::{quote_each, quote_series};

    #[test]
    fn names_are_quoted_in_backticks() {
        assert_eq!(quote_each(["a", "b", "a"], " → "), "`a` → `b` → `a`");
        for (names, expected) in
            [(&["a", "b", "c"][..], "`a`, `b` and `c`"), (&["a", "b"], "`a` and `b`"), (&["a"], "`a`"), (&[], "")]
        {
            assert_eq!(quote_series(names, "and"), expected);
        }
    }
}
