//! `apinb run --drift`: live responses compared with recorded ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::support::{Answer, Case, Outcome, Server};

/// A server of users whose responses change: 0 as recorded, 1 other values, 2 another shape, 3 broken.
fn server() -> (Server, Arc<AtomicUsize>) {
    let state = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&state);
    let server = Server::with(move |request| {
        let user = match (request.method.as_str(), seen.load(Ordering::SeqCst)) {
            ("POST", _) => json!({ "id": 8, "name": "Bob" }),
            (_, 0) => json!([{ "id": 7, "name": "Ann", "changed": "2026-01-01T00:00:00Z" }]),
            (_, 1) => json!([{ "id": 9, "name": "Eve", "changed": "2027-02-03T04:05:06Z" }]),
            (_, 2) => json!([{ "id": 9, "changed": "2027-02-03T04:05:06Z", "nick": "e" }]),
            _ => return Answer::new(500, "application/json", "{}"),
        };
        Answer::new(200, "application/json", user.to_string())
    });
    (server, state)
}

fn notebook(server: &Server) -> String {
    format!(
        "# Users\n```js\n(await fetch('{0}')).status\n```\nAdd one.\n```js\n(await fetch('{0}', {{ method: 'POST', body: 'x' }})).status\n```\n",
        server.url("/users")
    )
}

fn recorded(server: &Server) -> Outcome {
    let outcome = Case::notebook(notebook(server)).args(["--record"]).run();
    outcome.exit(0);
    outcome
}

fn again(recorded: &Outcome, arguments: &[&str]) -> Outcome {
    Case::command(["run", "notebook.md", "--report", "json=report.json", "--report", "junit=junit.xml", "--force"])
        .args(arguments)
        .with_folder(".", recorded.folder())
        .run()
}

#[test]
fn live_responses_are_compared_with_the_cassette() {
    let (server, state) = server();
    let recorded = recorded(&server);
    let before = recorded.file("notebook.cassette/cassette.json");
    let same = again(&recorded, &["--drift"]);
    same.exit(0).stdout_contains("drift: none; 1 call compared, 1 replayed");
    assert_eq!(same.report()["notebooks"][0]["drift"]["replayed"], 1);
    state.store(1, Ordering::SeqCst);
    again(&recorded, &["--drift"]).exit(0).stdout_contains("drift: none; 1 call compared, 1 replayed");
    let values = again(&recorded, &["--drift", "--drift-values"]);
    values.exit(0).stdout_contains("note[drift/value]").stdout_contains("drift: 2 value; 1 call compared");
    state.store(2, Ordering::SeqCst);
    let shape = again(&recorded, &["--drift"]);
    shape.exit(1).stdout_contains("error[drift/shape]").stdout_contains("drift: 2 shape; 1 call compared, 1 replayed");
    shape.stdout_contains("`$[*].name`: the property is gone").stdout_contains("`$[*].nick`: a new property");
    assert!(
        shape
            .file("junit.xml")
            .contains("<failure type=\"Drift\" message=\"drift: 2 shape; 1 call compared, 1 replayed\">")
    );
    assert_eq!(shape.report()["notebooks"][0]["drift"]["findings"][0]["cells"], json!(["notebook.md $0"]));
    let github = Case::command(["run", "notebook.md", "--drift"]).with_folder(".", recorded.folder());
    github.env("GITHUB_ACTIONS", "true").run().exit(1).stdout_contains("drift/shape");
    state.store(3, Ordering::SeqCst);
    again(&recorded, &["--drift"]).exit(1).stdout_contains("status: another status");
    // Nothing was written, and only the recording has sent the request that changes something.
    assert_eq!(shape.file("notebook.cassette/cassette.json"), before);
    assert_eq!(server.requests().iter().filter(|request| request.method == "POST").count(), 1);
}

#[test]
fn requests_that_change_something_are_sent_if_asked_for() {
    let (server, _) = server();
    let recorded = recorded(&server);
    let writes = again(&recorded, &["--drift", "--drift-writes"]);
    writes.exit(0).stdout_contains("drift: none; 2 calls compared");
    assert_eq!(server.requests().iter().filter(|request| request.method == "POST").count(), 2);
    let none = Case::notebook(notebook(&server)).args(["--drift"]).run();
    none.exit(2).stdout_contains("there is no cassette `notebook.cassette`");
}
