//! `config show` and a run read the same settings: for every key of `apinb.toml` and every source that may set it, the
//! shown value is the one that a run uses, and a source overrides those below it.
//!
//! In each case one source and all below it set every key: the source itself to the `winner` of the row, the others to
//! its `loser`. The values of a run are observed through results, errors and received requests.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::{Answer, Case, Certificate, Outcome, Server, document, root, secure_server};

/// The sources of a value, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Default,
    /// A section of `apinb.toml`.
    File,
    /// The same section of `[env.here]`.
    Environment,
    EnvFile,
    Variable,
    Flag,
}

use Source::{Default, EnvFile, Environment, File, Flag, Variable};

const ALL: [Source; 6] = [Default, File, Environment, EnvFile, Variable, Flag];

impl Source {
    /// The name in `config show --json`.
    fn origin(self) -> &'static str {
        match self {
            Default => "default",
            File | Environment => "file",
            EnvFile => "env_file",
            Variable => "environment",
            Flag => "flag",
        }
    }
}

/// A key of `apinb.toml`.
struct Row {
    /// The name in TOML and `config show`.
    key: &'static str,
    /// The name in the schema: `any` for a user-defined name.
    schema: &'static str,
    /// The sources that may set it besides `apinb.toml`.
    sources: &'static [Source],
    /// The value set by the strongest source, and its observation.
    winner: (String, String),
    /// The value set by the others.
    loser: String,
    /// The default, and its observation if there is one.
    default: Option<(Value, Option<&'static str>)>,
    flag: Option<fn(&str) -> [String; 2]>,
    variable: Option<&'static str>,
    secret: bool,
    observe: Box<dyn Fn(&Outcome) -> String>,
}

impl Row {
    fn new(
        key: &'static str,
        schema: &'static str,
        winner: impl Into<String>,
        loser: impl Into<String>,
        observe: impl Fn(&Outcome) -> String + 'static,
    ) -> Self {
        let winner = winner.into();
        Self {
            key,
            schema,
            sources: &[],
            winner: (winner.clone(), winner),
            loser: loser.into(),
            default: None,
            flag: None,
            variable: None,
            secret: false,
            observe: Box::new(observe),
        }
    }

    /// The observation of the winner, if it is not the value itself.
    fn seen_as(self, text: &str) -> Self {
        Self { winner: (self.winner.0, text.to_owned()), ..self }
    }

    fn default(self, shown: impl Into<Value>, seen: Option<&'static str>) -> Self {
        Self { default: Some((shown.into(), seen)), ..self }
    }

    fn flag(self, flag: fn(&str) -> [String; 2]) -> Self {
        Self { flag: Some(flag), sources: &[Flag], ..self }
    }

    fn variable(self, name: &'static str) -> Self {
        Self { variable: Some(name), sources: &[EnvFile, Variable, Flag], ..self }
    }

    fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    fn takes(&self, source: Source) -> bool {
        match source {
            Default => self.default.is_some(),
            File => true,
            Environment => !self.schema.starts_with("mock."),
            source => self.sources.contains(&source),
        }
    }

    /// The strongest source up to `limit` that may set it.
    fn level(&self, limit: Source) -> Option<Source> {
        ALL.into_iter().rfind(|source| *source <= limit && self.takes(*source))
    }
}

/// A run, and the keys that it observes.
struct Group {
    cells: Vec<String>,
    files: Vec<(&'static str, String)>,
    /// More lines of `apinb.toml`.
    toml: &'static str,
    arguments: &'static [&'static str],
    variables: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    /// Servers that run as long as the group.
    servers: Vec<Arc<Server>>,
}

impl Group {
    fn new<S: Into<String>>(cells: impl IntoIterator<Item = S>, rows: Vec<Row>) -> Self {
        let cells = cells.into_iter().map(Into::into).collect();
        Self { cells, files: Vec::new(), toml: "", arguments: &[], variables: Vec::new(), rows, servers: Vec::new() }
    }

