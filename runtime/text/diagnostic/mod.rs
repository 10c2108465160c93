//! The one trait of every message that points at a source line, and the one renderer.
//!
//! An error is data with a [`Location`]; [`render::render`] makes the text that a person reads. A [`render::Message`] is the step
//! between, for errors that are known only by their record. Where the text goes, and whether it is coloured, is left to
//! the caller.

pub mod causes;
pub mod render;
pub mod rule;
mod severity;

use crate::source::span::Location;
use rule::Rule;
pub use severity::Severity;

/// An error that can say where it happened and what to do about it.
///
/// `Display` is the message: lower case, values in backticks, no final period. `source()` gives the causes, which are
/// rendered as `caused by:` lines.
pub trait Diagnostic: std::error::Error {
    /// The rule that it breaks; none for a diagnostic without a code.
    fn rule(&self) -> Option<&'static Rule> {
        None
    }

    /// How serious it is: as serious as its rule says, else an error.
    fn severity(&self) -> Severity {
        self.rule().map_or(Severity::Error, |rule| rule.severity)
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
