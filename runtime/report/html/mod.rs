//! A self-contained HTML page: the rendered text of the notebook, its code, results and calls.
//!
//! It has no script, and its content security policy forbids scripts and requests. The macro that generates the page
//! escapes all text; only the HTML that `text.rs` generates from Markdown is inserted without escaping.

mod call;
mod cell;
mod text;

use std::io;

use apinb_record::run::{NotebookRecord, RunRecord, Summary};
use apinb_text::display::plural::pluralize;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::layout::{cut, one_line, time};
use super::page::Page;

const STYLE: &str = include_str!("style.css");

/// Maximum number of notebooks whose failures the overview of a run lists.
const LISTED: usize = 100;

/// Maximum width of an error in the list of failed cells, in columns.
const REASON: usize = 120;

/// Forbids loading resources, running scripts and submitting forms.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The record as an HTML page.
pub(super) fn write(record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
    let mut listed = Vec::new();
    let (mut reasons, mut failed) = (String::new(), 0);
    record.notebooks.each(&mut |notebook| {
        let name = Page::with_results(notebook).name();
        if failed < LISTED {
            let list = failures(notebook, listed.len(), Some(&name));
            failed += usize::from(notebook.has_failed());
            reasons.push_str(&list.0);
        }
        listed.push((outcome(notebook), name, one_line(&notebook.path)));
        Ok(())
    })?;
    let alone = match listed.as_slice() {
        [(_, name, _)] => Some(name),
        _ => None,
    };
    let title = alone.cloned().unwrap_or_else(|| pluralize(listed.len(), "notebook"));
    out.write_all(head(&title, "").0.as_bytes())?;
    if alone.is_none() {
        let overview = html! {
            header.run {
                h1 { (title) }
                (summary(record.summary, record.milliseconds, false))
                (PreEscaped(&reasons))
                ol.notebooks {
                    @for (index, (outcome, name, path)) in listed.iter().enumerate() {
                        li.(outcome) { a href={ "#n" (index) } { (name) } " " (path) }
                    }
                }
            }
        };
        out.write_all(overview.0.as_bytes())?;
    }
    let mut index = 0;
    record.notebooks.each(&mut |notebook| {
        out.write_all(self::notebook(&Page::with_results(notebook), index).0.as_bytes())?;
        index += 1;
        Ok(())
    })?;
    let about = html! { (record.generator) " · " time datetime=(record.started) { (record.started) } };
    out.write_all(foot(&about).0.as_bytes())
}

/// A notebook that was not run, as an HTML page.
pub(super) fn without_results(page: &Page<'_>, generator: &str) -> String {
    let about = html! { (generator) };
    head(&page.name(), "").0 + &notebook(page, 0).0 + &foot(&about).0
}

/// The page up to its contents, with open elements that [`foot`] closes. `style`: rules beside those of all pages.
pub(super) fn head(title: &str, style: &str) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="no-referrer";
            title { (title) " · apinb" }
            style { (PreEscaped(STYLE)) (PreEscaped(style)) }
        }
        (PreEscaped("<body><main>"))
    }
}

/// The page from the end of its contents on.
pub(super) fn foot(about: &Markup) -> Markup {
    html! { (PreEscaped("</main>")) footer { (about) } (PreEscaped("</body></html>\n")) }
}

fn notebook(page: &Page<'_>, index: usize) -> Markup {
    html! {
        article #{ "n" (index) } {
            header {
                p.path { (one_line(page.path)) }
                h1 { (page.name()) }
                @if let Some(notebook) = page.results { (results(notebook, index)) }
            }
            (PreEscaped(text::text(page, &|number, code| cell::cell(page.cell(number), number, code, index).into_string())))
        }
    }
}

/// The results of a notebook.
fn results(notebook: &NotebookRecord, index: usize) -> Markup {
    html! {
        (summary(notebook.summary, notebook.milliseconds, notebook.mocked))
        (failures(notebook, index, None))
        @if !notebook.cells.is_empty() {
            nav aria-label="Cells" {
                @for cell in &notebook.cells {
                    a.(cell::status(cell.status)) href={ "#n" (index) "-" (cell.number) }
                        title={ "$" (cell.number) " " (one_line(&cell.label)) " (" (cell::status(cell.status)) ")" } { (cell.number) }
                }
            }
        }
        @if let Some(error) = &notebook.error { (cell::failure(error)) }
    }
}

/// The cells that failed by themselves, with their reasons, and below each the cells that failed because of it. Under the
/// `name` of the notebook, if others are listed too.
fn failures(notebook: &NotebookRecord, index: usize, name: Option<&str>) -> Markup {
    if !notebook.has_failed() || (name.is_none() && notebook.error.is_some() && notebook.summary.failed == 0) {
        return html! {};
    }
    let caused = notebook.caused();
    let failed = notebook.cells.iter().filter_map(|cell| Some((cell, cell.error.as_ref()?)));
    html! {
        ul.failures {
            @if let Some(name) = name {
                li.of { a href={ "#n" (index) } { (name) } }
                @if let Some(error) = &notebook.error { li { span.why { (reason(&error.message)) } } }
            }
            @for (cell, error) in failed.filter(|(_, error)| error.caused_by.is_none()) {
                li {
                    a href={ "#n" (index) "-" (cell.number) } {
                        span.number { "$" (cell.number) } (one_line(&cell.label))
                    }
                    span.why { (reason(&error.headline())) }
                    @if let Some(caused) = caused.get(&cell.number) {
                        span.more {
                            (caused.len()) " more because of it:"
                            @for number in caused { " " a href={ "#n" (index) "-" (number) } { "$" (number) } }
                        }
                    }
                }
            }
        }
    }
}

/// The first line of a message.
fn reason(message: &str) -> String {
    cut(&one_line(message.lines().next().unwrap_or_default()), REASON).into_owned()
}

fn summary(summary: Summary, milliseconds: f64, mocked: bool) -> Markup {
    let Summary { cells, passed, failed, skipped, calls } = summary;
    html! {
        ul.summary {
            li { (pluralize(cells, "cell")) }
            @for (number, status) in [(passed, "passed"), (failed, "failed"), (skipped, "skipped")] {
                @if number > 0 { li.(status) { (number) " " (status) } }
            }
            li { (pluralize(calls, "call")) }
            li { (time(milliseconds)) }
            @if mocked { li.mocked { "mocked" } }
        }
    }
}

fn outcome(notebook: &NotebookRecord) -> &'static str {
    if notebook.has_failed() { "failed" } else { "passed" }
}
