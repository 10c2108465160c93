//! Recording the calls of a notebook, and replaying them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::support::{Answer, Case, Outcome, Server};

/// The definition of an API at a server.
fn definition(server: &Server) -> String {
    format!(
        "#%RAML 1.0\ntitle: Users\nbaseUri: {}\nmediaType: application/json\n/users:\n  get:\n  post:\n  /{{id}}:\n    get:\n    delete:\n",
        server.url("/v1")
    )
}

/// Counts its answers, so that each is different.
fn server() -> Server {
    let count = AtomicUsize::new(0);
    Server::with(move |request| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        match (request.method.as_str(), request.url.as_str()) {
            ("POST", _) => {
                Answer::new(201, "application/json", format!("{{\"id\":{number},\"got\":{}}}", request.text()))
            }
            ("DELETE", _) => Answer::new(204, "text/plain", ""),
            (_, "/v1/old") => Answer::Reply(
                302,
                headers(&[("Location", "/v1/users"), ("Set-Cookie", "seen=yes-0123456789; Path=/")]),
                Vec::new(),
            ),
            _ => Answer::new(
                200,
                "application/json",
                format!(
                    "{{\"number\":{number},\"cookie\":{}}}",
                    Value::from(request.header("cookie").unwrap_or_default())
                ),
            ),
        }
    })
}

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const CELLS: [&str; 5] = [
    "API.createClient('client', 'users.raml')",
    "const made = client.users.post({ name: 'Ann', at: Date.now(), key: Math.random() }); made.body.got.key === made.body.got.key && made.body.id",
    "[client.users.get().body.number, client.users.get().body.number, client.users.id(made.body.id).get().body.number]",
    "client.users.id(made.body.id).delete().status",
    "const old = await fetch(client.baseUri + '/old'); (await old.json()).cookie.startsWith('seen=')",
];

fn case(server: &Server) -> Case {
    Case::cells(CELLS.map(|cell| cell.replace("client.baseUri", &Value::from(server.url("/v1")).to_string())))
        .file("users.raml", definition(server))
}

/// Runs the same case again, in the folder as it was left, with other arguments.
fn again(case: Case, before: &Outcome, arguments: &[&str]) -> Outcome {
    let from = before.folder().join("notebook.cassette");
    let case = if from.is_dir() { case.with_folder("notebook.cassette", &from) } else { case };
    case.args(arguments).run()
}

/// All files below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(self::files(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

fn results(outcome: &Outcome) -> Vec<Value> {
    let report = outcome.report();
    let cells = report["notebooks"][0]["cells"].as_array().unwrap().clone();
    cells.iter().map(|cell| serde_json::json!([cell["status"], cell["result"], cell["value"]])).collect()
}

#[test]
fn a_replay_gives_the_results_of_the_recording_without_a_server() {
    let server = server();
    let recorded = case(&server).args(["--record"]).run();
    recorded.exit(0);
    let sent = server.requests().len();
    let mut replays = Vec::new();
    for _ in 0..2 {
        let replayed = again(case(&server), &recorded, &["--replay"]);
        replayed.exit(0);
        assert_eq!(results(&replayed), results(&recorded));
        let calls = &replayed.report()["notebooks"][0]["cells"][1]["calls"];
        assert_eq!((&calls[0]["replayed"], &calls[0]["mocked"]), (&Value::from(true), &Value::from(false)));
        assert!(recorded.report()["notebooks"][0]["cells"][1]["calls"][0].get("replayed").is_none());
        replays.push(fs::read(replayed.folder().join("report.json")).unwrap());
    }
    assert_eq!(server.requests().len(), sent, "nothing was sent");
    assert!(replays[0] == replays[1], "the reports are the same byte for byte");
    let names: Vec<String> = files(&recorded.folder().join("notebook.cassette")).into_keys().collect();
    assert!(names.contains(&"cassette.json".to_owned()), "{names:?}");
    assert_eq!(
        names.iter().filter(|name| name.ends_with(".json")).count(),
        5,
        "cells without calls have no file: {names:?}"
    );
}

