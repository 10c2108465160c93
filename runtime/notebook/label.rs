//! The label of a cell.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::model::{CodeCell, Notebook, Part};

/// The `label` of `cell`, else the first line of the text before it, else its first statement.
pub(super) fn label(notebook: &Notebook, cell: &CodeCell) -> String {
    if let Some(label) = &cell.attributes.label {
        return one_line(label);
    }
    let index = notebook.parts.partition_point(|part| part.span().start < cell.span.start);
    let text = match index.checked_sub(1).and_then(|before| notebook.parts.get(before)) {
        Some(Part::Text(span)) => notebook.source.text().get(span.start..span.end).and_then(first_text_line),
        _ => None,
    };
    one_line(&text.or_else(|| first_code_line(&cell.code)).unwrap_or_default())
}

/// The first line of `markdown` with words, as plain text. Code blocks and HTML are skipped.
fn first_text_line(markdown: &str) -> Option<String> {
    let markdown = markdown.trim_start_matches('\u{feff}');
    let mut line = String::new();
    let mut skipped = false;
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => skipped = true,
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => skipped = false,
            Event::Text(text) | Event::Code(text) if !skipped => line.push_str(&text),
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::BlockQuote(_))
                if !line.trim().is_empty() =>
            {
                return Some(line);
            }
            _ => {}
        }
    }
    (!line.trim().is_empty()).then_some(line)
}

/// The first line of code that is not a comment, else the text of the first comment.
fn first_code_line(code: &str) -> Option<String> {
    let lines = || code.lines().map(str::trim).filter(|line| !line.is_empty());
    let comment = |line: &str| line.starts_with("//") || line.starts_with("/*") || line.starts_with('*');
    let statement = lines().find(|line| !comment(line));
    let line = statement
        .or_else(|| lines().map(|line| line.trim_matches(['/', '*', ' ', '\t'])).find(|line| !line.is_empty()))?;
    Some(line.to_owned())
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::model::Notebook;

    /// The labels of all cells of `text`.
    fn check(text: &str, expected: &[&str]) {
        let notebook = Notebook::parse("n.md", text);
        let labels: Vec<String> = notebook.cells().map(|cell| notebook.label(cell)).collect();
        assert_eq!(labels, expected, "{text:?}");
    }

    #[test]
    fn the_text_before_a_cell_names_it() {
        check("# Create a *user*\n\nmore\n\n```js\n1\n```\n", &["Create a user"]);
        check("- [`GET` users](http://x) now\n- second\n\n```js\n1\n```\n", &["GET users now"]);
        check("\n---\n\n<br>\n\n```json\n{}\n```\n\nThe **first**\nline\n\n```js\n1\n```\n", &["The first"]);
        check("---\ntitle: x\n---\n\n```js\na()\n```\n", &["a()"]);
    }

    #[test]
    fn the_fence_may_name_a_cell() {
        check("text\n\n```js label=\"The  first *one*\"\n1\n```\n", &["The first *one*"]);
    }

    #[test]
    fn without_text_the_first_statement_names_it() {
        check("text\n\n```js\n1\n```\n```js\n\n// why\n  a = b;\n```\n", &["text", "a = b;"]);
        check("```js\n/* only\n * words */\n```\n", &["only"]);
        check("```js\n```\n", &[""]);
    }

    #[test]
    fn labels_are_one_line_of_sixty_characters() {
        let long = "é".repeat(61);
        check(&format!("{long}\n\n```js\n```\n"), &[&format!("{}…", "é".repeat(60))]);
        check(&format!("{}\n\n```js\n```\n", "é".repeat(60)), &[&"é".repeat(60)]);
        check("a\u{1b}[31m\tb\n\n```js\n```\n", &["a [31m b"]);
    }
}
