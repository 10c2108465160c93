//! `client/undeclared-query-parameter`: a call passes a query parameter that its method does not declare.

use apinb_definition::model::ParameterKind;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::declared::{calls, undeclared};
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/undeclared-query-parameter",
        severity: Severity::Warning,
        title: "Undeclared query parameter",
        documentation: "A call passes a query parameter that the definition does not declare for its method. A run sends \
            it, and most servers ignore it. Correct the name, or add the parameter to the definition. Only names that \
            are written in the call are checked, and only where the method declares no parameter of any name.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
shop.orders.get({ limitt: 5 })
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
    queryParameters:
      limit: integer
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let mut occurrences = Vec::new();
    for call in calls(context) {
        let method = call.method;
        // An object may give its fields their own names; `/^x-/` is a pattern.
        let is_open = method.query_string.is_some()
            || method.query_parameters.iter().any(|parameter| {
                matches!(parameter.kind, ParameterKind::Object | ParameterKind::Any) || parameter.name.starts_with('/')
            });
        if is_open {
            continue;
        }
        let declared: Vec<&str> = method.query_parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let of_schemes = call.definition.security_schemes.iter().flat_map(|scheme| &scheme.query_parameters);
        let of_schemes: Vec<&str> = of_schemes.map(|parameter| parameter.name.as_str()).collect();
        for property in &call.query {
            let name = property.name.as_str();
            if !declared.contains(&name) && !of_schemes.contains(&name) && name != "access_token" {
                occurrences.push(undeclared(call.cell, property, "query parameter", &declared));
            }
        }
    }
    occurrences
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_documents;

    #[track_caller]
    fn check(call: &str, expected: &str, help: &str) {
        let raml = "#%RAML 1.0\ntitle: T\nbaseUri: https://h.test\nsecuritySchemes:\n  key:\n    type: x-key\n    \
            describedBy:\n      queryParameters:\n        api_key:\n/orders:\n  get:\n    queryParameters:\n      \
            limit: integer\n      page: integer\n  post:\n/open:\n  get:\n    queryParameters:\n      filter: object\n";
        let notebook = format!("```js\nAPI.createClient('shop', 'shop.raml')\n{call}\n```\n");
        let message = match expected.rsplit_once(' ') {
            Some((_, name)) => format!("the method declares no query parameter `{name}`"),
            None => String::new(),
        };
        let documents = [("notebook.md", notebook.as_str()), ("shop.raml", raml)];
        check_documents(&RULE, &documents, expected, &message, help);
    }

    #[test]
    fn an_undeclared_parameter_has_its_position() {
        let code = RULE.rule.code;
        check("shop.orders.get({ limitt: 5, page: 2 })", &format!("{code} 3:19 limitt"), "Did you mean `limit`?");
        check("shop.orders.get({ ...all, sort: 5 })", &format!("{code} 3:27 sort"), "Use one of `limit` and `page`.");
        check("shop.orders.get({}, { query: { pag: 5 } })", &format!("{code} 3:32 pag"), "Did you mean `page`?");
        let help = "Add the query parameter to the definition, or remove it.";
        check("shop.orders.post({ x: 1 }, { query: { y: 5 } })", &format!("{code} 3:39 y"), help);
    }

    #[test]
    fn only_certain_names_are_reported() {
        check("shop.orders.get({ limit: 5, api_key: 'x' })", "", "");
        check("shop.orders.get(query); shop.orders.get({ [name]: 5, ...query }); shop.orders.get('x=1')", "", "");
        check("shop.open.get({ anything: 5 })", "", "");
        check("shop('/orders').get({ anything: 5 })", "", "");
    }
}
