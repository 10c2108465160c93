//! A notebook's markdown as HTML, with its cells in their places, in lists and quotes too.
//!
//! Markdown may hold HTML and links to anywhere. HTML is shown as the text it is; a link that could run something is
//! only its text; an image is a link to it, since the page loads nothing.

use std::collections::HashMap;

use apinb_record::part::PartRecord;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};
use url::{ParseError, Url};

use super::super::page::Page;

/// Makes the HTML of the cell with this number and code.
pub(super) type Cells<'a> = &'a dyn Fn(usize, &str) -> String;

/// The notebook's text as HTML.
pub(super) fn text(notebook: &Page<'_>, cells: Cells<'_>) -> String {
    let (markdown, mut places) = with_places(notebook);
    let events = events(&markdown, &mut places, cells);
    let mut page = String::new();
    html::push_html(&mut page, events.into_iter());
    // A cell that something before it swallows is shown all the same.
    let mut left: Vec<_> = places.into_values().collect();
    left.sort_by_key(|(cell, _)| *cell);
    for (number, code) in left {
        page.push_str(&cells(number, code));
    }
    page
}

/// The markdown, with an empty block in place of each cell; and where which of them stands.
fn with_places<'a>(notebook: &Page<'a>) -> (String, HashMap<usize, (usize, &'a str)>) {
    let mut markdown = String::new();
    let mut places = HashMap::new();
    for part in notebook.parts {
        match part {
            PartRecord::FrontMatter(_) => {}
            PartRecord::Text(text) => markdown.push_str(&text.replace("\r\n", "\n").replace('\r', "\n")),
            PartRecord::Code { number, code, indent, .. } => {
                // The text before it may be HTML, which goes on up to an empty line.
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
    // Whether each link around has become a link.
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
            // A page has one first heading, the notebook's.
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

/// Whether an address only leads somewhere: as browsers read it, who pass over spaces and control characters.
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
    fn addresses_that_only_lead_somewhere() {
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
