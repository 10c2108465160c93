//! Over generated documents: parsing changes no byte, the parts cover the text, the offsets of code lines are correct.

use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Just;
use proptest::test_runner::TestCaseError;

use crate::assignment::assigned_variable;
use crate::model::Notebook;
use apinb_text::secret::names::is_secret_name;

/// Pieces of markdown and JavaScript, and plain text.
fn piece() -> impl Strategy<Value = String> {
    let marks = prop::sample::select(vec![
        "```javascript",
        "```js",
        "~~~ JS x",
        "```",
        "~~~~",
        "`````js",
        "```json",
        "---",
        "title: a: b",
        "> ",
        ">",
        "- ",
        "1. ",
        "    ",
        "\t",
        "  ",
        "\u{feff}",
        "<div>",
        "<!--",
        "-->",
        "[a]: b",
        "# ",
        "==",
        "|",
        "\\",
        "\0",
        "é",
        "😀",
        "x = prompt('a')",
        "window.prompt(",
        "'",
        "`${",
        "/",
        "/*",
        "*/",
        "//",
        "{",
        "}",
        "(",
        ")",
        ":",
        ",",
        "=",
        "?",
    ]);
    prop_oneof![6 => marks.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from), 2 => "[a-z ]{0,8}"]
}

fn document() -> impl Strategy<Value = String> {
    let line_end = prop_oneof![Just(""), Just("\n"), Just("\n"), Just("\r\n"), Just("\r")];
    prop::collection::vec((piece(), line_end), 0..60)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, end)| [piece, end.to_owned()]).collect())
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let notebook = Notebook::parse("n.md", text);
    prop_assert_eq!(notebook.to_markdown(), text);
    let mut end = 0;
    for part in &notebook.parts {
        let span = part.span();
        prop_assert_eq!(span.start, end);
        prop_assert!(span.end > span.start && text.is_char_boundary(span.end));
        end = span.end;
    }
    prop_assert_eq!(end, text.len());
    for (number, cell) in notebook.cells().enumerate() {
        prop_assert_eq!(cell.number, number);
        prop_assert!(!cell.code.contains('\r'));
        prop_assert_eq!(cell.line_offsets.len(), cell.code.split_inclusive('\n').count());
        let mut before = cell.span.start;
        for (index, (line, offset)) in cell.code.split('\n').zip(&cell.line_offsets).enumerate() {
            prop_assert!(*offset >= before && *offset <= cell.span.end);
            before = *offset;
            // The rest of a tab that is partly indentation is spaces in the code.
            let source = &text[*offset..];
            prop_assert!(
                source.starts_with(line)
                    || (source.trim_start_matches(' ').starts_with(line.trim_start_matches(' '))
                        && line.starts_with(' ')),
                "{:?} is not at {}",
                line,
                offset
            );
            prop_assert!(cell.source_offset(index + 1, 1) <= text.len());
        }
        prop_assert!(notebook.label(cell).chars().count() <= 60);
    }
    Ok(())
}

proptest! {
    #[test]
    fn generated_documents_round_trip(text in document()) {
        check(&text)?;
    }

    #[test]
    fn any_text_round_trips(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn assignments_are_searched_in_any_code(code in document(), at in 0_usize..400) {
        if let Some(name) = assigned_variable(&code, at) {
            prop_assert!(code.contains(name));
        }
        let _ = is_secret_name(&code);
    }
}
