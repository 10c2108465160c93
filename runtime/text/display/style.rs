//! The styles of text on a terminal.

use std::borrow::Cow;

use anstyle::AnsiColor;

pub use anstyle::Style;

/// No style.
pub const PLAIN: Style = Style::new();
/// Headings and names.
pub const BOLD: Style = Style::new().bold();
/// Details, and comments of JavaScript.
pub const DIM: Style = Style::new().dimmed();
/// Success, and strings of JavaScript.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Failure, and regular expressions of JavaScript.
pub const RED: Style = AnsiColor::Red.on_default();
/// Warnings, and numbers of JavaScript.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Help and links.
pub const CYAN: Style = AnsiColor::Cyan.on_default();
/// The frame of a source line, and matching brackets.
pub const BLUE: Style = AnsiColor::Blue.on_default();
/// Keywords of JavaScript.
pub const MAGENTA: Style = AnsiColor::Magenta.on_default();

/// `text` with the escape codes of `style` around it, if `color` asks for them.
#[must_use]
pub fn paint(style: Style, text: &str, color: bool) -> Cow<'_, str> {
    if color && !text.is_empty() && style != PLAIN {
        Cow::Owned(format!("{style}{text}{style:#}"))
    } else {
        Cow::Borrowed(text)
    }
}
