//! Where output goes: stdout and stderr, whether they are terminals, colored, and how wide.
//!
//! The one place of the program that writes there. Other modules make the text. Whatever the text is, a terminal does
//! nothing but show it in colors, the runner of GitHub Actions finds no command in it, and URLs have no passwords.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use apinb_files::stream::is_file;
use apinb_report::Syntax;
use apinb_report::github::commands::{inert, inert_document};
use apinb_text::display::escape::{escape_controls, escape_controls_in_json, escape_unstyled};
use apinb_text::secret::redactor::{Redacted, Redactor};
use serde::Serialize;

use super::arguments::Color;
use super::github::GitHub;

/// Both streams; cheap to copy, safe to use from any thread.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    /// Results.
    pub stdout: Stream,
    /// Everything else.
    pub stderr: Stream,
}

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    target: Target,
    /// Whether to write ANSI escape codes.
    pub color: bool,
    /// Whether a person reads it as it is written.
    pub terminal: bool,
    /// Whether it goes to a file rather than to a terminal or another program.
    file: bool,
    /// Whether a runner of GitHub Actions may read it.
    github: bool,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Stdout,
    Stderr,
}

impl Streams {
    /// The process's streams. With `Color::Auto`, `NO_COLOR`, `CLICOLOR_FORCE` and `CLICOLOR` decide, then whether the
    /// stream is a terminal.
    #[must_use]
    pub fn new(color: Color) -> Self {
        let color = |detected: ColorChoice| match color {
            Color::Auto => detected != ColorChoice::Never,
            Color::Always => true,
            Color::Never => false,
        };
        let github = GitHub::detect().is_some();
        Self {
            stdout: Stream {
                target: Target::Stdout,
                color: color(AutoStream::choice(&io::stdout())),
                terminal: io::stdout().is_terminal(),
                file: is_file(&io::stdout()),
                github,
            },
            stderr: Stream {
                target: Target::Stderr,
                color: color(AutoStream::choice(&io::stderr())),
                terminal: io::stderr().is_terminal(),
                file: is_file(&io::stderr()),
                github,
            },
        }
    }

    /// Whether there is a person who can be asked.
    #[must_use]
    pub fn person(&self) -> bool {
        self.stderr.terminal && io::stdin().is_terminal()
    }
}

impl Stream {
    /// Writes `value` as JSON with indentation and a line feed at its end, and flushes.
    ///
    /// # Errors
    /// The system's error, including a broken pipe.
    pub fn write_json(self, value: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
        text.push('\n');
        self.write_document(Syntax::Json, &escape_controls_in_json(&without_passwords(&text)))
    }

    /// Writes `value` as JSON on one line, and flushes.
    ///
    /// # Errors
    /// The system's error, including a broken pipe.
    pub fn write_json_line(self, value: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_string(value).map_err(io::Error::other)?;
        text.push('\n');
        self.write_document(Syntax::Json, &escape_controls_in_json(&without_passwords(&text)))
    }

    /// Writes a text for a person, and flushes.
    ///
    /// # Errors
    /// The system's error, including a broken pipe.
    pub fn write(self, text: &str) -> io::Result<()> {
        self.write_bytes(self.safe(text).as_bytes())
    }

    /// A text for a person as [`Stream::write`] writes it.
    #[must_use]
    pub fn safe(self, text: &str) -> String {
        let text = self.escaped(text);
        if self.github { inert(&text).into_owned() } else { text }
    }

    /// Writes a document, such as a report, and flushes. In a file it is as it is.
    ///
    /// # Errors
    /// As [`Stream::write`].
    pub fn write_document(self, syntax: Syntax, text: &str) -> io::Result<()> {
        let text = if self.terminal { escape_controls(text) } else { text.into() };
        let guarded = self.github && !self.file;
        self.write_bytes(if guarded { inert_document(syntax, &text) } else { text }.as_bytes())
    }

    /// As [`Stream::write`], for a text with commands to the runner of GitHub Actions, or within a fence that it observes.
    ///
    /// # Errors
    /// As [`Stream::write`].
    pub fn write_commands(self, text: &str) -> io::Result<()> {
        self.write_bytes(self.escaped(text).as_bytes())
    }

    /// Clears a terminal, and puts the cursor at its top.
    ///
    /// # Errors
    /// As [`Stream::write`].
    pub fn clear(self) -> io::Result<()> {
        if self.terminal { self.write_bytes(b"\x1b[2J\x1b[H") } else { Ok(()) }
    }

    fn escaped(self, text: &str) -> String {
        let text = without_passwords(text);
        if self.color { escape_unstyled(&text) } else { escape_controls(&text) }.into_owned()
    }

    fn write_bytes(self, text: &[u8]) -> io::Result<()> {
        match self.target {
            Target::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(text)?;
                stdout.flush()
            }
            Target::Stderr => io::stderr().lock().write_all(text),
        }
    }

    /// The width of the terminal, in columns; none if it is not a terminal.
    #[must_use]
    pub fn width(self) -> Option<usize> {
        let size = match self.target {
            Target::Stdout => terminal_size::terminal_size_of(io::stdout()),
            Target::Stderr => terminal_size::terminal_size_of(io::stderr()),
        };
        size.filter(|_| self.terminal).map(|(width, _)| usize::from(width.0))
    }

    /// The width of a page of text, in columns: the terminal's, else 80.
    #[must_use]
    pub fn page_width(self) -> usize {
        self.width().unwrap_or(80)
    }
}

/// Messages may quote a URL from the command line, or from a file, that no redactor of a run knows.
fn without_passwords(text: &str) -> Redacted<'_> {
    Redactor::default().redact(text)
}
