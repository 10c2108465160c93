//! Remote notebooks.

use crate::support::{Answer, Case, Server, Terminal};

const DEFINITION: &str = "#%RAML 0.8\ntitle: T\nbaseUri: BASE\n/things:\n  get:\n";

/// A server with a notebook of these cells at `/books/n.md`, and its files beside it.
fn site(cells: &[String]) -> Server {
    let notebook: String = cells.iter().map(|cell| format!("```js\n{cell}\n```\n\n")).collect();
    Server::with(move |request| match request.url.as_str() {
        "/books/n.md" => Answer::new(200, "text/plain", notebook.clone()),
        "/books/api.raml" => {
            let base = format!("http://{}", request.header("host").unwrap());
            Answer::new(200, "text/plain", DEFINITION.replace("BASE", &base))
        }
        "/books/lib.js" => Answer::new(200, "text/javascript", "var lib = 'loaded'"),
        "/things" => Answer::new(200, "application/json", "[1]"),
        "/page.md" => Answer::new(200, "text/html; charset=utf-8", "<p>a page"),
        "/hidden.md" => Answer::new(200, "text/plain", "\n<!DOCTYPE html><p>a page"),
        "/picture.md" => Answer::new(200, "image/png", b"\x89PNG\r\n\xff".to_vec()),
        "/away" => Answer::Reply(302, vec![("Location".to_owned(), "http://127.0.0.1:1/".to_owned())], Vec::new()),
        _ => Answer::new(404, "text/plain", ""),
    })
}