    /// The case in which `source` and all sources below it set all keys.
    fn case(&self, source: Source, case: Case) -> Case {
        let (mut file, mut section, mut env) = (self.toml.to_owned(), String::new(), String::new());
        let mut case = self.files.iter().fold(case.args(self.arguments), |case, (name, text)| case.file(name, text));
        for row in &self.rows {
            for level in ALL.into_iter().filter(|level| *level <= source && row.takes(*level)) {
                let value = if row.level(source) == Some(level) { &row.winner.0 } else { &row.loser };
                match level {
                    Default => {}
                    File => file.push_str(&format!("{} = {}\n", row.key, literal(value))),
                    Environment => section.push_str(&format!("env.here.{} = {}\n", row.key, literal(value))),
                    EnvFile => env.push_str(&format!("{}={value}\n", row.variable.unwrap())),
                    Variable => case = case.env(row.variable.unwrap(), value),
                    Flag => {
                        let arguments = (row.flag.unwrap())(value);
                        case = case.args(arguments.iter().filter(|argument| !argument.is_empty()));
                    }
                }
            }
        }
        if !section.is_empty() {
            case = case.env("APINB_ENV", "here");
            file.push_str(&section);
        }
        let case = self.variables.iter().fold(case, |case, (name, value)| case.env(name, value));
        case.file("apinb.toml", file).file(".env", env)
    }
}

/// A value in TOML.
fn literal(value: &str) -> String {
    let bare = value.parse::<i64>().is_ok() || value.parse::<bool>().is_ok();
    if bare { value.to_owned() } else { format!("{value:?}") }
}

fn json(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| value.into())
}

/// Checks all rows of the group against all sources, with new servers for each.
fn check(group: impl Fn() -> Group) {
    for source in ALL {
        let group = group();
        let notebook = group.cells.iter().map(|cell| format!("```js\n{cell}\n```\n")).collect::<Vec<_>>().join("\n");
        let show = Case::command(["config", "show", "notebook.md", "--json"]).file("notebook.md", &notebook);
        let shown = group.case(source, show).run();
        let shown = document("config-show", &shown.exit(0).stdout);
        let shown = shown["settings"].as_array().unwrap();
        let is_observed = |row: &Row| match (row.level(source), &row.default) {
            (Some(Default), Some((_, seen))) => seen.is_some(),
            (level, _) => level.is_some(),
        };
        let is_run = group.rows.iter().any(is_observed);
        let used = is_run.then(|| group.case(source, Case::notebook(&notebook)).run());
        drop(group.servers);
        for row in &group.rows {
            let entries: Vec<&Value> = shown.iter().filter(|entry| entry["key"] == row.key).collect();
            let Some(level) = row.level(source) else {
                assert!(entries.is_empty(), "{} {source:?}: {entries:?}", row.key);
                continue;
            };
            let (value, seen) = match (&row.default, level) {
                (Some((value, seen)), Default) => (value.clone(), *seen),
                _ if row.secret => ("[secret]".into(), Some(row.winner.1.as_str())),
                _ => (json(&row.winner.0), Some(row.winner.1.as_str())),
            };
            let [entry] = entries.as_slice() else { panic!("{} {source:?}: {entries:?}", row.key) };
            assert_eq!(entry["value"], value, "{} {source:?}: {entry}", row.key);
            assert_eq!(entry["origin"], level.origin(), "{} {source:?}: {entry}", row.key);
            if let (Some(seen), Some(used)) = (seen, &used) {
                assert_eq!((row.observe)(used), seen, "{} {source:?}: {}", row.key, used.report());
            }
        }
    }
}

/// The observation of each key.
fn groups() -> Vec<Box<dyn Fn() -> Group>> {
    let mut groups: Vec<Box<dyn Fn() -> Group>> = vec![
        Box::new(clients_and_inputs),
        Box::new(mocked_inputs),
        Box::new(mocked_searches),
        Box::new(times),
        Box::new(memory),
        Box::new(output),
        Box::new(output_folder),
        Box::new(strictness),
        Box::new(failures),
        Box::new(statuses),
        Box::new(contracts),
        Box::new(cassettes),
        Box::new(retries_and_redirects),
        Box::new(proxies),
    ];
    if cfg!(target_os = "linux") {
        groups.extend([Box::new(unchecked) as Box<dyn Fn() -> Group>, Box::new(certificates)]);
    }
    groups
}

