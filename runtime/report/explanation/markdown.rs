//! Renders Markdown as plain text for a terminal: wraps paragraphs, marks list items, keeps code unchanged.

use apinb_text::display::truncate::prefix_bytes;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr as _;

use super::super::layout::{visible_lines, wrap};

/// Maximum length of a text, in bytes; the rest is omitted.
const MAX_LENGTH: usize = 64 << 10;

/// The lines of a Markdown text. Lines are wrapped at `width` columns, but words are not split.
pub(super) fn plain(markdown: &str, width: usize) -> Vec<String> {
    let shown = prefix_bytes(markdown, MAX_LENGTH);
    let mut writer = Writer { width, ..Writer::default() };
    for event in Parser::new_ext(shown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        writer.event(event);
    }
    writer.end_block();
    if shown.len() < markdown.len() {
        writer.lines.push("…".to_owned());
    }
    writer.lines
}

#[derive(Default)]
struct Writer {
    width: usize,
    lines: Vec<String>,
    /// The current block. Line feeds in it are hard breaks.
    text: String,
    /// The enclosing lists, each with its next number; `None` for bullet lists.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// The prefix of the next line, in a list item.
    bullet: Option<String>,
    verbatim: bool,
    /// Whether to insert an empty line before the next block.
    apart: bool,
    links: Vec<(String, usize)>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text.push_str(&text),
            Event::Code(code) => self.text.push_str(&format!("`{code}`")),
            Event::SoftBreak => self.text.push(if self.verbatim { '\n' } else { ' ' }),
            Event::HardBreak => self.text.push('\n'),
            Event::InlineHtml(html) | Event::Html(html) => self.html(&html),
            Event::Rule => {
                self.end_block();
                self.apart = true;
            }
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text.push_str(&text);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(first) => {
                self.end_block();
                // A nested list follows its item without an empty line.
                self.apart &= self.lists.is_empty();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_block();
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", number.saturating_sub(1))
                    }
                    _ => "- ".to_owned(),
                };
                self.bullet = Some(bullet);
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.quotes += 1;
            }
            Tag::CodeBlock(_) => {
                self.end_block();
                self.verbatim = true;
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.text.len()));
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock | Tag::Table(_) => self.end_block(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
                self.apart = self.lists.is_empty();
            }
            TagEnd::Item => {
                self.end_block();
                self.bullet = None;
                self.apart = false;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                self.end_block();
                self.verbatim = false;
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock => self.end_block(),
            TagEnd::TableCell => self.text.push_str("  "),
            TagEnd::TableHead | TagEnd::TableRow => {
                self.end_block();
                self.apart = false;
            }
            TagEnd::Table => self.apart = true,
            _ => {}
        }
    }

    /// Adds the address of a link after its text, unless they are equal.
    fn end_link(&mut self) {
        let Some((address, start)) = self.links.pop() else { return };
        let shown = self.text.get(start..).unwrap_or_default();
        let same = address.trim_start_matches("mailto:") == shown || address.starts_with('#') || address.is_empty();
        if shown.is_empty() {
            self.text.push_str(&address);
        } else if !same {
            self.text.push_str(&format!(" ({address})"));
        }
    }

    /// Keeps only the text and the line breaks of HTML.
    fn html(&mut self, html: &str) {
        let mut rest = html;
        while let Some(open) = rest.find('<') {
            let (before, tag) = rest.split_at(open);
            self.text.push_str(before);
            let Some(close) = tag.find('>') else {
                rest = tag;
                break;
            };
            let name = tag.get(1..close).unwrap_or_default().trim_start_matches('/').to_ascii_lowercase();
            let name = name.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
            if matches!(name, "br" | "p" | "div" | "li" | "tr") && !self.text.trim_end_matches(' ').ends_with('\n') {
                self.text.push('\n');
            }
            rest = tag.get(close + 1..).unwrap_or_default();
        }
        self.text.push_str(rest);
    }

    /// Writes the current block.
    fn end_block(&mut self) {
        // Escapes controls here, since Markdown can contain a control character as `&#27;`.
        let text = visible_lines(&std::mem::take(&mut self.text));
        self.links.clear();
        if text.trim().is_empty() {
            return;
        }
        if self.apart && !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        let quote = "> ".repeat(self.quotes.min(8));
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(8));
        let bullet = self.bullet.take();
        let hanging = match (&bullet, self.lists.last()) {
            (Some(bullet), _) => " ".repeat(bullet.width()),
            (None, Some(_)) => "  ".to_owned(),
            (None, None) => String::new(),
        };
        let first = format!("{quote}{indent}{}", bullet.as_deref().unwrap_or(&hanging));
        let others = format!("{quote}{indent}{hanging}");
        let mut lines = Vec::new();
        if self.verbatim {
            lines.extend(text.trim_end_matches('\n').lines().map(|line| format!("    {line}")));
        } else {
            let room = self.width.saturating_sub(others.width()).max(20);
            text.trim().lines().for_each(|line| lines.extend(wrap(line, room)));
        }
        for (index, line) in lines.into_iter().enumerate() {
            let start = if index == 0 { &first } else { &others };
            self.lines.push(format!("{start}{line}").trim_end().to_owned());
        }
        self.apart = self.lists.is_empty();
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[track_caller]
    fn check(markdown: &str, expected: &[&str]) {
        assert_eq!(plain(markdown, 30), expected, "{markdown}");
    }

    #[test]
    fn paragraphs_are_wrapped() {
        check(
            "One two three four five six seven eight.\n\nNext\nline.",
            &["One two three four five six", "seven eight.", "", "Next line."],
        );
        check("# A *title*\ntext `code`  \nbroken", &["A title", "", "text `code`", "broken"]);
        check("", &[]);
        check("日本語 日本語 日本語 日本語 日本語", &["日本語 日本語 日本語 日本語", "日本語"]);
    }

    #[test]
    fn list_items_have_hanging_indents() {
        check(
            "Before:\n- one two three four five six seven\n- two\n  1. inner\n\nAfter",
            &["Before:", "", "- one two three four five six", "  seven", "- two", "  1. inner", "", "After"],
        );
    }

    #[test]
    fn other_elements_are_rendered() {
        check("```json\n{\n  \"a\": 1\n}\n```", &["    {", "      \"a\": 1", "    }"]);
        check("> quoted", &["> quoted"]);
        check("See [docs](https://a.test) and <https://b.test>", &["See docs (https://a.test) and", "https://b.test"]);
        check("| a | b |\n|---|---|\n| 1 | 2 |", &["a b", "1 2"]);
        check("a<br/>b <b>bold</b>", &["a", "b bold"]);
    }

    #[test]
    fn control_characters_are_escaped() {
        check("\u{1b}[2J&#27;[31m\u{202e}", &["␛[2J␛[31m\\u{202e}"]);
    }
}
