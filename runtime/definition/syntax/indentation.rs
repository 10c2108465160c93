//! Indents the lines of flow collections and quoted strings that stand too far left:
//!
//! ```yaml
//! enum: [
//!   "a"
//! ]
//! ```
//!
//! YAML 1.2 (7.4, flow collections in block collections) requires them to be indented more than the key, and the parser
//! stops there. Most other parsers read them, since brackets and quotes leave no doubt about the meaning. Spaces at the
//! start of such a line never change a value, so that a line that is taken for one by mistake does no harm. The lines of
//! block scalars, where spaces count, are skipped.

use crate::limits::MAX_DOCUMENT_BYTES;

/// Maximum number of lines to indent in one document.
const MAX_LINES: usize = 1 << 20;

/// Spaces added before the character of the original text at `at`, an index of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    pub(super) at: usize,
    pub(super) spaces: usize,
}

/// The text with all such lines indented; `None` if there are none, or if it would become too large.
pub(super) fn indented(text: &str) -> Option<(String, Vec<Insertion>)> {
    let mut scan = Scan { text, at: 0, lines: Vec::new() };
    scan.block();
    let added: usize = scan.lines.iter().map(|(_, spaces)| spaces).sum();
    if scan.lines.is_empty() || scan.lines.len() > MAX_LINES || added > MAX_DOCUMENT_BYTES {
        return None;
    }
    let (mut result, mut insertions) = (String::with_capacity(text.len()), Vec::with_capacity(scan.lines.len()));
    let (mut from, mut characters) = (0, 0);
    for (line, spaces) in scan.lines {
        let part = text.get(from..line).unwrap_or_default();
        characters += part.chars().count();
        insertions.push(Insertion { at: characters, spaces });
        result.push_str(part);
        result.extend(std::iter::repeat_n(' ', spaces));
        from = line;
    }
    result.push_str(text.get(from..).unwrap_or_default());
    Some((result, insertions))
}

struct Scan<'t> {
    text: &'t str,
    /// The byte offset of the next character.
    at: usize,
    /// The byte offsets of the lines to indent, and how many spaces each lacks.
    lines: Vec<(usize, usize)>,
}

/// How a line continues after its indentation, list markers and keys.
enum Value {
    /// The value, if any, is on the next lines.
    None,
    /// A block scalar or an unquoted scalar: it goes on while lines are indented more than its parent.
    Indented,
    /// A flow collection or a quoted string.
    Closed,
}

