#[path = "../../tests/support/cpu.rs"]
mod cpu;

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::analyse;
use crate::model::{Analysis, ClientUse};
use apinb_notebook::model::Notebook;
use cpu::within;

fn notebook(cells: &[&str]) -> Notebook {
    let text = cells.iter().fold(String::new(), |mut text, cell| {
        let _ = write!(text, "text\n\n```js\n{cell}\n```\n");
        text
    });
    Notebook::parse("n.md", text)
}

/// More CPU time than all hostile cells take.
const CPU_SECONDS: u64 = 300;

const CREATE: &str = "API.createClient('client', 'api.raml')";

/// The errors in the JavaScript of cells: `text: message`.
#[track_caller]
fn check(cells: &[&str], expected: &[&str]) {
    let notebook = notebook(cells);
    let analysis = analyse(&notebook);
    let text = notebook.to_markdown();
    let errors = analysis.syntax_errors.iter().map(|error| (error.place, error.message.clone()));
    let unsupported = analysis.unsupported_apis.iter().map(|api| (api.place, format!("no {}", api.name)));
    let found: Vec<String> =
        errors.chain(unsupported).map(|(place, what)| format!("{}: {what}", &text[place.start..place.end])).collect();
    assert_eq!(found, expected, "{cells:?}");
}

#[test]
fn browser_apis_are_unsupported_uses() {
    check(&["document.write('x')"], &["document: no document"]);
    check(&["document.title = 'x'"], &["document: no document"]);
    check(&["window.localStorage.setItem('a', 1)"], &["localStorage: no localStorage"]);
    check(&["new WebSocket(url)"], &["WebSocket: no WebSocket"]);
    check(&["window.crypto.subtle.digest('SHA-256', x)"], &["crypto: no crypto.subtle"]);
    check(&["crypto.randomUUID()", "window.crypto.subtle && window.crypto.subtle.digest('SHA-256', x)"], &[]);
    check(&["typeof document === 'undefined' || document.x"], &[]);
    check(&["if (window.localStorage) { window.localStorage.setItem('a', 1) }"], &[]);
    check(&["function f(document) { document.x }", "var location = 'x'; location.length"], &[]);
    check(&["a.document.x; ({ document: 1 }).document"], &[]);
}

#[test]
fn syntax_errors_follow_the_rules_of_cells() {
    check(&["x = ;"], &[";: unexpected token"]);
    check(&["x = await f();\ny = ;"], &[";: unexpected token"]);
    check(&["f(", "ok"], &[": expected `)` but found `EOF`"]);
    check(
        &["{ a: 1 }", "let a; ", "let a", "with (x) { y }", "010", "var let = 1", "await x", "x = await f(); delete x"],
        &[],
    );
    check(
        &["await x })(); (async () => { y"],
        &["await: `await` is only allowed within async functions and at the top levels of modules"],
    );
}

#[test]
fn modules_are_found_with_their_places() {
    let notebook = notebook(&[
        "import a, { b } from './a.js'\nx = ;",
        "try { await import('b') } catch {}\nm = await import(name); import('./c.js')",
        "import * as client from 'c'\nclient.users.get()",
        CREATE,
    ]);
    let text = notebook.to_markdown();
    let Analysis { modules, syntax_errors, uses, .. } = analyse(&notebook);
    let found: Vec<_> = modules
        .iter()
        .map(|one| (one.specifier.as_deref(), one.tolerated, &text[one.place.start..one.place.end]))
        .collect();
    let expected = [
        (Some("./a.js"), false, "'./a.js'"),
        (Some("b"), true, "import('b')"),
        (None, false, "import(name)"),
        (Some("./c.js"), false, "import('./c.js')"),
        (Some("c"), false, "'c'"),
    ];
    assert_eq!(found, expected);
    // The rest of the cell keeps its place, and an imported name is not a client.
    assert_eq!(&text[syntax_errors[0].place.start..syntax_errors[0].place.end], ";");
    assert!(uses.is_empty(), "{uses:?}");
}

