//! Errors of a record as messages of the renderer of diagnostics.

use crate::error::ErrorRecord;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::{Message, SourcePosition};

impl From<&ErrorRecord> for Message {
    fn from(record: &ErrorRecord) -> Self {
        Self {
            severity: Severity::Error,
            code: None,
            text: format!("{}: {}", record.name, record.message),
            place: record.position.as_ref().map(|position| SourcePosition {
                file: position.file.clone(),
                line: position.line,
                column: position.column,
                length: 1,
                source_line: record.source_line.clone(),
            }),
            causes: record.causes.clone(),
            help: record.help.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::error::{ErrorKind, ErrorRecord};
    use crate::position::FilePosition;
    use apinb_text::diagnostic::render::Message;

    #[test]
    fn a_recorded_error_is_rendered_like_a_diagnostic() {
        let record = ErrorRecord {
            position: Some(FilePosition { file: "n.md".to_owned(), line: 7, column: 3 }),
            source_line: Some("  x()".to_owned()),
            causes: vec!["why".to_owned()],
            ..ErrorRecord::new(ErrorKind::Thrown, "TypeError", "x is not a function")
        };
        assert_eq!(
            Message::from(&record).render(None, false),
            "\
error: TypeError: x is not a function
  --> n.md:7:3
  |
7 |   x()
  |   ^
caused by: why
"
        );
    }
}
