//! Splits the text of a client path into steps.

use apinb_text::web::verb::Verb;

/// A client path, split into steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub text: String,
    pub steps: Vec<WrittenStep>,
    /// The method before a path, in lower case.
    pub verb: Option<String>,
    /// Whether it starts with the name of the client.
    pub by_name: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WrittenStep {
    /// A property of the client, and the number of arguments if it is called.
    Property { name: String, arguments: Option<usize> },
    /// A segment of a path.
    Segment(String),
}

impl WrittenStep {
    /// The step without its arguments.
    pub fn text(&self) -> &str {
        match self {
            Self::Property { name, .. } => name,
            Self::Segment(segment) => segment,
        }
    }
}

impl Written {
    /// Parses any text; unknown notation is a property or a segment that does not exist.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().trim_end_matches(';').trim_end();
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        // A method before a path: `GET /users`.
        let verb = Verb::CALLABLE.into_iter().map(Verb::name).find(|verb| first.eq_ignore_ascii_case(verb));
        let is_path = |text: &str| text.contains('/') && !text.contains(['(', '\'', '"', '`']);
        if let Some(verb) = verb.filter(|_| is_path(rest)) {
            return Self { text: text.to_owned(), steps: path(rest), verb: Some(verb.to_owned()), by_name: false };
        }
        let steps = if is_path(text) { path(text) } else { chain(text) };
        Self { text: text.to_owned(), steps, verb: None, by_name: false }
    }

    /// The path without its first step, which may be the name of the client.
    pub fn without_client(&self, client: &str) -> Option<Self> {
        let (first, rest) = self.steps.split_first()?;
        let WrittenStep::Property { name, arguments: None } = first else { return None };
        let by_name = name == client;
        (by_name || !rest.is_empty()).then(|| Self {
            text: self.text.clone(),
            steps: rest.to_vec(),
            verb: None,
            by_name,
        })
    }
}

fn path(text: &str) -> Vec<WrittenStep> {
    let text = text.trim();
    let path = text.split_once(['?', '#']).map_or(text, |(path, _)| path);
    super::super::segment::segments(path).map(|segment| WrittenStep::Segment(segment.to_owned())).collect()
}

/// Splits `a.{b}.c(d)['e']`.
fn chain(text: &str) -> Vec<WrittenStep> {
    let mut steps: Vec<WrittenStep> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '(' => {
                let (inner, after) = enclosed(rest);
                let count = arguments(inner);
                let last = steps.pop();
                steps.push(match last {
                    Some(WrittenStep::Property { name, .. }) => WrittenStep::Property { name, arguments: Some(count) },
                    Some(segment) => segment,
                    None => WrittenStep::Property { name: String::new(), arguments: Some(count) },
                });
                rest = after;
            }
            '[' => {
                let (inner, after) = enclosed(rest);
                let name = inner.trim().trim_matches(['\'', '"', '`']).to_owned();
                steps.push(WrittenStep::Property { name, arguments: None });
                rest = after;
            }
            '.' => rest = rest.get(1..).unwrap_or_default(),
            _ => {
                let (word, after) = word(rest);
                let name = word.trim();
                if name.contains('{') {
                    steps.push(WrittenStep::Segment(name.to_owned()));
                } else if !name.is_empty() {
                    steps.push(WrittenStep::Property { name: name.to_owned(), arguments: None });
                }
                rest = after;
            }
        }
    }
    steps
}

/// Splits off the text before the next step. Braces group.
fn word(text: &str) -> (&str, &str) {
    let mut inside = false;
    let end = text.find(|character| {
        match character {
            '{' => inside = true,
            '}' => inside = false,
            _ => {}
        }
        !inside && matches!(character, '.' | '(' | '[')
    });
    text.split_at(end.unwrap_or(text.len()))
}

/// Splits off the text between the opening bracket at the start and its closing bracket. An unclosed bracket extends to
/// the end.
fn enclosed(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let mut end = text.len();
    scan(text, |at, character| {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ended = depth == 0;
        if ended {
            end = at;
        }
        ended
    });
    (text.get(1..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default())
}

/// The number of comma-separated arguments in a text.
fn arguments(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut commas = 0;
    scan(text, |_, character| {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
        false
    });
    if text.trim().is_empty() { 0 } else { commas + 1 }
}

/// Visits the characters outside of quotes, until `stop` returns true.
fn scan(text: &str, mut stop: impl FnMut(usize, char) -> bool) {
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"' | '`') => quote = Some(character),
            None if stop(at, character) => return,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Written, WrittenStep};

    #[track_caller]
    fn check(text: &str, verb: Option<&str>, expected: &[&str]) {
        let written = Written::parse(text);
        let shown = |step: &WrittenStep| match step {
            WrittenStep::Property { name, arguments: None } => name.clone(),
            WrittenStep::Property { name, arguments: Some(count) } => format!("{name}({count})"),
            WrittenStep::Segment(segment) => format!("/{segment}"),
        };
        let steps: Vec<String> = written.steps.iter().map(shown).collect();
        assert_eq!(
            (written.verb.as_deref(), steps),
            (verb, expected.iter().map(|step| (*step).to_owned()).collect()),
            "{text}"
        );
    }

    #[test]
    fn chains_are_split_at_dots() {
        check("users.{id}.get", None, &["users", "/{id}", "get"]);
        check("users.id(5).groups.get", None, &["users", "id(1)", "groups", "get"]);
        check("client.users.get({ a: [1, 2], b: 'x,)' }, {});", None, &["client", "users", "get(2)"]);
        check("a['x-y'][\"1.1\"].b()", None, &["a", "x-y", "1.1", "b(0)"]);
        check("a.text{a}{b}.c", None, &["a", "/text{a}{b}", "c"]);
        check("", None, &[]);
        check("..", None, &[]);
        check("a(", None, &["a(0)"]);
        check("a[", None, &["a", ""]);
        check("é.{ü", None, &["é", "/{ü"]);
    }

    #[test]
    fn paths_are_split_at_slashes() {
        check("/users/{id}", None, &["/users", "/{id}"]);
        check("GET /users/5?page=1", Some("get"), &["/users", "/5"]);
        check("users/5/groups", None, &["/users", "/5", "/groups"]);
        check("delete users/5", Some("delete"), &["/users", "/5"]);
        check("patch   /", Some("patch"), &[]);
        check("get", None, &["get"]);
    }
}
