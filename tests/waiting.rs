//! `sleep` and `until`.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, Case, Cells, Server};

#[test]
fn sleep_takes_the_time() {
    let started = Instant::now();
    Case::check(&[
        ("await sleep(150); 'awaited'", "\"awaited\""),
        ("sleep(150)", ""),
        ("slept = sleep(0); slept instanceof Promise", "true"),
        ("sleep()", "! TypeError: sleep: expected a number of milliseconds, got undefined"),
        ("sleep('5')", "! TypeError: sleep: expected a number of milliseconds, got \"5\""),
        ("sleep(-1)", "! TypeError: sleep: expected a number of milliseconds, got -1"),
        ("sleep(NaN)", "! TypeError: sleep: expected a number of milliseconds, got NaN"),
        ("sleep(Infinity)", "! TypeError: sleep: expected a number of milliseconds, got Infinity"),
    ]);
    assert!(started.elapsed() >= Duration::from_millis(300));
}

#[test]
fn until_calls_a_function_until_it_is_done() {
    let every = "{ every: 1 }";
    let rows = [
        ("n = 0; until(() => ++n > 3, EVERY)", "true"),
        ("[n, await until(async () => ++n, { every: 1, done: (n) => n >= 6 })]", "[ 4, 6 ]"),
        ("until(() => ({ then(done) { done(++n) } }), { every: 1, done: (n) => n >= 8 })", "8"),
        ("until(() => ++n, { every: 1, done: async (n) => n === 10, failed: async (n) => n > 10 })", "10"),
        (
            "until(() => ++n, { every: 1, done: () => false, failed: (n) => n === 13 })",
            "! Error: until: failed after 3 tries; the last value is 13",
        ),
        (
            "until(() => ({ state: 'failed' }), { failed: (job) => job.state === 'failed' })",
            "! Error: until: failed after 1 try; the last value is { state: \"failed\" }",
        ),
        ("until(() => { throw new RangeError('own') })", "! RangeError: own"),
        ("until(async () => { throw new RangeError('own') })", "! RangeError: own"),
        ("until(() => 0, { within: 0 })", "! Error: until: not done after 1 try in 0 s; the last value is 0"),
        ("until(() => [n], { every: 30, within: 100, done: () => false })", "s; the last value is [ 13 ]"),
        ("until(5)", "! TypeError: until: expected a function, got 5"),
        ("until(() => 1, 5)", "! TypeError: until: expected an object of options, got 5"),
        ("until(() => 1, { timeout: 5 })", "! TypeError: until: unknown option \"timeout\""),
        ("until(() => 1, { done: true })", "! TypeError: until: expected a function as the option \"done\""),
        ("until(() => 1, { every: '5' })", "! TypeError: until: every: expected a number of milliseconds, got \"5\""),
        ("until(() => 1, { within: -5 })", "! TypeError: until: within: expected a number of milliseconds, got -5"),
    ];
    let rows = rows.map(|(code, expected)| (code.replace("EVERY", every), expected));
    let outcome = Case::cells(rows.iter().map(|(code, _)| code)).run();
    for (number, (code, expected)) in rows.iter().enumerate() {
        let shown = outcome.cell(number).shown();
        assert!(
            shown == *expected
                || (expected.starts_with("! ") || expected.starts_with("s;")) && shown.contains(expected),
            "{code}: {shown}"
        );
    }
    assert!(outcome.cell(8).help().contains("`within`"), "{}", outcome.cell(8).help());
    assert!(outcome.cell(12).help().contains("`every`"));
}

#[test]
fn until_polls_a_call_and_shows_its_last_response() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::with(move |_| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let state = if number % 3 == 2 { "done" } else { "running" };
        Answer::new(200, "application/json", json!({ "state": state }).to_string())
    });
    let mut cells = Cells::with("/jobs/{id}:\n  get:", server);
    let poll = "until(() => client.jobs.id(5).get(), { every: 1, done: (job) => job.body.state === 'done' })";
    cells.gives(&format!("{poll}.then((job) => job.body)"), &json!({ "state": "done" }));
    assert_eq!(cells.server.requests().len(), 3);
    let error = cells.error("until(() => client.jobs.id(5).get(), { failed: (job) => job.status === 200 })");
    assert_eq!(error, "Error: until: failed after 1 try; the last value is 200 { state: \"running\" }");
}

#[test]
fn waiting_ends_with_the_time_of_the_cell() {
    let cells =
        ["await sleep(60_000)", "until(() => 'not yet', { every: 100, within: 600_000, done: () => false })", "5"];
    let outcome = Case::cells(cells).args(["--cell-timeout", "1s"]).run();
    outcome.exit(1).cell(0).fails("Timeout of 1000ms exceeded").cell(2).is("5");
    outcome.cell(1).fails("the last value is \"not yet\"");
    assert!(outcome.cell(1).help().contains("`timeout(ms)`"), "{}", outcome.cell(1).help());
}
