//! `client/missing-uri-parameter`: a call without a value for its path.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};
use crate::uses::Resolution;

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/missing-uri-parameter",
        severity: Severity::Error,
        title: "Missing URI parameter",
        documentation: "A call leaves out the value of a parameter of the path that it needs: in OpenAPI of any, in RAML \
            of one whose segment has nothing else. A run fails there, before it sends a request. Pass the value, or set \
            `uriParameters` of the client; a notebook that contains the word `uriParameters` is not checked.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
shop.orders.id().get()
```
",
            },
            ExampleDocument {
                name: "shop.raml",
                text: "\
#%RAML 1.0
title: Shop
baseUri: https://shop.example.org
/orders/{id}:
  get:
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    if context.analysis.sets_uri_parameters {
        return Vec::new();
    }
    let calls = context.uses.iter().filter_map(|(one, resolution)| match resolution {
        Resolution::Call(call) => Some((one.cell, &call.missing)),
        Resolution::PathCall(missing) => Some((one.cell, missing)),
        _ => None,
    });
    let missing = calls.flat_map(|(cell, missing)| missing.iter().map(move |parameter| (cell, parameter)));
    missing
        .map(|(cell, parameter)| Occurrence {
            cell: Some(cell),
            span: parameter.place,
            message: format!("{} has no value for URI parameter \"{}\"", parameter.function, parameter.name),
            help: Some("Pass it, or set `uriParameters` of the client.".to_owned()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::{check, check_documents, check_one};

    #[test]
    fn a_missing_parameter_has_the_position_of_its_function() {
        check_one(
            &RULE,
            "shop.users.id().get()",
            "client/missing-uri-parameter 6:12 id",
            "shop.users.id() has no value for URI parameter \"id\"",
            "Pass it, or set `uriParameters` of the client.",
        );
    }

    #[test]
    fn a_parameter_is_needed_where_its_segment_would_be_empty_or_the_definition_says_so() {
        let raml = "#%RAML 1.0\ntitle: T\nbaseUri: https://h.test\n\
            /search{fields}:\n  get:\n/{id}:\n  uriParameters:\n    id: { default: me }\n  get:\n/x/{id}:\n  get:\n";
        let openapi = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\nservers: [ { url: https://h.test } ]\npaths:\n  \
            /search{fields}:\n    parameters: [ { name: fields, in: path, required: true, schema: { type: string } } ]\n    \
            get: { responses: { '200': { description: it } } }\n";
        let check = |definition: &str, call: &str, expected: &str, name: &str| {
            let notebook = format!("```js\nAPI.createClient('shop', 'shop.raml')\n{call}\n```\n");
            let label = call.trim_end_matches(".get()").replace(", {}", "");
            let message = format!("{label} has no value for URI parameter \"{name}\"");
            let message = if expected.is_empty() { "" } else { &message };
            let help = if expected.is_empty() { "" } else { "Pass it, or set `uriParameters` of the client." };
            check_documents(&RULE, &[("notebook.md", &notebook), ("shop.raml", definition)], expected, message, help);
        };
        check(raml, "shop.search().get()", "", "");
        check(raml, "shop.id().get()", "", "");
        check(raml, "shop.x.id().get()", "client/missing-uri-parameter 3:8 id", "id");
        check(openapi, "shop.search().get()", "client/missing-uri-parameter 3:6 search", "fields");
        check(raml, "shop('/search{fields}').get()", "", "");
        check(raml, "shop('/x/{id}', {}).get()", "client/missing-uri-parameter 3:6 '/x/{id}'", "id");
        check(openapi, "shop('/search{fields}').get()", "client/missing-uri-parameter 3:6 '/search{fields}'", "fields");
        for call in [
            "shop('/x/{id}')",
            "shop('/x/{id}', { id: 5 }).get()",
            "shop('/x/{id}', { id }).get()",
            "shop('/x/{id}', { ...values }).get()",
            "shop('/x/{id}', { [name]: 5 }).get()",
            "shop('/x/{id}', values).get()",
            "shop(...values).get()",
            "shop(`/x/${id}`).get()",
            "shop('/x/{id}').foo()",
            "shop('/x{mediaTypeExtension}').get()",
        ] {
            check(openapi, call, "", "");
        }
    }

    #[test]
    fn parameters_may_be_set_elsewhere() {
        check(&RULE, &["API.set(shop, 'uriParameters', { id: 5 })", "shop.users.id().get()"], &[]);
    }
}
