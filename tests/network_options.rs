//! Network options: retries, pauses, proxies, certificates, redirects.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Answer, Case, Certificate, Server, secure_server, tunnel};

/// Responds with `status` and these headers `times` times, then with 200.
fn busy(times: usize, status: u16, headers: &'static [(&'static str, &'static str)]) -> Server {
    let asked = AtomicUsize::new(0);
    Server::with(move |_| {
        if asked.fetch_add(1, Ordering::SeqCst) < times {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            return Answer::Reply(status, headers, Vec::new());
        }
        Answer::new(200, "text/plain", "at last")
    })
}

fn call(method: &str, url: &str) -> Case {
    Case::cells([format!("(await fetch('{url}', {{ method: '{method}' }})).status")])
}

#[test]
fn a_call_to_a_busy_server_is_retried() {
    for (status, headers) in
        [(429, &[("Retry-After", "0")] as &[_]), (503, &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")]), (502, &[])]
    {
        let server = busy(2, status, headers);
        let outcome = call("GET", &server.url("/")).args(["--retry", "2", "--retry-delay", "1ms"]).run();
        outcome.exit(0).cell(0).is("200");
        let url = server.url("/");
        let refused = format!("GET {url} {status}");
        assert_eq!(outcome.cell(0).calls(), [refused.clone(), refused, format!("GET {url} 200")]);
    }
    // No retry by default, and no more than configured.
    let server = busy(2, 503, &[("Retry-After", "0")]);
    call("GET", &server.url("/")).run().cell(0).is("503");
    call("GET", &server.url("/")).args(["--retry", "0"]).run().cell(0).is("503");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_blocking_call_is_retried() {
    let server = busy(1, 429, &[("Retry-After", "0")]);
    let definition = format!("#%RAML 0.8\ntitle: T\nbaseUri: {}\n/a:\n  get:\n", server.url(""));
    let cell = "API.createClient('client', 'api.raml'); client.a.get().body";
    Case::cells([cell]).file("api.raml", definition).args(["--retry", "1"]).run().exit(0).cell(0).is("\"at last\"");
}

#[test]
fn every_attempt_is_signed_anew() {
    let server = busy(1, 503, &[("Retry-After", "0")]);
    let definition = format!(
        "#%RAML 0.8\ntitle: T\nbaseUri: {}\nsecuritySchemes:\n  - o:\n      type: OAuth 1.0\n      settings:\n        requestTokenUri: http://a.test/\n        authorizationUri: http://a.test/\n        tokenCredentialsUri: http://a.test/\nsecuredBy: [ o ]\n/a:\n  get:\n",
        server.url("")
    );
    let cells = [
        "API.createClient('client', 'api.raml')",
        "API.authenticate(client, 'o', { consumerKey: 'ck', consumerSecret: 'consumer secret', accessToken: 'access token', accessTokenSecret: 'token secret' }); 1",
        "client.a.get().status",
    ];
    Case::cells(cells).file("api.raml", definition).args(["--retry", "1"]).run().exit(0).cell(2).is("200");
    let requests = server.requests();
    let signatures: Vec<_> = requests.iter().map(|request| request.header("authorization").unwrap()).collect();
    assert_eq!(signatures.len(), 2);
    assert_ne!(signatures[0], signatures[1], "a nonce counts once");
}

#[test]
fn non_idempotent_calls_are_retried_only_on_request() {
    let server = busy(1, 503, &[("Retry-After", "0")]);
    call("POST", &server.url("/")).args(["--retry", "3"]).run().cell(0).is("503");
    let server = busy(1, 503, &[("Retry-After", "0")]);
    let outcome = call("POST", &server.url("/")).args(["--retry", "3", "--retry-all-methods"]).run();
    outcome.cell(0).is("200");
}

#[test]
fn a_call_to_an_unreachable_server_is_retried() {
    let url = Server::refused("/");
    let outcome = call("GET", &url).args(["--retry", "2", "--retry-delay", "1ms"]).run();
    outcome.exit(1).cell(0).fails("connection refused");
    assert_eq!(outcome.cell(0).calls().len(), 3);
}

#[test]
fn the_time_limit_of_the_cell_shortens_a_pause() {
    let server = busy(1, 429, &[("Retry-After", "200")]);
    let outcome = call("GET", &server.url("/")).args(["--retry", "1", "--cell-timeout", "300ms"]).run();
    outcome.exit(1).cell(0).fails("Timeout of 300ms exceeded");
    assert_eq!(outcome.cell(0).calls(), [format!("GET {} 429", server.url("/"))]);
    // A server that requests too long a pause is not called again.
    let server = busy(1, 429, &[("Retry-After", "3600")]);
    call("GET", &server.url("/")).args(["--retry", "1"]).run().exit(0).cell(0).is("429");
}

#[test]
fn calls_are_spaced_by_the_configured_delay() {
    let server = Server::start();
    let cell = format!("await Promise.all([1, 2, 3].map(() => fetch('{}'))); 1", server.url("/text/x"));
    let started = Instant::now();
    Case::cells([cell]).args(["--delay", "150ms"]).run().exit(0);
    assert!(started.elapsed() >= Duration::from_millis(300), "{:?}", started.elapsed());
}

#[test]
fn redirects_are_limited() {
    let server = Server::with(|request| match request.url.as_str() {
        "/end" => Answer::new(200, "text/plain", "end"),
        _ => Answer::Reply(302, vec![("Location".to_owned(), "/end".to_owned())], Vec::new()),
    });
    call("GET", &server.url("/")).args(["--max-redirs", "1"]).run().exit(0).cell(0).is("200");
    call("GET", &server.url("/")).args(["--max-redirs", "0"]).run().exit(1).cell(0).fails("more than 0 redirects");
}

#[test]
fn a_proxy_receives_all_calls_except_excluded_hosts() {
    let proxy = Server::with(|request| {
        let known = request.header("proxy-authorization").unwrap_or("anonymous").to_owned();
        Answer::new(200, "text/plain", format!("{} by {known}", request.url))
    });
    let place = proxy.url("").replace("http://", "");
    let get = |url: &str| Case::cells([format!("(await (await fetch('{url}')).text())")]);
    let outcome = get("http://api.test/x").args(["-x", &place]).run();
    outcome.exit(0).cell(0).is("\"http://api.test/x by anonymous\"");
    // The local machine as well: an explicit proxy applies to all hosts.
    let refused = Server::refused("/y");
    let outcome = get(&refused).args(["--proxy", &place]).run();
    outcome.exit(0).cell(0).is(&format!("\"{refused} by anonymous\""));
    get(&refused).args(["--proxy", &place]).env("NO_PROXY", "127.0.0.1").run().cell(0).fails("connection refused");
    // The password of the proxy is redacted.
    let with_password = format!("http://user:hunter2hunter2@{place}");
    let outcome = get("http://api.test/").args(["-x", &with_password]).run();
    outcome.exit(0).contains_nowhere("hunter2hunter2", &[]);
    assert!(proxy.requests().last().unwrap().header("proxy-authorization").unwrap().starts_with("Basic "));
    let outcome = get("http://api.test/").args(["-x", "ftp://user:hunter2hunter2@proxy.test"]).run();
    outcome
        .exit(2)
        .stderr_contains("invalid value for `--proxy`: expected the address of an HTTP proxy")
        .contains_nowhere("hunter2hunter2", &[]);
}

/// At least one certificate must be trusted, so another one is.
fn secure_call(url: &str) -> Case {
    Case::cells([format!("await (await fetch('{url}')).text()")])
        .file("system.pem", Certificate::new("elsewhere.test").pem)
        .env("SSL_CERT_FILE", "system.pem")
}

#[cfg(target_os = "linux")]
#[test]
fn certificates_are_trusted_and_shown() {
    let (server, client) = (Certificate::new("localhost"), Certificate::new("client"));
    let url = secure_server(&server, &client);
    let case = || {
        let both = format!("{}{}", client.pem, client.key);
        secure_call(&url)
            .file("ca.pem", &server.pem)
            .file("client.pem", &client.pem)
            .file("client.key", &client.key)
            .file("both.pem", both)
    };
    let outcome = case().run();
    outcome.exit(1).cell(0).fails("the certificate is not valid: its issuer is not trusted");
    assert!(outcome.cell(0).help().contains("`--cacert FILE`"), "{}", outcome.cell(0).help());
    case().args(["--cacert", "ca.pem"]).run().exit(0).stderr_is("").cell(0).is("\"unknown\"");
    let outcome = case().args(["--cacert", "ca.pem", "--cert", "client.pem", "--key", "client.key"]).run();
    outcome.exit(0).cell(0).is("\"known\"");
    case().args(["--cacert", "ca.pem", "--cert", "both.pem"]).run().exit(0).cell(0).is("\"known\"");
    let outcome = case().args(["-k"]).run();
    outcome.exit(0).stderr_contains("warning: certificates are not checked").cell(0).is("\"unknown\"");
    // The same from a file.
    let config = "[network]\ncacert = \"ca.pem\"\ncert = \"client.pem\"\nkey = \"client.key\"\n";
    case().file("apinb.toml", config).run().exit(0).cell(0).is("\"known\"");
}

#[cfg(target_os = "linux")]
#[test]
fn a_secure_connection_is_tunneled_through_a_proxy() {
    let server = Certificate::new("localhost");
    let url = secure_server(&server, &Certificate::new("client"));
    let (proxy, heard) = tunnel();
    let case = secure_call(&url).file("ca.pem", &server.pem);
    let outcome = case.args(["--cacert", "ca.pem", "-x", &format!("http://user:hunter2hunter2@{proxy}")]).run();
    outcome.exit(0).contains_nowhere("hunter2hunter2", &[]).cell(0).is("\"unknown\"");
    let head = heard.recv().unwrap().to_lowercase();
    assert!(head.starts_with("connect localhost:") && head.contains("proxy-authorization: basic "), "{head}");
}

#[test]
fn invalid_certificates_are_errors() {
    let (one, other) = (Certificate::new("one"), Certificate::new("other"));
    let case = || {
        Case::cells(["1"])
            .file("none.pem", "nothing")
            .file("one.pem", &one.pem)
            .file("one.key", &one.key)
            .file("other.key", &other.key)
    };
    for (arguments, words) in [
        (vec!["--cacert", "none.pem"], "`none.pem` has no certificate in PEM"),
        (vec!["--cacert", "absent.pem"], "cannot read `absent.pem`"),
        (vec!["--cert", "one.key", "--key", "one.key"], "`one.key` has no certificate in PEM"),
        (vec!["--cert", "one.pem"], "`one.pem` has no private key in PEM"),
        (vec!["--cert", "one.pem", "--key", "none.pem"], "`none.pem` has no private key in PEM"),
        (vec!["--cert", "one.pem", "--key", "other.key"], "`one.pem` does not match its private key"),
    ] {
        case()
            .args(arguments)
            .run()
            .exit(2)
            .stderr_contains(words)
            .contains_nowhere("PRIVATE KEY-----", &["one.key", "other.key"]);
    }
}

#[test]
fn the_file_sets_the_same_options_and_flags_win() {
    let config =
        "[network]\nretry = 1\nretry-delay = \"1ms\"\nretry-all-methods = true\ndelay = 0.001\nmax-redirs = 3\n";
    let case = |server: &Server| call("POST", &server.url("/")).file("apinb.toml", config);
    case(&busy(1, 503, &[])).run().exit(0).cell(0).is("200");
    case(&busy(1, 503, &[])).args(["--retry", "0"]).run().exit(0).cell(0).is("503");
    let proxy = Server::with(|request| Answer::new(200, "text/plain", request.url.clone()));
    let case = Case::cells(["await (await fetch('http://api.test/x')).text()"])
        .file("apinb.toml", "[network]\nproxy = { env = \"OUR_PROXY\" }\n")
        .env("OUR_PROXY", &proxy.url(""));
    case.run().exit(0).cell(0).is("\"http://api.test/x\"");
}

#[test]
fn errors_in_the_file_have_their_line() {
    for (line, words) in [
        ("retry = -1", "invalid value for `network.retry`: expected a number from 0 to 1000"),
        ("insecure = 1", "Write `true` or `false`."),
        ("delay = \"soon\"", "invalid value for `network.delay`: expected a time"),
        ("proxy = \"socks5://proxy.test\"", "invalid value for `network.proxy`: expected the address of an HTTP proxy"),
        ("cacert = \"none.pem\"", "`network.cacert` has no value"),
        ("cacert = \"apinb.toml\"", "`network.cacert` has no certificate in PEM"),
        ("retries = 3", "unknown key `retries` in `[network]`"),
    ] {
        let outcome = Case::cells(["1"]).file("apinb.toml", format!("[network]\n{line}\n")).run();
        outcome.exit(2).stderr_contains(words).stderr_contains("--> apinb.toml:2:");
    }
}
