//! Which earlier cell a cell failed because of: it uses a variable that only failed or skipped cells assign.

use std::collections::BTreeMap;

use apinb_engine::v8_messages::{MissingVariable, missing_variable};
use apinb_notebook::assigned::outermost_assignments;
use apinb_notebook::model::CodeCell;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_text::javascript::tokens::{Token, tokens};

/// The variables of the cells so far.
#[derive(Debug, Default)]
pub(super) struct Assignments {
    by_name: BTreeMap<String, Assigned>,
    /// Whether an earlier cell was not selected.
    has_unselected: bool,
}

/// Why a cell was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SkipReason {
    /// The selection of the run does not include it.
    NotSelected,
    /// Its fence says `skip`.
    Marked,
    /// The notebook ended before it.
    Ended,
}

/// The cells that assign a variable: the first one of each kind.
#[derive(Debug, Default)]
struct Assigned {
    passed: bool,
    failed: Option<usize>,
    skipped: Option<(usize, SkipReason)>,
    /// Whether it is a client in all of them: one that could not be created is an object without members.
    is_client: bool,
}

impl Assignments {
    /// Adds a cell that has ended.
    pub(super) fn add(&mut self, cell: &CodeCell, passed: bool) {
        self.each(cell, |assigned| {
            if passed {
                assigned.passed = true;
            } else {
                _ = assigned.failed.get_or_insert(cell.number);
            }
        });
    }

    /// Adds a cell that is skipped.
    pub(super) fn skip(&mut self, cell: &CodeCell, reason: SkipReason) {
        self.has_unselected |= reason == SkipReason::NotSelected;
        self.each(cell, |assigned| _ = assigned.skipped.get_or_insert((cell.number, reason)));
    }

    fn each(&mut self, cell: &CodeCell, mut change: impl FnMut(&mut Assigned)) {
        for name in outermost_assignments(&cell.code) {
            let assigned = self.by_name.entry(name.name.to_owned());
            let assigned = assigned.or_insert_with(|| Assigned { is_client: true, ..Assigned::default() });
            assigned.is_client &= name.is_client;
            change(assigned);
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
        let Some(assigned) = self.by_name.get(name) else {
            if self.has_unselected && error.name == "ReferenceError" {
                error.help.get_or_insert_with(|| {
                    "Earlier cells were not selected. Mark those that it needs `setup`, or use `--until` instead of `--only`.".to_owned()
                });
            }
            return;
        };
        if assigned.passed {
            return;
        }
        if matches!(missing, MissingVariable::Member(_)) && !assigned.is_client {
            return;
        }
        // A name of the cell's own may be undefined for any reason.
        if error.name == "TypeError" && may_bind(&cell.code) {
            return;
        }
        if let Some(number) = assigned.failed {
            error.caused_by = Some(number);
        } else if let Some((number, reason)) = assigned.skipped {
            let assigned = format!("`{name}` is assigned by ${number}, which");
            error.help = Some(match reason {
                SkipReason::NotSelected => {
                    format!("{assigned} was not selected: mark it `setup`, or use `--until` instead of `--only`.")
                }
                SkipReason::Marked => format!("{assigned} is marked `skip`."),
                SkipReason::Ended => format!("{assigned} did not run."),
            });
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

    use super::{Assignments, SkipReason};

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
            match status {
                Passed | Failed => assignments.add(cell, *status == Passed),
                Skipped => assignments.skip(cell, SkipReason::NotSelected),
            }
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
        check(&[("user = get()", Failed)], undefined, ("user.name = find(user.id)", 1), Some(0));
        check(&[("user = get()", Failed)], undefined, ("name = users.find(user.id)", 1), Some(0));
        check(&[("user = get()", Failed)], undefined, ("name = users.find(users.id)", 1), None);
        check(&[("user = get()", Failed)], undefined, ("name == user.name", 1), None);
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
        assert!(record.help.is_some_and(|help| help.contains("assigned by $0") && help.contains("`setup`")));
        let record = check(&[("f(() => 1)", Skipped)], ("ReferenceError", "user is not defined"), ("user", 1), None);
        assert!(record.help.is_some_and(|help| help.starts_with("Earlier cells were not selected.")));
        let record = check(&[("f(() => 1)", Passed)], ("ReferenceError", "user is not defined"), ("user", 1), None);
        assert_eq!(record.help, None);
    }
}
