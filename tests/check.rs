//! `apinb check`: needs and findings of notebooks, without running a cell.

use serde_json::json;

use crate::support::{Answer, Case, Server, copy_folder, document, root};

/// `apinb check` in a folder with the files of `tests/specs/check`.
fn check(arguments: &[&str]) -> Case {
    let case = Case::command(["check"]).args(arguments).file("here.js", "1");
    copy_folder(&root().join("tests/specs/check"), case.folder());
    case
}

#[test]
fn findings_have_their_positions() {
    check(&["faulty.md"]).run().exit(1).golden("check/faulty");
}

#[test]
fn needs_are_listed() {
    let case = || check(&["right.md"]);
    case().env("SHOP_SECRET", "s3cret-value").run().exit(0).golden("check/right");
    let case = case().args(["--mock"]).env("SHOP_SECRET", "s3cret-value");
    case.run().exit(0).golden("check/mocked").contains_nowhere("s3cret-value", &[]);
}

#[test]
fn secrets_are_redacted() {
    let notebook = "```js\nAPI.createClient('shop', 'hidden-value'); x = 'hidden-value\n```\n";
    for json in [&[][..], &["--json"]] {
        let case = check(&["secret.md"]).args(json).file("secret.md", notebook);
        case.run().exit(1).contains_nowhere("hidden-value", &["apinb.toml", "secret.md"]);
    }
}

#[test]
fn json_has_its_schema() {
    for (notebooks, code) in [(&["faulty.md", "right.md"][..], 1), (&["none.md", "right.md"], 2)] {
        let outcome = check(notebooks).args(["--json"]).env("SHOP_SECRET", "x").run();
        let needs = document("check", &outcome.exit(code).stdout);
        match code {
            1 => {
                let findings = needs["notebooks"][0]["findings"].as_array().unwrap();
                let finding = findings.iter().find(|finding| finding["position"]["line"] == 17).unwrap();
                assert_eq!(
                    (&finding["code"], &finding["severity"]),
                    (&"client/unknown-member".into(), &"error".into())
                );
                assert_eq!(finding["message"], "shop.users has no \"serch\", did you mean \"search\"?");
                assert_eq!(finding["position"], json!({ "cell": 1, "line": 17, "column": 20 }));
                assert_eq!(finding["length"], 5);
            }
            _ => assert_eq!(
                needs["notebooks"][0]["error"]["message"].as_str().map(|text| text.contains("none.md")),
                Some(true)
            ),
        }
    }
}

#[test]
fn the_web_is_read_only_with_online() {
    let server =
        Server::with(|_| Answer::new(200, "application/raml+yaml", "#%RAML 0.8\ntitle: Far\n/things:\n  get:\n"));
    let notebook = format!("```js\nAPI.createClient('far', '{}')\nfar.thing.get()\n```\n", server.url("/far.raml"));
    let case = || Case::command(["check", "n.md"]).file("n.md", &notebook);
    case().run().exit(0).stdout_contains("not read").stdout_contains("`--online` reads it");
    assert_eq!(server.requests().len(), 0);
    case().args(["--online"]).run().exit(1).stdout_contains("far has no \"thing\", did you mean \"things\"?");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_hostile_notebook_is_reported_without_a_crash() {
    let hostile = format!("```js\n{}\n```\n\n```js\n{}\n```\n", "(".repeat(1 << 20), "a.b[".repeat(3000));
    let outcome = Case::command(["check", "n.md"]).file("n.md", hostile).run();
    outcome.exit(1).stdout_contains("2 cells: 1 error, not checked: $0").cpu_below(60);
}

#[test]
fn examples_have_no_findings() {
    let notebooks = root().join("notebooks");
    Case::command(["check", notebooks.to_str().unwrap()]).run().exit(0);
}

#[test]
fn a_definition_of_an_unknown_client_is_a_warning() {
    let notebook =
        "---\ndefinition:\n  shop: shop.raml\n  shpo: shop.raml\n---\n```js\nAPI.createClient('shop', {})\n```\n";
    let outcome = check(&["front.md", "--base-uri", "shop=http://h.test"]).file("front.md", notebook).run();
    outcome.exit(0).stdout_contains(
        "warning[notebook/unknown-client]: unknown client `shpo`: no cell creates it\n  --> front.md:4:3\n",
    );
    outcome.stdout_contains("help: Did you mean `shop`?");
    let outcome = check(&["front.md", "--base-uri", "shop=http://h.test", "--json"]).file("front.md", notebook).run();
    let needs = document("check", &outcome.exit(0).stdout);
    assert_eq!(needs["notebooks"][0]["findings"][0]["position"], json!({ "line": 4, "column": 3 }));
}
