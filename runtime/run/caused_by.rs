//! Which earlier cell a cell failed because of: it uses a variable that only failed or skipped cells assign.

use std::collections::BTreeMap;

use apinb_engine::v8_messages::{MissingVariable, missing_variable};
use apinb_notebook::assigned::outermost_assignments;
use apinb_notebook::model::CodeCell;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::run::CellStatus;
use apinb_text::javascript::tokens::{Token, tokens};

/// The variables of the cells so far.
#[derive(Debug, Default)]
pub(super) struct Assignments(BTreeMap<String, Assigned>);

/// The cells that assign a variable: the first one of each kind.
#[derive(Debug, Default)]
struct Assigned {
    passed: bool,
    failed: Option<usize>,
    skipped: Option<usize>,
    /// Whether it is a client in all of them: one that could not be created is an object without members.
    is_client: bool,
}

impl Assignments {
    /// Adds a cell that has ended, or that is skipped.
    pub(super) fn add(&mut self, cell: &CodeCell, status: CellStatus) {
        for name in outermost_assignments(&cell.code) {
            let assigned = self.0.entry(name.name.to_owned());
            let assigned = assigned.or_insert_with(|| Assigned { is_client: true, ..Assigned::default() });
            assigned.is_client &= name.is_client;
            match status {
                CellStatus::Passed => assigned.passed = true,
                CellStatus::Failed => _ = assigned.failed.get_or_insert(cell.number),
                CellStatus::Skipped => _ = assigned.skipped.get_or_insert(cell.number),
            }
        }
    }

    /// Adds to an error of `cell` which earlier cell caused it. Where that cell was only skipped, the error has help instead: no
    /// other error explains it.
    pub(super) fn explain(&self, cell: &CodeCell, error: &mut ErrorRecord) {
        if error.kind != ErrorKind::Thrown {
            return;
        }
        let Some(missing) = missing_variable(error) else { return };
        let (MissingVariable::Itself(name) | MissingVariable::Member(name)) = missing;
        let Some(assigned) = self.0.get(name).filter(|assigned| !assigned.passed) else { return };
        if matches!(missing, MissingVariable::Member(_)) && !assigned.is_client {
            return;
        }
        // A name of the cell's own may be undefined for any reason.
        if error.name == "TypeError" && may_bind(&cell.code) {
            return;
        }
        if let Some(number) = assigned.failed {
            error.caused_by = Some(number);
        } else if let Some(number) = assigned.skipped {
            error.help =
                Some(format!("`{name}` is assigned by ${number}, which was not selected. Add `--only {number}`."));
        }
    }
}

/// Whether code may have names of its own: parameters, and variables of functions and blocks.
fn may_bind(code: &str) -> bool {
    let binds =
        |token: &Token<'_>| matches!(token.text, "function" | "=>" | "for" | "catch" | "let" | "const" | "class");
    tokens(code, code.len()).iter().any(binds)
}

#[cfg(test)]
mod tests {
    use apinb_notebook::model::Notebook;
    use apinb_record::error::{ErrorKind, ErrorRecord};
    use apinb_record::position::FilePosition;
    use apinb_record::run::CellStatus::{self, Failed, Passed, Skipped};

    use super::Assignments;

    fn check(
        cells: &[(&str, CellStatus)],
        error: (&str, &str),
        line: (&str, usize),
        cause: Option<usize>,
    ) -> ErrorRecord {
        let text: String = cells.iter().map(|(code, _)| format!("```js\n{code}\n```\n\n")).collect();
        let notebook = Notebook::parse("n.md", text);
        let mut assignments = Assignments::default();
        for (cell, (_, status)) in notebook.cells().zip(cells) {
            assignments.add(cell, *status);
        }
        let mut record = ErrorRecord {
            source_line: Some(line.0.to_owned()),
            position: Some(FilePosition { file: "n.md".to_owned(), line: 1, column: line.1 }),
            ..ErrorRecord::new(ErrorKind::Thrown, error.0, error.1)
        };
        let failed = Notebook::parse("n.md", format!("```js\n{}\n```\n", line.0));
        assignments.explain(failed.cells().next().unwrap(), &mut record);
        assert_eq!(record.caused_by, cause, "{cells:?} {line:?}");
        record
    }

    #[test]
    fn a_variable_of_failed_cells_is_a_cause() {
        let undefined = ("ReferenceError", "user is not defined");
        let line = ("show(user.id)", 6);
        check(&[("1", Passed), ("user = get()", Failed)], undefined, line, Some(1));
        check(&[("API.createClient('user', 'a.raml')", Failed)], undefined, line, Some(0));
        check(&[("user = get()", Failed), ("user = 2", Passed)], undefined, line, None);
        check(&[("other = get()", Failed)], undefined, line, None);
        let read = ("TypeError", "Cannot read properties of undefined (reading 'id')");
        check(&[("var user = get()", Failed)], read, ("show(user.id)", 11), Some(0));
        check(&[("API.createClient('user', 'a.raml')", Failed)], read, ("user.body.id", 11), Some(0));
    }

    #[test]
    fn an_error_of_the_notebook_has_no_cause() {
        let cells = [("user = get()", Failed)];
        let thrown = "throw new ReferenceError('user is not defined')";
        check(&cells, ("ReferenceError", "user is not defined"), (thrown, 7), None);
        check(&cells, ("AssertionError", "user is not defined"), ("user", 1), None);
        // The variable was assigned, and something in its value is missing.
        let read = ("TypeError", "Cannot read properties of undefined (reading 'id')");
        check(&cells, read, ("show(user.body.id)", 16), None);
        check(&cells, read, ("user[0].nme.id", 13), None);
        // A name of the cell's own.
        check(&cells, read, ("list.map(user => user.id)", 22), None);
        check(
            &[("fetch('http://h.test/?user=1')", Failed)],
            ("ReferenceError", "user is not defined"),
            ("user", 1),
            None,
        );
    }

    #[test]
    fn a_skipped_cell_is_named_in_the_help() {
        let record = check(&[("user = 1", Skipped)], ("ReferenceError", "user is not defined"), ("user", 1), None);
        assert!(record.help.is_some_and(|help| help.contains("--only 0")));
    }
}
