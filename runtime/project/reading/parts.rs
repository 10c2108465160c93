//! The text of a notebook as a part of the record, so that reports need not parse markdown.

use apinb_notebook::model::{CodeCell, Notebook, Part};
use apinb_record::part::PartRecord;

/// The parts of `notebook`, not redacted.
#[must_use]
pub fn of(notebook: &Notebook) -> Vec<PartRecord> {
    let text = notebook.source.text();
    let parts = notebook.parts.iter().map(|part| {
        let span = part.span();
        let written = text.get(span.start..span.end).unwrap_or_default();
        match part {
            Part::FrontMatter(_) => PartRecord::FrontMatter(written.to_owned()),
            Part::Text(_) => PartRecord::Text(written.to_owned()),
            Part::Code(cell) => code(cell, written, text.get(..span.start).unwrap_or_default()),
        }
    });
    parts.collect()
}

fn code(cell: &CodeCell, written: &str, before: &str) -> PartRecord {
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    // On the lines after the first, spaces replace the marker of a list item.
    let indent = line.chars().map(|character| if matches!(character, '>' | '\t') { character } else { ' ' });
    PartRecord::Code {
        number: cell.number,
        opening: written.split(['\n', '\r']).next().unwrap_or_default().to_owned(),
        code: cell.code.clone(),
        indent: indent.collect(),
    }
}

#[cfg(test)]
mod tests {
    use apinb_notebook::model::Notebook;
    use apinb_record::part::PartRecord;

    #[test]
    fn parts_cover_the_whole_notebook() {
        let notebook = Notebook::parse("n.md", "---\ntitle: A\n---\n> 1. ~~~ js more\n>    x = 1\n>    ~~~\n\nThe end");
        let code = PartRecord::Code {
            number: 0,
            opening: "~~~ js more".to_owned(),
            code: "x = 1\n".to_owned(),
            indent: ">    ".to_owned(),
        };
        let front_matter = PartRecord::FrontMatter("---\ntitle: A\n---\n".to_owned());
        let text = |text: &str| PartRecord::Text(text.to_owned());
        assert_eq!(super::of(&notebook), [front_matter, text("> 1. "), code, text("\nThe end")]);
    }
}
