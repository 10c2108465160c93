//! What the opening fence of a cell says about it: the words after `js`.
//!
//! An info string is shared with other tools, whose words (`title="x"`, `{1,3}`) are ignored.

use apinb_text::source::span::Span;

/// The attributes of a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// `setup`: it runs whichever cells are selected.
    pub setup: bool,
    /// `teardown`: it also runs after a failed cell has ended the notebook, or an interruption the run.
    pub teardown: bool,
    /// `skip`: why it does not run; empty without a reason.
    pub skip: Option<String>,
    /// `expect-failure`: it passes if it fails with a message that contains this text.
    pub expect_failure: Option<String>,
    /// `label`: its name.
    pub label: Option<String>,
    /// All other words.
    pub others: Vec<OtherAttribute>,
}

/// A word that is not an attribute of apinb, or not in the right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherAttribute {
    /// Without its value.
    pub name: String,
    pub has_value: bool,
    /// The word with its value, in the source.
    pub span: Span,
}

/// The names of all attributes.
pub const NAMES: [&str; 5] = ["setup", "teardown", "skip", "expect-failure", "label"];

impl Attributes {
    /// The attributes of the block that starts at `start` of `source`, with its fence.
    pub(super) fn of_block(source: &str, start: usize) -> Self {
        let line = source.get(start..).unwrap_or_default().split(['\n', '\r']).next().unwrap_or_default();
        let info = line.trim_start_matches(['`', '~']).trim_start();
        // The first word is the language.
        let language = info.find(char::is_whitespace).unwrap_or(info.len());
        let rest = info.get(language..).unwrap_or_default();
        let mut attributes = Self::default();
        for word in words(rest, start + line.len() - rest.len()) {
            attributes.add(word);
        }
        attributes
    }

    /// Whether it runs whichever cells are selected.
    #[must_use]
    pub fn is_always_selected(&self) -> bool {
        self.setup || self.teardown
    }

    fn add(&mut self, Word { name, value, span }: Word<'_>) {
        match (name, value) {
            ("setup", None) => self.setup = true,
            ("teardown", None) => self.teardown = true,
            ("skip", reason) => self.skip = Some(reason.unwrap_or_default()),
            ("expect-failure", text) => self.expect_failure = Some(text.unwrap_or_default()),
            ("label", Some(label)) if !label.trim().is_empty() => self.label = Some(label),
            (name, value) => {
                self.others.push(OtherAttribute { name: name.to_owned(), has_value: value.is_some(), span });
            }
        }
    }
}

/// `name`, `name=value` or `name="value"`.
struct Word<'a> {
    name: &'a str,
    value: Option<String>,
    span: Span,
}

/// The words of `text`, which begins at `start` of the source. A group in braces is one word.
fn words(text: &str, start: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let from = text.len() - rest.len();
        let is_group = rest.starts_with('{');
        let end = match rest.find('}') {
            Some(end) if is_group => end + 1,
            _ if is_group => rest.len(),
            _ => rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | ',')).unwrap_or(rest.len()),
        };
        let Some((name, after)) =
            rest.split_at_checked(end).filter(|(name, after)| !(name.is_empty() && after.is_empty()))
        else {
            return words;
        };
        let (value, after) = match after.strip_prefix('=') {
            Some(after) => {
                let (value, after) = value(after);
                (Some(value), after)
            }
            None => (None, after),
        };
        rest = after;
        words.push(Word { name, value, span: Span::new(start + from, start + text.len() - rest.len()) });
    }
}

/// The value at the beginning of `text`, and what follows it. In quotes, `\` is before a quote or a `\`.
fn value(text: &str) -> (String, &str) {
    let Some(quote) = text.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        let end = text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len());
        let (value, after) = text.split_at_checked(end).unwrap_or((text, ""));
        return (value.to_owned(), after);
    };
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if characters.peek().is_some_and(|(_, next)| *next == quote || *next == '\\') => {
                value.extend(characters.next().map(|(_, next)| next));
            }
            _ if character == quote => return (value, text.get(at + 1..).unwrap_or_default()),
            _ => value.push(character),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::Attributes;
    use crate::model::Notebook;

    fn check(info: &str, expected: &Attributes, others: &[&str]) {
        for (before, fence) in [("", "```"), ("text\n\n> - ", "~~~~")] {
            let text = format!("{before}{fence}{info}\n");
            let notebook = Notebook::parse("n.md", text.as_str());
            let cell = notebook.cells().next().unwrap_or_else(|| panic!("{text}"));
            let found: Vec<&str> =
                cell.attributes.others.iter().map(|one| &text[one.span.start..one.span.end]).collect();
            assert_eq!(found, others, "{text}");
            assert_eq!(Attributes { others: Vec::new(), ..cell.attributes.clone() }, *expected, "{text}");
        }
    }

    #[test]
    fn attributes_follow_the_language() {
        let new = Attributes::default;
        let text = |text: &str| Some(text.to_owned());
        check("js", &new(), &[]);
        check("js setup", &Attributes { setup: true, ..new() }, &[]);
        check(" JavaScript  setup, teardown ", &Attributes { setup: true, teardown: true, ..new() }, &[]);
        check("js skip", &Attributes { skip: text(""), ..new() }, &[]);
        check(
            "js skip=\"it's \\\"down\\\"\" label='a \\\\ b'",
            &Attributes { skip: text("it's \"down\""), label: text("a \\ b"), ..new() },
            &[],
        );
        check("js expect-failure=404 setup", &Attributes { expect_failure: text("404"), setup: true, ..new() }, &[]);
        check(
            "js expect-failure label=\"open é",
            &Attributes { expect_failure: text(""), label: text("open é"), ..new() },
            &[],
        );
    }

    #[test]
    fn other_words_are_kept_with_their_place() {
        let new = Attributes::default;
        check(
            "js title=\"a setup b\" {1, 3} é skip",
            &Attributes { skip: Some(String::new()), ..new() },
            &["title=\"a setup b\"", "{1, 3}", "é"],
        );
        check("js setup=false label Setup =x {open", &new(), &["setup=false", "label", "Setup", "=x", "{open"]);
        check("js label=\"\"", &new(), &["label=\"\""]);
    }
}
