//! `client/dissected-token`: a use of a token that needs its characters.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/dissected-token",
        severity: Severity::Note,
        title: "A token is taken apart",
        documentation: "A cell reads the characters of a token: `$1.accessToken.split('.')`, `atob(tokens.id_token)`. \
            `API.authenticate` returns handles, which apinb replaces by the tokens as a request leaves, so a run finds \
            other characters there. Pass the token on as it is, or set `expose = true` for the client in apinb.toml: the \
            notebook then gets the tokens themselves. A client with that setting is not reported.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
tokens = API.authenticate(shop)
claims = tokens.accessToken.split('.')[1]
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
  oauth:
    type: OAuth 2.0
    settings:
      accessTokenUri: https://shop.example.org/token
      authorizationGrants: [ client_credentials ]
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    let is_hidden = |client: Option<&str>| client.is_none_or(|client| !context.settings.exposed.contains(client));
    let tokens = context.analysis.dissected_tokens.iter().filter(|token| is_hidden(token.client.as_deref()));
    tokens
        .map(|token| Occurrence {
            cell: Some(token.cell),
            span: token.place,
            message: format!("`{}` reads the characters of `{}`, which is a handle", token.function, token.field),
            help: Some(format!(
                "Pass the token on as it is, or set `expose = true` in `[clients.{}]` of apinb.toml.",
                token.client.as_deref().unwrap_or("CLIENT")
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::{check, check_one};

    #[test]
    fn a_token_that_is_taken_apart_has_its_position() {
        check_one(
            &RULE,
            "tokens = API.authenticate(shop); tokens.accessToken.split('.')",
            "client/dissected-token 6:34 tokens.accessToken.split('.')",
            "`split` reads the characters of `accessToken`, which is a handle",
            "Pass the token on as it is, or set `expose = true` in `[clients.shop]` of apinb.toml.",
        );
        for (cell, text) in [
            ("$1.refreshToken.slice(1)", "$1.refreshToken.slice(1)"),
            ("x = JSON.parse(atob($1.id_token))", "atob($1.id_token)"),
            ("x = jwt_decode($1.accessToken)", "jwt_decode($1.accessToken)"),
        ] {
            let column = 1 + cell.find(text).unwrap();
            let expected = format!("client/dissected-token 10:{column} {text}");
            check(&RULE, &["API.authenticate(shop)", cell], &[&expected]);
        }
    }

    #[test]
    fn other_uses_are_not_reported() {
        for cell in [
            "fetch('https://a.test/?t=' + $1.accessToken)",
            "$1.scopes.slice(1)",
            "$2.accessToken.split('.')",
            "(function ($1) { $1.accessToken.split('.') })",
            "atob(x.accessToken)",
            "shop.users.get({ t: $1.accessToken })",
        ] {
            check(&RULE, &["API.authenticate(shop)", cell], &[]);
        }
    }
}
