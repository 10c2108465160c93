//! The syntaxes of reports.

use std::borrow::Cow;
use std::io;

use apinb_text::display::escape::{escape_controls, escape_controls_in_json};

use super::escaped::Escaped;

/// The syntax of a report, which determines how it can escape characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, or YAML with JSON values.
    Json,
    /// HTML or XML.
    Markup,
    /// Plain text.
    Text,
}

impl Syntax {
    /// Writes to `out`, with control characters as the syntax can have them.
    pub(super) fn escaped(self, out: &mut dyn io::Write) -> Escaped<'_> {
        match self {
            Self::Json => Escaped::new(out, escape_controls_in_json),
            Self::Markup => Escaped::new(out, |text| Cow::Borrowed(text)),
            Self::Text => Escaped::new(out, escape_controls),
        }
    }
}