/// The text of a result without its quotes.
fn result(cell: usize) -> impl Fn(&Outcome) -> String {
    move |outcome| outcome.cell(cell).shown().trim_matches('"').to_owned()
}

/// The part of the error of a cell between two texts.
fn error(cell: usize, before: &'static str, after: &'static str) -> impl Fn(&Outcome) -> String {
    move |outcome| {
        let error = outcome.cell(cell).error();
        let found = error.split_once(before).and_then(|(_, rest)| rest.split_once(after));
        found.map_or(error.clone(), |(found, _)| found.to_owned())
    }
}

fn raml(first: &str, base: &str, scheme: &str) -> String {
    format!(
        "#%RAML 0.8\ntitle: T\nbaseUri: {base}\nsecuredBy: [s]\nsecuritySchemes:\n  - s:\n      type: {scheme}\n      \
         settings:\n        authorizationUri: http://a.test\n        accessTokenUri: http://a.test\n        \
         authorizationGrants: [code]\n/{first}:\n/x:\n  get:\n"
    )
}

fn clients_and_inputs() -> Group {
    let server = Arc::new(Server::start());
    let authorization = |server: &Arc<Server>, path: &'static str| {
        let server = Arc::clone(server);
        move |_: &Outcome| {
            let requests = server.requests();
            let request = requests.iter().rfind(|request| request.url.contains(path));
            request.and_then(|request| request.header("authorization")).unwrap_or("none").to_owned()
        }
    };
    let basic = format!("Basic {}", STANDARD.encode("user-of-the-winner:open-sesame"));
    let rows = vec![
        Row::new("clients.api.definition", "clients.any.definition", "winner.raml", "loser.raml", result(0))
            .seen_as("winner")
            .flag(|value| ["--definition".to_owned(), format!("api={value}")]),
        Row::new(
            "clients.api.base-uri",
            "clients.any.base-uri",
            server.url("/echo/winner"),
            server.url("/echo/loser"),
            result(1),
        )
        .seen_as("/echo/winner/x")
        .flag(|value| ["--base-uri".to_owned(), format!("api={value}")]),
        Row::new(
            "clients.api.token",
            "clients.any.token",
            "token-of-the-winner",
            "token-of-a-loser",
            authorization(&server, "/winner/x"),
        )
        .seen_as("Bearer token-of-the-winner")
        .flag(|value| ["--token".to_owned(), format!("api={value}")])
        .variable("APINB_TOKEN_API")
        .secret(),
        Row::new(
            "clients.basic.auth.username",
            "clients.any.auth.any",
            "user-of-the-winner",
            "user-who-lost",
            authorization(&server, "/basic/"),
        )
        .seen_as(&basic)
        .flag(|value| ["--auth".to_owned(), format!("basic.username={value}")])
        .secret(),
        // The length of the password, or of a handle.
        Row::new("clients.basic.expose", "clients.any.expose", "true", "false", result(6)).seen_as("11"),
        Row::new("inputs.A", "inputs.any", "winner", "loser", result(3))
            .flag(|value| ["--input".to_owned(), format!("A={value}")])
            .variable("APINB_INPUT_A"),
        Row::new("scripts.\"https://scripts.test/lib.js\"", "scripts.any", "winner.js", "loser.js", result(4))
            .flag(|value| ["--script".to_owned(), format!("https://scripts.test/lib.js={value}")]),
        Row::new(
            "definitions.\"https://definitions.test/api.raml\"",
            "definitions.any",
            "winner.raml",
            "loser.raml",
            result(5),
        )
        .seen_as("winner"),
        Row::new("imports.lib", "imports.any", "winner-module.js", "loser-module.js", result(7)),
    ];
    let cells = [
        "API.createClient('api', 'absent.raml'); Object.keys(api)[0]",
        "API.authenticate(api); api.x.get().body.url",
        "API.createClient('basic', 'basic.raml'); API.authenticate(basic); basic.x.get().status",
        "A = prompt('a')",
        "load('https://scripts.test/lib.js'); which",
        "API.createClient('other', 'https://definitions.test/api.raml'); Object.keys(other)[0]",
        "API.authenticate(basic).password.length",
        "(await import('lib')).default",
    ];
    let oauth = |first: &str| raml(first, "http://nowhere.test", "OAuth 2.0");
    let files = vec![
        ("winner.raml", oauth("winner")),
        ("loser.raml", oauth("loser")),
        ("basic.raml", raml("basic", &server.url("/echo/basic"), "Basic Authentication")),
        ("winner.js", "which = 'winner.js'".to_owned()),
        ("loser.js", "which = 'loser.js'".to_owned()),
        ("winner-module.js", "export default 'winner-module.js'".to_owned()),
        ("loser-module.js", "export default 'loser-module.js'".to_owned()),
    ];
    Group {
        files,
        servers: vec![server],
        toml: "clients.basic.auth.password = \"open-sesame\"\n",
        ..Group::new(cells, rows)
    }
}

