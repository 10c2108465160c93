//! `client/undeclared-header`: a call passes a header that its method does not declare.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::declared::{calls, undeclared};
use super::rule::{NotebookRule, Occurrence};

/// Headers of HTTP itself (RFC 9110, 9111 and others) and of tracing, which definitions do not declare. OpenAPI ignores the
/// first three where they are declared.
const STANDARD: [&str; 39] = [
    "accept",
    "content-type",
    "authorization",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "baggage",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-md5",
    "cookie",
    "date",
    "dnt",
    "expect",
    "forwarded",
    "from",
    "host",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "pragma",
    "prefer",
    "proxy-authorization",
    "range",
    "referer",
    "te",
    "traceparent",
    "tracestate",
    "user-agent",
];

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/undeclared-header",
        severity: Severity::Warning,
        title: "Undeclared header",
        documentation: "A call passes a header that the definition does not declare for its method. A run sends it, and \
            most servers ignore it. Correct the name, or add the header to the definition. Headers of HTTP itself, such \
            as `Accept` or `If-Match`, need no declaration. Only names that are written in the call are checked.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
shop.orders.get({}, { headers: { 'X-Tenat': 'acme' } })
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
      X-Tenant:
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
        let of_method = method.headers.iter().chain(&method.cookies);
        let declared: Vec<&str> = of_method.map(|parameter| parameter.name.as_str()).collect();
        // `/^x-/` is a pattern.
        if declared.iter().any(|name| name.starts_with('/')) {
            continue;
        }
        let schemes = call.definition.security_schemes.iter();
        let of_schemes: Vec<&str> = schemes
            .flat_map(|scheme| scheme.headers.iter().chain(&scheme.cookies))
            .map(|parameter| parameter.name.as_str())
            .collect();
        for property in &call.headers {
            let is = |known: &&str| known.eq_ignore_ascii_case(&property.name);
            if !declared.iter().chain(&of_schemes).chain(&STANDARD).any(is) {
                occurrences.push(undeclared(call.cell, property, "header", &declared));
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
        let yaml = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\nservers: [ { url: https://h.test } ]\npaths:\n  \
            /orders:\n    get:\n      parameters:\n        - { name: X-Tenant, in: header, schema: { type: string } }\n        \
            - { name: session, in: cookie, schema: { type: string } }\n      responses: { '200': { description: it } }\n\
            components:\n  securitySchemes:\n    key: { type: apiKey, in: header, name: X-Key }\n";
        let notebook = format!("```js\nAPI.createClient('shop', 'shop.yaml')\n{call}\n```\n");
        let message = if expected.is_empty() { "" } else { "the method declares no header `X-Tenat`" };
        let documents = [("notebook.md", notebook.as_str()), ("shop.yaml", yaml)];
        check_documents(&RULE, &documents, expected, message, help);
    }

    #[test]
    fn an_undeclared_header_has_its_position() {
        check(
            "shop.orders.get({}, { headers: { 'X-Tenat': 'a' } })",
            "client/undeclared-header 3:34 'X-Tenat'",
            "Did you mean `X-Tenant`?",
        );
    }

    #[test]
    fn headers_of_http_schemes_and_cookies_are_declared() {
        for names in
            ["'x-tenant': 1", "Accept: 'a'", "'If-Match': 1", "'x-key': 1", "session: 1", "[name]: 1", "...all"]
        {
            check(&format!("shop.orders.get({{}}, {{ headers: {{ {names} }} }})"), "", "");
        }
    }
}
