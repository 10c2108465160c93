//! `notebook/unknown-client`: front matter names the definition of a client that the notebook does not create.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};
use crate::names::{Names, Usage};

/// Maximum number of clients in a message.
const LISTED: usize = 8;

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "notebook/unknown-client",
        severity: Severity::Warning,
        title: "Definition of a client that the notebook does not create",
        documentation: "The map `definition` of the front matter names a client that no cell creates. A run ignores it, \
            and loads the definition that `API.createClient` names. Correct the name, or remove it. Where the notebook \
            computes the name of a client, or a script may create one, nothing is reported.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
---
definition: { shopp: shop.raml }
---

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
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let mut names = Names::default();
    names.add(context.analysis, context.settings);
    let unknown = |client: &str| names.client(client) == Usage::Unused;
    let named = context.notebook.definition_clients().into_iter().filter(|(client, _)| unknown(client));
    let occurrence = |(client, span): (String, _)| {
        let known: Vec<String> = names.clients().map(str::to_owned).collect();
        let help = match suggest(&client, names.clients()) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None if known.is_empty() => "Remove it: the notebook creates no client.".to_owned(),
            None => use_one_of(&known, LISTED),
        };
        let message = format!("unknown client `{client}`: no cell creates it");
        Occurrence { cell: None, span, message, help: Some(help) }
    };
    named.map(occurrence).collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_documents;

    #[test]
    fn a_client_of_front_matter_has_its_position() {
        let shop = "API.createClient('shop', {})";
        for (front_matter, code, expected, help) in [
            ("definition: { shop: a.yaml, shopp: b.yaml }", shop, "2:29 shopp", "Did you mean `shop`?"),
            ("title: x\ndefinition:\n  shop: a.yaml\n  \"user\": b.yaml", shop, "5:3 \"user\"", "Use `shop`."),
            ("definition: { user: a.yaml }", "1", "2:15 user", "Remove it: the notebook creates no client."),
            ("definition: { a: a.yaml }\ndefinition: { user: b.yaml }", shop, "3:15 user", "Use `shop`."),
            ("definition: a.yaml", shop, "", ""),
            ("definition: { shop: a.yaml }", shop, "", ""),
            ("definition: { user: a.yaml }", "API.createClient(name, {})", "", ""),
            ("definition: { user: a.yaml }", "eval('1')", "", ""),
        ] {
            let text = format!("---\n{front_matter}\n---\n\n```js\n{code}\n```\n");
            let (position, client) = expected.split_once(' ').unwrap_or_default();
            let client = client.trim_matches('"');
            let message = format!("unknown client `{client}`: no cell creates it");
            let expected = match position {
                "" => String::new(),
                _ => format!("notebook/unknown-client {expected}"),
            };
            check_documents(&RULE, &[("notebook.md", &text)], &expected, &message, help);
        }
    }
}
