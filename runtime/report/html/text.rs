//! Renders the Markdown of a notebook as HTML, with its cells at their positions, even in lists and quotes.
//!
//! Markdown may contain HTML and any links. HTML is shown as text, a link that could run code is reduced to its text,
//! and an image becomes a link, since the page loads nothing.

use std::collections::HashMap;

use apinb_record::part::PartRecord;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};
use url::{ParseError, Url};

use super::super::page::Page;

/// Renders the cell with this number and code.
pub(super) type Cells<'a> = &'a dyn Fn(usize, &str) -> String;

/// The text of the notebook as HTML.
pub(super) fn text(notebook: &Page<'_>, cells: Cells<'_>) -> String {
    let (markdown, mut places) = with_places(notebook);
    let events = events(&markdown, &mut places, cells);
    let mut page = String::new();
    html::push_html(&mut page, events.into_iter());
    // Appends cells that Markdown before them has absorbed.
    let mut left: Vec<_> = places.into_values().collect();
    left.sort_by_key(|(cell, _)| *cell);
    for (number, code) in left {
        page.push_str(&cells(number, code));
    }
    page
}

/// The Markdown with an empty block for each cell, and the cells by the offset of their block.
fn with_places<'a>(notebook: &Page<'a>) -> (String, HashMap<usize, (usize, &'a str)>) {
    let mut markdown = String::new();
    let mut places = HashMap::new();
    for part in notebook.parts {
        match part {
            PartRecord::FrontMatter(_) => {}
            PartRecord::Text(text) => markdown.push_str(&text.replace("\r\n", "\n").replace('\r', "\n")),
            PartRecord::Code { number, code, indent, .. } => {
                // The text before it may be HTML, which extends to the next empty line.
                if indent.is_empty() {
                    markdown.push_str("\n\n");
                }
                places.insert(markdown.len(), (*number, code.as_str()));
                markdown.push_str("```\n");
                markdown.push_str(indent);
                markdown.push_str("```\n");
            }
        }
    }
    (markdown, places)
}

fn events<'a>(markdown: &'a str, places: &mut HashMap<usize, (usize, &str)>, cells: Cells<'_>) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut in_cell = false;
    // Whether each enclosing link was rendered as a link.
    let mut links = Vec::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        let event = match event {
            Event::End(TagEnd::CodeBlock) if in_cell => {
                in_cell = false;
                continue;
            }
            _ if in_cell => continue,
            Event::Start(Tag::CodeBlock(kind)) => match places.remove(&range.start) {
                Some((number, code)) => {
                    in_cell = true;
                    Event::Html(cells(number, code).into())
                }
                None => Event::Start(Tag::CodeBlock(kind)),
            },
            Event::Start(Tag::HtmlBlock) => Event::Html("<pre class=\"html\">".into()),
            Event::End(TagEnd::HtmlBlock) => Event::Html("</pre>\n".into()),
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. }) => {
                let leads = !links.contains(&true) && is_harmless(&dest_url);
                links.push(leads);
                if !leads {
                    continue;
                }
                Event::Start(link(dest_url, title))
            }
            Event::End(TagEnd::Link | TagEnd::Image) => match links.pop() {
                Some(true) => Event::End(TagEnd::Link),
                _ => continue,
            },
            // Drops the id, classes and attributes of a heading.
            Event::Start(Tag::Heading { level, .. }) => {
                Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
            }
            other => other,
        };
        events.push(event);
    }
    events
}

fn link<'a>(dest_url: CowStr<'a>, title: CowStr<'a>) -> Tag<'a> {
    Tag::Link { link_type: LinkType::Inline, dest_url, title, id: CowStr::Borrowed("") }
}

/// Whether following an address cannot run code. Parses it like browsers, which ignore spaces and control characters.
fn is_harmless(address: &str) -> bool {
    match Url::parse(address) {
        Ok(url) => matches!(url.scheme(), "http" | "https" | "mailto"),
        Err(error) => error == ParseError::RelativeUrlWithoutBase,
    }
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn only_navigating_urls_become_links() {
        for (address, expected) in [
            ("https://example.org/", true),
            ("mailto:ann@example.org", true),
            ("other.md#part", true),
            ("#part", true),
            ("//example.org", true),
            ("javascript:alert(1)", false),
            (" JavaScript:alert(1)", false),
            ("java\nscript:alert(1)", false),
            ("\u{1}javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("vbscript:x", false),
            ("file:///etc/passwd", false),
            ("https://", false),
        ] {
            assert_eq!(is_harmless(address), expected, "{address:?}");
        }
    }
}
