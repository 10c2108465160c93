//! The headings of a notebook's text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::model::{Notebook, Part};

/// A heading of the notebook's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 for `#`, 6 for `######`.
    pub level: usize,
    /// Its text, without markdown.
    pub text: String,
    /// The byte offset in the source at which it starts.
    pub offset: usize,
}

/// The headings of `notebook`, in order.
pub(super) fn headings(notebook: &Notebook) -> Vec<Heading> {
    let mut headings = Vec::new();
    for part in &notebook.parts {
        let Part::Text(span) = part else { continue };
        let Some(text) = notebook.source.text().get(span.start..span.end) else { continue };
        let mut open: Option<Heading> = None;
        for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    open =
                        Some(Heading { level: level as usize, text: String::new(), offset: span.start + range.start });
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut open {
                        heading.text.push_str(&text);
                    }
                }
                Event::SoftBreak | Event::HardBreak => {
                    if let Some(heading) = &mut open {
                        heading.text.push(' ');
                    }
                }
                Event::End(TagEnd::Heading(_)) => headings.extend(open.take()),
                _ => {}
            }
        }
    }
    headings
}

#[cfg(test)]
mod tests {
    use crate::model::Notebook;

    #[test]
    fn headings_have_text_level_and_offset() {
        let text = "---\ntitle: x\n---\n# One *more* `time`\r\ntext\n\n```js\n# no\n```\n\nTwo\n---\n\n> ### In a quote\n\n```\n# no\n```\n";
        let notebook = Notebook::parse("n.md", text);
        let headings = notebook.headings();
        let shown: Vec<(usize, &str)> = headings.iter().map(|heading| (heading.level, heading.text.as_str())).collect();
        assert_eq!(shown, [(1, "One more time"), (2, "Two"), (3, "In a quote")]);
        for heading in &headings {
            assert!(text[heading.offset..].trim_start_matches(['#', ' ']).starts_with(&heading.text[..2]));
        }
    }
}
