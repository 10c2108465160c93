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

/// The help for an unknown name: one of `names`, of which at most `max` are listed.
#[must_use]
pub fn use_one_of(names: &[impl Display], max: usize) -> String {
    let listed = names.iter().take(max);
    match names {
        [only] => format!("Use {}.", quote(only)),
        _ if names.len() > max => {
            format!("Use one of {} and {} more.", quote_each(listed, ", "), names.len() - max)
        }
        _ => format!("Use one of {}.", quote_series(listed, "and")),
    }
}

#[cfg(test)]
mod tests {
    use super::{quote_each, quote_series, use_one_of};

    #[test]
    fn the_help_for_an_unknown_name_lists_the_others() {
        assert_eq!(use_one_of(&["a"], 2), "Use `a`.");
        assert_eq!(use_one_of(&["a", "b"], 2), "Use one of `a` and `b`.");
        assert_eq!(use_one_of(&["a", "b", "c", "d"], 2), "Use one of `a`, `b` and 2 more.");
    }

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
