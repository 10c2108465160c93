//! A cell that replaces built-ins of the language and the web platform does not affect apinb.

use std::fs;

use serde_json::Value;

use crate::support::{Case, Cells, Outcome, Server, chai, root};

/// Replaces every function and accessor of every built-in prototype, constructor and namespace by a wrapper that
/// records calls from the prelude in `touched`.
const PATCH: &str = r#"
var touched = [];
(function () {
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const { captureStackTrace } = Error;
  const [split, includes, match] = ['split', 'includes', 'match'].map((name) => Function.call.bind(String.prototype[name]));
  const has = Function.call.bind(Set.prototype.has), add = Function.call.bind(Set.prototype.add);
  const seen = new Set(), known = new Set();
  let busy = false;
  Error.stackTraceLimit = 8;
  function note(label, above) {
    if (busy) return;
    busy = true;
    const holder = {};
    captureStackTrace(holder, above);
    const lines = split(holder.stack, '\n');
    for (let at = 1; at < lines.length; at++) {
      if (includes(lines[at], '<anonymous>')) continue;
      if (includes(lines[at], 'ext:apinb/')) {
        const text = label + ' in ' + match(lines[at], /apinb\/[^)]*/)[0];
        if (!has(known, text)) {
          add(known, text);
          touched[touched.length] = text;
        }
      }
      break;
    }
    busy = false;
  }
  function wrapped(label, original) {
    return function wrapper(...given) {
      note(label, wrapper);
      return new.target ? construct(original, given, new.target === wrapper ? original : new.target)
        : apply(original, this, given);
    };
  }
  function patch(object, label) {
    if (object === null || (typeof object !== 'object' && typeof object !== 'function') || has(seen, object)) return;
    add(seen, object);
    for (const key of ownKeys(object)) {
      const name = label + '.' + String(key);
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (!descriptor.configurable || key === 'prototype' || key === 'captureStackTrace' || key === 'stackTraceLimit') continue;
      if (key === 'constructor') {
        const original = descriptor.value;
        defineProperty(object, key, {
          get: function get() { note(name, get); return original; },
          set(value) { defineProperty(this, key, { value, writable: true, enumerable: true, configurable: true }); },
          configurable: true,
        });
      } else if (typeof descriptor.value === 'function') {
        descriptor.value = wrapped(name, descriptor.value);
        defineProperty(object, key, descriptor);
      } else if (descriptor.get || descriptor.set) {
        if (descriptor.get) descriptor.get = wrapped('get ' + name, descriptor.get);
        if (descriptor.set) descriptor.set = wrapped('set ' + name, descriptor.set);
        defineProperty(object, key, descriptor);
      }
    }
  }
  const hidden = [
    getPrototypeOf(Uint8Array),
    getPrototypeOf([][Symbol.iterator]()),
    getPrototypeOf(new Map()[Symbol.iterator]()),
    getPrototypeOf(new Set()[Symbol.iterator]()),
    getPrototypeOf(''[Symbol.iterator]()),
    getPrototypeOf(getPrototypeOf([][Symbol.iterator]())),
    getPrototypeOf(function* () {}).prototype,
    getPrototypeOf(async function* () {}).prototype,
    getPrototypeOf(getPrototypeOf(async function* () {}).prototype),
    getPrototypeOf(function* () {}),
    getPrototypeOf(async function () {}),
  ];
  const own = ['window', 'self', 'global', 'globalThis', 'touched'];
  const named = ownKeys(globalThis).filter((name) => typeof name === 'string' && !own.includes(name));
  const values = named.map((name) => [name, globalThis[name]]);
  for (const [name, value] of values) {
    if (typeof value === 'function' && value.prototype) patch(value.prototype, name + '.prototype');
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) patch(value, name);
  }
  hidden.forEach((object, index) => { patch(object, 'hidden' + index); patch(object.prototype, 'hidden' + index); });
  for (const name of ['encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI', 'parseInt', 'parseFloat', 'isNaN', 'isFinite'])
    globalThis[name] = wrapped(name, globalThis[name]);
})()
"#;

/// Prints the recorded calls.
const TOUCHED: &str = "touched.forEach((line) => console.log(line))";

/// Checks that the cell with that number reports no call of a replaced function by the prelude.
#[track_caller]
fn untouched(outcome: &Outcome, number: usize) {
    let touched = outcome.cell(number).console();
    assert!(touched.is_empty(), "{touched:#?}");
}

fn fenced(code: &str) -> String {
    format!("```javascript\n{code}\n```\n\n")
}

