//! Replays: a notebook full of time and chance makes the same requests and gives the same results, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::support::{Answer, Case, Request, Server, chai, program, root};

const DEFINITION: &str = "\
#%RAML 1.0
title: T
baseUri: SERVER
securitySchemes:
  oauth2:
    type: OAuth 2.0
    settings: { accessTokenUri: SERVER/token, authorizationGrants: [client_credentials] }
/me:
  get:
    securedBy: [oauth2]
";

const NOTEBOOK: &str = r"
# Time and chance
```js
base = 'SERVER'
json = (response) => response.json()
post = (path, body) => fetch(base + path, { method: 'POST', body: JSON.stringify(body) }).then(json)
started = new Date()
started.toISOString().length
```

In the query and the body
```js
await post('/items?at=' + Date.now(), {
  at: started, now: new Date().toString(), id: crypto.randomUUID(), chance: Math.random(), ms: performance.now(),
  bytes: Array.from(crypto.getRandomValues(new Uint8Array(4))), local: new Date().toLocaleString(),
})
```

Timers, and calls under way
```js
order = []
setTimeout(() => order.push('late', Date.now() - started), 60)
ticks = setInterval(() => order.push('tick'), 25)
await Promise.all([sleep(70), ...[3, 2, 1].map((n) => fetch(base + '/items?n=' + n).then(json).then((r) => order.push(r.url)))])
clearInterval(ticks)
await post('/items', { order, now: Date.now() })
```

Polling with back-off
```js
let pause = 5, polls = 0
while (true) {
  const { state } = await fetch(base + '/poll?at=' + Date.now()).then(json)
  polls++
  if (state === 'done') break
  await sleep(pause *= 2)
}
polls
```
```js
await until(() => fetch(base + '/poll?id=' + crypto.randomUUID()).then(json), { every: 10, done: (r) => r.state === 'done' })
```

429 with Retry-After
```js
await fetch(base + '/busy?at=' + Date.now()).then((response) => response.status)
```

A redirect, and cookies
```js
const to = await fetch(base + '/redirect?id=' + crypto.randomUUID()).then(json)
await fetch(base + '/cookie')
[to.url, (await fetch(base + '/cookie').then(json)).cookie]
```

An upload
```js
let form = new FormData()
form.append('file', new File(['hello ' + Math.random()], 'a.txt'))
form.append('modified', new File(['x'], 'b.txt').lastModified)
await fetch(base + '/upload', { method: 'POST', body: form }).then(json)
```

OAuth 2.0
```js
API.createClient('api', 'api.raml')
API.authenticate(api, 'oauth2', { clientId: 'me', clientSecret: 'pass-phrase-of-the-client' })
api.me.get().body.me
```

The end
```js
await post('/end', { now: Date.now(), elapsed: performance.now(), chance: Math.random() })
```
";

/// A server whose responses depend on what it was asked before.
fn server() -> Server {
    let asked: Mutex<BTreeMap<String, usize>> = Mutex::default();
    Server::with(move |request| {
        let path = request.url.split('?').next().unwrap_or_default().to_owned();
        let count = {
            let mut asked = asked.lock().unwrap();
            let count = asked.entry(path.clone()).or_default();
            *count += 1;
            *count
        };
        let reply = |status: u16, body: &Value, header: Option<(&str, &str)>| {
            let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
            headers.extend(header.map(|(name, value)| (name.to_owned(), value.to_owned())));
            Answer::Reply(status, headers, serde_json::to_vec(body).unwrap())
        };
        match path.as_str() {
            "/poll" => reply(200, &json!({ "state": if count.is_multiple_of(3) { "done" } else { "running" } }), None),
            "/busy" if count % 2 == 1 => reply(429, &json!({}), Some(("Retry-After", "1"))),
            "/redirect" => {
                let to = format!("/items?{}", request.url.split('?').nth(1).unwrap_or_default());
                reply(302, &json!({}), Some(("Location", &to)))
            }
            "/cookie" => reply(200, &json!({ "cookie": cookie(request) }), Some(("Set-Cookie", "theme=dark; Path=/"))),
            "/token" => {
                let token =
                    json!({ "access_token": "t0ken-of-the-server", "token_type": "bearer", "expires_in": 3600 });
                reply(200, &token, None)
            }
            "/me" => reply(200, &json!({ "me": request.header("authorization").is_some() }), None),
            _ => {
                reply(200, &json!({ "url": request.url, "method": request.method, "length": request.body.len() }), None)
            }
        }
    })
}

/// The name of the cookie of a request.
fn cookie(request: &Request) -> Option<String> {
    request.header("cookie").and_then(|cookie| cookie.split('=').next()).map(str::to_owned)
}

/// Runs the notebook of a case with these arguments, in a time zone.
fn run(case: &Case, arguments: &[&str], report: &str, zone: &str) -> Output {
    let mut command = Command::new(program());
    command.args(["run", "notebook.md", "--report", &format!("json={report}"), "--force"]).args(arguments);
    command.current_dir(case.folder()).env_clear().envs(case.variables()).env("TZ", zone);
    command.output().unwrap()
}

