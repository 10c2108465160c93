//! The options of a notebook: keys of its front matter that apinb knows. All other keys are those of the site that
//! shows it.
//!
//! A value on the line of its key is plain text, or YAML where it begins like a list, a map or a quoted text.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::duration;
use apinb_text::source::span::{Location, Span};

use crate::assigned::created_clients;
use crate::model::{Notebook, Part};
use crate::yaml::{self, Problem, Scalar, Value};

/// The maximum size of a value, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// The options of a notebook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotebookOptions {
    /// `notebook`: whether it is run as part of a folder; none: as its name says.
    pub in_folders: Option<bool>,
    /// `tags`.
    pub tags: Vec<String>,
    /// `skip`: why it is skipped; empty without a reason.
    pub skip: Option<String>,
    /// `definition`: references to definitions, by client.
    pub definitions: BTreeMap<String, String>,
    /// `timeout`: the time limit of a cell.
    pub cell_timeout: Option<Duration>,
}

/// A value that its key cannot have.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct OptionError {
    location: Location,
    message: String,
    help: &'static str,
}

impl Diagnostic for OptionError {
    fn location(&self) -> Option<&Location> {
        Some(&self.location)
    }

    fn help(&self) -> Option<String> {
        Some(self.help.to_owned())
    }
}

/// A key that apinb knows, and how to write it.
struct Key {
    name: &'static str,
    expected: &'static str,
    help: &'static str,
    set: fn(&mut NotebookOptions, &Notebook, Value) -> Result<(), WrongPart>,
}

/// The range of the part of a value that is wrong; none: all of it.
type WrongPart = Option<Range<usize>>;

const KEYS: [Key; 5] = [
    Key {
        name: "notebook",
        expected: "`true` or `false`",
        help: "Write `notebook: false` for a file that no run of its folder includes.",
        set: |options, _, value| {
            options.in_folders = Some(boolean(&value).ok_or(None)?);
            Ok(())
        },
    },
    Key {
        name: "tags",
        expected: "a list of names",
        help: "Write a list, such as `tags: [smoke, slow]`.",
        set: |options, _, value| {
            options.tags = match value {
                Value::Scalar(Scalar { text, is_plain: true, .. }) => names(&text),
                Value::Scalar(scalar) => vec![scalar.text],
                Value::List(list) => list.into_iter().map(|tag| tag.text).filter(|tag| !tag.is_empty()).collect(),
                Value::Map(_) => return Err(None),
            };
            Ok(())
        },
    },
    Key {
        name: "skip",
        expected: "a reason",
        help: "Write why the notebook is skipped, such as `skip: the server is being replaced`.",
        set: |options, _, value| {
            options.skip = match (boolean(&value), value) {
                (Some(skip), _) => skip.then(String::new),
                (None, Value::Scalar(reason)) if !is_empty(&reason) => {
                    Some(reason.text.split_whitespace().collect::<Vec<_>>().join(" "))
                }
                _ => return Err(None),
            };
            Ok(())
        },
    },
    Key {
        name: "definition",
        expected: "a path or a URL, or a map of clients to them",
        help: "Write `definition: api.yaml`, or for several clients `definition: { users: users.yaml, orders: orders.raml }`.",
        set: |options, notebook, value| {
            match value {
                Value::Scalar(reference) if !is_empty(&reference) => {
                    let client = notebook.first_client().map(str::to_owned);
                    options.definitions.extend(client.map(|client| (client, reference.text.trim().to_owned())));
                }
                Value::Map(map) => {
                    for (client, reference) in map {
                        if is_empty(&reference) {
                            return Err(Some(client.range));
                        }
                        options.definitions.insert(client.text, reference.text);
                    }
                }
                Value::Scalar(_) | Value::List(_) => return Err(None),
            }
            Ok(())
        },
    },
    Key {
        name: "timeout",
        expected: "a time",
        help: "Write seconds (`90`) or a duration (`500ms`, `30s`, `5m`).",
        set: |options, _, value| {
            let Value::Scalar(time) = value else { return Err(None) };
            let time = duration::parse(&time.text).filter(|time| !time.is_zero());
            options.cell_timeout = Some(time.ok_or(None)?);
            Ok(())
        },
    },
];