#[test]
fn recording_again_and_recording_what_is_missing() {
    let server = server();
    let recorded = case(&server).args(["--record"]).run();
    let missing = again(case(&server), &recorded, &["--record=missing"]);
    missing.exit(0);
    let of = |outcome: &Outcome| files(&outcome.folder().join("notebook.cassette"));
    assert_eq!(of(&missing), of(&recorded), "everything was there");
    let sent = server.requests().len();
    let more = || {
        Case::cells([
            "API.createClient('client', 'users.raml')",
            "client.users.get().body.number",
            "client.users.id(77).get().status",
        ])
        .file("users.raml", definition(&server))
    };
    let miss = again(more(), &recorded, &["--replay"]);
    miss.exit(1);
    assert_eq!(server.requests().len(), sent);
    miss.cell(2).fails("the cassette has no response to it; the nearest is interaction");
    assert!(miss.cell(2).help().contains("--record=missing --only 2"), "{}", miss.cell(2).help());
    assert_eq!(miss.cell(2).cell["error"]["kind"], "missed");
    let filled = again(more(), &recorded, &["--record=missing"]);
    filled.exit(0);
    assert_eq!(server.requests().len(), sent + 1);
    again(more(), &filled, &["--replay"]).exit(0);
    assert_eq!(server.requests().len(), sent + 1);
}

#[test]
fn ignored_parts_are_not_compared() {
    let server = server();
    let of = |id: &str| {
        let call = format!("client.users.post({{ name: 'Ann', request: '{id}' }}).status");
        Case::cells(["API.createClient('client', 'users.raml')".to_owned(), call])
            .file("users.raml", definition(&server))
    };
    let recorded = of("first").args(["--record"]).run();
    recorded.exit(0);
    again(of("second"), &recorded, &["--replay"]).exit(1);
    let ignoring = of("second").file("apinb.toml", "[cassette]\nignore = [\"body:$.request\"]\n");
    again(ignoring, &recorded, &["--replay"]).cell(1).is("201");
}

#[test]
fn a_miss_fails_the_cell_that_catches_it() {
    let server = server();
    let of = |cells: &[&str]| Case::cells(cells.iter().copied()).file("users.raml", definition(&server));
    let client = "API.createClient('client', 'users.raml')";
    let recorded = of(&[client, "client.users.get().status"]).args(["--record"]).run();
    recorded.exit(0);
    let caught = again(of(&[client, "try { client.users.post({}) } catch {} 5"]), &recorded, &["--replay"]);
    caught.exit(1);
    caught.cell(1).fails("the cassette has no response to it");
}

#[test]
fn failed_cells_are_recorded_only_if_asked() {
    let server = server();
    let of = || {
        Case::cells(["API.createClient('client', 'users.raml')", "client.users.get(); throw new Error('no')"])
            .file("users.raml", definition(&server))
    };
    let failed = of().args(["--record"]).run();
    failed.exit(1).stderr_contains("the cassette is unchanged, since cells failed");
    assert!(!failed.folder().join("notebook.cassette").exists());
    let always = of().args(["--record=always"]).run();
    always.exit(1);
    assert!(always.folder().join("notebook.cassette/cassette.json").is_file());
    let missing = Case::cells(["1"]).args(["--replay"]).run();
    missing.exit(2).stdout_contains("there is no cassette `notebook.cassette`");
    Case::command(["run", "-", "--replay"])
        .stdin("```javascript\n1\n```\n")
        .run()
        .exit(2)
        .stderr_contains("it is not a file");
}

#[test]
fn damaged_cassettes_are_errors_with_a_position() {
    let server = server();
    let recorded = case(&server).args(["--record"]).run();
    for (file, text, expected) in [
        ("cassette.json", "{\n  \"version\": 99\n}", "notebook.cassette/cassette.json:2:3"),
        ("x.json", "{\n\n oops", "notebook.cassette/x.json:3:2"),
    ] {
        let damaged = case(&server).with_folder("notebook.cassette", &recorded.folder().join("notebook.cassette"));
        let damaged = damaged.file(&format!("notebook.cassette/{file}"), text).args(["--replay"]).run();
        assert!(damaged.output().contains(expected), "{}", damaged.output());
        assert_ne!(damaged.code(), Some(0));
    }
}

