//! Writes a Jupyter notebook, nbformat 4.5: text and code unchanged, results as outputs.

use std::io;

use apinb_record::part::PartRecord;
use apinb_record::run::{CellRecord, CellStatus, ConsoleLevel, RunRecord};
use apinb_record::sequence::serialize_each;
use apinb_text::display::escape::escape_controls;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::cell;
use super::json::pretty;
use super::page::Page;

#[derive(Serialize)]
struct Notebook<E: Fn(Visit<'_>) -> io::Result<()>> {
    nbformat: u32,
    nbformat_minor: u32,
    metadata: Value,
    /// Passes each cell to its argument.
    #[serde(serialize_with = "cells")]
    cells: E,
}

/// Called with each cell.
type Visit<'a> = &'a mut dyn FnMut(&Value) -> io::Result<()>;

/// A run as a Jupyter notebook. Several notebooks are concatenated.
pub(super) fn write(record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
    let alone = record.notebooks.count() == 1;
    let mut title = None;
    if alone {
        record.notebooks.each(&mut |notebook| {
            title.clone_from(&notebook.title);
            Ok(())
        })?;
    }
    let cells = |visit: Visit<'_>| {
        let mut index = 0;
        record.notebooks.each(&mut |notebook| {
            let page = Page::with_results(notebook);
            if !alone {
                visit(&markdown(&format!("notebook-{index}"), &format!("# {}", page.name())))?;
            }
            of_page(&page, index).iter().try_for_each(&mut *visit)?;
            index += 1;
            Ok(())
        })
    };
    document(title.as_deref(), cells, out)
}

/// A notebook that did not run, as a Jupyter notebook.
pub(super) fn without_results(page: &Page<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    document(page.title, |visit: Visit<'_>| of_page(page, 0).iter().try_for_each(visit), out)
}

fn document(
    title: Option<&str>,
    cells: impl Fn(Visit<'_>) -> io::Result<()>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut metadata = json!({
        "kernelspec": { "name": "javascript", "display_name": "JavaScript", "language": "javascript" },
        "language_info": { "name": "javascript", "file_extension": ".js", "mimetype": "text/javascript" },
    });
    if let (Some(title), Value::Object(metadata)) = (title, &mut metadata) {
        metadata.insert("title".to_owned(), title.into());
    }
    pretty(&Notebook { nbformat: 4, nbformat_minor: 5, metadata, cells }, out)
}

fn cells<S: Serializer>(each: &impl Fn(Visit<'_>) -> io::Result<()>, serializer: S) -> Result<S::Ok, S::Error> {
    serialize_each(serializer, |visit| each(visit))
}

/// The cells of one notebook.
fn of_page(page: &Page<'_>, index: usize) -> Vec<Value> {
    let mut cells = Vec::new();
    if let Some(error) = page.results.and_then(|notebook| notebook.error.as_ref()) {
        let text = cell::failure(error);
        cells.push(raw(&format!("error-{index}"), text.trim_end()));
    }
    for (place, part) in page.parts.iter().enumerate() {
        let id = format!("part-{index}-{place}");
        match part {
            PartRecord::FrontMatter(text) => cells.push(raw(&id, text.trim_end())),
            PartRecord::Text(text) => {
                let text = without_marker(text, page.parts.get(place + 1)).trim_matches(['\n', '\r']);
                if !text.trim().is_empty() {
                    cells.push(markdown(&id, text));
                }
            }
            PartRecord::Code { number, code, .. } => {
                cells.push(self::code(&format!("cell-{index}-{number}"), code, page.cell(*number)));
            }
        }
    }
    cells
}

/// Removes the text before the fence of the next cell, such as a list marker, which has no meaning here.
fn without_marker<'a>(text: &'a str, next: Option<&PartRecord>) -> &'a str {
    match next {
        Some(PartRecord::Code { indent, .. }) if !indent.is_empty() => {
            text.rfind(['\n', '\r']).and_then(|end| text.get(..=end)).unwrap_or_default()
        }
        _ => text,
    }
}

fn markdown(id: &str, source: &str) -> Value {
    json!({ "cell_type": "markdown", "id": id, "metadata": {}, "source": lines(source) })
}

fn raw(id: &str, source: &str) -> Value {
    json!({ "cell_type": "raw", "id": id, "metadata": {}, "source": lines(source) })
}

fn code(id: &str, source: &str, ran: Option<&CellRecord>) -> Value {
    let ran = ran.filter(|cell| cell.status != CellStatus::Skipped);
    json!({
        "cell_type": "code",
        "id": id,
        "metadata": {},
        // The number N of `$N`.
        "execution_count": ran.map(|cell| cell.number),
        "source": lines(source.trim_end_matches('\n')),
        "outputs": ran.map(outputs).unwrap_or_default(),
    })
}

fn outputs(cell: &CellRecord) -> Vec<Value> {
    let mut streams: Vec<(&str, String)> = Vec::new();
    let mut write = |name: &'static str, line: &str| match streams.last_mut() {
        Some((last, text)) if *last == name => text.extend([line, "\n"]),
        _ => streams.push((name, format!("{line}\n"))),
    };
    for prompt in &cell.prompts {
        write("stdout", &cell::question(prompt));
    }
    for line in &cell.console {
        let name = if matches!(line.level, ConsoleLevel::Warn | ConsoleLevel::Error) { "stderr" } else { "stdout" };
        write(name, &escape_controls(&line.text));
    }
    for call in &cell.calls {
        write("stdout", &cell::called(call));
    }
    if let Some(omitted) = cell::omitted(&cell.omitted) {
        write("stdout", &omitted);
    }
    let stream = |(name, text): (&str, String)| json!({ "output_type": "stream", "name": name, "text": lines(&text) });
    let mut outputs: Vec<Value> = streams.into_iter().map(stream).collect();
    if let Some(error) = &cell.error {
        outputs.push(json!({
            "output_type": "error",
            "ename": error.name,
            "evalue": error.message,
            "traceback": cell::failure(error).lines().collect::<Vec<_>>(),
        }));
    } else if let Some(result) = cell.result_full.as_ref().or(cell.result.as_ref()) {
        outputs.push(json!({
            "output_type": "execute_result",
            "execution_count": cell.number,
            "metadata": {},
            "data": { "text/plain": lines(&escape_controls(result)) },
        }));
    }
    outputs
}

/// The lines of a text with their line breaks, as Jupyter stores them.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