impl Notebook {
    /// The options in its front matter. Of equal keys the last counts.
    ///
    /// # Errors
    /// The first value that is invalid.
    pub fn options(&self) -> Result<NotebookOptions, OptionError> {
        let mut options = NotebookOptions::default();
        let Some(Part::FrontMatter(span)) = self.parts.first() else { return Ok(options) };
        let text = self.source.text().get(span.start..span.end).unwrap_or_default();
        for (name, block) in blocks(text) {
            let Some(key) = KEYS.iter().find(|key| key.name == name) else { continue };
            let written = text.get(block.clone()).unwrap_or_default();
            let at = |range: Range<usize>| {
                let start = span.start + block.start;
                Location::new(&self.source, Span::new(start + range.start, start + range.end))
            };
            let whole = || value_range(written);
            let invalid = |range: Range<usize>| OptionError {
                location: at(range),
                message: format!("invalid value for `{name}`: expected {}", key.expected),
                help: key.help,
            };
            if written.len() > MAX_BYTES {
                return Err(invalid(0..name.len()));
            }
            let value = value(written).map_err(|problem| match problem {
                Problem::Shape { range } => invalid(if range.is_empty() { whole() } else { range }),
                Problem::Syntax { message, offset } => OptionError {
                    location: at(offset..offset),
                    message: format!("invalid value for `{name}`: not valid YAML: {message}"),
                    help: key.help,
                },
            })?;
            (key.set)(&mut options, self, value).map_err(|range| invalid(range.unwrap_or_else(whole)))?;
        }
        Ok(options)
    }

