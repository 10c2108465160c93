//! `apinb mock` and `apinb run --mock`.

use std::io::{BufRead as _, BufReader, Write as _};

use crate::support::{Answer, Case, Server};

const RAML: &str = "#%RAML 0.8\ntitle: Things\nbaseUri: https://{domain}.api.test/v1\nmediaType: application/json\n\
                    /things:\n  post:\n    responses:\n      201:\n        body:\n          application/json:\n            \
                    example: '{\"id\": 1, \"name\": \"a\"}'\n";

#[test]
fn a_mocked_run_shows_real_urls_and_that_it_is_mocked() {
    let cells = [
        "API.createClient('client', 'api.raml', { baseUriParameters: { domain: 'acme' } })",
        "client.things.post({ name: 'b' }).body.name",
    ];
    let outcome = Case::cells(cells).file("api.raml", RAML).args(["--mock"]).run();
    outcome.exit(0).cell(1).is("\"b\"");
    outcome.stdout_contains("mocked: calls go to a mock server").stdout_contains("; mocked");
    assert_eq!(outcome.cell(1).calls(), ["POST https://acme.api.test/v1/things 201"]);
    assert_eq!(outcome.cell(1).cell["calls"][0]["mocked"], true);
    assert_eq!(outcome.report()["notebooks"][0]["mocked"], true);
    outcome.contains_nowhere("127.0.0.1", &[]);
}

#[test]
fn an_overridden_base_uri_is_mocked() {
    let cells = ["API.createClient('client', 'api.raml')", "client.things.post({ name: 'b' }).status"];
    let case =
        Case::cells(cells).file("api.raml", RAML).args(["--mock", "--base-uri", "client=https://other.test:444/x"]);
    assert_eq!(case.run().exit(0).cell(1).calls(), ["POST https://other.test:444/x/things 201"]);
}

#[test]
fn a_mocked_run_calls_no_other_host() {
    let server = Server::start();
    let (echo, script) = (server.url("/echo"), server.url("/text/7"));
    let cells = [
        "API.createClient('client', 'api.raml', { baseUriParameters: { domain: 'acme' } }); client.things.post({}).status".to_owned(),
        format!("(await fetch('{echo}', {{ method: 'DELETE' }})).status"),
        format!("x = new XMLHttpRequest(); x.open('POST', '{echo}', false); x.send(); x.status"),
        format!("API.createClient('local', 'api.raml', {{ baseUri: '{}' }}); local.things.post({{}}).status", server.url("")),
    ];
    let case = || Case::cells(&cells).file("api.raml", RAML);
    let outcome = case().args(["--mock"]).run();
    outcome.exit(3).cell(0).is("201");
    for cell in 1..4 {
        outcome.cell(cell).fails("in a mocked run: no definition describes it");
        assert!(outcome.cell(cell).error().starts_with("PolicyError: "), "{}", outcome.cell(cell).error());
        let help = outcome.cell(cell).help().to_owned();
        assert!(help.contains("`--definition CLIENT=FILE`") && help.contains("`--mock=known`"), "{help}");
    }
    assert_eq!(server.requests().len(), 0);
    let outcome = case().args(["--mock=known"]).run();
    outcome.exit(0).cell(0).is("201").cell(1).is("200").cell(2).is("200").cell(3).is("404");
    // Reading a script is not a call.
    Case::cells([format!("load('{script}'); 'read'")]).args(["--mock"]).run().exit(0).cell(0).is("\"read\"");
    assert_eq!(server.requests().len(), 4);
    let repl = |mock: &str| Case::command(["repl", mock, "-e", &format!("(await fetch('{echo}')).status")]).run();
    repl("--mock").exit(3).stderr_contains("--mock=known");
    repl("--mock=known").exit(0).stdout_contains("200");
    Case::command(["run", "a.md", "--mock=none"]).run().exit(2).stderr_contains("known");
}

