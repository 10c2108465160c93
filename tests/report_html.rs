//! The HTML report: its content, and escaping.

use std::collections::BTreeSet;

use scraper::{Html, Selector};

use crate::support::{Answer, Case, Server};

/// Markup in every form.
const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg onload=alert(1)>&lt;b&gt;</pre></style></title><a href=\"javascript:alert(1)\">x</a>";

fn select<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

pub(crate) fn texts(page: &Html, selector: &str) -> Vec<String> {
    select(page, selector).iter().map(|element| element.text().collect()).collect()
}

/// Every `element` and `element attribute` of the page.
fn markup(page: &Html) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for element in select(page, "*") {
        let name = element.value().name();
        found.insert(name.to_owned());
        found.extend(element.value().attrs().map(|(attribute, _)| format!("{name} {attribute}")));
    }
    found
}

/// Checks that the page loads nothing, and has no scripts or links to scripts.
#[track_caller]
pub(crate) fn check_harmless(text: &str) -> Html {
    let page = Html::parse_document(text);
    let known = [
        "html",
        "html lang",
        "head",
        "meta",
        "meta charset",
        "meta http-equiv",
        "meta content",
        "meta name",
        "title",
        "style",
        "body",
        "main",
        "header",
        "header class",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "ul class",
        "ol",
        "ol class",
        "ol start",
        "li",
        "li class",
        "nav",
        "nav aria-label",
        "a",
        "a class",
        "a href",
        "a title",
        "article",
        "article id",
        "p",
        "p class",
        "section",
        "section class",
        "section id",
        "section aria-label",
        "div",
        "div class",
        "span",
        "span class",
        "pre",
        "pre class",
        "code",
        "code class",
        "details",
        "details class",
        "details open",
        "summary",
        "dl",
        "dt",
        "dd",
        "footer",
        "time",
        "time datetime",
        "blockquote",
        "em",
        "strong",
        "del",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "th style",
        "td",
        "td style",
    ];
    let foreign: Vec<String> = markup(&page).into_iter().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(foreign.is_empty(), "{foreign:?}\n{text}");
    for link in select(&page, "a") {
        let href = link.value().attr("href").unwrap_or_default();
        assert!(["#", "http:", "https:", "mailto:"].iter().any(|start| href.starts_with(start)), "{href:?}");
    }
    assert_eq!((select(&page, "style").len(), select(&page, "title").len(), select(&page, "meta").len()), (1, 1, 4));
    for cell in select(&page, "[style]") {
        assert!(cell.value().attr("style").unwrap().starts_with("text-align: "), "{text}");
    }
    let policy = select(&page, "meta[http-equiv]")[0].value().attr("content").unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    page
}

#[test]
fn a_page_has_the_notebook_and_its_results() {
    let server = Server::start();
    let notebook = format!(
        "---\ntitle: The title\n---\n\n# First *steps*\n\nSee [there][1].\n\n```js\n// why\nlet x = 'y'; console.warn('careful')\n\
         fetch('{}').then(r => r.json()).then(() => [x])\n```\n\n1. In a list:\n\n   ```js\n   null.x\n   ```\n\n   and on\n\n2. Last\n\n\
         <div>html</div>\n```js\n\n5\n```\n\n|a|b|\n|-|:-:|\n|1|2|\n\n[1]: https://example.org/there\n",
        server.url("/echo?q=1")
    );
    let outcome = Case::notebook(notebook).args(["--report", "html=-"]).run();
    let page = check_harmless(&outcome.exit(1).stdout);
    assert_eq!(texts(&page, "title"), ["The title · apinb"]);
    assert_eq!(texts(&page, "header h1"), ["The title"]);
    assert_eq!(texts(&page, ".summary li")[..3], ["3 cells", "2 passed", "1 failed"]);
    assert_eq!(texts(&page, "article > h1 em"), ["steps"]);
    assert_eq!(select(&page, "article a[href='https://example.org/there']").len(), 1);
    // Cells keep their position in the notebook.
    assert_eq!(select(&page, "article > section.cell").len(), 2);
    assert_eq!(texts(&page, "ol > li > section.cell.failed .number"), ["$1"]);
    assert_eq!(select(&page, "ol").len(), 1);
    assert_eq!(texts(&page, "pre.html"), ["<div>html</div>\n"]);
    assert_eq!(texts(&page, "#n0-2 pre.result"), ["5"]);
    assert_eq!(texts(&page, "#n0-0 pre.code .k"), ["let"]);
    assert_eq!(texts(&page, "#n0-0 pre.code .c"), ["// why\n"]);
    assert_eq!(texts(&page, "#n0-0 pre.console .warn"), ["careful\n"]);
    assert_eq!(texts(&page, "#n0-0 pre.result"), ["[ \"y\" ]"]);
    assert!(texts(&page, "#n0-1 pre.failure")[0].contains("notebook.md:18:"), "{}", outcome.stdout);
    assert_eq!(texts(&page, ".failures .number"), ["$1"]);
    assert!(texts(&page, ".failures .why")[0].starts_with("TypeError: Cannot read properties of null"));
    let nav: Vec<_> = select(&page, "nav a").iter().map(|link| link.value().attr("href").unwrap().to_owned()).collect();
    assert_eq!(nav, ["#n0-0", "#n0-1", "#n0-2"]);
    // A call is collapsed, and has all details when expanded.
    let call = "#n0-0 details.call:not([open])";
    assert!(texts(&page, &format!("{call} > summary"))[0].contains("/echo?q=1200"), "{:?}", texts(&page, call));
    assert!(texts(&page, &format!("{call} dt")).contains(&"content-type".to_owned()));
    assert!(
        texts(&page, &format!("{call} pre.body"))[0].starts_with("{\n  \"method\": \"GET\""),
        "{:?}",
        texts(&page, call)
    );
}