/// Method and URL of every call of the client.
fn calls(outcome: &Outcome) -> Vec<(String, String)> {
    let report = outcome.report();
    let cells = report["notebooks"][0]["cells"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let calls = cells.iter().flat_map(|cell| cell["calls"].as_array().unwrap());
    calls.filter(|call| call["purpose"] == "call").map(|call| (text(&call["method"]), text(&call["url"]))).collect()
}

fn seed(before: &str, after: &str) -> Outcome {
    let folder = root().join("notebooks/zendesk");
    let notebook = fs::read_to_string(folder.join("users-job-statuses.md")).unwrap();
    let at = notebook.find("```javascript").unwrap();
    let (head, cells) = notebook.split_at(at);
    let script = format!("https://github.com/chaijs/chai/releases/download/1.9.0/chai.js={}", chai().display());
    let text = format!("{head}{}{cells}\n{}", fenced(before), fenced(after));
    let mut case = Case::notebook(text).args(["--mock", "--script", &script]);
    for file in ["apinb.toml", "zendesk.raml"] {
        case = case.file(file, fs::read(folder.join(file)).unwrap());
    }
    case.run()
}

#[test]
fn external_the_seed_notebook_is_unaffected() {
    let plain = seed("0", "0");
    let patched = seed(PATCH, TOUCHED);
    untouched(&patched, 99);
    patched.exit(0).stdout_contains("100 cells: 100 passed, 0 failed, 0 skipped");
    assert_eq!(calls(&patched), calls(&plain));
}

#[test]
fn internals_of_the_prelude_are_unreachable() {
    let own = "function own(object) { return object === null ? [] \
               : Object.getOwnPropertyNames(object).concat(own(Object.getPrototypeOf(object))) }";
    let internal = "[Request, Response, Headers, FormData, XMLHttpRequest] \
                    .flatMap(Class => own(Class).concat(own(Class.prototype))) \
                    .filter(name => name.startsWith('_') && !name.startsWith('__'))";
    Case::check(&[
        (own, ""),
        (internal, "[]"),
        ("Object.keys(new Response('a')).concat(Object.keys(new Headers()))", "[]"),
    ]);
}

#[test]
fn the_web_platform_is_unaffected() {
    let server = Server::start();
    let echo = server.url("/echo");
    let rows = [
        ("(await (await fetch(ECHO, { method: 'POST', body: 'a' })).json()).method", "\"POST\""),
        ("new Headers({ B: '2', a: ' 1 ' }).get('a') + [...new Headers([['x', 'y']])][0].join('=')", "\"1x=y\""),
        (
            "var form = new FormData(); form.append('f', new File(['x'], 'n.txt')); form.append('t', 'a\\nb'); form.set('t', 'c'); [...form.keys()].join()",
            "\"f,t\"",
        ),
        ("(await (await fetch(ECHO, { method: 'POST', body: form })).json()).body.split('\\r\\n').length > 5", "true"),
        ("await new Response(new URLSearchParams({ a: '1' })).formData().then(found => found.get('a'))", "\"1\""),
        (
            "var copy = new Response(new Blob(['ab']).stream()); [await copy.clone().text(), await copy.text()].join()",
            "\"ab,ab\"",
        ),
        ("(await new Response('text', { headers: { 'content-type': 'text/x' } }).blob()).type", "\"text/x\""),
        ("var reader = new Response('ab').body.getReader(); (await reader.read()).value.length", "2"),
        ("new Request(ECHO, { method: 'post', headers: { a: 'b' } }).clone().method", "\"POST\""),
        (
            "var abort = new AbortController(); abort.abort(); await fetch(ECHO, { signal: abort.signal }).catch(error => error.name)",
            "\"AbortError\"",
        ),
        (
            "var x = new XMLHttpRequest(); x.open('GET', ECHO, false); x.send(); x.getAllResponseHeaders().includes('content-type') && x.status",
            "200",
        ),
        (
            "new Promise(done => { var x = new XMLHttpRequest(); x.responseType = 'json'; x.onload = () => done(x.response.method); x.open('PUT', ECHO); x.send('b') })",
            "\"PUT\"",
        ),
        ("crypto.getRandomValues(new Uint8Array(3)).length + crypto.randomUUID().length", "39"),
        ("setTimeout(async(), 1)", ""),
        ("console.log('%s', new Map([[1, new Headers()]]))", ""),
    ];
    let echo = format!("ECHO = '{echo}'; 0");
    let rows: Vec<(&str, &str)> = [(PATCH, ""), (echo.as_str(), "0")].into_iter().chain(rows).collect();
    let cells: Vec<&str> = rows.iter().map(|(code, _)| *code).chain([TOUCHED]).collect();
    let outcome = Case::cells(&cells).run();
    for (number, (code, expected)) in rows.iter().enumerate() {
        assert_eq!(outcome.cell(number).shown(), *expected, "{code}");
    }
    untouched(&outcome, rows.len());
}

#[test]
fn assertions_are_unaffected() {
    let values = "{ list: [1, [2]], set: new Set([{}]), map: new Map([[{}, 1]]), date: new Date(0), match: /a/g, \
                  bytes: new Uint8Array(2), error: new TypeError('x'), box: Object('a'), url: new URL('http://a.test'), \
                  headers: new Headers({ a: '1' }), blob: new Blob(['a']), [Symbol.for('s')]: 1 }";
    let equal = format!("assert.deepEqual({values}, {values})");
    let failed =
        format!("try {{ assert.deepEqual({values}, {{ ...{values}, list: [] }}) }} catch (error) {{ error.message }}");
    let rows = [
        (PATCH, ""),
        (equal.as_str(), ""),
        (failed.as_str(), "\"values differ at .list: expected [], got [ 1, [ 2 ] ]\""),
        ("assert.partialDeepStrictEqual([{ a: 1, b: 2 }, 3], [{ a: 1 }])", ""),
        ("assert.throws(() => { throw new TypeError('x') }, { name: 'TypeError', message: /x/ })", ""),
        ("await assert.rejects(async () => { throw new TypeError('x') }, TypeError)", ""),
        ("assert.match('abc', /b/)", ""),
        ("assert.status({ status: 201 }, [200, '2xx'])", ""),
        (
            "try { assert.status({ status: 404, body: { a: 1 } }, 201) } catch (error) { error.message }",
            "\"expected status 201, got 404: { a: 1 }\"",
        ),
    ];
    let cells: Vec<&str> = rows.iter().map(|(code, _)| *code).chain([TOUCHED]).collect();
    let outcome = Case::cells(&cells).run();
    for (number, (code, expected)) in rows.iter().enumerate() {
        assert_eq!(outcome.cell(number).shown(), *expected, "{code}");
    }
    untouched(&outcome, rows.len());
}

#[test]
fn waiting_and_files_are_unaffected() {
    let server = Server::start();
    let client = format!("API.createClient('client', 'api.raml'); BASE = '{}'; 0", server.url(""));
    let api = format!("#%RAML 0.8\ntitle: T\nbaseUri: {}\n/status/201:\n  get:\n", server.url(""));
    let rows = [
        (client.as_str(), "0"),
        (PATCH, ""),
        (
            "await sleep(1); await until(async () => 5, { every: 1, within: 1000, done: async (value) => value === 5 })",
            "5",
        ),
        (
            "await until(() => 5, { within: 0, done: () => false }).catch((error) => error.message.slice(0, 15))",
            "\"until: not done\"",
        ),
        ("await file('data.csv').csv().then((rows) => rows.length)", "1"),
        ("await file('data.json').json().then((value) => value.a)", "1"),
        ("await fetch('data.json').then((response) => response.status)", "200"),
        (
            "save('a.json', { a: 1 }) + save('b.txt', 'b') + save('c', new Blob(['a'])) + save('d', new Response('d'))",
            "skip",
        ),
        (
            "r = client('/status/201').get(); [r.request.method, r.headers['Content-Type'], r.duration > 0].join()",
            "\"GET,application/json,true\"",
        ),
        ("({ a: [1, { b: null }] })", "{ a: [ 1, { b: null } ] }"),
    ];
    let cells: Vec<&str> = rows.iter().map(|(code, _)| *code).chain([TOUCHED]).collect();
    let outcome =
        Case::cells(&cells).file("api.raml", api).file("data.csv", "a,b\n1,2\n").file("data.json", "{\"a\": 1}").run();
    for (number, (code, expected)) in rows.iter().enumerate() {
        let shown = outcome.cell(number).shown();
        assert!(shown == *expected || *expected == "skip" && !shown.starts_with("! "), "{code}: {shown}");
    }
    let touched: Vec<_> = outcome.cell(rows.len()).console();
    assert!(touched.is_empty(), "{touched:#?}");
}

#[test]
fn setters_of_indices_receive_no_item_of_the_prelude() {
    let mut cells = Cells::of("/a/{id}:\n  get:\n  post:\n    body:\n      application/x-www-form-urlencoded:\n");
    cells.run(
        "var taken = 0; for (let at = 0; at < 9; at++) \
         Object.defineProperty(Array.prototype, at, { configurable: true, set() { taken++ } })",
    );
    cells.asks("client.a.id('x').get('q=1&q=2&r=y', { headers: { n: ['a', 'b'] } })", "GET /a/x?q=1&q=2&r=y");
    cells.asks("client('/a/{id}', { id: 5 }).get({ q: [1, 2] })", "GET /a/5?q=1&q=2");
    let form = ("application/x-www-form-urlencoded", "a=1&b=2&b=3");
    cells.body("client.a.id('x').post({ a: 1, b: [2, 3] })", Some(form));
    cells
        .run("var form = new FormData(); form.append('f', 'v'); var headers = new Headers({ a: '1' }); client.missing");
    assert_eq!(cells.run("headers.get('a') + form.get('f') + taken"), "\"1v0\"");
}