#[cfg(unix)]
#[test]
fn a_mock_server_serves_until_it_is_interrupted() {
    let case = Case::command(["mock", "api.raml"]).file("api.raml", RAML);
    let mut child = case.process().spawn().unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let cell = format!("fetch('{}/things', {{ method: 'POST', body: '{{}}' }}).then(r => r.status)", url.trim());
    Case::cells([cell]).run().exit(0).cell(0).is("201");
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "POST /things → 201 (created)\n");
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(crate::support::wait(child).code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_foreign_host_is_refused_unless_other_machines_can_reach_the_server() {
    for (arguments, expected) in
        [(&["mock", "api.raml"][..], "421"), (&["mock", "api.raml", "--host", "0.0.0.0"], "201")]
    {
        let case = Case::command(arguments.iter().copied()).file("api.raml", RAML);
        let mut child = case.process().spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let port = url.trim().rsplit(':').next().unwrap().parse::<u16>().unwrap();
        let mut connection = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        connection.write_all(b"POST /things HTTP/1.1\r\nHost: foreign.test\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}").unwrap();
        let mut status = String::new();
        BufReader::new(connection).read_line(&mut status).unwrap();
        assert!(status.contains(expected), "{arguments:?}: {status}");
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert_eq!(crate::support::wait(child).code(), Some(0));
    }
}

#[cfg(unix)]
#[test]
fn a_mock_server_refuses_what_breaks_the_definition_and_serves_pages_of_named_origins() {
    let raml = "#%RAML 1.0\ntitle: Things\nmediaType: application/json\n/things:\n  post:\n    body:\n      \
                properties: { name: string }\n    responses: { 201: }\n";
    let arguments = ["mock", "api.raml", "--validate-requests", "--cors", "https://page.test"];
    let case = Case::command(arguments).file("api.raml", raml);
    let mut child = case.process().spawn().unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let post = |body: &str| {
        format!(
            "r = await fetch('{}/things', {{ method: 'POST', body: '{body}', headers: {{ 'content-type': \
             'application/json', origin: 'https://page.test' }} }}); [r.status, r.headers.get('content-type'), \
             r.headers.get('access-control-allow-origin')].join()",
            url.trim()
        )
    };
    let outcome = Case::cells([post("{}"), post("{\"name\": \"a\"}")]).run();
    outcome.exit(0).cell(0).is("\"400,application/problem+json,https://page.test\"");
    outcome.cell(1).is("\"201,application/json,https://page.test\"");
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(crate::support::wait(child).code(), Some(0));
}

/// A definition with one resource, whose example is its name.
fn named(name: &str, head: &str) -> String {
    format!(
        "#%RAML 0.8\ntitle: Both\nmediaType: application/json\n{head}\n/{name}:\n  get:\n    responses:\n      200:\n        body:\n          \
         application/json:\n            example: '\"{name}\"'\n"
    )
}

#[test]
fn two_definitions_of_one_host_are_mocked_side_by_side() {
    let cells = [
        "API.createClient('one', 'one.raml'); API.createClient('two', 'two.raml')",
        "one.one.get().body + ' ' + two.two.get().body + ' ' + one.one.get().status",
    ];
    let head = "baseUri: https://api.both.test/v1";
    let case = Case::cells(cells).file("one.raml", named("one", head)).file("two.raml", named("two", head));
    case.args(["--mock"]).run().exit(0).cell(1).is("\"one two 200\"");
}

#[test]
fn a_mocked_run_makes_up_what_the_base_uri_needs() {
    let cells = [
        "API.createClient('none', 'none.raml'); API.createClient('path', 'path.raml'); API.createClient('all', 'all.raml')",
        "[none.a.get().body, path.b.get().body, all.c.get().body].join()",
        "API.createClient('local', 'all.raml', { baseUriParameters: { domain: 'localhost', port: 9200 } }); local.c.get().body",
        "API.createClient('host', 'host.raml'); API.authenticate(host, { clientId: 'x', clientSecret: 'y' }); host.d.get().status",
    ];
    let sign_in = "baseUri: https://{shop}.host.test\nsecuritySchemes:\n  - oauth_2_0:\n      type: OAuth 2.0\n      settings:\n        \
                   authorizationUri: https://{shop}.host.test/authorize\n        accessTokenUri: https://{shop}.host.test/token\n        \
                   authorizationGrants: [code]\nsecuredBy: [oauth_2_0]";
    let case = Case::cells(cells)
        .file("none.raml", named("a", ""))
        .file("path.raml", named("b", "baseUri: /v2"))
        .file("all.raml", named("c", "baseUri: '{protocol}://{domain}:{port}'"))
        .file("host.raml", named("d", sign_in));
    let outcome = case.args(["--mock"]).run();
    outcome.exit(0).cell(1).is("\"a,b,c\"").cell(2).is("\"c\"").cell(3).is("200");
    assert_eq!(
        outcome.cell(1).calls(),
        ["GET https://none.mock.test/a 200", "GET https://path.mock.test/v2/b 200", "GET https://domain:8080/c 200"]
    );
}

#[test]
fn a_script_of_a_mocked_host_is_read_from_where_it_is() {
    let server = Server::with(|request| match request.url.as_str() {
        "/lib.js" => Answer::new(200, "text/javascript", "loaded = 'from the host'"),
        _ => Answer::new(500, "text/plain", "called"),
    });
    let raml = format!("#%RAML 0.8\ntitle: T\nbaseUri: {}\n/things:\n  get:\n", server.url(""));
    let load = format!("API.createClient('c', 'api.raml'); load('{}')", server.url("/lib.js"));
    let case = Case::cells([load.as_str(), "loaded", "c.things.get().status"]).file("api.raml", raml);
    case.args(["--mock"]).run().exit(0).cell(1).is("\"from the host\"").cell(2).is("200");
}

#[test]
fn a_mocked_run_signs_in_by_oauth_1() {
    let scheme = "baseUri: https://api.one.test/1.1\nsecuritySchemes:\n  - oauth_1_0:\n      type: OAuth 1.0\n      settings:\n        \
                  requestTokenUri: https://api.one.test/oauth/request_token\n        authorizationUri: https://api.one.test/oauth/authorize\n        \
                  tokenCredentialsUri: https://api.one.test/oauth/access_token\nsecuredBy: [oauth_1_0]";
    let cells = [
        "API.createClient('client', 'api.raml')",
        "client.things.get().status",
        "API.authenticate(client, 'oauth_1_0', { consumerKey: 'k', consumerSecret: 's' }); client.things.get().status",
    ];
    let case = Case::cells(cells).file("api.raml", named("things", scheme));
    case.args(["--mock"]).run().exit(0).cell(1).is("401").cell(2).is("200");
}

#[test]
fn a_search_without_a_hit_may_have_a_made_up_one() {
    let raml = "#%RAML 0.8\ntitle: S\nbaseUri: https://s.test\n/users:\n  get:\n    responses:\n      200:\n        body:\n          \
                application/json:\n            example: '{\"users\": [{\"id\": 1, \"name\": \"Ann\"}]}'\n";
    let cells =
        ["API.createClient('c', 's.raml'); c.users.get({ query: 'Bob' }).body.users.map(user => user.name).join()"];
    let run =
        |settings: &str| Case::cells(cells).file("s.raml", raml).file("apinb.toml", settings).args(["--mock"]).run();
    run("").exit(0).cell(0).is("\"\"");
    run("[mock]\nsearch = \"matching\"\n").exit(0).cell(0).is("\"\"");
    run("[mock]\nsearch = \"always\"\n").exit(0).cell(0).is("\"Bob\"");
    run("[mock]\nsearch = \"never\"\n").exit(2).stderr_contains("`matching` or `always`");
}

#[test]
fn a_server_that_cannot_start_is_an_error() {
    Case::command(["mock", "none.raml"]).run().exit(2).stdout_is("").stderr_contains("none.raml");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let case = Case::command(["mock", "api.raml", "--port", &port]).file("api.raml", RAML);
    case.run().exit(2).stdout_is("").stderr_contains("cannot listen on").stderr_contains("--port 0");
}