#[test]
fn clients_scripts_prompts_and_sign_ins_are_found() {
    let notebook = notebook(&[
        "load('https://a.test/chai.js'); window.load(url)",
        "DOMAIN = prompt('Domain?', 'acme'); f(DOMAIN); window.confirm('Sure' + ', really?')",
        "API.createClient('acme.api', '#REF_TAG_DEFENITION'); API.authenticate(acme.api, { clientSecret: prompt(question) })",
        "acme.api.users.id(5).post({ a: [1, -2.5, null, true] }, options)",
    ]);
    let Analysis { scripts, questions, clients, sign_ins, uses, .. } = analyse(&notebook);
    let scripts: Vec<_> = scripts.iter().map(|script| script.reference.as_deref()).collect();
    assert_eq!(scripts, [Some("https://a.test/chai.js"), None]);
    let questions: Vec<_> = questions
        .iter()
        .map(|one| (one.confirm, one.text.as_deref(), one.variable.as_deref(), one.default.as_deref(), one.secret))
        .collect();
    assert_eq!(
        questions,
        [
            (false, Some("Domain?"), Some("DOMAIN"), Some("acme"), false),
            (true, Some("Sure, really?"), None, None, false),
            (false, None, Some("clientSecret"), None, true),
        ]
    );
    assert_eq!(clients[0].name.as_deref(), Some("acme.api"));
    assert_eq!(clients[0].reference.as_deref(), Some("#REF_TAG_DEFENITION"));
    assert_eq!(sign_ins[0].client.as_deref(), Some("acme.api"));
    assert_eq!(
        (sign_ins[0].scheme.as_deref(), sign_ins[0].options.as_slice()),
        (None, &["clientSecret".to_owned()][..])
    );
    let call = uses.iter().find_map(ClientUse::call).expect("a call");
    assert_eq!((call.client, call.method, call.chain.len(), call.cell), ("acme.api", "post", 3, 3));
    assert_eq!(call.arguments[0].value, Some(serde_json::json!({ "a": [1, -2.5, null, true] })));
    assert_eq!(call.arguments[1].value, None);
    let text = notebook.to_markdown();
    assert!(text[call.place.start..].starts_with("acme.api.users.id(5).post("));
}

#[test]
fn spans_refer_to_the_file() {
    let text = "> - text\r\n>\r\n>   ~~~js\r\n>   é = 1\r\n>   client = ;\r\n>   ~~~\r\n";
    let notebook = Notebook::parse("n.md", text);
    let error = &analyse(&notebook).syntax_errors[0];
    let at = notebook.source.position(error.place.start);
    assert_eq!((at.line, at.column, &text[error.place.start..error.place.end]), (5, 14, ";"));
}

#[test]
fn nesting_does_not_crash() {
    within(CPU_SECONDS, || {
        let times = 1 << 20;
        let mut hostile: Vec<String> = [
            "(",
            "[",
            "{",
            "((",
            "(a=",
            "!",
            "a=",
            "a?b:",
            "a=>",
            "()=>",
            "if(a)",
            "if(a);else ",
            "a:",
            "new ",
            "`${",
            "(function(){",
            "class{a=",
            "a.b.",
            "a+",
            "a**",
            "async(",
            "a,",
            "typeof ",
            "/",
            "<",
            "a()",
            "a``",
            "f(`${",
            "{a:",
            "x=[",
            "+f(",
            "'\\",
            "do ",
            "yield ",
            "await ",
        ]
        .iter()
        .map(|piece| piece.repeat(times / piece.len()))
        .collect();
        hostile.push(format!("{}a{}", "(".repeat(2000), ")".repeat(2000)));
        hostile.push(format!("{}a{}", "(function(){client.a(".repeat(800), ")})".repeat(800)));
        hostile.push(format!("client{}", ".a(client.b)".repeat(10_000)));
        hostile.push(format!("client{}.get()", ".a".repeat(100_000)));
        hostile.push("a=>a,".repeat(20_000));
        hostile.push((0..5000).fold(String::new(), |text, at| format!("{text}a{at} = a{}.b.c; ", at + 1)));
        for code in &hostile {
            let notebook = Notebook::parse("n.md", format!("```js\n{code}\n```\n```js\n{CREATE}\n```\n"));
            assert!(analyse(&notebook).uses.len() <= code.len());
        }
    });
}

proptest! {
    /// The spans of any cell are spans of the file.
    #[test]
    fn any_text_is_analyzed(cell in "(client|users|\\.|id|get|\\(|\\)|\\{|\\}|\\[|\\]|=|'|`|\\$\\{|/|;|\n|é| |await |var |,|prompt|API\\.createClient|=>|function |:|\\?){0,40}") {
        let notebook = Notebook::parse("n.md", format!("```js\n{CREATE}\n```\n```js\n{cell}\n```\n"));
        let text = notebook.to_markdown();
        let analysis = analyse(&notebook);
        let errors = analysis.syntax_errors.iter().map(|error| error.place);
        let unsupported = analysis.unsupported_apis.iter().map(|api| api.place);
        for place in errors.chain(unsupported).chain(analysis.uses.iter().map(|one| one.place)) {
            prop_assert!(text.get(place.start..place.end).is_some());
        }
    }
}
