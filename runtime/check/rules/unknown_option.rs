//! `client/unknown-option`: an option of a call that nothing reads.

use apinb_client::completion::settings;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;

use super::context::Context;
use super::declared::calls;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/unknown-option",
        severity: Severity::Warning,
        title: "Unknown option of a call",
        documentation: "A call passes an option that does not exist, such as `header` for `headers`. A run ignores it, with \
            a warning; with `--strict` the cell fails. Correct the name, or remove the option.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
shop.orders.get({}, { header: { 'X-Trace': 'on' } })
```
",
            },
            ExampleDocument {
                name: "shop.raml",
                text: "\
#%RAML 1.0
title: Shop
baseUri: https://shop.example.org
/orders:
  get:
    headers:
      X-Trace:
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let known = settings();
    let mut occurrences = Vec::new();
    for call in calls(context) {
        for option in call.options.iter().filter(|option| !known.contains(&option.name.as_str())) {
            occurrences.push(Occurrence {
                cell: Some(call.cell),
                span: option.place,
                message: format!("unknown option `{}`", option.name),
                help: Some(match suggest(&option.name, known) {
                    Some(meant) => format!("Did you mean `{meant}`?"),
                    None => use_one_of(&known, usize::MAX),
                }),
            });
        }
    }
    occurrences
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::{check, check_one};

    #[test]
    fn an_unknown_option_has_its_position() {
        check_one(
            &RULE,
            "shop.users.get({ header: 1 }, { header: { a: 1 } })",
            "client/unknown-option 6:33 header",
            "unknown option `header`",
            "Did you mean `headers`?",
        );
        check(&RULE, &["shop.users.id(5).put({}, { timeout: 5, query: {} })"], &["client/unknown-option 6:28 timeout"]);
        check(&RULE, &["shop.users.get({}, { headers: {}, query: {}, body: 1 })", "shop.users.get({}, options)"], &[]);
    }
}