fn mocked_inputs() -> Group {
    let row = Row::new("mock.inputs.A", "mock.inputs.any", "winner", "loser", result(0));
    Group { arguments: &["--mock"], ..Group::new(["A = prompt('a')"], vec![row]) }
}

fn mocked_searches() -> Group {
    let raml = "#%RAML 0.8\ntitle: S\nbaseUri: https://s.test\n/users:\n  get:\n    responses:\n      200:\n        body:\n          \
                application/json:\n            example: '[{\"name\": \"Ann\"}]'\n";
    let row = Row::new("mock.search", "mock.search", "always", "matching", result(0)).seen_as("Bob");
    let cell = "API.createClient('c', 's.raml'); c.users.get({ query: 'Bob' }).body.map(user => user.name).join()";
    Group { arguments: &["--mock"], files: vec![("s.raml", raml.to_owned())], ..Group::new([cell], vec![row]) }
}

/// Defaults of a minute and of half a minute are not observed.
fn times() -> Group {
    let server = Arc::new(Server::start());
    let call = format!("await fetch('{}')", server.url("/hang"));
    let cell = error(0, "Timeout of ", " exceeded");
    let timeout = |outcome: &Outcome| error(1, "no response within ", " ms")(outcome) + "ms";
    let rows = vec![
        Row::new("run.cell-timeout", "run.cell-timeout", "900ms", "9s", cell)
            .default("1m", None)
            .flag(|value| ["--cell-timeout".to_owned(), value.to_owned()]),
        Row::new("run.timeout", "run.timeout", "200ms", "8s", timeout)
            .default("30s", None)
            .flag(|value| ["--timeout".to_owned(), value.to_owned()]),
    ];
    Group { servers: vec![server], ..Group::new(["while (true) {}".to_owned(), call], rows) }
}

fn memory() -> Group {
    let limit = error(0, "more than ", " MB");
    let row = Row::new("run.max-heap", "run.max-heap", "96", "48", limit)
        .default(1024, None)
        .flag(|value| ["--max-heap".to_owned(), value.to_owned()]);
    Group::new(["let all = []; for (;;) all.push(new Array(1e5).fill(1))"], vec![row])
}

fn output() -> Group {
    let row = Row::new("run.max-output", "run.max-output", "2", "3", |outcome: &Outcome| {
        let report = outcome.report();
        let lines = report["notebooks"][0]["cells"][0]["console"].as_array().unwrap().clone();
        let bytes: usize = lines.iter().map(|line| line["text"].as_str().unwrap().len()).sum();
        bytes.div_ceil(1 << 20).to_string()
    });
    let row = row.default(8, None).flag(|value| ["--max-output".to_owned(), value.to_owned()]);
    Group::new(["for (let n = 0; n < 4096; n++) console.log('x'.repeat(1024))"], vec![row])
}

fn output_folder() -> Group {
    let row = Row::new("run.output-dir", "run.output-dir", "first", "second", |outcome: &Outcome| {
        let value = outcome.report()["notebooks"][0]["cells"][0]["value"]["json"].clone();
        value.as_str().and_then(|path| path.strip_suffix("/x.txt")).unwrap_or_default().to_owned()
    });
    let row = row.flag(|value| ["--output-dir".to_owned(), value.to_owned()]);
    Group::new(["save('x.txt', 'x')"], vec![row])
}

