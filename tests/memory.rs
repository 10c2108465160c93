//! One limit of memory for everything that a notebook keeps: `--max-heap`.

use crate::support::{Answer, Case, Outcome, Server};

fn run(cells: &[&str]) -> Outcome {
    Case::cells(cells.iter().copied()).args(["--max-heap", "64", "--cell-timeout", "60s"]).run()
}

#[test]
fn array_buffers_and_blobs_share_the_limit() {
    let outcome = run(&[
        "buffer = new ArrayBuffer(35 << 20); 1",
        "new ArrayBuffer(35 << 20)",
        "new Blob([new Uint8Array(buffer)])",
        "buffer = null; new Blob([new Uint8Array(5 << 20)]).size",
    ]);
    outcome.cell(1).fails("out of memory: ");
    outcome.cell(2).fails("out of memory: the Blob does not fit in what is left of the 64 MB of the notebook");
    outcome.cell(3).is("5242880");
}

#[test]
fn responses_that_do_not_fit_fail_and_the_others_arrive() {
    let server = Server::with(|_| Answer::new(200, "text/plain", vec![b'x'; 12 << 20]));
    let fetches = format!(
        "answers = await Promise.all(Array(20).fill(0).map(() => fetch('{}').then((answer) => answer.status, (error) => error.message)))",
        server.url("/")
    );
    let outcome = run(&[
        &fetches,
        "answers.includes(200)",
        "new Set(answers.filter((answer) => answer !== 200).map((answer) => answer.split('failed: ')[1]))",
        &fetches.replace("Array(20)", "Array(1)"),
    ]);
    outcome.cell(1).is("true");
    outcome.cell(2).is("Set(1) { \"out of memory: it does not fit in what is left of the 64 MB of the notebook\" }");
    outcome.cell(3).is("[ 200 ]");
}

#[test]
fn a_definition_counts() {
    let outcome = run(&[
        "for (let i = 0; i < 1e4; i++) API.createClient('c' + i, JSON.stringify({ title: 'T', resources: [], description: 'x'.repeat(1e5) }))",
    ]);
    outcome.cell(0).fails("out of memory: the definition of `c");
}

#[test]
fn a_loop_that_only_allocates_ends_when_its_time_is_up() {
    let outcome = run(&["timeout(300); while (true) new Array(1000).fill(0)", "1"]);
    outcome.cell(0).fails("Timeout of 300ms exceeded");
    outcome.cell(1).is("1");
}
