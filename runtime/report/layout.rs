//! Columns, widths and colors of terminal text.

use std::borrow::Cow;
use std::time::Duration;

use apinb_text::display::escape::escape_controls;
pub(super) use apinb_text::display::style::{BOLD, CYAN, DIM, GREEN, PLAIN, RED, Style, YELLOW, paint};
use apinb_text::display::wrap::wrap as wrap_lines;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// A line as styled pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(Vec<(Style, String)>);

impl Line {
    /// Adds text. Makes control characters visible and joins its lines.
    pub(super) fn push(&mut self, style: Style, text: &str) -> &mut Self {
        self.0.push((style, one_line(text)));
        self
    }

    /// Adds text without changes. It must not contain control characters.
    pub(super) fn push_as_it_is(&mut self, style: Style, text: &str) -> &mut Self {
        self.0.push((style, text.to_owned()));
        self
    }

    /// Adds the pieces of another line.
    pub(super) fn append(&mut self, other: Self) -> &mut Self {
        self.0.extend(other.0);
        self
    }

    /// Adds spaces up to a column.
    pub(super) fn pad_to(&mut self, column: usize) -> &mut Self {
        let missing = column.saturating_sub(self.width());
        self.0.push((PLAIN, " ".repeat(missing)));
        self
    }

    /// The width in columns.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// Renders the line with a line feed, without trailing spaces, truncated to `width` columns.
    pub(super) fn render(mut self, width: Option<usize>, color: bool) -> String {
        while let Some((_, text)) = self.0.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            self.0.pop();
        }
        let mut left = match width {
            Some(width) if self.width() > width => width.saturating_sub(1),
            _ => usize::MAX,
        };
        let cut = left != usize::MAX;
        let mut line = String::new();
        for (style, text) in &self.0 {
            let shown = if cut { start(text, left) } else { text };
            left = if shown.len() < text.len() { 0 } else { left.saturating_sub(shown.width()) };
            line.push_str(&paint(*style, shown, color));
        }
        if cut {
            line.push('…');
        }
        line.push('\n');
        line
    }
}

impl Line {
    /// Renders the line with a line feed, wrapped between words at `width` columns.
    pub(super) fn render_wrapped(self, width: Option<usize>, color: bool) -> String {
        let Some(width) = width.filter(|width| self.width() > *width) else { return self.render(None, color) };
        // A word may have several styles.
        let mut words: Vec<Self> = vec![Self::default()];
        for (style, text) in self.0 {
            for part in text.split_inclusive(' ') {
                if let Some(Self(word)) = words.last_mut() {
                    word.push((style, part.to_owned()));
                }
                if part.ends_with(' ') {
                    words.push(Self::default());
                }
            }
        }
        let (mut lines, mut line) = (String::new(), Self::default());
        for word in words {
            let columns: usize = word.0.iter().map(|(_, text)| text.trim_end().width()).sum();
            if line.width() > 0 && line.width() + columns > width {
                lines.push_str(&std::mem::take(&mut line).render(None, color));
                line.push(PLAIN, "  ");
            }
            line.append(word);
        }
        lines + &line.render(None, color)
    }
}

/// Text on one line, with control characters made visible.
pub(super) fn one_line(text: &str) -> String {
    let text = escape_controls(text);
    if text.contains(['\n', '\t']) { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text.into_owned() }
}

/// Text with its line breaks, with control characters made visible and tabs replaced by spaces.
pub(super) fn visible_lines(text: &str) -> String {
    escape_controls(text).replace('\t', "    ")
}

/// Wraps the words of text at `width` columns. Does not split words, so a longer word gets its own line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { Vec::new() } else { wrap_lines(&words, 0, width).into_iter().map(str::to_owned).collect() }
}

/// The start of a text that fits into `width` columns. Does not divide what is shown as one character, such as an emoji
/// with its modifiers.
fn start(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > width {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// Truncates text to `width` columns.
pub(super) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", start(text, width.saturating_sub(1))))
}

/// Truncates text in the middle to `width` columns, since the end of a path is the most informative part.
pub(super) fn cut_middle(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width || width < 3 {
        return cut(text, width);
    }
    let head = start(text, (width - 1) / 3);
    let mut tail = text.len();
    let mut used = head.width() + 1;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > width {
            break;
        }
        tail = at;
    }
    Cow::Owned(format!("{head}…{}", text.get(tail..).unwrap_or_default()))
}

/// Indents each non-empty line, and ends each line with a line feed.
pub(super) fn indented(text: &str, indent: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
    text.lines().map(line).collect()
}

/// `12 ms`, `1.2 s`, `2 min 3 s`.
pub(super) fn time(milliseconds: f64) -> String {
    let seconds = milliseconds / 1e3;
    if milliseconds < 999.5 {
        format!("{milliseconds:.0} ms")
    } else if seconds < 59.95 {
        format!("{seconds:.1} s")
    } else {
        let whole = Duration::try_from_secs_f64(seconds.round()).unwrap_or_default().as_secs();
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::{BOLD, Line, PLAIN, RED, cut, cut_middle, indented, one_line, time};

    #[test]
    fn lines_are_truncated_by_columns() {
        let line = || {
            let mut line = Line::default();
            line.push(BOLD, "日本語").pad_to(8).push(RED, "abc\ndef\x1b[2J  ");
            line
        };
        assert_eq!(line().render(None, false), "日本語  abc def␛[2J\n");
        assert_eq!(line().render(Some(80), false), "日本語  abc def␛[2J\n");
        assert_eq!(line().render(Some(10), false), "日本語  a…\n");
        assert_eq!(line().render(Some(6), false), "日本…\n");
        assert_eq!(line().render(Some(0), false), "…\n");
        assert_eq!(line().render(Some(10), true), "\x1b[1m日本語\x1b[0m  \x1b[31ma\x1b[0m…\n");
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        let mut line = Line::default();
        line.push(BOLD, "4 cells: ").push(RED, "1 failed").push(PLAIN, ", 3 passed; 12 ms");
        assert_eq!(line.clone().render_wrapped(None, false), "4 cells: 1 failed, 3 passed; 12 ms\n");
        assert_eq!(line.clone().render_wrapped(Some(19), false), "4 cells: 1 failed,\n  3 passed; 12 ms\n");
        assert_eq!(
            line.render_wrapped(Some(17), true),
            "\x1b[1m4 \x1b[0m\x1b[1mcells: \x1b[0m\x1b[31m1\x1b[0m\n  \x1b[31mfailed\x1b[0m, 3\n  passed; 12 ms\n"
        );
    }

    #[test]
    fn texts_are_truncated() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut_middle("/api/v2/users/1.json", 12), "/ap…s/1.json");
        assert_eq!(cut_middle("日本語日本語", 7), "日…本語");
        assert_eq!(cut("a👩‍👩‍👧b👍🏽c", 4), "a👩‍👩‍👧…");
        assert_eq!(one_line("a\r\n\tb\x07"), "a b␇");
        assert_eq!(indented("a\n\nb", "  "), "  a\n\n  b\n");
    }

    #[test]
    fn durations_are_formatted() {
        for (milliseconds, expected) in [
            (0.2, "0 ms"),
            (12.4, "12 ms"),
            (999.4, "999 ms"),
            (999.9, "1.0 s"),
            (59_949.0, "59.9 s"),
            (61_000.0, "1 min 1 s"),
        ] {
            assert_eq!(time(milliseconds), expected);
        }
    }
}