#[test]
fn failures_come_first_with_their_calls_open() {
    let server = Server::start();
    let call = |path: &str| {
        let code = format!("r = await fetch('{}')\nif (!r.ok) none()\nuser = {{ id: {{ x: 1 }} }}", server.url(path));
        format!("```js\n{code}\n```\n")
    };
    let book = format!("Get a user\n\n{}\n```js\nother = user.id\n```\n\n```js\nother.x\n```\n", call("/status/404"));
    let case = Case::notebook(&book).file("b.md", call("/echo")).args(["b.md", "--report", "html=-"]);
    let page = check_harmless(&case.run().exit(1).stdout);
    let list = &texts(&page, "header.run .failures")[0];
    assert_eq!(list, "notebook.md$0Get a userReferenceError: none is not defined2 more because of it: $1 $2");
    let links: Vec<_> =
        select(&page, "header.run .failures a").iter().map(|link| link.value().attr("href").unwrap()).collect();
    assert_eq!(links, ["#n0", "#n0-0", "#n0-1", "#n0-2"]);
    assert_eq!(select(&page, "#n0-0 details.call[open]").len(), 1);
    assert_eq!(select(&page, "#n1 details.call:not([open])").len(), 1);
}

#[test]
fn several_notebooks_share_one_page() {
    let case = Case::cells(["1"]).file("b.md", "```js\nnull.x\n```\n").args(["b.md", "none.md", "--report", "html=-"]);
    let page = check_harmless(&case.run().exit(2).stdout);
    assert_eq!(texts(&page, "title"), ["3 notebooks · apinb"]);
    let listed: Vec<_> =
        select(&page, ".notebooks li").iter().map(|entry| entry.value().attr("class").unwrap()).collect();
    assert_eq!(listed, ["passed", "failed", "failed"]);
    assert_eq!(select(&page, "article").len(), 3);
    assert!(texts(&page, "#n2 pre.failure")[0].contains("cannot read `none.md`"));
}

#[test]
fn hostile_text_is_escaped() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let server = Server::with(move |_| {
        let headers = vec![header("Content-Type", "text/html"), header("X-Hostile", HOSTILE)];
        Answer::Reply(200, headers, HOSTILE.into())
    });
    let code = format!("/* {HOSTILE} */ '{}'", HOSTILE.replace('\'', "\\'"));
    let notebook = format!(
        "---\ntitle: {HOSTILE}\n---\n\n# {HOSTILE}\n\n{HOSTILE}\n\n\
         [a](javascript:alert(1)) [b](<java\tscript:alert(1)>) [c](data:text/html,x) ![d](https://example.org/d.png \"{HOSTILE}\")\n\
         <javascript:alert(1)> [e][e] `{HOSTILE}` [g](https://example.org/\"onclick=\"alert(1)) [h](vbscript:x)\n\n\
         [e]: javascript:alert(1) \"t\"\n\n\
         <div onclick=\"alert(1)\">\n<style>* {{ display: none }}</style>\n</div>\n\n\
         ~~~{HOSTILE}\n{HOSTILE}\n~~~\n\n| <b> | x |\n|:-:|---|\n| {} | y |\n\n\
         ```js {HOSTILE}\n{code}\n```\n\n\
         ```js\nconsole.log({0}); alert({0}); X = prompt({0})\n```\n\n\
         ```js\nfetch('{1}').then(r => r.text())\n```\n\n\
         ```js\nvar e = new Error({0}); e.name = {0}; throw e\n```\n\n\
         ```js\nfetch('{2}?' + {0}, {{ method: 'POST', body: {0} }})\n```\n",
        serde_json::to_string(HOSTILE).unwrap(),
        server.url("/hostile"),
        Server::refused("/"),
    );
    let arguments = ["--input", &format!("X={HOSTILE}"), "--report", "html=-"];
    let outcome = Case::notebook(notebook).args(arguments).run();
    let page = check_harmless(&outcome.exit(1).stdout);
    // All of it is present, as text.
    assert_eq!(texts(&page, "header h1"), [HOSTILE]);
    for (place, part) in [
        ("#n0-0 pre.code", HOSTILE),
        ("#n0-0 pre.result", "<svg onload=alert(1)>"),
        ("#n0-1 pre.console .log", HOSTILE),
        ("#n0-1 pre.console .alert", HOSTILE),
        ("#n0-1 pre.prompts", HOSTILE),
        ("#n0-2 pre.body", HOSTILE),
        ("#n0-2 dd", HOSTILE),
        ("#n0-3 pre.failure", HOSTILE),
        ("#n0-4 pre.body", HOSTILE),
        ("pre.html", "<div onclick=\"alert(1)\">"),
    ] {
        assert!(texts(&page, place).iter().any(|text| text.contains(part)), "{place}: {:?}", texts(&page, place));
    }
}
