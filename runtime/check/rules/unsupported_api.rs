//! `javascript/unsupported-api`: a use of `document` and the like.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "javascript/unsupported-api",
        severity: Severity::Error,
        title: "Browser API that apinb does not provide",
        documentation: "A cell uses an API of browsers that apinb does not provide, such as `document` or \
            `localStorage`: there is no page. A run fails there. Remove the use, or test for the API first, as in \
            `typeof document !== 'undefined'`; a use behind such a test is not reported.",
        example: &[ExampleDocument {
            name: "notebook.md",
            text: "\
```js
document.title = 'Shop'
```
",
        }],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let uses = context.analysis.unsupported_apis.iter();
    uses.map(|api| Occurrence {
        cell: Some(api.cell),
        span: api.place,
        message: format!("`{}` is a browser API that apinb does not provide", api.name),
        help: Some(format!("Test for it first: `typeof {} !== 'undefined'`.", api.name)),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::{check, check_one};

    #[test]
    fn a_browser_api_has_its_position() {
        check_one(
            &RULE,
            "window.localStorage.setItem('a', 1)",
            "javascript/unsupported-api 6:8 localStorage",
            "`localStorage` is a browser API that apinb does not provide",
            "Test for it first: `typeof localStorage !== 'undefined'`.",
        );
        check(&RULE, &["typeof document === 'undefined' || document.title"], &[]);
    }
}
