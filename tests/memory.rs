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
    outcome.cell(1).fails("RangeError: Array buffer allocation failed");
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

#[test]
fn a_buffer_that_does_not_fit_is_an_error_that_a_cell_can_catch() {
    let outcome = run(&[
        "buffer = new ArrayBuffer(35 << 20); errors = []; for (let i = 0; i < 5; i++) try { new ArrayBuffer(2 ** 30) } catch (error) { errors.push(error.name) }; errors.join()",
        "new Uint8Array(50 << 20)",
        "buffer.byteLength",
        "buffer = null; new Uint8Array(50 << 20).length",
        // The heap itself has its limit as before.
        "try { new ArrayBuffer(2 ** 30) } catch {}; list = []; for (;;) list.push(new Array(1000).fill(0))",
        "'alive'",
    ]);
    outcome.cell(0).is("\"RangeError,RangeError,RangeError,RangeError,RangeError\"");
    outcome.cell(1).fails("RangeError: Array buffer allocation failed");
    assert_eq!(outcome.cell(1).help(), "Pass `--max-heap MB` for more.");
    outcome.cell(2).is("36700160");
    outcome.cell(3).is("52428800");
    outcome.cell(4).fails("out of memory: the values of the notebook need more than 64 MB");
    outcome.cell(5).is("\"alive\"");
}

#[test]
fn messages_and_streams_count_until_they_are_read() {
    let outcome = run(&[
        "channel = new MessageChannel(); text = 'x'.repeat(1e6); for (;;) channel.port1.postMessage(text)",
        "channel.port1.close(); channel.port2.close(); channel = new MessageChannel(); received = 0; channel.port2.onmessage = () => { received++; if (received === 200) channel.port2.close() }; \
         for (let i = 0; i < 200; i++) { channel.port1.postMessage(text); await new Promise((done) => setTimeout(done)) } received",
        "streams = []; for (;;) streams.push(new CompressionStream('gzip').readable)",
        "streams = null; await new Promise((done) => setTimeout(done)); for (let i = 0; i < 1000; i++) { new CompressionStream('gzip'); await null } 'garbage'",
        "gzip = new CompressionStream('gzip'); writer = gzip.writable.getWriter(); \
         (async () => { for (let i = 0; i < 200; i++) await writer.write(new Uint8Array(1 << 20)); await writer.close() })(); \
         bomb = await new Response(gzip.readable).bytes(); bomb.length < 1e6",
        "await new Response(new Blob([bomb]).stream().pipeThrough(new DecompressionStream('gzip'))).bytes()",
        "few = new Response('some text').body.pipeThrough(new CompressionStream('deflate')).pipeThrough(new DecompressionStream('deflate')); await new Response(few).text()",
    ]);
    outcome.cell(0).fails("out of memory: the message does not fit in what is left of the 64 MB of the notebook");
    outcome.cell(1).is("200");
    outcome.cell(2).fails("out of memory: ");
    outcome.cell(3).is("\"garbage\"");
    outcome.cell(4).is("true");
    outcome.cell(5).fails("out of memory: ");
    outcome.cell(6).is("\"some text\"");
}

#[test]
fn requests_and_questions_count() {
    let server = Server::start();
    let outcome = run(&[
        "prompt('x'.repeat(20e6))",
        &format!(
            "header = 'x'.repeat(1e6); answers = await Promise.allSettled(Array(200).fill(0).map(() => fetch('{}', {{ headers: {{ header }} }}))); \
             new Set(answers.map((answer) => answer.reason?.message.split('failed: ')[1])).has('out of memory: it does not fit in what is left of the 64 MB of the notebook')",
            server.url("/")
        ),
        "'alive'",
    ]);
    outcome.cell(0).fails("out of memory: the question does not fit in what is left of the 64 MB of the notebook");
    outcome.cell(1).is("true");
    outcome.cell(2).is("\"alive\"");
}
