//! Renders a [`Message`]: the text, the source line, the causes, and the help.
//!
//! All untrusted text passes [`escape_controls`], so that a hostile file cannot send escape codes to a terminal; of a
//! long source line only the part around the position is printed; other text is wrapped at the width of the terminal.

use std::error::Error;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::diagnostic::{Diagnostic, Severity};
use crate::display::escape::{escape_controls, push_escaped};
use crate::display::style::{BLUE, BOLD, CYAN, Style, paint};
use crate::display::truncate::prefix;
use crate::display::wrap::wrap;
use crate::io_error;
use crate::source::span::Location;

/// Maximum number of columns of a printed source line, and the default.
const WIDTH: usize = 120;
/// The columns beside a source line: its number, a bar, and an ellipsis on both sides.
const GUTTER: usize = 10;
const CAUSE: &str = "caused by:";
const HELP: &str = "help:";
/// The indentation of further lines of a text.
const INDENT: &str = "  ";
/// Minimum number of columns before the position, if the line is longer.
const BEFORE: usize = 40;
/// Replacement of a tab: columns must match in the line and in the underline.
const TAB: &str = "    ";

/// An error as it is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub severity: Severity,
    /// The code of its rule.
    pub code: Option<String>,
    pub text: String,
    pub place: Option<SourcePosition>,
    pub causes: Vec<String>,
    pub help: Option<String>,
}

/// A position with its source line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePosition {
    pub file: String,
    pub line: usize,
    /// From 1, in characters, as `line` is.
    pub column: usize,
    /// Number of underlined characters; at least one.
    pub length: usize,
    /// The text of the line; none if unknown.
    pub source_line: Option<String>,
}

/// Renders `diagnostic`, with a line feed at its end; `colour` adds ANSI escape codes. `columns`: the width of the
/// terminal, if it is for one.
#[must_use]
pub fn render(diagnostic: &dyn Diagnostic, columns: Option<usize>, colour: bool) -> String {
    Message::new(diagnostic).render(columns, colour)
}

impl Message {
    /// Copies `diagnostic`. A cause that the text before it already ends with is left out.
    #[must_use]
    pub fn new(diagnostic: &dyn Diagnostic) -> Self {
        let text = diagnostic.to_string();
        let mut causes: Vec<String> = Vec::new();
        let mut next = diagnostic.source();
        while let Some(error) = next {
            let cause = io_error::cause(error);
            if !causes.last().unwrap_or(&text).ends_with(&cause) {
                causes.push(cause);
            }
            next = Error::source(error);
        }
        Self {
            severity: diagnostic.severity(),
            code: diagnostic.rule().map(|rule| rule.code.to_owned()),
            text,
            place: diagnostic.location().map(SourcePosition::new),
            causes,
            help: diagnostic.help(),
        }
    }

    /// Renders the message, with a line feed at its end; `colour` adds ANSI escape codes. `columns`: the width at which
    /// text is wrapped.
    #[must_use]
    pub fn render(&self, columns: Option<usize>, colour: bool) -> String {
        self.render_with(columns, colour, false)
    }

    /// As [`Message::render`], without the empty line above the source line.
    #[must_use]
    pub fn render_dense(&self, columns: Option<usize>, colour: bool) -> String {
        self.render_with(columns, colour, true)
    }

    fn render_with(&self, columns: Option<usize>, colour: bool, is_dense: bool) -> String {
        let bold = |style: Style, text: &str| paint(style.bold(), text, colour).into_owned();
        let (severity, style) = (self.severity.name(), self.severity.style());
        let head = self.code.as_ref().map_or_else(|| format!("{severity}:"), |code| format!("{severity}[{code}]:"));
        let mut text = format!("{} {}\n", bold(style, &head), bold(BOLD, &indented(&head, &self.text, columns)));
        if let Some(place) = &self.place {
            let width = columns.map_or(WIDTH, |columns| columns.saturating_sub(GUTTER));
            place.render(&mut text, &bold, style, width, is_dense);
        }
        for cause in &self.causes {
            line(&mut text, &bold(BOLD, CAUSE), &indented(CAUSE, cause, columns));
        }
        if let Some(help) = &self.help {
            text.push('\n');
            line(&mut text, &bold(CYAN, HELP), &indented(HELP, help, columns));
        }
        text
    }
}