fn cells(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn host(url: &str) -> String {
    url.split('/').nth(2).unwrap().to_owned()
}

fn run(server: &Server, arguments: &[&str]) -> Case {
    Case::command(["run", "--report", "json=report.json", &server.url("/books/n.md")]).args(arguments)
}

#[test]
fn without_consent_nothing_runs() {
    let server = site(&cells(&["fetch('http://elsewhere.test/')", "'https://a.test:8443/x'"]));
    let outcome = run(&server, &[]).run();
    outcome.exit(3).stderr_contains("is remote, and there is no terminal to ask for permission");
    let own = host(&server.url("/"));
    outcome.stderr_contains(&format!("It names {own}, a.test:8443, elsewhere.test."));
    outcome.stdout_is("");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn its_files_are_relative_to_its_url() {
    let server = site(&cells(&[
        "API.createClient('client', 'api.raml'); client.things.get().body",
        "load('lib.js'); lib",
        "null.x",
    ]));
    let outcome = run(&server, &["--yes"]).run();
    outcome.exit(1).cell(0).is("[ 1 ]").cell(1).is("\"loaded\"");
    assert_eq!(outcome.cell(2).position(), format!("{}:10:6", server.url("/books/n.md")));
    assert_eq!(outcome.report()["notebooks"][0]["path"], server.url("/books/n.md"));
}

#[test]
fn it_reads_no_files_and_no_configuration() {
    let server = site(&cells(&[
        "API.createClient('a', 'file:///etc/passwd')",
        "load('file:///etc/passwd')",
        "load('/etc/passwd')",
        "load('secret.js')",
        "A = prompt('A')",
    ]));
    let case = run(&server, &["--yes"])
        .file("secret.js", "var secret = 'of this machine'")
        .file("apinb.toml", "[inputs]\nA = \"of this machine\"\n[scripts]\n\"secret.js\" = \"secret.js\"\n");
    let outcome = case.run();
    outcome.exit(3).cell(0).fails("PolicyError");
    outcome.cell(1).fails("PolicyError");
    outcome.cell(2).fails("/etc/passwd`: it answered 404");
    outcome.cell(3).fails("it answered 404");
    outcome.cell(4).fails("no answer for the prompt");
    outcome.contains_nowhere("of this machine", &["secret.js", "apinb.toml"]);
    // Explicit inputs are allowed.
    run(&server, &["--yes", "--input", "A=given"]).run().cell(4).is("\"given\"");
}

#[cfg(unix)]
#[test]
fn consent_covers_its_hosts_and_each_further_one() {
    let other = Server::start();
    let address = other.url("/text/other");
    // Concatenated, so that no literal contains the URL.
    let call = format!("(await (await fetch('http:' + '//{}/text/other')).text())", host(&address));
    let server = site(&[call.clone(), call]);
    for (answer, code, shown) in [("y", 0, "other"), ("n", 3, "PolicyError")] {
        let mut terminal = Terminal::start(run(&server, &[]), 200);
        terminal.shows("is a remote notebook").shows(&host(&server.url("/"))).shows("Run it?").types("y\r");
        terminal.shows(&format!("May this remote notebook call {}?", host(&address))).types(&format!("{answer}\r"));
        let (ended, screen) = terminal.end();
        assert_eq!(ended, code, "{screen}");
        assert!(screen.contains(shown), "{screen}");
        assert_eq!(screen.matches("May this remote notebook call").count(), 1, "asked once: {screen}");
    }
    assert_eq!(other.requests().len(), 2, "both of the first run, none of the second");
    let mut terminal = Terminal::start(run(&server, &[]), 200);
    terminal.shows("Run it?").types("n\r");
    let (code, screen) = terminal.end();
    assert!(code == 3 && screen.contains("permission was denied") && !screen.contains("$0"), "{screen}");
}

#[cfg(unix)]
#[test]
fn hosts_of_a_definition_are_asked_for_at_once() {
    let definition = "#%RAML 0.8\ntitle: T\nbaseUri: http://a.test/\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      settings:\n        \
                      authorizationUri: http://b.test/auth\n        accessTokenUri: http://c.test/token\n";
    let server = Server::with(move |request| match request.url.as_str() {
        "/books/n.md" => Answer::new(200, "text/plain", "```js\nAPI.createClient('client', 'api.raml'); 1\n```\n"),
        _ => Answer::new(200, "text/plain", definition),
    });
    let mut terminal = Terminal::start(run(&server, &[]), 200);
    terminal.shows("Run it?").types("y\r");
    terminal.shows("May this remote notebook call these hosts?").shows("a.test").shows("b.test").shows("c.test");
    terminal.types("y\r");
    let (code, screen) = terminal.end();
    assert_eq!((code, screen.matches("May this remote notebook").count()), (0, 1), "{screen}");
}

#[cfg(unix)]
#[test]
fn questions_end_after_some_refusals() {
    let server =
        site(&["for (let i = 0; i < 50; i++) { await fetch('http:' + '//host' + i + '.test/').catch(() => {}) }"
            .to_owned()]);
    let mut terminal = Terminal::start(run(&server, &[]), 200);
    terminal.shows("Run it?").types("y\r");
    for host in ["host0.test", "host1.test", "host2.test"] {
        terminal.shows(&format!("May this remote notebook call {host}?")).types("n\r");
    }
    let (code, screen) = terminal.end();
    assert_eq!((code, screen.matches("May this remote notebook").count()), (3, 3), "{screen}");
}

#[cfg(unix)]
#[test]
fn consent_is_asked_once_for_several_rows() {
    let other = Server::start();
    let address = other.url("/text/other");
    let call = format!("(await (await fetch('http:' + '//{}/text/other')).text()) + prompt('N')", host(&address));
    let server = site(&[call]);
    let case = run(&server, &["--inputs", "rows.csv"]).file("rows.csv", "N\n1\n2\n3\n");
    let mut terminal = Terminal::start(case, 200);
    terminal.shows("Run it?").types("y\r").shows("May this remote notebook call").types("y\r");
    terminal.shows("\"other1\"").shows("\"other2\"").shows("\"other3\"");
    let (ended, screen) = terminal.end();
    assert_eq!(
        (ended, screen.matches("Run it?").count(), screen.matches("May this remote notebook call").count()),
        (0, 1, 1),
        "{screen}"
    );
    assert_eq!(server.requests().iter().filter(|request| request.url.ends_with(".md")).count(), 1);
}

#[cfg(unix)]
#[test]
fn a_redirect_to_another_host_needs_consent() {
    let away = site(&[]);
    let server = site(&[format!("(await fetch('{}')).status", away.url("/away"))]);
    let mut terminal = Terminal::start(run(&server, &[]), 200);
    terminal.shows("Run it?").types("y\r");
    let (code, screen) = terminal.end();
    assert!(code == 3 && screen.contains("this remote notebook has no permission to call `127.0.0.1:1`"), "{screen}");
}

#[cfg(unix)]
#[test]
fn tokens_come_only_from_allowed_hosts() {
    let tokens = Server::with(|_| {
        Answer::new(200, "application/json", "{\"access_token\": \"the-token\", \"token_type\": \"bearer\"}")
    });
    // The host has a tag, so that it is known only at sign-in.
    let place = tokens.url("").replace("127.0.0.1", "{domain}");
    let definition = format!(
        "#%RAML 0.8\ntitle: T\nbaseUri: http://{{domain}}\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      settings:\n        authorizationUri: {place}/auth\n        accessTokenUri: {place}/token\n        authorizationGrants: [ credentials ]\nsecuredBy: [ o ]\n"
    );
    let notebook = [
        "```js\nAPI.createClient('client', 'api.raml', { baseUriParameters: { domain: '127.0.0.1' } }); 1\n```\n",
        "```js\nAPI.authenticate(client, 'o', { clientId: 'me', clientSecret: 'mine mine' }); 2\n```\n",
    ]
    .join("\n");
    let server = Server::with(move |request| match request.url.as_str() {
        "/books/n.md" => Answer::new(200, "text/plain", notebook.clone()),
        _ => Answer::new(200, "text/plain", definition.clone()),
    });
    for (answer, code, asked) in [("y", 0, 1), ("n", 3, 1)] {
        let mut terminal = Terminal::start(run(&server, &[]), 200);
        terminal.shows("Run it?").types("y\r");
        terminal
            .shows(&format!("May this remote notebook call {}?", host(&tokens.url("/"))))
            .types(&format!("{answer}\r"));
        let (ended, screen) = terminal.end();
        assert_eq!(ended, code, "{screen}");
        assert_eq!(tokens.requests().len(), asked, "{screen}");
    }
}

#[test]
fn a_mocked_run_needs_consent_too() {
    let server = site(&cells(&["API.createClient('client', 'api.raml'); client.things.get().status"]));
    run(&server, &["--mock"]).run().exit(3);
    run(&server, &["--mock", "--yes"]).run().exit(0).cell(0).is("200");
}

#[test]
fn a_page_that_is_not_a_notebook_is_an_error() {
    let server = site(&[]);
    for (path, words) in [
        ("/page.md", "is not a notebook: it is a web page"),
        ("/hidden.md", "is not a notebook: it is a web page"),
        ("/picture.md", "is not a notebook: it is not text"),
        ("/none.md", "status 404"),
    ] {
        Case::command(["run", &server.url(path), "--yes"]).run().exit(2).stderr_contains(words);
    }
    let url = Server::refused("/n.md").replace("http://", "http://user:hunter2hunter2@");
    let outcome = Case::command(["run", &url, "--yes"]).run();
    outcome.exit(2).stderr_contains("connection refused").contains_nowhere("hunter2hunter2", &[]);
}
