//! `--fail-on-status`: a response of 400 or more whose status the notebook does not read.

use std::sync::Arc;

use serde_json::json;

use crate::support::{Case, Outcome, Server};

/// Runs cells with the option. In them, `URL` is a URL that responds with 404, and `c` a client of the same server whose
/// `missing` does.
fn run(server: &Arc<Server>, cells: &[&str], arguments: &[&str]) -> Outcome {
    let raml = format!(
        "#%RAML 1.0\ntitle: T\nbaseUri: {}\n/status:\n  /404:\n    get:\n    post:\n  /200:\n    get:\n",
        server.url("")
    );
    let create = "API.createClient('c', 'api.raml').status".to_owned();
    let cells = cells.iter().map(|cell| cell.replace("URL", &format!("'{}'", server.url("/status/404"))));
    let case = Case::cells(std::iter::once(create).chain(cells)).file("api.raml", raml);
    case.args(["--report", "junit=r.xml", "--report", "tap=r.tap"]).args(arguments).run()
}

const ON: &[&str] = &["--fail-on-status"];

#[test]
fn a_status_that_is_not_read_fails_the_cell_that_called() {
    let server = Arc::new(Server::start());
    for cell in [
        "c.status[404].get()",
        "r = c.status[404].get(); r.body",
        "r = c.status[404].get(); r.headers; r.duration; console.log(r); r",
        "c.status[404].get(async())",
        "fetch(URL)",
        "(await fetch(URL)).json()",
        "(await fetch(URL)).clone().text()",
        "x = new XMLHttpRequest(); x.open('GET', URL, false); x.send(); x.responseText",
    ] {
        let outcome = run(&server, &[cell, "1"], ON);
        let error = "returned 404 and the notebook did not look at its status";
        outcome.exit(1).cell(1).fails(error).cell(2).is("1");
        let failed = outcome.cell(1);
        let record = &failed.cell["error"];
        assert_eq!(
            (&record["kind"], &record["code"]),
            (&json!("unread_status"), &json!("ERR_UNREAD_STATUS")),
            "{cell}"
        );
        assert!(failed.help().contains("assert.status(response, 404)"), "{}", failed.help());
        assert_eq!(failed.cell["calls"][0]["status"], 404);
        outcome.stdout_contains("3 cells: 2 passed, 1 failed").stdout_contains("1 failure").stdout_contains(error);
        assert!(outcome.file("r.xml").contains("failures=\"1\" errors=\"0\""), "{}", outcome.file("r.xml"));
        assert!(outcome.file("r.tap").contains("not ok 2 - $1"), "{}", outcome.file("r.tap"));
        // Without the option it passes.
        run(&server, &[cell], &[]).exit(0);
    }
    let outcome = run(&server, &["c.status[404].get(); c.status[404].post(); c.status[200].get()"], ON);
    let message =
        "GET /status/404 returned 404 and the notebook did not look at its status, and 1 call more did the same";
    outcome.exit(1).cell(1).fails(message);
}

#[test]
fn a_status_that_is_read_fails_nothing() {
    let server = Arc::new(Server::start());
    for cells in [
        &["c.status[404].get().status"][..],
        &["c.status[200].get().body"],
        &["r = c.status[404].get(); 0", "r.status === 404"],
        &["c.status[404].get()", "$1.status"],
        &["assert.status(c.status[404].get(), 404)"],
        &["assert.deepEqual(Object.keys(c.status[404].get()), ['status', 'headers', 'body'])"],
        &["assert.partialDeepStrictEqual(c.status[404].get(), { status: 404 })"],
        &["JSON.stringify(c.status[404].get()).length > 0"],
        &["const { status, ...rest } = c.status[404].get()"],
        &["c.status[404].get((error, response) => { last = response.status })", "last"],
        &["(await fetch(URL)).ok"],
        &["assert.status(await fetch(URL), 404)"],
        &["r = await fetch(URL); 0", "r.clone().status"],
        &["x = new XMLHttpRequest(); x.open('GET', URL, false); x.send(); x.status"],
    ] {
        run(&server, cells, ON).exit(0);
    }
}

#[test]
fn it_is_a_setting() {
    let server = Server::start();
    let cell = format!("fetch('{}')", server.url("/status/500"));
    let case = |arguments: &[&str]| Case::cells([cell.as_str(), "throw 1"]).args(arguments);
    let settings = "[run]\nfail-on-status = true\n";
    case(&[]).file("apinb.toml", settings).run().exit(1).cell(0).fails("returned 500");
    let all = case(&["--fail-fast=all", "notebook.md"]).file("apinb.toml", settings).run();
    assert_eq!(
        all.exit(1).report()["summary"],
        json!({ "cells": 4, "passed": 0, "failed": 2, "skipped": 2, "calls": 1 })
    );
    // A failure that is expected is one, whatever its cell has read.
    let expected = format!("```js expect-failure\n(await (await {cell}).json()).missing.x\n```\n");
    Case::notebook(expected).args(ON).run().exit(0);
    let parallel = case(&["--fail-on-status", "--jobs", "2", "notebook.md"]).run();
    parallel.exit(1).stdout_contains("4 cells: 0 passed, 4 failed");
}
