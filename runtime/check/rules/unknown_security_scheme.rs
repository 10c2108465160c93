//! `client/unknown-security-scheme`: a sign-in with a scheme that is not declared.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/unknown-security-scheme",
        severity: Severity::Error,
        title: "Unknown security scheme",
        documentation: "`API.authenticate` names a security scheme that the definition does not declare. A run fails \
            there. Use a declared scheme, or leave the argument out: apinb then chooses one.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
API.authenticate(shop, 'oauth2')
```
",
            },
            ExampleDocument {
                name: "shop.raml",
                text: "\
#%RAML 1.0
title: Shop
baseUri: https://shop.example.org
securitySchemes:
  basic:
    type: Basic Authentication
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let mut occurrences = Vec::new();
    for (client, definition) in context.clients.read() {
        let names: Vec<&str> = definition.security_schemes.iter().map(|scheme| scheme.name.as_str()).collect();
        for sign_in in &context.analysis.sign_ins {
            let unknown = sign_in.scheme.as_deref().filter(|name| !names.contains(name));
            if let (Some(name), true) = (unknown, sign_in.client.as_deref() == Some(client)) {
                occurrences.push(Occurrence {
                    cell: Some(sign_in.cell),
                    span: sign_in.place,
                    message: format!("unknown security scheme `{name}`"),
                    help: Some(help(name, &names)),
                });
            }
        }
    }
    occurrences
}

fn help(name: &str, declared: &[&str]) -> String {
    match (suggest(name, declared.iter().copied()), declared) {
        (Some(meant), _) => format!("Did you mean `{meant}`?"),
        (None, []) => "The definition declares no security scheme.".to_owned(),
        (None, declared) => use_one_of(declared, usize::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::{RULE, help};
    use crate::rules::tests::support::{check, check_one};

    #[test]
    fn an_unknown_scheme_has_its_position() {
        check_one(
            &RULE,
            "API.authenticate(shop, 'oauth2', {})",
            "client/unknown-security-scheme 6:24 'oauth2'",
            "unknown security scheme `oauth2`",
            "Use `oauth_2_0`.",
        );
        check(&RULE, &["API.authenticate(shop, 'oauth_2_0', { clientId: ID }); API.authenticate(shop)"], &[]);
    }

    #[test]
    fn the_help_lists_the_declared_schemes() {
        assert_eq!(help("basik", &["basic", "digest"]), "Did you mean `basic`?");
        assert_eq!(help("oauth", &["basic", "digest"]), "Use one of `basic` and `digest`.");
        assert_eq!(help("oauth", &[]), "The definition declares no security scheme.");
    }
}