    /// The clients that the map `definition` of its front matter names, with their places in the source.
    #[must_use]
    pub fn definition_clients(&self) -> Vec<(String, Span)> {
        let Some(Part::FrontMatter(span)) = self.parts.first() else { return Vec::new() };
        let text = self.source.text().get(span.start..span.end).unwrap_or_default();
        let last = blocks(text).into_iter().rfind(|(name, _)| *name == "definition");
        let Some((_, block)) = last.filter(|(_, block)| block.len() <= MAX_BYTES) else { return Vec::new() };
        let start = span.start + block.start;
        match value(text.get(block).unwrap_or_default()) {
            Ok(Value::Map(map)) => {
                let place = |range: Range<usize>| Span::new(start + range.start, start + range.end);
                map.into_iter().map(|(client, _)| (client.text, place(client.range))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The first client that its code creates by a literal name.
    #[must_use]
    pub fn first_client(&self) -> Option<&str> {
        self.cells().find_map(|cell| created_clients(&cell.code).first().copied())
    }
}

/// The keys at the left margin of front matter, and the ranges of their lines.
fn blocks(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut blocks: Vec<(&str, Range<usize>)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let end = start + line.len();
        let content = line.trim_end();
        let is_inner = content.is_empty() || content.starts_with([' ', '\t', '#']) || is_item(content);
        if is_inner {
            if let Some((_, block)) = blocks.last_mut() {
                block.end = end;
            }
        } else if content == "---" || content == "\u{feff}---" {
            // Ends the last block.
        } else {
            let key = content.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t']));
            blocks.push((key.map_or("", |(key, _)| key.trim_end()), start..end));
        }
        start = end;
    }
    blocks
}

/// Whether a line is an item of a list: `- a`.
fn is_item(line: &str) -> bool {
    line.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// The value of a key with its lines.
fn value(block: &str) -> Result<Value, Problem> {
    let range = value_range(block);
    let text = block.get(range.clone()).unwrap_or_default();
    let is_text =
        !text.is_empty() && !text.starts_with(['[', '{', '"', '\'', '&', '*', '!', '|', '>', '%', '@', '`', '-', '#']);
    if is_text && block.trim_end().len() == range.end {
        let text = text.find(" #").and_then(|at| text.get(..at)).unwrap_or(text).trim_end();
        let range = range.start..range.start + text.len();
        return Ok(Value::Scalar(Scalar { text: text.to_owned(), is_plain: true, range }));
    }
    yaml::value(block)
}

/// The range of the value on the first line of a block; the key where there is none.
fn value_range(block: &str) -> Range<usize> {
    let line = block.split(['\n', '\r']).next().unwrap_or_default().trim_end();
    let colon = line.find(':').unwrap_or(line.len());
    let value = line.get(colon + 1..).unwrap_or_default();
    if value.trim().is_empty() { 0..colon } else { line.len() - value.trim_start().len()..line.len() }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Scalar(Scalar { text, is_plain: true, .. }) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a scalar has no text, or is null.
fn is_empty(scalar: &Scalar) -> bool {
    scalar.text.trim().is_empty() || scalar.is_plain && matches!(scalar.text.as_str(), "~" | "null")
}

/// The names of a text with commas between them.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "~" | "null")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use apinb_text::diagnostic::Diagnostic as _;
    use apinb_text::diagnostic::render::render;

    use super::NotebookOptions;
    use crate::model::Notebook;

    const CELL: &str = "```js\n// API.createClient('no')\nAPI.createClient('api', 'x')\n```\n";

    fn check(front_matter: &str, expected: &NotebookOptions) {
        let notebook = Notebook::parse("n.md", format!("---\n{front_matter}\n---\n{CELL}"));
        match notebook.options() {
            Ok(options) => assert_eq!(options, *expected, "{front_matter}"),
            Err(error) => panic!("{front_matter}: {}", render(&error, None, false)),
        }
    }

    fn tags(tags: &[&str]) -> NotebookOptions {
        NotebookOptions { tags: tags.iter().map(|&tag| tag.to_owned()).collect(), ..NotebookOptions::default() }
    }

    #[test]
    fn options_are_read() {
        let new = NotebookOptions::default;
        check("title: a: b\nother: [\n  tags: no", &new());
        check("notebook: false", &NotebookOptions { in_folders: Some(false), ..new() });
        check("notebook: false\nnotebook: true # last", &NotebookOptions { in_folders: Some(true), ..new() });
        for text in ["tags: [a, b c]", "tags: a, b c", "tags:\n- a\n- b c", "tags:\n  - a\n  # no\n\n  - \"b c\"\nx: 1"]
        {
            check(text, &tags(&["a", "b c"]));
        }
        for text in ["tags:", "tags: []", "tags: null"] {
            check(text, &tags(&[]));
        }
        let skip = |reason: &str| NotebookOptions { skip: Some(reason.to_owned()), ..new() };
        check("skip: bug: the server # is down", &skip("bug: the server"));
        check("skip: 'true'", &skip("true"));
        check("skip: true", &skip(""));
        check("skip: >\n  two\n  lines\n", &skip("two lines"));
        check("skip: false", &new());
        check("timeout: 1m 30s", &NotebookOptions { cell_timeout: Some(Duration::from_secs(90)), ..new() });
        let definitions = |pairs: &[(&str, &str)]| NotebookOptions {
            definitions: pairs.iter().map(|(client, path)| ((*client).to_owned(), (*path).to_owned())).collect(),
            ..new()
        };
        check("definition: ../api.yaml", &definitions(&[("api", "../api.yaml")]));
        check("definition:\n  a: a.yaml\n  b: 'b.raml'", &definitions(&[("a", "a.yaml"), ("b", "b.raml")]));
        check("definition: { a: a.yaml }", &definitions(&[("a", "a.yaml")]));
    }

    #[test]
    fn wrong_values_have_a_position() {
        for (front_matter, at, message) in [
            ("notebook: maybe", (2, 11), "invalid value for `notebook`: expected `true` or `false`"),
            ("a: 1\nnotebook:", (3, 1), "invalid value for `notebook`: expected `true` or `false`"),
            ("tags: { a: b }", (2, 7), "invalid value for `tags`: expected a list of names"),
            ("tags:\n- a\n- [b]", (4, 3), "invalid value for `tags`: expected a list of names"),
            ("tags: [a", (3, 1), "invalid value for `tags`: not valid YAML: "),
            ("skip:", (2, 1), "invalid value for `skip`: expected a reason"),
            ("skip: [a]", (2, 7), "invalid value for `skip`: expected a reason"),
            ("timeout: soon", (2, 10), "invalid value for `timeout`: expected a time"),
            ("timeout: 0", (2, 10), "invalid value for `timeout`: expected a time"),
            ("definition: [a]", (2, 13), "invalid value for `definition`: expected a path or a URL"),
            ("definition:\n  a: a.yaml\n  b:", (4, 3), "invalid value for `definition`: expected a path or a URL"),
        ] {
            let notebook = Notebook::parse("n.md", format!("---\n{front_matter}\n---\n{CELL}"));
            let error = notebook.options().expect_err(front_matter);
            let location = error.location().expect("a location");
            let position = location.file.position(location.span.start);
            assert_eq!((position.line, position.column), at, "{front_matter}: {}", render(&error, None, false));
            assert!(error.to_string().starts_with(message), "{front_matter}: {error}");
            assert!(error.help().is_some_and(|help| help.starts_with("Write ")), "{front_matter}");
        }
    }
}
