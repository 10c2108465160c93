//! Overlays and extensions.

use crate::tests::raml10::{check, check_diagnostics};

const MASTER: &str = "#%RAML 1.0\ntitle: M\nprotocols: [ HTTP ]\ntypes: { Book: string }\n\
    /books:\n  description: old\n  get: { queryParameters: { by: string } }\n";

#[test]
fn an_extension_adds_and_replaces() {
    check(
        "#%RAML 1.0 Extension\nusage: more\nextends: m.raml\nbaseUri: https://x.test\nprotocols: [ HTTPS ]\n\
         /books:\n  description: new\n  get: { queryParameters: { by: { description: who }, page?: integer } }\n  delete:\n/more:\n",
        &[("m.raml", MASTER)],
        &[
            "baseUri: https://x.test",
            "protocols: HTTP HTTPS",
            "/books \"new\"",
            "  get q(by! about=who, page:integer)",
            "  delete",
            "/more",
        ],
    );
}

#[test]
fn an_overlay_of_an_extension_changes_descriptions() {
    check(
        "#%RAML 1.0 Overlay\nextends: e.raml\ntitle: O\ntypes: { Other: integer }\nannotationTypes: { a: nil }\n/books:\n  (a):\n  description: words\n  get: { queryParameters: { by: { description: wer } } }\n",
        &[
            (
                "e.raml",
                "#%RAML 1.0 Extension\nextends: m.raml\nuses: { l: l.raml }\n/books: { post: { is: [ l.t ] } }\n",
            ),
            ("l.raml", "#%RAML 1.0 Library\ntraits: { t: { description: lib } }\n"),
            ("m.raml", MASTER),
        ],
        &["protocols: HTTP", "/books \"words\"", "  get q(by! about=wer)", "  post \"lib\""],
    );
}

#[test]
fn forbidden_changes_of_an_overlay_are_reported_and_ignored() {
    let help = "make it an extension (`#%RAML 1.0 Extension`), or remove this; an overlay may change descriptions, titles, examples, documentation and annotations";
    check_diagnostics(
        "#%RAML 1.0 Overlay\nextends: m.raml\nprotocols: [ HTTPS ]\n/books:\n  get: { queryParameters: { by: integer, page: string } }\n  post:\n",
        &[("m.raml", MASTER)],
        &[
            &format!("api.raml:3:1: an overlay cannot change `protocols` ({help})"),
            &format!("api.raml:5:29: an overlay cannot change `/books get queryParameters by` ({help})"),
            &format!("api.raml:5:42: an overlay cannot add `/books get queryParameters page` ({help})"),
            &format!("api.raml:6:3: an overlay cannot add `/books post` ({help})"),
        ],
        &["protocols: HTTP", "/books \"old\"", "  get q(by!)"],
    );
}

#[test]
fn extending_nothing_or_itself_is_reported() {
    let cycle = "Remove one of these includes; apinb reads this one as empty.";
    check_diagnostics(
        "#%RAML 1.0 Extension\ntitle: E\nextends: api.raml\n/a:\n",
        &[],
        &[&format!("api.raml:3:10: include cycle: `/d/api.raml` → `/d/api.raml` ({cycle})")],
        &["/a"],
    );
    check_diagnostics(
        "#%RAML 1.0 Overlay\ntitle: E\n/a:\n",
        &[],
        &["api.raml:2:1: missing `extends` in an overlay or extension (Add it.)"],
        &["/a"],
    );
}

#[test]
fn an_overlay_names_an_optional_parameter_without_its_question_mark() {
    check(
        "#%RAML 1.0 Overlay\nextends: m.raml\n/books:\n  get:\n    headers: { H: { description: head } }\n    \
         queryParameters: { by?: { description: wer } }\n",
        &[(
            "m.raml",
            "#%RAML 1.0\ntitle: M\n/books:\n  get: { headers: { H?: string }, queryParameters: { by?: string } }\n",
        )],
        &["/books", "  get h(H about=head) q(by about=wer)"],
    );
}
