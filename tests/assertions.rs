//! `assert`: which assertions hold, as Node decides it; the messages of those that do not.

use std::fs;

use apinb_text::secret::redactor::Redactor;
use serde_json::{Value, json};

use crate::support::{Answer, Case, Cells, Server, chai, node, root};

/// The outcome of each row of `tests/assertions/rows.js`.
fn rows() -> String {
    fs::read_to_string(root().join("tests/assertions/rows.js")).unwrap()
}

#[test]
fn external_assertions_hold_where_they_hold_in_node() {
    let print = "console.log(JSON.stringify(found))";
    let script = format!(
        "{}\nconst version = parseInt(process.versions.node);\n\
         outcomes(require('assert/strict'), version).then((found) => {print})",
        rows()
    );
    let expected: Value = serde_json::from_str(&node(&script)).unwrap();
    let cells = [rows(), format!("const found = await outcomes(assert, Infinity); {print}")];
    let outcome = Case::cells(cells).run();
    let printed = outcome.exit(0).cell(1).console().concat();
    let actual: Value = serde_json::from_str(printed.strip_prefix("log: ").unwrap()).unwrap();
    let expected = expected.as_object().unwrap();
    assert!(expected.len() > 1_000, "{}", expected.len());
    assert_eq!(expected.len(), actual.as_object().unwrap().len());
    let differing: Vec<_> = expected
        .iter()
        .filter(|(row, outcome)| actual[row.as_str()] != **outcome)
        .map(|row| (row, &actual[row.0]))
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn objects_of_the_web_platform_are_compared_by_their_content() {
    let mut cells = Cells::without_client(Server::start());
    cells.run("function form(value) { const form = new FormData(); form.append('f', value); return form }");
    for (actual, expected, equal) in [
        ("new URL('http://a.test/b')", "new URL('http://a.test/b')", true),
        ("new URL('http://a.test/b')", "new URL('http://a.test/c')", false),
        ("new URLSearchParams('a=1')", "new URLSearchParams({ a: '1' })", true),
        ("new URLSearchParams('a=1')", "new URLSearchParams({ a: '2' })", false),
        ("new Headers({ A: '1' })", "new Headers({ a: '1' })", true),
        ("new Headers({ A: '1' })", "new Headers({ a: '2' })", false),
        ("new Blob(['ab'])", "new Blob(['a', 'b'])", true),
        ("new Blob(['ab'])", "new Blob(['ac'])", false),
        ("new Blob(['a'], { type: 'text/x' })", "new Blob(['a'])", false),
        ("new File(['a'], 'n')", "new File(['a'], 'n')", true),
        ("new File(['a'], 'n')", "new File(['a'], 'm')", false),
        ("form('a')", "form('a')", true),
        ("form('a')", "form('b')", false),
        ("new Response('a')", "new Response('a')", false),
    ] {
        let outcome = cells.outcome(&format!("assert.deepEqual({actual}, {expected})")).result;
        assert_eq!(outcome.is_ok(), equal, "{actual} {expected} {outcome:?}");
    }
}

#[test]
fn a_failed_assertion_says_what_it_expected() {
    Case::check(&[
        ("assert(1 === 2)", "! AssertionError: expected a truthy value, got false"),
        ("assert(null, 'there is a user')", "! AssertionError: there is a user"),
        ("assert(0, () => 'made ' + 'late')", "! AssertionError: made late"),
        ("assert.equal(1, 2)", "! AssertionError: expected 2, got 1"),
        ("assert.equal('1', 1)", "! AssertionError: expected 1, got \"1\""),
        ("assert.equal({ a: 1 }, { a: 1 })", "! AssertionError: the values are equal, but not the same object"),
        ("assert.notEqual(1, 1)", "! AssertionError: expected a value other than 1"),
        (
            "assert.deepEqual({ items: [{ id: 1 }, { id: 2 }] }, { items: [{ id: 1 }, { id: 3 }] })",
            "! AssertionError: values differ at .items[1].id: expected 3, got 2",
        ),
        (
            "assert.deepEqual({ 'a b': 1 }, { 'a b': 2 })",
            "! AssertionError: values differ at [\"a b\"]: expected 2, got 1",
        ),
        ("assert.deepEqual([1, 2], [1])", "! AssertionError: expected [ 1 ], got [ 1, 2 ]"),
        (
            "assert.deepEqual({ a: new Date(0) }, { a: '1970' })",
            "! AssertionError: values differ at .a: expected \"1970\", got 1970",
        ),
        ("assert.deepEqual(Object.create(null), {})", "! AssertionError: expected {}, got [Object: null prototype] {}"),
        ("assert.deepEqual([1], { 0: 1 })", "! AssertionError: expected { \"0\": 1 }, got [ 1 ]"),
        (
            "assert.partialDeepStrictEqual({ a: 1, b: { c: 2 } }, { b: { c: 3 } })",
            "! AssertionError: values differ at .b.c: expected 3, got 2",
        ),
        ("assert.match('abc', /x/)", "! AssertionError: expected a text that matches /x/, got \"abc\""),
        ("assert.doesNotMatch('abc', /b/)", "! AssertionError: expected a text that does not match /b/, got \"abc\""),
        ("assert.throws(() => 1)", "! AssertionError: expected the function to throw"),
        (
            "assert.throws(() => { null.x }, /undefined/)",
            "! AssertionError: expected an error that matches /undefined/, got TypeError: Cannot read properties of null",
        ),
        (
            "assert.throws(() => { throw new Error('x') }, RangeError)",
            "! AssertionError: expected an error that is an instance of RangeError, got Error: x",
        ),
        (
            "assert.throws(() => { throw new Error('x') }, { code: 5 })",
            "! AssertionError: expected an error that has code 5, got Error: x",
        ),
        ("assert.doesNotThrow(() => { throw new Error('x') })", "! AssertionError: expected no error, got Error: x"),
        ("await assert.rejects(Promise.resolve(1))", "! AssertionError: expected the promise to be rejected"),
        ("assert.rejects(Promise.resolve(1), 'it is refused')", "! AssertionError: it is refused"),
        ("assert.doesNotReject(Promise.reject(new Error('x')))", "! AssertionError: expected no error, got Error: x"),
        ("assert.ifError(new Error('x'))", "! AssertionError: expected no error, got Error: x"),
        ("assert.fail()", "! AssertionError: assert.fail was called"),
        ("assert.equal(1)", "! TypeError: assert.strictEqual: expected an actual and an expected value"),
        ("assert.match('a', 'a')", "! TypeError: assert.match: expected a regular expression, got string"),
        // A long value is cut, and one of many lines is on one.
        ("assert.equal('x'.repeat(500), 'y')", "! AssertionError: expected \"y\", got \"xxxxxxx"),
        ("assert.ok('', 'a\\nb')", "! AssertionError: a\nb"),
        (
            "[typeof assert, typeof assert.AssertionError, assert.strict === assert, assert.equal.name]",
            "[ \"function\", \"function\", true, \"strictEqual\" ]",
        ),
    ]);
}

#[test]
fn a_failed_assertion_shows_what_differs() {
    let cells = [
        "const user = { name: 'Ann', roles: ['admin'] }\nassert.deepEqual(user, { name: 'Ann', roles: ['guest'] })",
        "assert.equal(404, 200)",
        "assert(user.name === 'Bob')",
        "assert.notEqual(1, 1)",
    ];
    let outcome = Case::cells(cells).run();
    outcome.exit(1).stdout_contains("-     \"guest\"").stdout_contains("+     \"admin\"");
    outcome.stdout_contains("notebook.md:3:8");
    let values = |cell: usize| {
        let error = outcome.cell(cell).cell["error"].clone();
        [error["actual"].clone(), error["expected"].clone()]
    };
    assert_eq!(values(1), [json!("404"), json!("200")]);
    // No difference explains these.
    assert_eq!(values(2), [Value::Null, Value::Null]);
    assert_eq!(values(3), [Value::Null, Value::Null]);
}

#[test]
fn the_status_of_a_response_is_asserted() {
    let mut cells = Cells::of("/status/{code}:\n  get:\n  post:\n/text/{text}:\n  get:");
    cells.run("var missing = client.status.code(404).get({ page: 2 }), text = client.text.text('hello world').get()");
    for code in [
        "assert.status(missing, 404)",
        "assert.status(missing, '4xx')",
        "assert.status(missing, [200, '4XX'])",
        "assert.status(text, '2xx')",
        "assert.status(await fetch('SERVER/status/201'), 201)",
        "assert.status({ status: 204 }, 204)",
    ] {
        cells.run(code);
    }
    for (code, message) in [
        (
            "assert.status(missing, 201)",
            "AssertionError: GET /status/404?page=2: expected status 201, got 404: { status: 404 }",
        ),
        (
            "assert.status(missing, [200, '3xx'])",
            "AssertionError: GET /status/404?page=2: expected status 200 or 3xx, got 404: { status: 404 }",
        ),
        (
            "assert.status(text, 204)",
            "AssertionError: GET /text/hello%20world: expected status 204, got 200: hello%20world",
        ),
        (
            "assert.status(missing, 201, 'the user is made')",
            "AssertionError: the user is made: GET /status/404?page=2: expected status 201, got 404: { status: 404 }",
        ),
        (
            "assert.status(client.status.code(500).post({ a: 1 }), '2xx')",
            "AssertionError: POST /status/500: expected status 2xx, got 500: { status: 500 }",
        ),
        (
            "assert.status(await fetch('SERVER/status/400', { method: 'put' }), 200)",
            "AssertionError: PUT /status/400: expected status 200, got 400: {\"status\":400}",
        ),
        ("assert.status({ status: 500 }, 200)", "AssertionError: expected status 200, got 500"),
        ("assert.status(missing, 201, new RangeError('own'))", "RangeError: own"),
        ("assert.status(undefined, 201)", "TypeError: assert.status: expected a response, got undefined"),
        ("assert.status(fetch('SERVER/'), 200)", "TypeError: assert.status: expected a response, got object"),
        ("assert.status(missing, 'ok')", "TypeError: assert.status: expected a status, got \"ok\""),
        ("assert.status(missing)", "TypeError: assert.status: expected a status, got undefined"),
        ("assert.status(missing, [])", "TypeError: assert.status: expected a status, got []"),
    ] {
        assert_eq!(cells.error(code), message, "{code}");
    }
    let help = cells.failure("assert.status(fetch('SERVER/'), 200)").help;
    assert_eq!(help.as_deref(), Some("Await the promise first."));
    let code = "try { assert.status(missing, 201) } catch (error) { [error.code, error.operator, error.actual, error.expected] }";
    cells.gives(code, &json!(["ERR_ASSERTION", "status", 404, 201]));
}

#[test]
fn messages_of_assertions_have_no_secrets() {
    let secret = "s3cret-of-the-test-0123456789";
    let redactor = Redactor::default();
    redactor.add(secret);
    let server = Server::with(move |_| Answer::new(400, "text/plain", format!("<p>\n{}{secret}", "x".repeat(180))));
    let mut cells = Cells::with_redactor(server, &redactor);
    let error = cells.error("assert.status(await fetch('SERVER/'), 200)");
    assert!(error.contains("<p> xxx") && !error.contains("s3cret"), "{error}");
    let error = cells.error(&format!("assert.equal('{}{secret}', 1)", "x".repeat(70)));
    assert!(error.contains("xxx") && !error.contains("s3cret"), "{error}");
}

#[test]
fn a_name_of_the_notebook_wins() {
    for define in [
        "var assert = (value) => 'own'",
        "let assert = (value) => 'own'",
        "const assert = (value) => 'own'",
        "assert = (value) => 'own'",
        "function assert() { return 'own' }",
        "window.assert = () => 'own'",
        "class Other {}; let assert = () => 'own'; await 1",
    ] {
        let outcome =
            Case::cells(["assert.equal(1, 1)", define, "assert(false)", "let x = await assert(false); x"]).run();
        outcome.exit(0).cell(2).is("\"own\"").cell(3).is("\"own\"");
    }
}

#[test]
fn external_assert_of_chai_replaces_the_built_in_one() {
    let cells = ["load('chai')", "assert = chai.assert", "assert.lengthOf([1], 2)"];
    let outcome = Case::cells(cells).args(["--script".to_owned(), format!("chai={}", chai().display())]).run();
    outcome.exit(1).cell(2).fails("AssertionError: expected [ 1 ] to have a length of 2 but got 1");
}

#[test]
fn large_values_are_compared_in_time() {
    let items = "Array.from({ length: 100_000 }, (_, id) => ({ id, name: 'name ' + id, tags: ['a', 'b'] }))";
    let outcome = Case::cells([format!("assert.deepEqual({items}, {items})")]).run();
    outcome.exit(0).cpu_below(20);
}

#[test]
fn a_failed_console_assert_is_a_warning() {
    let outcome =
        Case::cells(["console.assert(1 === 2); 5", "console.assert(1 === 2, 'of %d', 3)", "console.assert(true)"])
            .run();
    outcome.exit(0).stdout_contains("Assertion failed\n").cell(0).is("5");
    assert_eq!(outcome.cell(0).console(), ["warn: Assertion failed"]);
    assert_eq!(outcome.cell(1).console(), ["warn: Assertion failed: of 3"]);
    assert!(outcome.cell(2).console().is_empty());
}

#[test]
fn a_missing_assertion_library_has_help() {
    for name in ["expect", "chai", "should"] {
        let outcome = Case::cells([format!("{name}(1).toBe(2)")]).run();
        outcome.exit(1).cell(0).fails(&format!("ReferenceError: {name} is not defined"));
        let help = outcome.cell(0).help().to_owned();
        assert!(help.contains("load('https://…/chai.js')") && help.contains("built-in `assert`"), "{help}");
    }
    let outcome = Case::cells(["expect = 5", "expect(1)"]).args(["--only", "1"]).run();
    assert!(outcome.cell(1).help().starts_with("`expect` is assigned by $0, which was not selected"));
    assert_eq!(Case::cells(["unknown(1)"]).run().cell(0).help(), "");
}

#[test]
fn reports_have_the_code_of_an_error() {
    let rows = [
        ("assert(false)", json!("ERR_ASSERTION")),
        ("throw Object.assign(new Error('x'), { code: 42 })", json!("42")),
        ("throw Object.assign(new Error('x'), { code: { a: 1 } })", Value::Null),
        ("throw Object.defineProperty(new Error('x'), 'code', { get() { throw 1 } })", Value::Null),
        ("throw new DOMException('x', 'AbortError')", Value::Null),
        ("throw Object.assign(new Error('x'), { code: 'x'.repeat(1000) })", json!(format!("{}…", "x".repeat(100)))),
        ("throw 5", Value::Null),
    ];
    let outcome = Case::cells(rows.iter().map(|(code, _)| code)).run();
    for (number, (code, expected)) in rows.iter().enumerate() {
        assert_eq!(outcome.cell(number).cell["error"]["code"], *expected, "{code}");
    }
}

#[test]
fn a_result_is_json_where_it_can_be() {
    let value = |text: Value| json!({ "json": text });
    let of_type = |name: &str| json!({ "type": name });
    let rows = [
        ("5", value(json!(5))),
        ("-0.5", value(json!(-0.5))),
        ("'te\"xt'", value(json!("te\"xt"))),
        ("null", value(Value::Null)),
        ("[1, [true], { a: 'b', c: undefined }]", value(json!([1, [true], { "a": "b" }]))),
        ("Object.assign(Object.create(null), { a: 1 })", value(json!({ "a": 1 }))),
        ("undefined", Value::Null),
        ("NaN", of_type("number")),
        ("10n", of_type("bigint")),
        ("Symbol('a')", of_type("symbol")),
        ("() => 1", of_type("function")),
        ("new Date(0)", value(json!("1970-01-01T00:00:00.000Z"))),
        ("new Date(NaN)", of_type("Date")),
        ("new Map()", of_type("Map")),
        ("new Blob(['a'])", of_type("Blob")),
        ("[,]", of_type("array")),
        ("({ a: () => 1 })", of_type("object")),
        ("({ get a() { throw 1 } })", of_type("object")),
        ("({ toJSON() { throw 1 } })", of_type("object")),
        ("class Point {}\nnew Point()", of_type("Point")),
        ("new Proxy({}, { ownKeys() { throw 1 } })", of_type("object")),
        ("a = {}; a.a = a", of_type("object")),
        ("'x'.repeat(70_000)", of_type("string")),
        ("Array.from({ length: 20_000 }, () => 'four')", of_type("array")),
        ("Array.prototype.toJSON = () => 'changed'; [1]", value(json!([1]))),
    ];
    let outcome = Case::cells(rows.iter().map(|(code, _)| code)).run();
    for (number, (code, expected)) in rows.iter().enumerate() {
        assert_eq!(outcome.cell(number).cell["value"], *expected, "{code}");
    }
}

#[test]
fn a_result_in_json_has_no_secret() {
    let cells = ["PIN = prompt('PIN')", "KEY = prompt('key')", "({ [KEY]: 1 })", "[PIN]", "({ key: KEY })"];
    let outcome = Case::cells(cells).args(["--input", "KEY=s3cret-0123456789", "--input", "PIN=x"]).run();
    outcome.exit(0).contains_nowhere("s3cret-0123456789", &[]);
    assert_eq!(outcome.cell(3).cell["value"], json!({ "json": ["x"] }));
}

#[test]
fn external_assertions_of_chai_are_a_check_mark() {
    for script in ["chai/chai.js", "chai-4/chai.js"] {
        let path = root().join("tests/node_modules").join(script);
        let cells =
            ["load('chai')", "chai.expect(1).to.equal(1)", "chai.should(); (5).should.equal(5)", "({ __flags: 1 })"];
        let outcome = Case::cells(cells).args(["--script".to_owned(), format!("chai={}", path.display())]).run();
        outcome.exit(0).cell(1).is("✓").cell(2).is("✓").cell(3).is("{ __flags: 1 }");
        assert_eq!(outcome.cell(1).cell["value"], json!({ "type": "Assertion" }), "{script}");
        assert_eq!(outcome.cell(1).cell["result_full"], Value::Null, "{script}");
    }
    let _ = chai();
}
