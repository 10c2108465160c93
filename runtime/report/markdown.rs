//! Writes the notebook with the results below its cells, for reading on GitHub and similar sites.
//!
//! The output is still a notebook with the same cells. The results are in plain text blocks, so none of their text is
//! markup.

use std::fmt::Write as _;
use std::io;

use apinb_record::part::PartRecord;
use apinb_record::run::{CellRecord, CellStatus, NotebookRecord, RunRecord, Summary};
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;

use super::cell;
use super::layout::{one_line, time};
use super::page::Page;

/// The notebooks of a run as Markdown.
pub(super) fn write(record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
    // Front matter is valid only at the start of a file.
    let alone = record.notebooks.count() == 1;
    let mut first = true;
    record.notebooks.each(&mut |notebook| {
        let page = Page::with_results(notebook);
        let mut text = if first { String::new() } else { "\n---\n\n".to_owned() };
        first = false;
        if !alone {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "# {}\n", code_span(&page.name()));
        }
        self::notebook(&mut text, &page, alone);
        out.write_all(text.as_bytes())
    })?;
    if first { out.write_all(b"no notebook\n") } else { Ok(()) }
}

/// A notebook that did not run, as Markdown.
pub(super) fn without_results(page: &Page<'_>) -> String {
    let mut text = String::new();
    notebook(&mut text, page, true);
    text
}

fn notebook(text: &mut String, page: &Page<'_>, with_front_matter: bool) {
    let mut parts = page.parts;
    if let [PartRecord::FrontMatter(front_matter), rest @ ..] = parts {
        parts = rest;
        if with_front_matter {
            text.push_str(front_matter);
            if page.results.is_some() {
                end_line(text);
                text.push('\n');
            }
        }
    }
    if let Some(notebook) = page.results {
        let _ = writeln!(text, "> {}\n", summary(notebook));
        if let Some(error) = &notebook.error {
            block(text, "", &cell::failure(error));
            text.push('\n');
        }
    }
    for part in parts {
        match part {
            PartRecord::FrontMatter(written) | PartRecord::Text(written) => text.push_str(written),
            PartRecord::Code { number, opening, code, indent } => {
                self::code(text, opening, code, indent);
                if let Some(result) = page.cell(*number).and_then(came_of) {
                    block(text, indent, &result);
                }
            }
        }
    }
    end_line(text);
}

/// The code block of a cell. It is always closed, even if the notebook leaves it open.
fn code(text: &mut String, opening: &str, code: &str, indent: &str) {
    let mark = opening.chars().next().unwrap_or('`');
    let fence: String = opening.chars().take_while(|&character| character == mark).collect();
    let _ = writeln!(text, "{opening}");
    lines(text, indent, code);
    let _ = writeln!(text, "{indent}{fence}");
}

/// The outcome of a cell.
fn came_of(cell: &CellRecord) -> Option<String> {
    let mut text = cell::output(cell);
    match (cell.status, &cell.error) {
        (CellStatus::Skipped, _) => {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "({})", cell::skipped(cell));
        }
        (_, Some(error)) => text.push_str(&cell::failure(error)),
        (_, None) => {
            if let Some(result) = cell.result_full.as_ref().or(cell.result.as_ref()) {
                text.push_str("= ");
                text.push_str(&escape_controls(result));
                text.push('\n');
            }
        }
    }
    (!text.is_empty()).then_some(text)
}

/// A plain text block with a fence longer than any in the content, after an empty line.
fn block(text: &mut String, indent: &str, content: &str) {
    let longest = content.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    let _ = writeln!(text, "{}", indent.trim_end());
    let _ = writeln!(text, "{indent}{fence}text");
    lines(text, indent, content);
    let _ = writeln!(text, "{indent}{fence}");
}

fn lines(text: &mut String, indent: &str, content: &str) {
    for line in content.lines() {
        let _ = writeln!(text, "{}", format!("{indent}{line}").trim_end());
    }
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn summary(notebook: &NotebookRecord) -> String {
    let Summary { cells, passed, failed, skipped, calls } = notebook.summary;
    let mark = if notebook.error.is_some() || failed > 0 { "❌" } else { "✅" };
    let mocked = if notebook.mocked { ", mocked" } else { "" };
    let (cells, calls, time) = (pluralize(cells, "cell"), pluralize(calls, "call"), time(notebook.milliseconds));
    format!("{mark} {cells}: {passed} passed, {failed} failed, {skipped} skipped; {calls}{mocked}; {time}")
}

/// Whether a line is the one that [`summary`] writes.
pub(super) fn is_summary(line: &str) -> bool {
    let rest = line.strip_prefix("> ✅ ").or_else(|| line.strip_prefix("> ❌ "));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains(" passed, "))
}

/// Text as an inline code span on one line, so none of it is markup.
pub(super) fn code_span(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::{block, code, code_span};

    #[test]
    fn content_cannot_end_its_fence() {
        let mut text = String::new();
        block(&mut text, "> ", "a\n````\n<b>\n\n");
        assert_eq!(text, ">\n> `````text\n> a\n> ````\n> <b>\n>\n> `````\n");
        assert_eq!(code_span("a\n`b``"), "``` a `b`` ```");
    }

    #[test]
    fn a_cell_is_fenced() {
        let mut text = "> 1. ".to_owned();
        code(&mut text, "~~~~ js", "a\n\n  b", ">    ");
        assert_eq!(text, "> 1. ~~~~ js\n>    a\n>\n>      b\n>    ~~~~\n");
    }
}
