//! `[network] hosts` and `--allow-host`: only these hosts are called.

use crate::support::{Answer, Case, Outcome, Server};

/// A server whose `/away` redirects to `target`.
fn redirecting(target: &str) -> Server {
    let target = target.to_owned();
    Server::with(move |request| match request.url.as_str() {
        "/away" => Answer::Reply(302, vec![("Location".to_owned(), target.clone())], Vec::new()),
        "/api.raml" => Answer::new(200, "text/plain", "#%RAML 0.8\ntitle: T\nbaseUri: http://localhost\n"),
        "/lib.js" => Answer::new(200, "text/javascript", "var lib = 7"),
        _ => Answer::new(200, "text/plain", "ok"),
    })
}

fn host(server: &Server) -> String {
    server.url("").trim_start_matches("http://").to_owned()
}

fn port(server: &Server) -> String {
    host(server).rsplit(':').next().unwrap().to_owned()
}

#[track_caller]
fn is_refused(outcome: &Outcome, cell: usize, host: &str) {
    outcome.cell(cell).fails(&format!("cannot call `{host}`: it is not one of the allowed hosts"));
    assert!(outcome.cell(cell).error().starts_with("PolicyError: "), "{}", outcome.cell(cell).error());
    assert!(outcome.cell(cell).help().contains("`--allow-host HOST`"), "{}", outcome.cell(cell).help());
}

#[test]
fn other_hosts_are_not_called_by_any_way() {
    let (inside, outside) = (redirecting(""), redirecting(""));
    let away = redirecting(&outside.url("/"));
    let cells = [
        format!("(await fetch('{}')).status", inside.url("/a")),
        format!("(await fetch('{}')).status", outside.url("/a")),
        format!("(await fetch('{}')).status", away.url("/away")),
        format!("x = new XMLHttpRequest(); x.open('GET', '{}', false); x.send(); x.status", outside.url("/a")),
        format!("API.createClient('c', '{}')", outside.url("/api.raml")),
        format!("load('{}')", outside.url("/lib.js")),
        format!("API.createClient('c', '{}'); load('{}'); lib", inside.url("/api.raml"), inside.url("/lib.js")),
    ];
    let flags = ["--allow-host", &host(&inside), "--allow-host", &host(&away), "--allow-host", "*.example.test"];
    let outcome = Case::cells(&cells).args(flags).run();
    outcome.exit(3).cell(0).is("200").cell(6).is("7");
    for cell in 1..6 {
        is_refused(&outcome, cell, &host(&outside));
    }
    assert_eq!(outside.requests().len(), 0);
}

#[test]
fn a_script_of_another_host_does_not_come_from_the_cache() {
    let server = redirecting("");
    let cache = tempfile::tempdir().unwrap();
    let case = || {
        let case = Case::cells([format!("load('{}'); lib", server.url("/lib.js"))]);
        case.env("APINB_CACHE_DIR", cache.path().to_str().unwrap())
    };
    case().run().exit(0).cell(0).is("7");
    case().run().exit(0).cell(0).is("7");
    assert_eq!(server.requests().len(), 1, "the second is from the cache");
    let outcome = case().args(["--allow-host", "api.example.test"]).run();
    is_refused(outcome.exit(3), 0, &host(&server));
}

#[test]
fn the_list_is_a_setting_that_a_flag_replaces() {
    let (server, other) = (redirecting(""), redirecting(""));
    let case = |toml: &str| {
        let cells = [&server, &other].map(|server| format!("(await fetch('{}')).status", server.url("/")));
        Case::cells(cells).file("apinb.toml", toml)
    };
    let toml = format!("[network]\nhosts = [\"{}\"]\n\n[env.all.network]\nhosts = [\"*\"]\n", host(&server));
    is_refused(case(&toml).run().exit(3).cell(0).is("200"), 1, &host(&other));
    case(&toml).args(["--env", "all"]).run().exit(0);
    is_refused(case(&toml).args(["--allow-host", &host(&other)]).run().exit(3), 0, &host(&server));
    is_refused(case("[network]\nhosts = []\n").run().exit(3), 0, &host(&server));
    // Without a port: every port. A port of another is another host.
    case("[network]\nhosts = [\"127.0.0.1\"]\n").run().exit(0);
    case(&format!("[network]\nhosts = [\"127.0.0.1:{}\"]\n", port(&server))).run().exit(3).cell(0).is("200");
    let shown = Case::command(["config", "show", "--allow-host", "a.test", "--allow-host", "*.b.test"]).run();
    shown.exit(0).stdout_contains("network.hosts").stdout_contains("--allow-host").stdout_contains("*.b.test");
    for wrong in ["hosts = \"https://a.test/\"", "hosts = \"a/b\"", "hosts = [\"a b\"]"] {
        case(&format!("[network]\n{wrong}\n")).run().exit(2).stderr_contains("invalid value for `network.hosts`");
    }
    case("[network]\nhosts = [1]\n").run().exit(2).stderr_contains("expected strings for `hosts`, got a list");
    case("").args(["--allow-host", "a.*.test"]).run().exit(2).stderr_contains("--allow-host");
}

#[test]
fn a_notebook_on_another_host_is_refused() {
    let server = redirecting("");
    let case = Case::command(["run", &server.url("/n.md"), "--yes", "--allow-host", "api.example.test"]);
    case.run().exit(3).stderr_contains("it is not one of the allowed hosts").stderr_contains("--allow-host HOST");
    assert_eq!(server.requests().len(), 0);
}
