//! `javascript/invalid-syntax`: a cell that is not JavaScript.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "javascript/invalid-syntax",
        severity: Severity::Error,
        title: "Invalid JavaScript",
        documentation: "A cell is not valid JavaScript, so that a run cannot execute any of it. The first error of \
            each cell is reported, in the words of the parser. At the top level of a cell, `import` of modules and \
            `await` are valid, `export` is not.",
        example: &[ExampleDocument {
            name: "notebook.md",
            text: "\
```js
total = (1 + 2
```
",
        }],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let errors = context.analysis.syntax_errors.iter().cloned();
    errors
        .map(|error| Occurrence { cell: Some(error.cell), span: error.place, message: error.message, help: error.help })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::{check, check_one};

    #[test]
    fn the_first_error_of_a_cell_has_its_position() {
        check(&RULE, &["x = ;\ny = ;", "await 1"], &["javascript/invalid-syntax 6:5 ;"]);
        check_one(&RULE, "x = ;", "javascript/invalid-syntax 6:5 ;", "unexpected token", "");
    }
}
