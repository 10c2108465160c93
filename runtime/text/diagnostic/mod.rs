//! The trait of all messages that refer to a source line, and their renderer.
//!
//! An error is data with a [`Location`]; [`render::render`] makes the text that a person reads. A [`render::Message`]
//! is the step between, for errors that are known only by their record. The caller decides about output and color.

pub mod causes;
pub mod render;
pub mod rule;
mod severity;

use crate::source::span::Location;
use rule::Rule;
pub use severity::Severity;

/// An error with an optional position in a source and an optional advice.
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

    /// The position in a source file, if it has one.
    fn location(&self) -> Option<&Location> {
        None
    }

    /// Advice: one imperative sentence.
    fn help(&self) -> Option<String> {
        None
    }
}
