//! `client/invalid-definition`: a client whose definition has errors.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::plural::pluralize;

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/invalid-definition",
        severity: Severity::Warning,
        title: "Invalid definition",
        documentation: "The definition of a client has errors. A run uses what it can read of the definition, so that \
            parts of the client may be missing. `apinb definition check` lists the errors.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
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
  gett:
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let invalid = context.clients.iter().filter_map(|one| Some((one, one.errors.as_ref()?)));
    invalid
        .map(|(one, errors)| Occurrence {
            cell: Some(one.client.cell),
            span: one.client.place,
            message: match errors.count {
                1 => format!("the definition has an error: {}", errors.first),
                count => format!("the definition has {}; the first: {}", pluralize(count, "error"), errors.first),
            },
            help: Some("`apinb definition check` lists the errors of a definition.".to_owned()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_documents;

    #[test]
    fn the_first_error_is_at_the_client() {
        let raml = "#%RAML 1.0\ntitle: T\nbaseUri: https://h.test\n/a:\n  gett:\n  putt:\n";
        check_documents(
            &RULE,
            &[("notebook.md", "```js\nAPI.createClient('shop', 'shop.raml')\n```\n"), ("shop.raml", raml)],
            "client/invalid-definition 2:1 API.createClient('shop', 'shop.raml')",
            "the definition has 2 errors; the first: unknown key `gett` in a resource (shop.raml:5:3)",
            "`apinb definition check` lists the errors of a definition.",
        );
        let valid = "#%RAML 1.0\ntitle: T\nbaseUri: https://h.test\n/a:\n  get:\n";
        let two = "```js\nAPI.createClient('a', 'shop.raml'); API.createClient('b', 'shop.raml')\n```\n";
        check_documents(&RULE, &[("notebook.md", two), ("shop.raml", valid)], "", "", "");
    }
}
