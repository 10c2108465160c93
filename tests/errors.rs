//! Errors are reported at their position, and the next cell runs.

use crate::support::{Case, Outcome, Server};

/// `line:column` of a cell's error.
fn position(outcome: &Outcome, cell: usize) -> String {
    outcome.cell(cell).position().trim_start_matches("notebook.md:").to_owned()
}

#[test]
fn errors_have_positions_in_the_markdown_file() {
    let rows = [
        ("x = {", "Unexpected end of input", "2:1"),
        ("ok = 1\n  foo bar", "Unexpected identifier 'bar'", "7:7"),
        ("\n\n   null.x", "Cannot read properties of null", "13:9"),
        ("let y = 1\nnull.x", "Cannot read properties of null", "18:6"),
        ("function thrower() { throw new Error('in a function') }", "", ""),
        ("let z = 1\nthrower()", "in a function", "22:28"),
        (
            "async function deep() { await null; throw new Error('deep') } class K { m() { throw new Error('m') } }",
            "",
            "",
        ),
        ("await deep()", "deep", "31:43"),
        ("new K().m()", "m", "31:85"),
        ("[1].map(() => { throw new Error('in map') })", "in map", "43:23"),
        ("eval('\\n\\nthrow new Error(\"evaluated\")')", "evaluated", "47:1"),
        ("new Function('throw new Error(\"made\")')()", "made", "51:40"),
        ("let parsed = JSON.parse('{bad')", "in JSON at position 1", "55:19"),
        ("await new Promise(r => setTimeout(() => { throw new Error('in a timer') }))", "in a timer", "59:49"),
        ("new Promise((_, reject) => setTimeout(() => reject(new Error('late'))))", "late", "63:52"),
        ("queueMicrotask(() => { throw new Error('soon') }); async()", "soon", "67:30"),
        ("Promise.reject(new Error('unhandled')); async()", "unhandled", "71:16"),
        ("throw 'no error'", "no error", "75:1"),
        ("  undeclared", "undeclared is not defined", "79:3"),
        ("const c = 1\nconst c = 2", "already been declared", "84:7"),
    ];
    let outcome = Case::cells(rows.map(|(code, ..)| code)).run();
    for (number, (code, message, at)) in rows.iter().enumerate() {
        if message.is_empty() {
            continue;
        }
        outcome.cell(number).fails(message);
        assert_eq!(position(&outcome, number), *at, "${number} {code}");
    }
    let stack = |cell: usize| outcome.cell(cell).cell["error"]["stack"].to_string();
    assert_eq!(stack(5), r#"["thrower (notebook.md:22:28)","notebook.md:27:1"]"#);
    assert_eq!(stack(7), r#"["deep (notebook.md:31:43)","async notebook.md:35:1"]"#);
    assert_eq!(stack(8), r#"["K.m (notebook.md:31:85)","notebook.md:39:9"]"#);
}

#[test]
fn positions_are_correct_in_lists_quotes_and_with_any_line_end() {
    let notebook = "---\ntitle: T\n---\n\n1. item\n\n   ```js\n   x = 1\n   null.x\n   ```\n\n> quote\n>\n> ~~~js\n> let y = 1\n>   nullish.x\n> ~~~\n\n\
                    \t```js\n\tno cell\n\t```\n\n   ````js\n   foo bar\n   ````\n";
    for (end, name) in [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")] {
        for mark in ["", "\u{feff}"] {
            let outcome = Case::notebook(format!("{mark}{}", notebook.replace('\n', end))).run();
            assert_eq!(position(&outcome, 0), "9:9", "{name}");
            assert_eq!(position(&outcome, 1), "16:5", "{name}");
            assert_eq!(position(&outcome, 2), "24:8", "{name}");
            assert_eq!(outcome.cell(1).cell["error"]["source_line"], ">   nullish.x");
            assert_eq!(outcome.cell(0).cell["error"]["stack"][0], "notebook.md:9:9");
            assert_eq!(outcome.cell(1).cell["error"]["stack"][0], "notebook.md:16:5");
        }
    }
}

#[test]
fn causes_are_shown() {
    let outcome = Case::check(&[
        ("throw new Error('e', { cause: new TypeError('inner', { cause: 'deep' }) })", "! Error: e"),
        ("throw new AggregateError([new Error('one'), new Error('two')], 'many')", "! AggregateError: many"),
        ("var e = new Error('loop'); e.cause = e; throw e", "! Error: loop"),
        ("class MyError extends Error { name = 'MyError' } throw new MyError('mine')", "! MyError: mine"),
        ("setTimeout(() => { throw new Error('t', { cause: new Error('c') }) }); async()", "! Error: t"),
    ]);
    let causes = |cell: usize| outcome.cell(cell).cell["error"]["causes"].to_string();
    assert_eq!(causes(0), r#"["inner","\"deep\""]"#);
    assert_eq!(causes(1), r#"["one","two"]"#);
    assert_eq!(causes(2), "[]");
    assert_eq!(causes(4), r#"["c"]"#);
}

#[test]
fn endless_loops_end_at_the_time_limit() {
    let loops = [
        "while (true) {}",
        "let x; for (;;) {}",
        "Promise.resolve().then(() => { while (true) {} })",
        "setTimeout(() => { while (true) {} }); async()",
        "JSON.stringify({ toJSON() { while (true) {} } })",
        "function f() { Promise.resolve().then(f) } f()",
        "function g() { Promise.resolve().then(g) } g(); await new Promise(() => {})",
        "setInterval(() => {}, 1); async()",
        "/^(a+)+$/.test('a'.repeat(60) + 'b')",
        "({ get then() { while (true) {} } })",
        "for (;;) console.log('spam')",
        "for (;;) try { null.x } catch {}",
        "try { while (true) {} } finally { while (true) {} }",
    ];
    let cells = loops.iter().flat_map(|code| [*code, "'alive'"]);
    let outcome = Case::cells(cells).args(["--cell-timeout", "100ms"]).run();
    for number in 0..loops.len() {
        outcome.cell(2 * number).fails("Timeout of 100ms exceeded");
        outcome.cell(2 * number + 1).is("\"alive\"");
    }
}

#[test]
fn inspecting_hostile_values_ends() {
    Case::check(&[
        ("({ get a() { while (true) {} } })", "{ a: [Getter] }"),
        (
            "new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 }, getPrototypeOf() { throw 3 }, has() { throw 4 } })",
            "{}",
        ),
        ("({ [Symbol.for('Deno.customInspect')]() { throw 1 } })", "[a value that cannot be rendered]"),
        ("({ get [Symbol.toStringTag]() { throw 1 } }); 1", "1"),
        ("throw { get message() { throw 1 } }", "! Error: thrown: { message: [Getter] }"),
        ("throw new Proxy({}, { get() { throw new Error('proxy') } })", "! Error: thrown: {}"),
        ("throw new Proxy(new Error('p'), {})", "! Error: p"),
        ("throw Object.assign(new Error('x'), { toString() { throw 1 } })", "! Error: x"),
        (
            "setTimeout(() => { throw { get message() { throw 1 } } }); async()",
            "! Error: thrown: { message: [Getter] }",
        ),
        ("Error.prepareStackTrace = () => { throw 1 }; null.x", "! TypeError: Cannot read properties of null"),
        ("Error.stackTraceLimit = 0; null.x", "! TypeError: Cannot read properties of null"),
        ("delete Error.stackTraceLimit; null.x", "! TypeError: Cannot read properties of null"),
        ("function f() { f() } f()", "! RangeError: Maximum call stack size exceeded"),
        ("async function h() { await h() } h()", "! RangeError: Maximum call stack size exceeded"),
        ("o = {}; p = o; for (i = 0; i < 1e5; i++) { p.n = {}; p = p.n } o", "{ n: { n: { n: [Object] } } }"),
        ("a = []; for (let i = 0; i < 1e5; i++) a = [a]; a", "[ [ [ [Array] ] ] ]"),
        ("c = { d: [] }; c.d.push(c); c", "<ref *1> { d: [ [Circular *1] ] }"),
        ("Array(1e6).fill(7).length", "1000000"),
        ("new Array(1e9)", "[ <1000000000 empty items> ]"),
        ("'\\ud800' + '\\u0000' + '\\u001b[2J'", "\"\u{fffd}\\x00\\x1b[2J\""),
        ("let lone = '\\ud800'; lone", "\"\u{fffd}\""),
        ("1", "1"),
    ]);
    let outcome =
        Case::check(&[("'x'.repeat(1e7)", &format!("\"{}…", "x".repeat(99))), ("'x'.repeat(5e8).length", "500000000")]);
    assert!(outcome.cell(0).cell["result_full"].as_str().unwrap().len() <= 64 << 10);
    let case = Case::cells(["throw new Error('x'.repeat(1e7))", "throw new Error('y'.repeat(536870870))", "1"]);
    let outcome = case.args(["--max-heap", "4096"]).run();
    assert!(outcome.cell(0).error().len() < 20_000);
    outcome.cell(1).fails("Error: yyy").cell(2).is("1");
}

#[test]
fn an_endless_getter_does_not_block_the_inspection() {
    Case::check(&[
        ("({ [Symbol.for('Deno.customInspect')]() { while (true) {} } })", "[a value that cannot be rendered]"),
        ("({ get [Symbol.toStringTag]() { while (true) {} } })", "{ Symbol(Symbol.toStringTag): [Getter] }"),
        ("throw { get message() { while (true) {} } }", "! Error: the error cannot be inspected"),
        ("1", "1"),
    ]);
}

#[test]
fn a_notebook_that_breaks_built_ins_is_still_reported() {
    let breakages = [
        "Object.prototype.get = () => { throw 1 }; Object.prototype.value = 1; Object.prototype.help = 'h'; Object.prototype.cause = 'c'; Object.prototype.writable = false",
        "for (const name of ['map', 'push', 'filter', 'join', 'forEach', 'slice', 'concat', 'includes']) Array.prototype[name] = null",
        "Array.prototype[Symbol.iterator] = () => { throw 2 }",
        "Promise.prototype.then = Promise.resolve = null; Promise = 5",
        "for (const name of ['replace', 'split', 'trim', 'endsWith', 'slice']) String.prototype[name] = null",
        "Function.prototype.call = Function.prototype.apply = Function.prototype.bind = null",
        "RegExp.prototype.exec = null; RegExp.prototype[Symbol.replace] = null",
        "Symbol = String = Error = Object = JSON = Reflect = Map = WeakMap = Set = Function = Number = Math = undefined",
        "for (name of ['setTimeout', 'console', 'API', 'load', 'fetch', 'window', 'self', 'globalThis']) delete this[name]",
        "Object.defineProperty(Object.prototype, 'apinb:handOver', { set() { throw 1 } })",
    ];
    for breakage in breakages {
        let outcome = Case::cells([
            breakage,
            "({ a: [1, 'x'] })",
            "null.x",
            "let kept = { b: 2 }; kept",
            "await (async () => 3)()",
            "throw Object.assign(new TypeError('t'), { cause: 4 })",
            "(async () => { throw 5 })()",
        ])
        .run();
        outcome.cell(1).is("{ a: [ 1, \"x\" ] }").cell(2).fails("TypeError: Cannot read properties of null");
        outcome.cell(3).is("{ b: 2 }").cell(4).is("3").cell(6).fails("Error: thrown: 5");
        assert_eq!(position(&outcome, 2), "10:6", "{breakage}");
        assert_eq!(outcome.cell(2).help(), "", "{breakage}");
    }
}

#[test]
fn a_cell_that_exhausts_the_memory_fails_and_the_next_one_runs() {
    let hogs = [
        "let a=[];for(;;)a.push(new Array(1e6))",
        "var b = []; for (;;) b.push({})",
        "s = 'x'; for (;;) s += s + Math.random()",
        "strings = []; for (let i = 0; ; i++) strings.push('x'.repeat(1e6) + i)",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, [i])",
        "c = []; while (true) c.push(new Array(1000).fill(0))",
        "d = []; while (true) d.push(new Array(1000))",
        "memories = []; for (;;) memories.push(new WebAssembly.Memory({ initial: 64 }))",
        "buffers = []; for (;;) buffers.push(new ArrayBuffer(1e8))",
        "new Array(1e9).fill(0)",
        "x = []; x.length = 4e9; x.fill(1)",
        "Array.from({ length: 1e9 })",
        "'x'.repeat(2 ** 29).split('')",
        "[...Array(3e8).keys()]",
        "JSON.parse('[' + '[],'.repeat(2e6) + '0]').map(JSON.stringify).join()",
        "new Uint8Array(2 ** 40)",
        "new Blob(Array(1e4).fill('x'.repeat(1e6)))",
        "structuredClone(Array(1e9).fill(0))",
        "function grow(x) { return Promise.resolve([x, x, ...x]).then(grow) } grow([1])",
    ];
    for hog in hogs {
        let case = Case::command(["run", "hog.md", "alive.md", "--max-heap", "32", "--cell-timeout", "100s"])
            .args(["--report", "json=report.json"])
            .file("hog.md", format!("```js\n{hog}\n```\n\n```js\n'alive'\n```\n"))
            .file("alive.md", "```js\n1\n```\n");
        let outcome = case.run();
        outcome.exit(1);
        let report = outcome.report();
        let [hog_cells, alive] = [0, 1].map(|notebook| &report["notebooks"][notebook]["cells"]);
        assert_eq!(alive[0]["status"], "passed", "{hog}: {report}");
        let error = hog_cells[0]["error"]["message"].as_str().unwrap();
        // Where a single step needs too much, the process of the notebook ends, and the rest of it is skipped.
        let ends = ["out of memory: V8 gave up", "out of memory: the process of the notebook"];
        let rest = if ends.iter().any(|end| error.starts_with(end)) { "skipped" } else { "passed" };
        assert_eq!(hog_cells[1]["status"], rest, "{hog}: {report}");
        assert!(
            [
                "out of memory",
                "Invalid array",
                "Array buffer allocation failed",
                "Invalid string length",
                "Invalid typed array length",
                "could not allocate memory"
            ]
            .iter()
            .any(|known| error.contains(known)),
            "{hog}: {error}"
        );
    }
}

#[test]
fn failed_calls_have_their_cause_and_the_run_continues() {
    let server = Server::start();
    let raml = format!(
        "#%RAML 0.8\ntitle: T\nbaseUri: {}\n/hang:\n  get:\n/huge:\n  get:\n/invalid-json:\n  get:\n/close:\n  get:\n/status/{{code}}:\n  get:\n",
        server.url("")
    );
    let refused = Server::refused("/");
    let rows = [
        ("API.createClient('client', 'api.raml'); undefined", String::new()),
        ("client.hang.get()", format!("! Error: GET {} failed: no response within 500 ms", server.url("/hang"))),
        (
            "client.hang.get({}, {}, true)",
            format!("! Error: GET {} failed: no response within 500 ms", server.url("/hang")),
        ),
        (
            "timeout(50); client.hang.get()",
            format!("! Error: Timeout of 50ms exceeded: no response to GET {}", server.url("/hang")),
        ),
        ("client.huge.get()", format!("! Error: GET {} failed: the response is larger than", server.url("/huge"))),
        ("client['invalid-json'].get()", "! TypeError: Could not parse response: ".to_owned()),
        ("client.close.get()", format!("! Error: GET {} failed: ", server.url("/close"))),
        ("client('/x').get({}, { baseUri: 'REFUSED' })", format!("! Error: GET {refused}x failed: connection refused")),
        (
            "client('/x').get({}, { baseUri: 'https://nowhere.invalid' })",
            "! Error: GET https://nowhere.invalid/x failed: no such host".to_owned(),
        ),
        ("client.status.code(500).get().status", "500".to_owned()),
        (
            "timeout(50); client.hang.get({}, {}, () => {}); client.hang.get({ a: 1 }, {}, async())",
            format!("! Error: Timeout of 50ms exceeded: no response to GET {} and 1 other call", server.url("/hang")),
        ),
    ];
    let rows: Vec<(String, String)> = rows
        .into_iter()
        .map(|(code, expected)| (code.replace("REFUSED", refused.trim_end_matches('/')), expected))
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(code, expected)| (code.as_str(), expected.as_str())).collect();
    let outcome = Case::check_with(&rows, |case| case.file("api.raml", &raml).args(["--timeout", "500ms"]));
    assert_eq!(position(&outcome, 4), "18:13");
    assert_eq!(outcome.cell(3).calls(), [format!("GET {} interrupted", server.url("/hang"))]);
    assert!(outcome.cell(1).help().contains("`--timeout`"));
}

#[test]
fn a_file_that_is_not_a_notebook_is_an_error() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    Case::notebook(png).run().exit(2).stdout_contains("PNG image");
    Case::notebook([0xff, 0xfe, b'#', 0]).run().exit(2).stdout_contains("UTF-16");
    Case::notebook("").run().exit(2).stdout_contains("no code cells");
    Case::notebook("```js\n".repeat(3)).run().exit(1);
}
