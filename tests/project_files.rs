//! `file`, `fetch` of a relative URL, and `save`: which files a notebook reads as data and writes.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Answer, Case, Server};

const TABLE: &str = "name,age\nAnn,41\n\"Bob, Jr.\",\"4\"\"2\"\n";

/// A notebook in a repository, with these cells.
fn case(cells: &[&str]) -> Case {
    let fenced: Vec<String> = cells.iter().map(|cell| format!("```js\n{cell}\n```\n")).collect();
    Case::command(["run", "n/notebook.md", "--report", "json=report.json"])
        .file("n/notebook.md", fenced.join("\n"))
        .file(".git/HEAD", "ref")
}

/// Runs cells and compares what each gives: its result as JSON, or `! ` and a part of its error.
#[track_caller]
fn check(prepare: impl Fn(Case) -> Case, rows: &[(&str, Value)]) -> Value {
    let cells: Vec<&str> = rows.iter().map(|(code, _)| *code).collect();
    let outcome = prepare(case(&cells)).run();
    let report: Value = serde_json::from_str(&outcome.file("report.json")).unwrap();
    for (number, (code, expected)) in rows.iter().enumerate() {
        let cell = &report["notebooks"][0]["cells"][number];
        match expected.as_str().and_then(|text| text.strip_prefix("! ")) {
            Some(error) => {
                let got = format!("{}: {}", cell["error"]["name"], cell["error"]["message"]).replace('"', "");
                assert!(got.contains(error), "{code}\nexpected: {error}\ngot: {got}\n{cell}");
            }
            None => assert_eq!(cell["value"]["json"], *expected, "{code}\n{cell}"),
        }
    }
    report
}

fn with_files(case: Case) -> Case {
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n";
    case.file("n/users.csv", TABLE)
        .file("n/users.tsv", "\u{feff}a\tb\n1\t2\n")
        .file("n/odd.csv", "a;b\n1;2\n")
        .file("n/uneven.csv", "a,b\n1\n")
        .file("n/proto.csv", "__proto__,a\nx,1\n")
        .file("data/users.json", "[{ \"name\": \"Ann\" }]")
        .file("data/broken.json", "{ \"name\": ")
        .file("n/logo.png", [0x89, b'P', 0, 0xff])
        .file("n/plain", "text")
        .file("n/a b.txt", "with a space")
        .file(".env", "SECRET=1")
        .file("n/.hidden.txt", "hidden")
        .file("keys/server.key", key)
        .file("keys/note.txt", key)
        .file("n/apinb.toml", "")
}

#[test]
fn a_file_of_the_project_is_read() {
    check(
        with_files,
        &[
            ("file('users.csv').text()", json!(TABLE)),
            ("file('users.csv').csv()", json!([{ "name": "Ann", "age": "41" }, { "name": "Bob, Jr.", "age": "4\"2" }])),
            ("file('users.csv').csv({ header: false }).then((rows) => rows[0])", json!(["name", "age"])),
            ("file('users.tsv').csv()", json!([{ "a": "1", "b": "2" }])),
            ("file('odd.csv').csv({ delimiter: ';' })", json!([{ "a": "1", "b": "2" }])),
            (
                "file('odd.csv').csv({ delimiter: ';;' })",
                json!("! odd.csv: expected one ASCII character as the delimiter"),
            ),
            ("file('uneven.csv').csv()", json!("! Error: uneven.csv: CSV error: record 1 (line: 2")),
            (
                "file('proto.csv').csv().then((rows) => [Object.keys(rows[0]), Object.getPrototypeOf(rows[0]) === Object.prototype])",
                json!([["__proto__", "a"], true]),
            ),
            ("file('../data/users.json').json()", json!([{ "name": "Ann" }])),
            ("file('../data/broken.json').json()", json!("! SyntaxError: broken.json is not valid JSON: ")),
            (
                "(f => [f instanceof File, f.name, f.type, f.size, f.lastModified > 0])(file('logo.png'))",
                json!([true, "logo.png", "image/png", 4, true]),
            ),
            ("file('logo.png').arrayBuffer().then((buffer) => [...new Uint8Array(buffer)])", json!([0x89, 80, 0, 255])),
            ("[file('plain').type, file('./plain').name, file('/plain').size]", json!(["", "plain", 4])),
            ("file('a b.txt').text()", json!("with a space")),
            ("file()", json!("! TypeError: file: expected the path of a file, got undefined")),
            ("file('https://a.test/x.txt')", json!("! PolicyError: cannot read `https://a.test/x.txt`: it is a URL")),
        ],
    );
}