fn strictness() -> Group {
    let row = Row::new("run.strict", "run.strict", "true", "false", |outcome: &Outcome| {
        (outcome.report()["notebooks"][0]["cells"][0]["status"] == "failed").to_string()
    });
    let row = row.default(false, Some("false")).flag(|_| ["--strict".to_owned(), String::new()]);
    let raml = "#%RAML 1.0\ntitle: T\nbaseUri: http://a.test\nsecuritySchemes:\n  b:\n    type: Basic Authentication\n";
    let options = "{ username: 'a', password: 'b', pasword: 'c' }";
    let cell = format!("API.createClient('c', 'api.raml'); API.authenticate(c, 'b', {options})");
    let mut group = Group::new([cell], vec![row]);
    group.files.push(("api.raml", raml.to_owned()));
    group
}

fn statuses() -> Group {
    let server = Arc::new(Server::start());
    let fails = |outcome: &Outcome| (outcome.cell(0).cell["status"] == "failed").to_string();
    let row = Row::new("run.fail-on-status", "run.fail-on-status", "true", "false", fails);
    let cell = format!("fetch('{}')", server.url("/status/404"));
    Group { servers: vec![server], ..Group::new([cell], vec![row.default(false, Some("false"))]) }
}

/// An old cassette fails its notebook if all three say so.
fn cassettes() -> Group {
    let seen = |outcome: &Outcome| {
        let error = outcome.report()["notebooks"][0]["error"]["message"].as_str().unwrap_or("none").to_owned();
        if error.contains("has expired") { "expired".to_owned() } else { error }
    };
    let row = |key, winner: &str, loser: &str| Row::new(key, key, winner, loser, seen).seen_as("expired");
    let rows = vec![
        row("cassette.mode", "replay", "off").default("off", Some("none")),
        row("cassette.max-age", "1day", "900y"),
        row("cassette.expired", "fail", "warn").default("warn", Some("none")),
    ];
    let head = r#"{ "version": 1, "start": "2020-01-01T00:00:00Z", "seed": "0123456789abcdef" }"#;
    Group { files: vec![("notebook.cassette/cassette.json", head.to_owned())], ..Group::new(["1"], rows) }
}

fn contracts() -> Group {
    let server = Arc::new(Server::with(|_| Answer::new(200, "application/json", "\"x\"")));
    let operation =
        "responses: { '200': { description: a, content: { application/json: { schema: { type: integer } } } } }";
    let parameter = "parameters: [ { name: n, in: query, schema: { type: integer } } ]";
    let definition = format!(
        "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\nservers: [ {{ url: '{}' }} ]\npaths:\n  /a: {{ get: {{ {operation} }} }}\n  \
         /b: {{ get: {{ {parameter}, {operation} }} }}\n",
        server.url("")
    );
    let known = "{ \"version\": 1, \"findings\": { \"GET /b 200 contract/request type n\": 1 } }";
    let finding = |operation: &'static str, rule: &'static str, field: &'static str| {
        move |outcome: &Outcome| {
            let findings = outcome.report()["contract"]["findings"].as_array().cloned().unwrap_or_default();
            let found = findings.iter().find(|one| one["operation"] == operation && one["rule"] == rule);
            found.map_or("none".to_owned(), |found| {
                found[field].as_str().map_or(found[field].to_string(), str::to_owned)
            })
        }
    };
    let rows = vec![
        Row::new("contract.mode", "contract.mode", "fail", "warn", |outcome: &Outcome| {
            outcome.report()["contract"]["mode"].as_str().unwrap_or("off").to_owned()
        }),
        Row::new(
            "contract.baseline",
            "contract.baseline",
            "known.json",
            "other.json",
            finding("GET /b", "contract/request", "known"),
        )
        .seen_as("true"),
        Row::new(
            "contract.fail-on",
            "contract.fail-on",
            "warning",
            "error",
            finding("GET /a", "contract/response-body", "fails"),
        )
        .seen_as("true")
        .default("error", None),
        Row::new("contract.coverage", "contract.coverage", "true", "false", |outcome: &Outcome| {
            let coverage = outcome.report()["contract"]["coverage"].as_array().map_or(0, Vec::len);
            (coverage == 1).to_string()
        })
        .default(false, Some("false")),
        Row::new(
            "contract.rules.response-body",
            "contract.rules.any",
            "warning",
            "note",
            finding("GET /a", "contract/response-body", "severity"),
        ),
        Row::new(
            "contract.\"GET /b\".response-body",
            "contract.any.any",
            "note",
            "warning",
            finding("GET /b", "contract/response-body", "severity"),
        ),
    ];
    let cell = "API.createClient('t', 'api.yaml'); t.a.get().status + t.b.get({ n: 'x' }).status";
    let files = vec![("api.yaml", definition), ("known.json", known.to_owned())];
    Group { servers: vec![server], files, ..Group::new([cell], rows) }
}

