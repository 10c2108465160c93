//! Parses markdown into parts, by the offsets of pulldown-cmark.
//!
//! In one point this is not CommonMark: a fence directly below a line of HTML opens a cell, as it did in the original,
//! while in CommonMark the HTML block continues to the next blank line.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::attributes::Attributes;
use crate::front_matter;
use crate::model::{CodeCell, Notebook, Part};
use apinb_text::source::span::{SourceFile, Span};

/// Cuts `source` into its parts.
pub(super) fn parse(source: Arc<SourceFile>) -> Notebook {
    let (front_matter, markdown_start) = front_matter::parse(source.text());
    let mut parts = Vec::new();
    let mut end = 0;
    if markdown_start > 0 {
        parts.push(Part::FrontMatter(Span::new(0, markdown_start)));
        end = markdown_start;
    }
    for mut cell in cells(source.text(), markdown_start.max(front_matter::mark_length(source.text()))) {
        cell.attributes = Attributes::of_block(source.text(), cell.span.start);
        if cell.span.start > end {
            parts.push(Part::Text(Span::new(end, cell.span.start)));
        }
        end = cell.span.end;
        parts.push(Part::Code(cell));
    }
    if source.text().len() > end {
        parts.push(Part::Text(Span::new(end, source.text().len())));
    }
    Notebook { source, front_matter, parts }
}

/// Maximum number of times that markdown is parsed again after a fence was found in HTML: a corrected block can reveal
/// another one.
const PASSES: usize = 8;

/// The JavaScript blocks of `text`, whose markdown begins at `start`.
fn cells(text: &str, start: usize) -> Vec<CodeCell> {
    #[allow(clippy::string_slice, reason = "the front matter and the byte order mark end at a character")]
    let original = with_line_feeds(&text[start..]);
    let mut markdown = Cow::Borrowed(&*original);
    let mut cells = Vec::new();
    for _ in 0..PASSES {
        let above_fences;
        (cells, above_fences) = read(&markdown, &original, start);
        if above_fences.is_empty() {
            break;
        }
        markdown = Cow::Owned(blanked(&markdown, &above_fences));
    }
    cells
}

/// The JavaScript blocks of `markdown`, which begins at `start` of the source; and the lines of HTML that stand above a
/// fence inside their HTML block. `original` is `markdown` with nothing blanked: what was HTML may have become code.
fn read(markdown: &str, original: &str, start: usize) -> (Vec<CodeCell>, Vec<Range<usize>>) {
    let mut cells: Vec<CodeCell> = Vec::new();
    let mut open: Option<CodeCell> = None;
    let mut html: Option<Range<usize>> = None;
    let mut ends_at_blank_line = false;
    let mut above_fences = Vec::new();
    for (event, range) in Parser::new_ext(markdown, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if is_javascript(&info) => {
                open = Some(CodeCell {
                    number: cells.len(),
                    span: Span::new(start + range.start, start + with_line_end(markdown, range.end)),
                    attributes: Attributes::default(),
                    code: String::new(),
                    line_offsets: Vec::new(),
                    line_fills: Vec::new(),
                });
            }
            Event::Text(chunk) => {
                if let Some(cell) = &mut open {
                    let is_whole = markdown.get(range.clone()) == Some(&*chunk);
                    // Blanked text has more spaces than characters: its indentation may end inside a character.
                    let whole = original.floor_char_boundary(range.start)..range.end;
                    match original.get(whole.clone()).filter(|_| is_whole) {
                        Some(code) => add_code(cell, original, code, &whole, start),
                        None => add_code(cell, markdown, &chunk, &range, start),
                    }
                }
            }
            Event::End(TagEnd::CodeBlock) => cells.extend(open.take()),
            Event::Start(Tag::HtmlBlock) => {
                html = None;
                let block = markdown.get(range.start..);
                ends_at_blank_line = block.is_some_and(|html| !has_explicit_end(html.trim_start()));
            }
            Event::Html(_) if !ends_at_blank_line => {}
            Event::Html(line) if line.starts_with("```") && is_javascript(line.trim_start_matches('`')) => {
                above_fences.extend(html.take());
            }
            // pulldown-cmark reports the line feed after a CR separately.
            Event::Html(line) if !line.trim().is_empty() => html = Some(range),
            _ => {}
        }
    }
    (cells, above_fences)
}