#[test]
fn a_file_that_is_not_data_of_the_project_is_refused() {
    let report = check(
        with_files,
        &[
            ("file('none.txt')", json!("! Error: cannot read `none.txt`: there is no such file")),
            ("file('../data')", json!("! Error: cannot read `../data`: cannot read")),
            ("file('.hidden.txt')", json!("! PolicyError: cannot read `.hidden.txt`: ")),
            ("file('../.env')", json!("is hidden")),
            ("file('../.git/HEAD')", json!("is hidden")),
            ("file('../keys/server.key')", json!("its name is that of a private key")),
            ("file('../keys/note.txt')", json!("it has a private key in it")),
            ("file('apinb.toml')", json!("it is the configuration of apinb")),
            ("file('../../outside.txt')", json!("is outside of")),
            ("fetch('../.env')", json!("! PolicyError: cannot read `../.env`")),
        ]
        .map(|(code, error)| (code, json!(format!("! {}", error.as_str().unwrap().trim_start_matches("! "))))),
    );
    assert_eq!(report["notebooks"][0]["cells"][2]["error"]["kind"], "policy");
    assert_eq!(report["notebooks"][0]["cells"][0]["error"]["kind"], "thrown");
}

#[test]
fn fetch_of_a_relative_url_reads_a_file_of_the_project() {
    check(
        with_files,
        &[
            ("fetch('../data/users.json').then((r) => r.json())", json!([{ "name": "Ann" }])),
            (
                "r = await fetch('users.csv'); [r.ok, r.status, r.statusText, r.headers.get('content-type'), r.headers.get('content-length'), r.url]",
                json!([true, 200, "OK", "text/csv", "34", "users.csv"]),
            ),
            ("fetch('a%20b.txt?x=1#y').then((r) => r.text())", json!("with a space")),
            ("fetch('plain', { method: 'HEAD' }).then((r) => r.text())", json!("")),
            ("fetch('plain').then((r) => r.headers.has('content-type'))", json!(false)),
            (
                "fetch('none.json')",
                json!("! TypeError: fetch: `none.json` is not a URL, and the project has no such file"),
            ),
            ("fetch('example.com/users')", json!("! TypeError: fetch: `example.com/users` is not a URL")),
            (
                "fetch('users.csv', { method: 'POST' })",
                json!("! TypeError: fetch: `users.csv` is a file of the project, which can be read only (GET)"),
            ),
            ("fetch('users.csv', { signal: AbortSignal.abort() })", json!("! AbortError")),
            ("fetch('')", json!("! TypeError: Invalid URL")),
            ("fetch('//a.test/x')", json!("! TypeError: Invalid URL")),
            ("fetch('file:///etc/passwd')", json!("! TypeError: ")),
            ("assert.status(await fetch('plain'), 404)", json!("! AssertionError: expected status 404, got 200")),
        ],
    );
}

#[test]
fn a_file_is_uploaded() {
    let server = Server::start();
    let cell = format!(
        "const form = new FormData(); form.append('logo', file('logo.png')); form.append('list', file('users.csv'));\n\
         const sent = await (await fetch('{}', {{ method: 'POST', body: form }})).json();\n\
         const raw = await (await fetch('{}', {{ method: 'POST', body: file('users.csv') }})).json();\n\
         [sent.body.includes('filename=\"logo.png\"'), sent.body.includes('text/csv'), raw.body, raw.headers.find(([name]) => name === 'content-type')[1]]",
        server.url("/echo"),
        server.url("/echo")
    );
    check(with_files, &[(&cell, json!([true, true, TABLE, "text/csv"]))]);
}

#[test]
fn a_notebook_without_a_project_reads_no_file() {
    let text = "```js\nfile('a.txt')\n```\n\n```js\nfetch('a.txt')\n```\n\n```js\nsave('a.txt', 'x')\n```\n";
    let outcome = Case::command(["run", "-"]).file("a.txt", "text").stdin(text).run();
    outcome.exit(3).stdout_contains("a notebook on stdin reads no file").stdout_contains("Pass `--output-dir DIR`");
    let server = Server::with(move |request| match request.url.as_str() {
        "/n/notebook.md" => Answer::new(200, "text/markdown", text),
        "/n/a.txt" => Answer::new(200, "text/plain", "of the web"),
        _ => Answer::new(404, "text/plain", ""),
    });
    let outcome = Case::command(["run", &server.url("/n/notebook.md"), "--yes", "--report", "json=report.json"])
        .file("a.txt", "text")
        .run();
    let report: Value = serde_json::from_str(&outcome.file("report.json")).unwrap();
    let cells = &report["notebooks"][0]["cells"];
    assert!(cells[0]["error"]["message"].as_str().unwrap().contains("it is a URL"), "{cells}");
    assert_eq!(cells[1]["calls"][0]["status"], 200, "{cells}");
    assert_eq!(cells[2]["error"]["kind"], "policy", "{cells}");
    assert!(!outcome.folder().join("output").exists());
}