fn failures() -> Group {
    let skips = |outcome: &Outcome| (outcome.cell(1).cell["status"] == "skipped").to_string();
    let row = Row::new("run.fail-fast", "run.fail-fast", "true", "false", skips);
    Group::new(["throw 1", "2"], vec![row.default(false, Some("false"))])
}

fn retries_and_redirects() -> Group {
    let log: Arc<Mutex<Vec<(String, Instant)>>> = Arc::default();
    let server = Arc::new(Server::with({
        let log = Arc::clone(&log);
        move |request| {
            log.lock().unwrap().push((format!("{} {}", request.method, request.url), Instant::now()));
            match request.url.as_str() {
                "/busy" => Answer::new(503, "text/plain", "busy"),
                "/loop" => Answer::Reply(302, vec![("Location".to_owned(), "/loop".to_owned())], Vec::new()),
                _ => Answer::new(200, "text/plain", "here"),
            }
        }
    }));
    let times = move |call: &str| -> Vec<Instant> {
        log.lock().unwrap().iter().filter(|(known, _)| known == call).map(|(_, time)| *time).collect()
    };
    let gap = |times: &[Instant]| match times {
        [one, next, ..] => next.duration_since(*one),
        _ => Duration::ZERO,
    };
    // A loaded machine may record the first request late, so that the gap appears shorter: a quarter is enough to
    // distinguish the value from the other one, 1 ms.
    let at_least = |gap: Duration, least: u64| {
        if gap >= Duration::from_millis(least) / 4 { format!("{least}ms") } else { format!("{gap:?}") }
    };
    let times = Arc::new(times);
    let (retry, all, delay, pause) = (Arc::clone(&times), Arc::clone(&times), Arc::clone(&times), times);
    let rows = vec![
        Row::new("network.retry", "network.retry", "2", "1", move |_| (retry("GET /busy").len() - 1).to_string())
            .default(0, Some("0"))
            .flag(|value| ["--retry".to_owned(), value.to_owned()]),
        Row::new("network.retry-delay", "network.retry-delay", "400ms", "1ms", move |_| {
            at_least(gap(&delay("GET /busy")), 400)
        })
        .flag(|value| ["--retry-delay".to_owned(), value.to_owned()]),
        Row::new("network.retry-all-methods", "network.retry-all-methods", "true", "false", move |_| {
            (all("POST /busy").len() > 1).to_string()
        })
        .default(false, Some("false"))
        .flag(|_| ["--retry-all-methods".to_owned(), String::new()]),
        Row::new("network.delay", "network.delay", "800ms", "1ms", move |_| at_least(gap(&pause("GET /")), 800))
            .default("0s", None)
            .flag(|value| ["--delay".to_owned(), value.to_owned()]),
        Row::new("network.max-redirs", "network.max-redirs", "2", "3", error(2, "more than ", " redirects"))
            .default(20, Some("20"))
            .flag(|value| ["--max-redirs".to_owned(), value.to_owned()]),
    ];
    let call =
        |method: &str, path: &str| format!("(await fetch('{}', {{ method: '{method}' }})).status", server.url(path));
    let cells = [call("GET", "/busy"), call("POST", "/busy"), call("GET", "/loop"), call("GET", "/"), call("GET", "/")];
    Group { servers: vec![server], ..Group::new(cells, rows) }
}