#[track_caller]
fn passes(output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

fn report(case: &Case, name: &str) -> Value {
    serde_json::from_slice(&fs::read(case.folder().join(name)).unwrap()).unwrap()
}

/// What a report says of the cells, without times.
fn results(report: &Value) -> Vec<(Value, Value)> {
    let cells = report["notebooks"][0]["cells"].as_array().unwrap();
    cells.iter().map(|cell| (cell["status"].clone(), cell["value"].clone())).collect()
}

/// The URLs of the calls of cells, sign-ins excepted.
fn urls(report: &Value) -> Vec<Value> {
    let cells = report["notebooks"][0]["cells"].as_array().unwrap().iter();
    let calls = cells.flat_map(|cell| cell["calls"].as_array().unwrap());
    calls.filter(|call| call["purpose"] == "call").map(|call| call["url"].clone()).collect()
}

/// The files of a folder with their contents.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            let name = entry.file_name().into_string().unwrap();
            found.insert(name, String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned());
        }
    }
    found
}

#[test]
fn time_and_chance_are_the_same_in_each_replay() {
    let server = server();
    let filled = |text: &str| text.replace("SERVER", server.url("").trim_end_matches('/'));
    let case = Case::notebook(filled(NOTEBOOK)).file("api.raml", filled(DEFINITION));
    passes(&run(&case, &["--record", "--retry", "2"], "recorded.json", "America/New_York"));
    let recorded = report(&case, "recorded.json");
    let cassette = files(&case.folder().join("notebook.cassette"));
    let sent = server.requests().len();

    // As if each replay took place on another machine.
    let zones = ["America/New_York", "Asia/Tokyo", "Europe/London", "Pacific/Auckland", "UTC"];
    for count in 0..20 {
        passes(&run(&case, &["--replay", "--retry", "2"], "replayed.json", zones[count % zones.len()]));
        let replayed = fs::read_to_string(case.folder().join("replayed.json")).unwrap();
        if count == 0 {
            fs::write(case.folder().join("first.json"), &replayed).unwrap();
        }
        let first = fs::read_to_string(case.folder().join("first.json")).unwrap();
        assert!(replayed == first, "replay {count}:\n{replayed}\n{first}");
    }
    assert_eq!(server.requests().len(), sent, "a replay sends nothing");
    let replayed = report(&case, "first.json");
    assert_eq!(results(&replayed), results(&recorded));
    assert_eq!(urls(&replayed), urls(&recorded));
    assert_eq!(replayed["started"], replayed["notebooks"][0]["started"], "the times are virtual");

    // Recorded again, only what the server says may change: nothing.
    passes(&run(&case, &["--record", "--retry", "2"], "again.json", "UTC"));
    assert_eq!(files(&case.folder().join("notebook.cassette")), cassette);
}

/// The seed notebook, recorded at a mock server and replayed without any network but the loopback interface.
#[cfg(target_os = "linux")]
#[test]
fn external_the_seed_notebook_is_replayed_without_a_network() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let folder = root().join("notebooks/zendesk");
    let case = Case::notebook(fs::read(folder.join("users-job-statuses.md")).unwrap());
    let case = ["apinb.toml", "zendesk.raml"]
        .into_iter()
        .fold(case, |case, file| case.file(file, fs::read(folder.join(file)).unwrap()));
    let mut mock = Command::new(program());
    mock.args(["mock", "zendesk.raml"]).current_dir(case.folder()).env_clear().envs(case.variables());
    let mut mock = mock.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(mock.stdout.take().unwrap()).read_line(&mut address).unwrap();

    let script = "https://github.com/chaijs/chai/releases/download/1.9.0/chai.js";
    let (script, base) =
        (format!("{script}={}", chai().display()), format!("client={}/api/v2", address.trim().trim_end_matches('/')));
    let inputs = ["DOMAIN=acme", "CLIENT_ID=notebook", "CLIENT_SECRET=made-up-client-secret"];
    let inputs = inputs.into_iter().flat_map(|input| ["--input", input]);
    let common: Vec<&str> = ["--script", &script, "--base-uri", &base].into_iter().chain(inputs).collect();
    let recording: Vec<&str> =
        ["--record", "--token", "client=made-up-token"].into_iter().chain(common.iter().copied()).collect();
    let recorded = run(&case, &recording, "recorded.json", "UTC");
    mock.kill().unwrap();
    mock.wait().unwrap();
    passes(&recorded);

    for name in ["first.json", "second.json"] {
        let replay = ["run", "notebook.md", "--replay", "--force", "--report"];
        let mut command = Command::new("unshare");
        // A network of its own, in which there is nothing but `lo`.
        command.args(["--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$0\" \"$@\""]);
        command.arg(program()).args(replay).arg(format!("json={name}")).args(&common);
        command.current_dir(case.folder()).env_clear().envs(case.variables()).env("APINB_CACHE_DIR", "empty");
        passes(&command.output().expect("unshare of util-linux"));
    }
    let (first, second) = (report(&case, "first.json"), report(&case, "second.json"));
    assert_eq!(first["summary"]["passed"], 98);
    assert_eq!(first, second);
    let statuses = |report: &Value| results(report).into_iter().map(|(status, _)| status).collect::<Vec<_>>();
    assert_eq!(statuses(&first), statuses(&report(&case, "recorded.json")));
}
