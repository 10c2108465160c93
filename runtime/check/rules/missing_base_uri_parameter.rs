//! `client/missing-base-uri-parameter`: a base URI that is not complete.

use apinb_definition::model::{Definition, Parameter};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};
use crate::definitions::DefinitionLookup;

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/missing-base-uri-parameter",
        severity: Severity::Error,
        title: "Missing base URI parameter",
        documentation: "The base URI of a client has a parameter without a default, and nothing sets it: each call \
            fails. Set `baseUriParameters` of the client, or its base URI with `--base-uri CLIENT=URL` or in \
            `apinb.toml`. A notebook that contains the word `baseUri` is not checked.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
shop.orders.get()
```
",
            },
            ExampleDocument {
                name: "shop.raml",
                text: "\
#%RAML 1.0
title: Shop
baseUri: https://{region}.example.org
/orders:
  get:
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    if context.analysis.sets_base_uri {
        return Vec::new();
    }
    let mut occurrences = Vec::new();
    for one in context.clients.iter() {
        let client = one.client.name.as_deref().unwrap_or_default();
        let DefinitionLookup::Read(definition) = &one.definition else { continue };
        let is_set = context.settings.base_uris.contains_key(client);
        if let (Some(parameter), false) = (parameter_without_value(definition), is_set) {
            occurrences.push(Occurrence {
                cell: Some(one.client.cell),
                span: one.client.place,
                message: format!("the base URI of `{client}` has no value for `{{{}}}`", parameter.name),
                help: Some(format!(
                    "Pass `{{ baseUriParameters: {{ {}: … }} }}` to `API.createClient`, or `--base-uri {client}=URL`.",
                    parameter.name
                )),
            });
        }
    }
    occurrences
}

/// None if a resource has base URI parameters of its own: it may set the value.
fn parameter_without_value(definition: &Definition) -> Option<&Parameter> {
    let base_uri = definition.base_uri.as_deref()?;
    if definition.resources.iter().any(|resource| !resource.base_uri_parameters.is_empty()) {
        return None;
    }
    let has_value = |parameter: &Parameter| {
        parameter.default.is_some()
            || parameter.values.len() == 1
            || (parameter.name == "version" && definition.version.is_some())
    };
    let used = definition.base_uri_parameters.iter().filter(|one| base_uri.contains(&format!("{{{}}}", one.name)));
    used.into_iter().find(|one| !has_value(one))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_documents;

    const SHOP: &str = "#%RAML 1.0\ntitle: T\nversion: v1\nbaseUri: https://{region}.test/{version}\n/a:\n  get:\n";

    #[test]
    fn a_parameter_without_a_value_has_the_position_of_the_client() {
        check_documents(
            &RULE,
            &[("notebook.md", "```js\nAPI.createClient('shop', 'shop.raml')\n```\n"), ("shop.raml", SHOP)],
            "client/missing-base-uri-parameter 2:1 API.createClient('shop', 'shop.raml')",
            "the base URI of `shop` has no value for `{region}`",
            "Pass `{ baseUriParameters: { region: … } }` to `API.createClient`, or `--base-uri shop=URL`.",
        );
    }

    #[test]
    fn a_notebook_may_set_the_parameter() {
        let set = "```js\nAPI.createClient('shop', 'shop.raml', { baseUriParameters: { region: 'eu' } })\n```\n";
        check_documents(&RULE, &[("notebook.md", set), ("shop.raml", SHOP)], "", "", "");
    }
}
