//! Texts of definitions as markdown. They come from strangers: they open no cell and hide nothing.

/// Characters that mean something in markdown.
const SPECIAL: [char; 13] = ['\\', '`', '*', '_', '[', ']', '<', '>', '#', '~', '|', '&', '!'];

/// A text on one line of markdown, as it is.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::new();
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            shown.push(' ');
        }
        for letter in word.chars().filter(|letter| !letter.is_control()) {
            // At the start of a line, `- `, `1. ` and `===` would make lists and headings.
            let starts = shown.is_empty() && !letter.is_alphanumeric();
            let lists =
                matches!(letter, '.' | ')') && !shown.is_empty() && shown.chars().all(|one| one.is_ascii_digit());
            if letter.is_ascii_punctuation() && (starts || lists || SPECIAL.contains(&letter)) {
                shown.push('\\');
            }
            shown.push(letter);
        }
    }
    shown
}

/// A text as code within a line.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let fence = fence(&text, 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A block of code.
pub(super) fn block(code: &str, language: &str) -> String {
    let fence = fence(code, 3);
    format!("{fence}{language}\n{code}\n{fence}\n")
}

/// A text on one line.
pub(super) fn line(text: &str) -> String {
    text.split(char::is_control).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// A line as a value of the front matter; in quotes where it would be YAML or have a comment.
pub(super) fn value(line: &str) -> String {
    let is_plain = !line.starts_with(['[', '{', '"', '\'', '#']) && !line.contains(" #") && !line.is_empty();
    if is_plain { line.to_owned() } else { serde_json::Value::from(line).to_string() }
}

/// Backticks that do not occur in a text.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(least.max(if longest >= least { longest + 1 } else { least }))
}

#[cfg(test)]
mod tests {
    use super::{block, code, line, plain, value};

    #[test]
    fn texts_open_no_cell_and_no_list() {
        for (text, expected) in [
            ("Creates a todo.", "Creates a todo."),
            ("```js", r"\`\`\`js"),
            ("- x", r"\- x"),
            ("1. x", r"1\. x"),
            ("1.5 x", r"1\.5 x"),
            ("=== \n---", r"\=== ---"),
            ("<b>&amp;\u{1b}[0m", r"\<b\>\&amp;\[0m"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn code_is_within_enough_backticks() {
        assert_eq!([code("GET /a"), code("a`b"), code("`")], ["`GET /a`", "``a`b``", "`` ` ``"]);
        assert_eq!(block("'```'", "js"), "````js\n'```'\n````\n");
        assert_eq!(block("1", "js"), "```js\n1\n```\n");
        assert_eq!(line("a\n---\n b"), "a --- b");
        assert_eq!(["a: b", "[a]", "a #1"].map(value), ["a: b", "\"[a]\"", "\"a #1\""]);
    }
}
