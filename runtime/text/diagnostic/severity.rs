//! How serious a diagnostic is.

use crate::display::style::{GREEN, RED, Style, YELLOW};

/// How serious a diagnostic is, least serious first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Information.
    Note,
    /// Probably a mistake; nothing was lost.
    Warning,
    /// Something could not be used, or will fail.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The style of its name on a terminal.
    #[must_use]
    pub fn style(self) -> Style {
        match self {
            Self::Note => GREEN,
            Self::Warning => YELLOW,
            Self::Error => RED,
        }
    }
}