#[test]
fn files_are_saved_below_the_output_folder() {
    let server = Server::start();
    let fetched = format!("save('fetched.json', await fetch('{}'))", server.url("/status/201"));
    let cells = [
        "save('users.json', [{ name: 'Ann' }])",
        "save('./a/b/text.txt', 'text')",
        "save('blob.bin', new Blob([new Uint8Array([0, 255])]))",
        "save('buffer.bin', new Uint8Array([1, 2]).buffer)",
        "save('number.json', 5)",
        fetched.as_str(),
        "save('users.json', null)",
        "await file('../output/users.json').json()",
    ];
    let outcome = case(&cells).run();
    outcome.exit(0).stdout_contains("saved output/users.json\n");
    let read = |path: &str| fs::read(outcome.folder().join("output").join(path)).unwrap();
    assert_eq!(read("a/b/text.txt"), b"text");
    assert_eq!(read("blob.bin"), [0, 255]);
    assert_eq!(read("buffer.bin"), [1, 2]);
    assert_eq!(read("number.json"), b"5\n");
    assert_eq!(read("fetched.json"), b"{\"status\":201}");
    assert_eq!(read("users.json"), b"null\n");
    let report: Value = serde_json::from_str(&outcome.file("report.json")).unwrap();
    assert_eq!(
        report["notebooks"][0]["cells"][0]["console"],
        json!([{ "level": "log", "text": "saved output/users.json" }])
    );
    assert_eq!(report["notebooks"][0]["cells"][0]["value"]["json"], "output/users.json");
}

#[test]
fn what_is_not_below_the_output_folder_is_not_saved() {
    for (code, error) in [
        (
            "save('../n/notebook.md', 'x')",
            "PolicyError: cannot save `../n/notebook.md`: it is not below the output folder",
        ),
        ("save('/tmp/x', 'x')", "is not below the output folder"),
        ("save('.git/hooks/pre-commit', 'x')", "is hidden"),
        ("save('apinb.toml', 'x')", "the configuration of apinb"),
        ("save('', 'x')", "has a name that not every system can have"),
        ("save(5, 'x')", "TypeError: save: expected a path and a value, got 5"),
        ("save('x')", "TypeError: save: expected text, data or a value for JSON, got undefined"),
        ("save('x', () => 1)", "TypeError: save: expected text, data or a value for JSON"),
    ] {
        let outcome = case(&[code]).run();
        let report: Value = serde_json::from_str(&outcome.file("report.json")).unwrap();
        let cell = &report["notebooks"][0]["cells"][0];
        let got = format!("{}: {}", cell["error"]["name"], cell["error"]["message"]).replace('"', "");
        assert!(got.contains(error), "{code}: {got}");
        assert!(!outcome.folder().join("output").exists(), "{code}");
    }
}

#[test]
fn the_output_folder_is_a_setting() {
    let code = "save('x.txt', 'x')";
    let outcome = case(&[code]).args(["--output-dir", "elsewhere/below"]).run();
    outcome.exit(0).stdout_contains("saved elsewhere/below/x.txt");
    assert_eq!(outcome.file("elsewhere/below/x.txt"), "x");
    let outcome = case(&[code]).file("apinb.toml", "[run]\noutput-dir = \"results\"\n").run();
    outcome.exit(0).stdout_contains("saved results/x.txt");
    // Folders outside of the project need the user's trust, as files that are read do.
    let outcome = case(&[code]).file("apinb.toml", "[run]\noutput-dir = \"../results\"\n").env("APINB_TRUST", "").run();
    outcome.exit(3);
    let outcome = Case::command(["run", "-", "--output-dir", "x"]).stdin(format!("```js\n{code}\n```\n")).run();
    outcome.exit(0);
    assert_eq!(outcome.file("x/x.txt"), "x");
}

#[cfg(unix)]
#[test]
fn a_link_at_the_output_folder_is_not_followed() {
    let case = case(&["save('x.txt', 'x')"]).file("target/keep", "");
    std::os::unix::fs::symlink(case.folder().join("target"), case.folder().join("output")).unwrap();
    let outcome = case.run();
    outcome.exit(1).stdout_contains("cannot save `x.txt`: `output` is a symbolic link");
    assert!(!outcome.folder().join("target/x.txt").exists());
}

#[test]
fn a_saved_file_has_no_secret() {
    let case = case(&["TOKEN = prompt('Token?')", "save('x.json', { token: TOKEN, other: `Bearer ${TOKEN}` })"]);
    let outcome = case.args(["--input", "TOKEN=s3cret-0123456789"]).run();
    outcome.exit(0).contains_nowhere("s3cret-0123456789", &[]);
    let saved: Value = serde_json::from_str(&outcome.file("output/x.json")).unwrap();
    assert!(saved["other"].as_str().unwrap().starts_with("Bearer "), "{saved}");
}

#[test]
fn files_are_saved_in_a_mocked_run_and_at_a_prompt() {
    let api = "#%RAML 0.8\ntitle: T\nbaseUri: http://a.test\n/users:\n  get:\n    responses:\n      200:\n        body:\n          application/json:\n            example: '{\"id\": 7}'\n";
    let cells = ["API.createClient('client', 'api.raml')", "save('users.json', client.users.get())"];
    let outcome = case(&cells).file("n/api.raml", api).args(["--mock"]).run();
    outcome.exit(0);
    assert_eq!(outcome.file("output/users.json"), "{\n  \"id\": 7\n}\n");
    let outcome = Case::command(["repl", "-e", "save('x.json', [1])", "--output-dir", "saved"]).run();
    outcome.exit(0);
    assert_eq!(outcome.file("saved/x.json"), "[\n  1\n]\n");
}
