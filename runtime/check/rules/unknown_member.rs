//! `client/unknown-member`: a use of something that the definition does not have.

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::{ExampleDocument, Rule};

use super::context::Context;
use super::rule::{NotebookRule, Occurrence};
use crate::uses::Resolution;

pub(super) static RULE: NotebookRule = NotebookRule {
    rule: Rule {
        code: "client/unknown-member",
        severity: Severity::Error,
        title: "Unknown member of a client",
        documentation: "A call uses a resource or a method that the definition of the client does not have. A run \
            fails there, before it sends a request. Correct the name, or add the resource to the definition. A \
            property that the notebook tests first, as in `if (shop.orders)`, is not reported.",
        example: &[
            ExampleDocument {
                name: "notebook.md",
                text: "\
```js
API.createClient('shop', 'shop.raml')
shop.order.get()
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
        Resolution::UnknownMember(mistake) => Some(mistake),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::tests::support::check_one;

    #[test]
    fn an_unknown_member_has_its_position_and_a_suggestion() {
        check_one(
            &RULE,
            "x = shop.users.serch.get()",
            "client/unknown-member 6:16 serch",
            "shop.users has no \"serch\", did you mean \"search\"?",
            "Use a member of shop.users: get(), head(), id(id), search.",
        );
    }
}
