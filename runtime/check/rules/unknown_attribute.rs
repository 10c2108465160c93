//! `notebook/unknown-attribute`: a word after `js` that is probably meant for apinb.

use apinb_notebook::attributes::{NAMES, OtherAttribute};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::suggest::suggest;

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "notebook/unknown-attribute",
        severity: Severity::Warning,
        title: "Misspelled attribute of a cell",
        documentation: "A word after `js` in the opening fence of a cell is close to one of `setup`, `teardown`, `skip`, \
            `expect-failure` and `label`, but is not one, or has a value where none is expected. A run ignores it. Correct \
            it; words of other tools, such as `title=\"Users\"`, are not reported.",
        example: &[ExampleDocument {
            name: "notebook.md",
            text: "\
```js tear-down
client.users.id(5).delete()
```
",
        }],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let others = context.notebook.cells().flat_map(|cell| cell.attributes.others.iter().map(|one| (cell.number, one)));
    others.filter_map(|(cell, attribute)| occurrence(cell, attribute)).collect()
}

fn occurrence(cell: usize, attribute: &OtherAttribute) -> Option<Occurrence> {
    let OtherAttribute { name, has_value, span } = attribute;
    let occurrence = |message, help| Some(Occurrence { cell: Some(cell), span: *span, message, help: Some(help) });
    match name.as_str() {
        "label" => occurrence("`label` has no value".to_owned(), "Write `label=\"NAME\"`.".to_owned()),
        "setup" | "teardown" if *has_value => {
            occurrence(format!("`{name}` has a value"), format!("Write `{name}`, or remove it."))
        }
        name => {
            let meant = suggest(name, NAMES)?;
            occurrence(format!("unknown attribute `{name}`"), format!("Did you mean `{meant}`?"))
        }
    }
}

#[cfg(test)]
mod tests {
    use apinb_analysis::analyse;
    use apinb_notebook::model::Notebook;

    use super::{NAMES, OtherAttribute, occurrence};

    fn check(info: &str, expected: &[(&str, &str)]) {
        let text = format!("> ```js {info}\n> 1\n> ```\n");
        let notebook = Notebook::parse("n.md", text.as_str());
        assert_eq!(analyse(&notebook).syntax_errors.len(), 0);
        let cell = notebook.cells().next().expect("a cell");
        let found: Vec<_> =
            cell.attributes.others.iter().filter_map(|one: &OtherAttribute| occurrence(0, one)).collect();
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (&text[one.span.start..one.span.end], one.help.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(found, expected, "{info}");
    }

    #[test]
    fn near_words_are_reported() {
        check("tear-down", &[("tear-down", "Did you mean `teardown`?")]);
        check("Setup skipp=x", &[("Setup", "Did you mean `setup`?"), ("skipp=x", "Did you mean `skip`?")]);
        check("expect-fail", &[("expect-fail", "Did you mean `expect-failure`?")]);
        check("label", &[("label", "Write `label=\"NAME\"`.")]);
        check("setup=false", &[("setup=false", "Write `setup`, or remove it.")]);
    }

    #[test]
    fn words_of_other_tools_are_not() {
        check("title=\"a\" {1,3} showLineNumbers file=a.js copy live .numberLines", &[]);
        check(&NAMES.map(|name| if name == "label" { "label=x" } else { name }).join(" "), &[]);
    }
}
