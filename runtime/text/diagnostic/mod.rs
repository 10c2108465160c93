//! The one trait of every message that points at a source line, and the one renderer.
//!
//! An error is data with a [`Location`]; [`render::render`] makes the text that a person reads. A [`render::Message`] is the step
//! between, for errors that are known only by their record. Where the text goes, and whether it is coloured, is left to
//! the caller.

pub mod causes;
pub mod render;

use crate::source::span::Location;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something to know; nothing was lost.
    Warning,
    /// Something could not be used.
    Error,
}

/// An error that can say where it happened and what to do about it.
///
/// `Display` is the message: lower case, values in backticks, no final period. `source()` gives the causes, which are
/// rendered as `caused by:` lines.
pub trait Diagnostic: std::error::Error {
    /// How serious it is.
    fn severity(&self) -> Severity {
        Severity::Error
    }

    /// The stable code of its kind, by which tools count and suppress it; none for what has no code.
    fn code(&self) -> Option<&'static str> {
        None
    }

    /// Where it happened; none for what has no place in a file.
    fn location(&self) -> Option<&Location> {
        None
    }

    /// What to do next.
    fn help(&self) -> Option<String> {
        None
    }
}