/// Whether an HTML block continues over blank lines up to an explicit end (CommonMark 4.6, start conditions 1 to 5): a
/// fence in a comment stays a comment.
fn has_explicit_end(html: &str) -> bool {
    const NAMES: [&str; 4] = ["<pre", "<script", "<style", "<textarea"];
    html.starts_with("<!")
        || html.starts_with("<?")
        || NAMES.iter().any(|name| html.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// `markdown` with spaces for the HTML in `lines`, since a blank line ends its block.
fn blanked(markdown: &str, lines: &[Range<usize>]) -> String {
    let mut changed = String::with_capacity(markdown.len());
    let mut end = 0;
    for line in lines {
        let (Some(before), Some(html)) = (markdown.get(end..line.start), markdown.get(line.clone())) else { continue };
        changed.push_str(before);
        changed.extend(html.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        end = line.end;
    }
    changed.extend(markdown.get(end..));
    changed
}

fn is_javascript(info: &str) -> bool {
    let language = info.split_whitespace().next().unwrap_or_default();
    language.eq_ignore_ascii_case("javascript") || language.eq_ignore_ascii_case("js")
}

/// Adds the code that pulldown-cmark has found at `range` of `markdown`, which begins at `start` of the source.
///
/// If a tab is only partly indentation, its rest is reported as spaces with an empty range.
fn add_code(cell: &mut CodeCell, markdown: &str, chunk: &str, range: &Range<usize>, start: usize) {
    let mut at = range.start;
    for line in chunk.split_inclusive('\n') {
        if cell.code.is_empty() || cell.code.ends_with('\n') {
            // The line feed of an empty line that ends with CR LF is reported without its CR.
            let after_return = line == "\n" && at > 0 && markdown.as_bytes().get(at - 1) == Some(&b'\r');
            cell.line_offsets.push(start + at - usize::from(after_return));
            cell.line_fills.push(if range.is_empty() { line.trim_end_matches('\n').len() } else { 0 });
        }
        cell.code.push_str(line);
        at += line.len();
    }
}

/// pulldown-cmark supports LF and CR LF; a lone CR becomes LF for it, which preserves offsets.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut characters = text.chars().peekable();
    let mut changed = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        changed.push(if character == '\r' && characters.peek() != Some(&'\n') { '\n' } else { character });
    }
    Cow::Owned(changed)
}

/// The end of a block that ends at `end`, with the rest of its last line.
fn with_line_end(markdown: &str, end: usize) -> usize {
    let (before, after) = markdown.split_at(end);
    if before.ends_with('\n') {
        return end;
    }
    let rest = after.trim_start_matches([' ', '\t', '\r']);
    match rest.strip_prefix('\n') {
        Some(next) => markdown.len() - next.len(),
        None if rest.is_empty() => markdown.len(),
        None => end,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Notebook, Part};

    /// The parts of `text`: `F` front matter, `T` text, else the code of a cell.
    fn check(text: &str, expected: &[&str]) {
        let notebook = Notebook::parse("n.md", text);
        assert_eq!(notebook.to_markdown(), text);
        let parts: Vec<String> = notebook
            .parts
            .iter()
            .map(|part| match part {
                Part::FrontMatter(span) => format!("F{}", &text[span.start..span.end]),
                Part::Text(span) => format!("T{}", &text[span.start..span.end]),
                Part::Code(cell) => cell.code.clone(),
            })
            .collect();
        assert_eq!(parts, expected, "{text:?}");
        for cell in notebook.cells() {
            assert_eq!(cell.line_offsets.len(), cell.code.lines().count(), "{text:?}");
            for (line, offset) in cell.code.lines().zip(&cell.line_offsets) {
                assert!(text[*offset..].starts_with(line), "{line:?} is not at {offset} of {text:?}");
            }
        }
    }

    #[test]
    fn text_and_cells_alternate() {
        check(
            "---\na: 1\n---\n\n# T\n\n```javascript\nx\ny\n```\nafter\n",
            &["F---\na: 1\n---\n", "T\n# T\n\n", "x\ny\n", "Tafter\n"],
        );
        check("```js\n1\n```\n```js\n2\n```", &["1\n", "2\n"]);
        check("", &[]);
    }

    #[test]
    fn the_first_word_of_the_info_string_is_the_language() {
        check("```JavaScript run\n1\n```\n", &["1\n"]);
        check("``` JS\n1\n```\n", &["1\n"]);
        for other in ["```json\n1\n```\n", "```jsx\n1\n```\n", "```\n1\n```\n", "    indented\n", "`js`\n"] {
            check(other, &[&format!("T{other}")]);
        }
    }

    #[test]
    fn fences_may_be_long_indented_or_tildes() {
        check("`````js\n```\n`````\n", &["```\n"]);
        check("~~~~ js\n~~~\n~~~~~\n", &["~~~\n"]);
        check("  ```js\n  a\n    b\n c\n  ```  \nt", &["T  ", "a\n  b\nc\n", "Tt"]);
    }

    #[test]
    fn fences_may_be_inside_lists_and_quotes() {
        check("- x\n\n  ```js\n  a\n\n  b\n  ```\n- y\n", &["T- x\n\n  ", "a\n\nb\n", "T- y\n"]);
        check("> ```js\n> a\n>\n>  b\n> ```\n", &["T> ", "a\n\n b\n"]);
        check("1. > ```js\n   > a\n\nt\n", &["T1. > ", "a\n", "T\nt\n"]);
    }

    #[test]
    fn fences_may_follow_html() {
        check("<div>\n```javascript\n1\n```\n", &["T<div>\n", "1\n"]);
        check("> <p>é</p>\r\n> <br>\r\n> ```js\r\n> 1\r\n> ```\r\n", &["T> <p>é</p>\r\n> <br>\r\n> ", "1\n"]);
        check("<p>\n```js\n1\n```\n<p>\n```js\n2\n```\n", &["T<p>\n", "1\n", "T<p>\n", "2\n"]);
        // HTML in the first pass, a cell in the second.
        check("<div>\n```js\n1\n <p>\n```js\n2\n```\n", &["T<div>\n", "1\n <p>\n```js\n2\n"]);
        check("<v>\n```js\n```\n ~~~js\n\u{feff}\n```js", &["T<v>\n", "", "T ", "\u{feff}\n```js"]);
        for other in ["<!--\n```js\n1\n```\n-->\n", "<pre>\n```js\n1\n```\n</pre>\n", "<p>\n```json\n1\n```\n"] {
            check(other, &[&format!("T{other}")]);
        }
    }

    #[test]
    fn an_unclosed_fence_runs_to_the_end() {
        check("t\n\n```js\na\nb", &["Tt\n\n", "a\nb"]);
        check("```js", &[""]);
        check("```js\n", &[""]);
    }

    #[test]
    fn every_line_end_and_a_byte_order_mark_are_read() {
        check("\u{feff}```js\r\na\r\n\r\nb\r\n```\r\nt\r\n", &["T\u{feff}", "a\n\nb\n", "Tt\r\n"]);
        check("t\r\r```js\ra\r\rb\r```\rt\r", &["Tt\r\r", "a\n\nb\n", "Tt\r"]);
        check("> ```js\r\n> a\r\n> ```\r\n", &["T> ", "a\n"]);
    }
}
