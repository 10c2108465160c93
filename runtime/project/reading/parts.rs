//! The text of a notebook as a part of the record, so that reports need not parse markdown.

use apinb_notebook::model::{CodeCell, Notebook, Part};
use apinb_record::part::PartRecord;
use apinb_record::redact::Redact as _;
use apinb_text::secret::redactor::Redactor;

/// The parts of `notebook` without secrets.
#[must_use]
pub fn of(notebook: &Notebook, redactor: &Redactor) -> Vec<PartRecord> {
    let text = notebook.source.text();
    let parts = notebook.parts.iter().map(|part| {
        let span = part.span();
        let written = text.get(span.start..span.end).unwrap_or_default();
        let mut record = match part {
            Part::FrontMatter(_) => PartRecord::FrontMatter(written.to_owned()),
            Part::Text(_) => PartRecord::Text(written.to_owned()),
            Part::Code(cell) => code(cell, written, text.get(..span.start).unwrap_or_default()),
        };
        record.redact(redactor);
        record
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
    use apinb_text::secret::redactor::Redactor;

    #[test]
    fn parts_are_the_notebook_without_secrets() {
        let notebook = Notebook::parse(
            "n.md",
            "---\ntitle: A hunter22\n---\n> 1. ~~~ js hunter22\n>    hunter22\n>    ~~~\n\nhunter22",
        );
        let redactor = Redactor::default();
        redactor.add("hunter22");
        let code = PartRecord::Code {
            number: 0,
            opening: "~~~ js [secret]".to_owned(),
            code: "[secret]\n".to_owned(),
            indent: ">    ".to_owned(),
        };
        let front_matter = PartRecord::FrontMatter("---\ntitle: A [secret]\n---\n".to_owned());
        let text = |text: &str| PartRecord::Text(text.to_owned());
        assert_eq!(super::of(&notebook, &redactor), [front_matter, text("> 1. "), code, text("\n[secret]")]);
    }
}