impl Scan<'_> {
    /// Reads the whole text line by line.
    fn block(&mut self) {
        // The column of the innermost key or list marker so far; a value must be indented more.
        let mut parent: Option<usize> = None;
        while self.at < self.text.len() {
            let line = self.at;
            self.skip(|c| c == ' ');
            let value = self.line(line, &mut parent);
            let required = parent.map_or(0, |column| column + 1);
            match value {
                Value::None => self.next_line(),
                Value::Indented => {
                    self.next_line();
                    while self.at < self.text.len() && self.is_continued(required) {
                        self.next_line();
                    }
                }
                Value::Closed => {
                    let known = self.lines.len();
                    if self.closed(required) {
                        self.next_line();
                    } else {
                        // The bracket or quote is never closed: the rest is not a value.
                        self.lines.truncate(known);
                        return;
                    }
                }
            }
        }
    }

    /// Reads list markers, keys, tags and anchors up to the value.
    fn line(&mut self, line: usize, parent: &mut Option<usize>) -> Value {
        loop {
            self.skip(|c| matches!(c, ' ' | '\t'));
            let column = self.at - line;
            match self.peek() {
                None | Some('\n' | '\r' | '#') => return Value::None,
                Some('-' | '?') if self.is_blank_at(self.at + 1) => {
                    *parent = Some(column);
                    self.at += 1;
                }
                Some('-') if column == 0 && self.rest().starts_with("---") && self.is_blank_at(self.at + 3) => {
                    *parent = None;
                    self.at += 3;
                }
                Some('!' | '&') => self.skip(|c| !c.is_whitespace()),
                Some('|' | '>') => return Value::Indented,
                Some('[' | '{') => return Value::Closed,
                Some(quote @ ('"' | '\'')) => match self.quoted_key(quote) {
                    Some(end) => (*parent, self.at) = (Some(column), end),
                    None => return Value::Closed,
                },
                Some(_) => match self.plain_key() {
                    Some(end) => (*parent, self.at) = (Some(column), end),
                    None => return Value::Indented,
                },
            }
        }
    }

    /// The end of the quoted key here, with its colon.
    fn quoted_key(&self, quote: char) -> Option<usize> {
        let mut escaped = false;
        let line = self.rest().char_indices().skip(1).take_while(|(_, c)| *c != '\n');
        let (end, _) = line.into_iter().find(|(_, c)| {
            let closes = *c == quote && !escaped;
            escaped = *c == '\\' && quote == '"' && !escaped;
            closes
        })?;
        let after = self.rest().get(end + 1..)?;
        let colon = self.at + end + 1 + after.len() - after.trim_start_matches([' ', '\t']).len();
        (self.text.get(colon..)?.starts_with(':') && self.is_blank_at(colon + 1)).then_some(colon + 1)
    }

    /// The end of the unquoted key here, with its colon.
    fn plain_key(&self) -> Option<usize> {
        let mut after_blank = false;
        for (at, c) in self.rest().char_indices() {
            match c {
                '\n' => return None,
                '#' if after_blank => return None,
                ':' if self.is_blank_at(self.at + at + 1) => return Some(self.at + at + 1),
                _ => after_blank = matches!(c, ' ' | '\t'),
            }
        }
        None
    }

    /// Reads a flow collection or a quoted string to its end, and notes its lines that are indented less than
    /// `required`. Whether it has an end.
    fn closed(&mut self, required: usize) -> bool {
        let mut open = 0_usize;
        // Whether a value may start here: quotes within an unquoted string do not count.
        let mut at_start = true;
        while let Some(c) = self.peek() {
            match c {
                '\n' => {
                    self.at += 1;
                    self.note(required);
                    continue;
                }
                '#' if self.is_blank_before() => {
                    self.skip(|c| c != '\n');
                    continue;
                }
                '"' | '\'' if at_start => {
                    if !self.quoted(c, required) {
                        return false;
                    }
                    at_start = false;
                }
                '!' | '&' if at_start => self.skip(|c| !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}')),
                _ => {
                    match c {
                        '[' | '{' => open += 1,
                        ']' | '}' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    at_start = matches!(c, '[' | '{' | ',' | ':' | '?') || at_start && c.is_whitespace();
                    self.at += c.len_utf8();
                }
            }
            if open == 0 {
                return true;
            }
        }
        false
    }

    fn quoted(&mut self, quote: char, required: usize) -> bool {
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '\n' => self.note(required),
                '\\' if quote == '"' => {
                    // An escaped line break still starts a line.
                    if let Some(next) = self.peek().filter(|next| *next != '\n') {
                        self.at += next.len_utf8();
                    }
                }
                // Two single quotes stand for one.
                '\'' if quote == '\'' && self.peek() == Some('\'') => self.at += 1,
                c if c == quote => return true,
                _ => {}
            }
        }
        false
    }

    /// Notes the line that starts here if it is indented less than `required`.
    fn note(&mut self, required: usize) {
        let line = self.rest();
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let is_blank = line.get(spaces..).unwrap_or_default().trim_start_matches(['\t', '\r']).starts_with('\n');
        if spaces < required && !is_blank && self.lines.len() <= MAX_LINES {
            self.lines.push((self.at, required - spaces));
        }
    }

    /// Whether the line that starts here is blank or indented by `required` spaces.
    fn is_continued(&self, required: usize) -> bool {
        let line = self.rest().split('\n').next().unwrap_or_default();
        let spaces = line.len() - line.trim_start_matches(' ').len();
        spaces >= required || line.trim().is_empty()
    }

    fn next_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    }

    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(skipped).len();
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn is_blank_at(&self, at: usize) -> bool {
        self.text.get(at..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
    }

    fn is_blank_before(&self) -> bool {
        self.text.get(..self.at).is_some_and(|before| before.ends_with([' ', '\t', '\n']))
    }
}

#[cfg(test)]
mod tests {
    use super::indented;

    /// Checks the text with the lines indented; none if it is to stay as it is.
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = indented(text);
        assert_eq!(found.as_ref().map(|(text, _)| text.as_str()), expected, "{text}");
        if let Some((result, insertions)) = found {
            let added: usize = insertions.iter().map(|one| one.spaces).sum();
            assert_eq!(result.len(), text.len() + added);
        }
    }

    #[test]
    fn lines_of_flow_collections_and_quoted_strings_are_indented() {
        check("a: [\n  x\n]\n", Some("a: [\n  x\n ]\n"));
        check(
            "a:\n  b: {\n  c: 'd]',\n\n  e: f } # g\n  h: i\n",
            Some("a:\n  b: {\n   c: 'd]',\n\n   e: f } # g\n  h: i\n"),
        );
        check("- - x: [ # ] '\ny, \"]\\\"\nz\" ]\n", Some("- - x: [ # ] '\n     y, \"]\\\"\n     z\" ]\n"));
        check("a:\n  [\n  x,\n]\n", Some("a:\n  [\n  x,\n ]\n"));
        check("'a: [': !t &n {\n}\n", Some("'a: [': !t &n {\n }\n"));
        check("é: 'ü\nä'\nb: [\n]\n", Some("é: 'ü\n ä'\nb: [\n ]\n"));
        check("a: [\r\n]\r\n", Some("a: [\r\n ]\r\n"));
        check("a: [it's,\n{ b: c }\n]\n", Some("a: [it's,\n { b: c }\n ]\n"));
    }

    #[test]
    fn other_lines_stay() {
        check("", None);
        check("a: [\n x\n ]\n", None);
        check("a: |\n  b: [\nc: d\n", None);
        check("a:\n- >-\n  [\n  {\n- x\n", None);
        check("a: b\n  [\nc: ]\n", None);
        check("# [\na: b # {\nc: d\n", None);
        check("a: [\nb: c\n", None);
        check("[\nx\n]\n", None);
        check("a: http://[\nb: it's\n", None);
    }
}
