//! All rules together: their documentation, and which uses of a client they report.

pub(crate) mod support;

use std::collections::BTreeSet;

use apinb_analysis::analyse;
use apinb_notebook::model::Notebook;
use apinb_text::diagnostic::rule::{Rule, malformed};
use proptest::prelude::*;

use super::{NotebookRule, RULES, all, missing_uri_parameter, not_a_function, unknown_member, unknown_security_scheme};
use support::{check_texts, findings_in, findings_of_documents};

#[test]
fn rules_are_well_formed_and_sorted() {
    let rules: Vec<&Rule> = RULES.iter().map(|rule| &rule.rule).collect();
    assert_eq!(malformed(&rules, &["client", "javascript", "notebook", "script"]), Vec::<String>::new());
    assert!(rules.is_sorted_by_key(|rule| rule.code));
    let codes: BTreeSet<&str> = all().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), all().count(), "a code is used twice");
}

#[test]
fn every_example_breaks_its_rule_once() {
    for notebook_rule in RULES {
        let rule = &notebook_rule.rule;
        let documents: Vec<(&str, &str)> = rule.example.iter().map(|one| (one.name, one.text)).collect();
        let found: Vec<_> =
            findings_of_documents(notebook_rule, &documents).iter().map(|one| (one.code, one.severity)).collect();
        assert_eq!(found, [(rule.code, rule.severity)]);
    }
}

/// The rules for uses of a client and for sign-ins.
const USES: &[&NotebookRule] =
    &[&missing_uri_parameter::RULE, &not_a_function::RULE, &unknown_member::RULE, &unknown_security_scheme::RULE];

#[track_caller]
fn check_uses(cells: &[&str], expected: &[&str]) {
    check_texts(USES, cells, expected);
}

#[test]
fn wrong_uses_of_a_client_are_reported() {
    check_uses(&["x = shop.users.serch.get({ q: 1 }).body"], &["client/unknown-member serch"]);
    check_uses(&["shop.users.post({})"], &["client/unknown-member post"]);
    check_uses(&["shop.users.id.get()"], &["client/unknown-member get"]);
    check_uses(&["shop['users']['id'](5).group.get()"], &["client/unknown-member group"]);
    check_uses(&["shop.users.id().get()"], &["client/missing-uri-parameter id"]);
    check_uses(&["shop.users(5).get()"], &["client/not-a-function users"]);
    check_uses(&["window.shop.user.get()"], &["client/unknown-member user"]);
    check_uses(&["async function f() { return await shop.user.get() }"], &["client/unknown-member user"]);
    check_uses(&["r = await shop.user.get()"], &["client/unknown-member user"]);
    check_uses(&["API.authenticate(shop, 'oauth2', {})"], &["client/unknown-security-scheme 'oauth2'"]);
}

#[test]
fn aliases_are_followed() {
    check_uses(&["var u = shop.users", "u.id(1).group.get()"], &["client/unknown-member group"]);
    check_uses(&["var u; u = shop.user; u.get()"], &["client/unknown-member user"]);
    check_uses(&["var r = shop.users.get()", "r.body.whatever.get()"], &[]);
    check_uses(&["var u = shop.users; u = other; u.serch.get()"], &[]);
    check_uses(&["a = b; b = a; a.get()"], &[]);
    check_uses(&["shop.user.name = 1"], &["client/unknown-member user"]);
    // Local names of a function shadow clients.
    let user = "client/unknown-member user";
    check_uses(&["function f(shop) { return shop.user.get() }", "shop.user.get()"], &[user]);
    check_uses(&["function f() { function g(shop) { shop.user.get() }; shop.user.get(); var shop }"], &[]);
    check_uses(&["(function () { var shop = 1; return () => shop.user.get() })()", "shop.user.get()"], &[user]);
}

#[test]
fn valid_calls_have_no_findings() {
    check_uses(
        &[
            "shop.users.get({ page: 1 }); shop.users.id(5).groups.get(); shop.users.id(5).get().body.x.y()",
            "shop.files.json.get(); shop.files.extension('json').get(); shop('/any/{x}', { x: 1 }).patch({})",
            "shop.users.get(function (error, response) { response.body.nothing() })",
            "shop.users.id(...ids).get(); shop.users.toString(); shop.users.whatever",
            "API.authenticate(shop, 'oauth_2_0', { clientId: ID }); API.authenticate(shop)",
        ],
        &[],
    );
}

#[test]
fn values_known_only_at_run_time_are_not_reported() {
    for code in [
        "function f(shop) { shop.user.get() }",
        "shop = other; shop.user.get()",
        "[shop] = list; shop.user.get()",
        "({ shop } = box); shop.user.get()",
        "window.shop = other; shop.user.get()",
        "for (shop of clients) shop.user.get()",
        "try { shop.user.get() } catch (error) { }",
        "assert.throws(function () { shop.user.get() })",
        "expect(function () { shop.user.get() }).to.throw()",
        "if (shop.user) shop.user.get()",
        "if ('user' in shop) { shop.user.get() }",
        "typeof shop.user === 'undefined' || shop.user.get()",
        "shop.user?.get()",
        "shop[name].get(); shop.users[verb]()",
        "shop.user = { get: f }; shop.user.get()",
        "Object.assign(shop, { user: 1 }); shop.user.get()",
        "eval(code); shop.user.get()",
        "API.createClient(name, url); shop.user.get()",
        "API.createClient('shop', 'other.raml'); shop.user.get()",
        "u = { get: f }; u.get(); var v = u; v.get()",
    ] {
        check_uses(&[code], &[]);
    }
}

/// A notebook in which `code` precedes the client.
fn notebook(code: &str) -> Notebook {
    Notebook::parse("n.md", format!("```js\n{code}\n```\n```js\nAPI.createClient('shop', 'shop.raml')\n```\n"))
}

#[test]
fn long_chains_do_not_overflow_the_stack() {
    let mut hostile: Vec<String> = Vec::new();
    hostile.push(format!("{}a{}", "(function(){shop.a(".repeat(800), ")})".repeat(800)));
    hostile.push(format!("shop{}", ".a(shop.b)".repeat(10_000)));
    hostile.push(format!("shop{}.get()", ".a".repeat(100_000)));
    for code in &hostile {
        let notebook = notebook(code);
        assert!(findings_in(USES, &notebook).len() <= analyse(&notebook).uses.len());
    }
}

proptest! {
    /// The positions of findings are valid positions in the file for any cell.
    #[test]
    fn any_text_is_checked(cell in "(shop|users|\\.|id|get|\\(|\\)|\\{|\\}|\\[|\\]|=|'|`|\\$\\{|/|;|\n|é| |await |var |,|prompt|API\\.createClient|=>|function |:|\\?){0,40}") {
        let notebook = notebook(&cell);
        for finding in findings_in(RULES, &notebook) {
            let line = notebook.source.line(finding.position.line);
            prop_assert_eq!(&finding.source_line, line);
            prop_assert!(finding.position.column - 1 + finding.length <= line.chars().count());
        }
    }
}