#[test]
fn no_secret_is_in_a_cassette() {
    let secret = "hunter2+very/secret";
    let server = Server::with(move |_| {
        let encoded = [
            "aHVudGVyMit2ZXJ5L3NlY3JldA==",
            "68756e746572322b766572792f736563726574",
            "hunter2%2Bvery%2Fsecret",
            "hunter2+very\\/secret",
        ];
        let listed: Vec<String> = encoded.iter().map(|form| format!("\"{form}\"")).collect();
        let body = format!("{{\"session_token\":\"tok-0123456789abcdef\",\"echo\":[{}]}}", listed.join(","));
        let of = headers(&[
            ("Content-Type", "application/json"),
            ("X-Other", secret),
            ("Set-Cookie", "sid=c00kie-0123456789; Path=/"),
        ]);
        Answer::Reply(200, of, body.into_bytes())
    });
    let cells = || {
        Case::cells([
            "const PASSWORD = prompt('PASSWORD')".to_owned(),
            format!(
                "const made = await (await fetch({}, {{ method: 'POST', headers: {{ Authorization: 'Bearer ' + PASSWORD, 'Content-Type': 'application/json' }}, body: JSON.stringify({{ password: PASSWORD }}) }})).json(); typeof made.session_token",
                Value::from(server.url("/login?key=x"))
            ),
        ])
    };
    let recorded = cells().env("APINB_INPUT_PASSWORD", secret).args(["--record"]).run();
    recorded.exit(0);
    let all: String = files(&recorded.folder().join("notebook.cassette"))
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    for form in ["hunter2", "aHVudGVyMi", "68756e74657232", "c00kie", "tok-0123"] {
        assert!(!all.contains(form), "{form}: {all}");
    }
    assert!(all.contains("{{input.PASSWORD}}") && all.contains("{{token.session_token}}"), "{all}");
    let sent = server.requests().len();
    let replayed = again(cells(), &recorded, &["--replay"]);
    replayed.exit(0);
    assert_eq!(results(&replayed)[1], results(&recorded)[1]);
    assert_eq!(server.requests().len(), sent);
}

#[test]
fn branches_that_record_different_cells_merge() {
    let server = server();
    let recorded = case(&server).args(["--record"]).run();
    let folder = recorded.folder();
    let git = |arguments: &[&str]| {
        let config = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").current_dir(folder).args(config).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "notebook.cassette"]);
    git(&["commit", "-qm", "base"]);
    for (branch, cells) in [("one", "0-2"), ("two", "0,1,4")] {
        git(&["checkout", "-q", "-b", branch, "main"]);
        let other = again(case(&server), &recorded, &["--record", "--only", cells]);
        other.exit(0);
        let made = other.folder().join("notebook.cassette");
        fs::remove_dir_all(folder.join("notebook.cassette")).unwrap();
        for (path, bytes) in files(&made) {
            // Both record the cell that the others need.
            if path.starts_with("const-made") {
                continue;
            }
            let to = folder.join("notebook.cassette").join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
        git(&["add", "-A", "notebook.cassette"]);
        git(&["commit", "-qm", branch]);
    }
    git(&["merge", "-q", "-m", "merged", "one"]);
}

/// The old or the new cassette is there, whole, whenever the process ends.
#[cfg(unix)]
#[test]
fn a_killed_recording_leaves_a_whole_cassette() {
    let server = server();
    let recorded = case(&server).args(["--record"]).run();
    recorded.exit(0);
    let folder = recorded.folder().join("notebook.cassette");
    for round in 0..6_u64 {
        let killed = case(&server).with_folder("notebook.cassette", &folder).args(["--record"]);
        let mut child = killed.process().spawn().unwrap();
        // The result does not depend on the moment.
        std::thread::sleep(std::time::Duration::from_millis(60 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = killed.folder().join("notebook.cassette");
        case(&server).with_folder("notebook.cassette", &left).args(["--replay"]).run().exit(0);
    }
}