impl SourcePosition {
    /// The position and the first line of `location`.
    #[must_use]
    pub fn new(location: &Location) -> Self {
        let (file, span) = (&location.file, location.span);
        let position = location.position();
        let line = file.line(position.line);
        let length =
            file.text().get(span.start..span.end).map_or(1, |text| text.lines().next().unwrap_or("").chars().count());
        Self {
            file: file.name().to_owned(),
            line: position.line,
            column: position.column,
            length: length.max(1),
            source_line: Some(line.to_owned()),
        }
    }

    fn render(
        &self,
        text: &mut String,
        bold: &dyn Fn(Style, &str) -> String,
        style: Style,
        width: usize,
        is_dense: bool,
    ) {
        let Self { file, line: number, column, .. } = self;
        line(text, &format!("  {}", bold(BLUE, "-->")), &format!("{}:{number}:{column}", indented("", file, None)));
        let Some(source_line) = &self.source_line else { return };
        let number = number.to_string();
        let gutter = " ".repeat(number.len());
        let width = width.clamp(BEFORE / 2, WIDTH);
        let window = Window::new(source_line, column.saturating_sub(1), self.length, width);
        let bar = bold(BLUE, "|");
        let carets = format!("{}{}", " ".repeat(window.column), bold(style, &"^".repeat(window.length)));
        if !is_dense {
            line(text, &format!("{gutter} {bar}"), "");
        }
        line(text, &format!("{} {bar}", bold(BLUE, &number)), &window.text);
        line(text, &format!("{gutter} {bar}"), &carets);
    }
}

/// The part of a source line that is printed.
struct Window {
    text: String,
    /// The column in `text` at which the underline begins.
    column: usize,
    /// The length of the underline, in columns.
    length: usize,
}

impl Window {
    /// The part of `line` around its characters `start..start + length`, in about `width` columns.
    fn new(line: &str, start: usize, length: usize, width: usize) -> Self {
        let line = line.trim_end_matches(['\n', '\r']);
        let (mut before, rest) = split(line, prefix(line, start).len());
        let marked = prefix(rest, length);
        let (mut visible, mut is_cut_before, mut is_cut_after) = (rest, false, false);
        if fitting(line.chars(), width) < line.len() {
            let (near, _) = split(rest, fitting(rest.chars(), width - BEFORE.min(width / 3)));
            let hidden = before.len() - fitting(before.chars().rev(), width.saturating_sub(width_of(near)));
            before = split(before, hidden).1;
            visible = split(rest, fitting(rest.chars(), width.saturating_sub(width_of(before)))).0;
            (is_cut_before, is_cut_after) = (hidden > 0, visible.len() < rest.len());
        }
        let (marked, after) = split(visible, marked.len().min(visible.len()));
        let mut text = String::new();
        if is_cut_before {
            text.push('…');
        }
        shown(&mut text, before);
        let column = text.width();
        shown(&mut text, marked);
        let length = text.width().saturating_sub(column).max(1);
        shown(&mut text, after);
        if is_cut_after {
            text.push('…');
        }
        Self { text, column, length }
    }
}

/// `text` before and from the byte `at`; all of it before where that is not the start of a character.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn width_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The bytes of those first characters that fit into `width` columns.
fn fitting(characters: impl Iterator<Item = char>, width: usize) -> usize {
    let mut left = width;
    let mut bytes = 0;
    for character in characters {
        match left.checked_sub(columns(character)) {
            Some(rest) => left = rest,
            None => break,
        }
        bytes += character.len_utf8();
    }
    bytes
}

fn columns(character: char) -> usize {
    let mut text = String::new();
    shown(&mut text, character.encode_utf8(&mut [0; 4]));
    text.width()
}

fn shown(text: &mut String, source: &str) {
    for character in source.chars() {
        if character == '\t' { text.push_str(TAB) } else { push_escaped(text, character) }
    }
}

/// Indents all lines but the first, so that none looks like a line of the message, and wraps them at `columns`. The first
/// one stands behind `head`.
fn indented(head: &str, text: &str, columns: Option<usize>) -> String {
    let text = escape_controls(text.trim_end());
    match columns {
        None => text.replace('\n', &format!("\n{INDENT}")),
        Some(columns) => {
            let taken = (head.width() + 1).saturating_sub(INDENT.len());
            wrap(&text, taken, columns.saturating_sub(INDENT.len())).join(&format!("\n{INDENT}"))
        }
    }
}

fn line(text: &mut String, start: &str, rest: &str) {
    let rest = rest.trim_end();
    let _ = if rest.is_empty() { writeln!(text, "{start}") } else { writeln!(text, "{start} {rest}") };
}

#[cfg(test)]
mod tests;