fn proxies() -> Group {
    let proxy = |name: &'static str| Arc::new(Server::with(move |_| Answer::new(200, "text/plain", name)));
    let (winner, loser) = (proxy("winner"), proxy("loser"));
    let row = Row::new("network.proxy", "network.proxy", winner.url(""), loser.url(""), result(0))
        .seen_as("winner")
        .flag(|value| ["--proxy".to_owned(), value.to_owned()]);
    Group { servers: vec![winner, loser], ..Group::new(["await (await fetch('http://api.test/x')).text()"], vec![row]) }
}

/// At least one certificate must be trusted, so another one is.
fn secure(cell: String, rows: Vec<Row>) -> Group {
    let mut group = Group::new([cell], rows);
    group.files.push(("system.pem", Certificate::new("elsewhere.test").pem));
    group.variables.push(("SSL_CERT_FILE", "system.pem"));
    group
}

fn unchecked() -> Group {
    let url = secure_server(&Certificate::new("localhost"), &Certificate::new("client"));
    let trusted = |outcome: &Outcome| (outcome.cell(0).shown() == "\"unknown\"").to_string();
    let row = Row::new("network.insecure", "network.insecure", "true", "false", trusted)
        .default(false, Some("false"))
        .flag(|_| ["--insecure".to_owned(), String::new()]);
    secure(format!("await (await fetch('{url}')).text()"), vec![row])
}

fn certificates() -> Group {
    let (server, client, other) =
        (Certificate::new("localhost"), Certificate::new("client"), Certificate::new("other"));
    let url = secure_server(&server, &client);
    let file = |key, winner: &str, loser: &str, flag: fn(&str) -> [String; 2]| {
        Row::new(key, key, winner, loser, result(0)).seen_as("known").flag(flag)
    };
    let rows = vec![
        file("network.cacert", "server.pem", "other.pem", |value| ["--cacert".to_owned(), value.to_owned()]),
        file("network.cert", "client.pem", "other.pem", |value| ["--cert".to_owned(), value.to_owned()]),
        file("network.key", "client.key", "other.key", |value| ["--key".to_owned(), value.to_owned()]),
    ];
    let mut group = secure(format!("await (await fetch('{url}')).text()"), rows);
    group.files.extend([("server.pem", server.pem), ("client.pem", client.pem), ("client.key", client.key)]);
    group.files.extend([("other.pem", other.pem), ("other.key", other.key)]);
    group
}

#[test]
fn clients_inputs_scripts_and_definitions_have_layers() {
    check(clients_and_inputs);
    check(mocked_inputs);
    check(mocked_searches);
}

#[test]
fn limits_have_layers() {
    check(times);
    check(memory);
    check(output);
    check(strictness);
    check(failures);
    check(statuses);
    check(contracts);
    check(cassettes);
}

#[test]
fn network_settings_have_layers() {
    check(retries_and_redirects);
    check(proxies);
}

#[cfg(target_os = "linux")]
#[test]
fn certificate_settings_have_layers() {
    check(unchecked);
    check(certificates);
}

#[cfg(target_os = "linux")]
#[test]
fn every_key_is_checked() {
    let text = fs::read_to_string(root().join("docs/apinb.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let mut keys = BTreeSet::new();
    leaves(&schema, &schema, "", &mut keys);
    // Lists: `cassette`, `cassette_commands`, `file_access`, `network_hosts` and `notebook_choice` check them.
    let lists = [
        "cassette.ignore",
        "cassette.redact",
        "cassette.scan-allow",
        "network.hosts",
        "run.allow-read",
        "run.exclude",
        "run.include",
    ];
    keys.retain(|key| !key.starts_with("env.") && !lists.contains(&key.as_str()));
    let rows = groups().into_iter().flat_map(|group| group().rows).map(|row| row.schema.to_owned());
    assert_eq!(keys, rows.collect::<BTreeSet<_>>());
}

/// The keys that have a value, below `path`.
fn leaves(root: &Value, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => schema,
    };
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if let Some(properties) = schema["properties"].as_object() {
        properties.iter().for_each(|(name, schema)| leaves(root, schema, &below(name), found));
    }
    if schema["additionalProperties"].is_object() {
        leaves(root, &schema["additionalProperties"], &below("any"), found);
    } else if !schema["properties"].is_object() {
        found.insert(path.to_owned());
    }
}
