//! `client/missing-definition`: a client without its definition.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};
use crate::definitions::DefinitionLookup;

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/missing-definition",
        severity: Severity::Error,
        title: "Missing definition",
        documentation: "`API.createClient` names a definition that does not exist, cannot be read or is not a \
            definition. A run fails there. Correct the reference, or map it to another file: `--definition \
            CLIENT=FILE`, or `[definitions]` in `apinb.toml`. A definition at a URL is checked with `--online` \
            only.",
        example: &[ExampleDocument {
            name: "notebook.md",
            text: "\
```js
API.createClient('shop', 'shop.raml')
```
",
        }],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let missing = context.clients.iter().filter_map(|one| match &one.definition {
        DefinitionLookup::Missing { message, help } => Some((one, message, help)),
        _ => None,
    });
    missing
        .map(|(one, message, help)| Occurrence {
            cell: Some(one.client.cell),
            span: one.client.place,
            message: message.clone(),
            help: help.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_documents;

    #[test]
    fn a_missing_definition_has_the_position_of_the_client() {
        check_documents(
            &RULE,
            &[("notebook.md", "```js\nAPI.createClient('shop', 'gone.raml')\n```\n")],
            "client/missing-definition 2:1 API.createClient('shop', 'gone.raml')",
            "there is no definition `gone.raml`",
            "Pass `--definition shop=FILE`, or add to apinb.toml: definitions.\"gone.raml\" = \"FILE\"",
        );
    }

    #[test]
    fn a_file_without_a_definition_is_reported_too() {
        check_documents(
            &RULE,
            &[("notebook.md", "```js\nAPI.createClient('shop', 'api.raml')\n```\n"), ("api.raml", "<html>")],
            "client/missing-definition 2:1 API.createClient('shop', 'api.raml')",
            "expected an API definition, found an HTML page (api.raml:1:1)",
            "Pass `--definition shop=FILE`, or add to apinb.toml: definitions.\"api.raml\" = \"FILE\"",
        );
    }
}
