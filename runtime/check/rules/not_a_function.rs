//! `client/not-a-function`: a call of a resource without a URI parameter.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};
use crate::uses::Resolution;

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/not-a-function",
        severity: Severity::Error,
        title: "Call of a part of a client that is not a function",
        documentation: "A call passes arguments where the path of the resource has no URI parameter. A run fails \
            there, before it sends a request. Remove the parentheses, or add the parameter to the definition.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
shop.orders(5).get()
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
",
            },
        ],
    },
    check,
};

fn check(context: &Context<'_>) -> Vec<Occurrence> {
    Occurrence::of_mistakes(context, |resolution| match resolution {
        Resolution::NotAFunction(mistake) => Some(mistake),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_one;

    #[test]
    fn a_call_has_the_position_of_its_name() {
        check_one(
            &RULE,
            "shop.users(5).get()",
            "client/not-a-function 6:6 users",
            "shop.users is not a function: no URI parameter follows in its path",
            "Use a member of shop.users: get(), head(), id(id), search.",
        );
    }
}
