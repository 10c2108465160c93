//! Where output goes: stdout and stderr, whether they are terminals, colored, and how wide.
//!
//! The one place of the program that writes there. Other modules make the text.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use apinb_report::ReportKind;
use apinb_report::github::commands::inert_report;
use serde::Serialize;

use super::arguments::Color;

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
        Self {
            stdout: Stream {
                target: Target::Stdout,
                color: color(AutoStream::choice(&io::stdout())),
                terminal: io::stdout().is_terminal(),
            },
            stderr: Stream {
                target: Target::Stderr,
                color: color(AutoStream::choice(&io::stderr())),
                terminal: io::stderr().is_terminal(),
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
    /// Writes `value` as JSON with indentation and a line feed at its end, and flushes. No text in it is a command to the
    /// runner of GitHub Actions.
    ///
    /// # Errors
    /// The system's error, including a broken pipe.
    pub fn write_json(self, value: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
        text.push('\n');
        self.write(&inert_report(ReportKind::Json, &text))
    }

    /// Writes `text` and flushes.
    ///
    /// # Errors
    /// The system's error, including a broken pipe.
    pub fn write(self, text: &str) -> io::Result<()> {
        match self.target {
            Target::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(text.as_bytes())?;
                stdout.flush()
            }
            Target::Stderr => io::stderr().lock().write_all(text.as_bytes()),
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
