//! A call has one meaning: a run sends the same request as the script of `apinb export --to curl`.
//!
//! Each row is a call and its request. A server records the run; `sh` runs the script with a `curl` that records its
//! arguments. Headers that only the network layers add (`host`, `accept: */*`, …) are ignored.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use url::Url;
use url::form_urlencoded;

use crate::support::{Case, Cells, Request, Server};

/// Calls of one client.
struct Calls<'a> {
    /// `SERVER` stands for the server's address.
    definition: &'a str,
    /// The third argument of `API.createClient`.
    settings: &'a str,
    /// Variables that the notebook prompts for, with the answers of a run.
    inputs: &'a [(&'a str, &'a str)],
    /// Calls, and their requests as `METHOD URL | header: value | … | body`.
    rows: &'a [(&'a str, &'a str)],
}

/// Headers that an HTTP client adds.
const OF_THE_NETWORK: [&str; 6] =
    ["accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"];

/// `METHOD URL | header: value | … | body`.
fn describe(method: &str, url: &Url, mut headers: Vec<(String, String)>, body: &str) -> String {
    headers.retain(|header| *header != ("accept".to_owned(), "*/*".to_owned()));
    headers.sort();
    let mut url = url.clone();
    url.set_fragment(None);
    let mut text = format!("{method} {}", &url[url::Position::BeforePath..]);
    for (name, value) in headers {
        text.push_str(&format!(" | {name}: {value}"));
    }
    if !body.is_empty() {
        text.push_str(&format!(" | {body}"));
    }
    text
}

/// The fields of a form as `name=value`, decoded.
fn fields<'a>(pairs: impl IntoIterator<Item = (impl AsRef<str> + 'a, impl AsRef<str> + 'a)>) -> String {
    let pairs = pairs.into_iter().map(|(name, value)| format!("{}={}", name.as_ref(), value.as_ref()));
    pairs.collect::<Vec<_>>().join(" & ")
}

/// The request that arrived at the server.
fn received(server: &Server, request: &Request) -> String {
    let url = Url::parse(&server.url(&request.url)).unwrap();
    let mut headers = request.headers.clone();
    headers.retain(|(name, _)| !OF_THE_NETWORK.contains(&name.as_str()));
    let content_type = request.header("content-type").unwrap_or_default();
    let body = match content_type.split_once("boundary=") {
        Some((_, boundary)) => {
            let (text, separator) = (request.text(), format!("--{boundary}"));
            let parts = text.split(&separator).filter_map(|part| {
                let (head, value) = part.split_once("\r\n\r\n")?;
                Some((head.split('"').nth(1)?.to_owned(), value.trim_end_matches("\r\n").to_owned()))
            });
            format!("parts: {}", fields(parts))
        }
        None if content_type.starts_with("application/x-www-form-urlencoded") => {
            format!("form: {}", fields(form_urlencoded::parse(&request.body)))
        }
        None => request.text(),
    };
    headers.retain(|(name, value)| name != "content-type" || !value.starts_with("multipart/"));
    describe(&request.method, &url, headers, &body)
}

/// The request that curl sends for these arguments.
fn of_curl(arguments: &[String]) -> String {
    let (mut method, mut url, mut headers, mut text) = ("GET".to_owned(), None, Vec::new(), None);
    let (mut form, mut parts) = (Vec::new(), Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().unwrap_or_else(|| panic!("{argument} without a value: {arguments:?}"));
        match argument.as_str() {
            "-gsSw" | "-gsSLw" => assert_eq!(value(), "\\n"),
            "-X" => value().clone_into(&mut method),
            "--head" => method = "HEAD".to_owned(),
            "-H" => {
                let header = value();
                let (name, value) = header.split_once(':').or_else(|| header.split_once(';')).unwrap();
                headers.push((name.to_lowercase(), value.trim().to_owned()));
            }
            "--data-raw" => text = Some(value().clone()),
            "--data-urlencode" => {
                let (name, value) = value().split_once('=').unwrap();
                let name = form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.into_owned());
                form.push((name.unwrap_or_default(), value.to_owned()));
            }
            "--form-string" => {
                let (name, value) = value().split_once('=').unwrap();
                parts.push((name.to_owned(), value.to_owned()));
            }
            other => {
                assert!(url.is_none() && !other.starts_with('-'), "{other}: {arguments:?}");
                url = Some(Url::parse(other).unwrap_or_else(|error| panic!("{other}: {error}")));
            }
        }
    }
    let body = match text {
        Some(text) => text,
        None if !parts.is_empty() => format!("parts: {}", fields(parts)),
        None if !form.is_empty() => format!("form: {}", fields(form)),
        None => String::new(),
    };
    describe(&method, &url.unwrap(), headers, &body)
}

/// The request of each command in the script of a notebook by the number of its cell, or the reason why it is omitted.
fn exported(calls: &Calls<'_>, server: &Server) -> BTreeMap<usize, String> {
    let file = definition_file(calls);
    let mut cells: Vec<String> = calls.inputs.iter().map(|(name, _)| format!("{name} = prompt('{name}')")).collect();
    cells.push(format!("API.createClient('client', '{file}', {})", calls.settings));
    cells.extend(calls.rows.iter().map(|(call, _)| (*call).to_owned()));
    let notebook: String = cells.iter().map(|cell| format!("```js\n{cell}\n```\n\n")).collect();
    let notebook = notebook.replace("SERVER", &server.url(""));
    let definition = calls.definition.replace("SERVER", &server.url(""));
    let case = Case::command(["export", "notebook.md", "--to", "curl"]).file("notebook.md", notebook);
    let outcome = case.file(&file, definition).file("bin/curl", "").run();
    outcome.exit(0);
    let folder = outcome.folder();
    // The number of arguments, then each of them.
    let stub = "#!/bin/sh\nprintf '%s\\0' \"$#\" \"$@\" >> \"$LOG\"\n";
    fs::write(folder.join("bin/curl"), stub).unwrap();
    fs::write(folder.join("calls.sh"), &outcome.stdout).unwrap();
    Command::new("chmod").arg("+x").arg(folder.join("bin/curl")).status().unwrap();
    let output = Command::new("sh")
        .arg("calls.sh")
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap()))
        .env("LOG", folder.join("log"))
        .envs(calls.inputs.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stderr), outcome.stdout);
    let log = String::from_utf8(fs::read(folder.join("log")).unwrap_or_default()).unwrap();
    let mut words = log.split_terminator('\0').map(str::to_owned);
    let mut commands = std::iter::from_fn(|| {
        let count: usize = words.next()?.parse().unwrap();
        Some(words.by_ref().take(count).collect::<Vec<_>>())
    });
    let mut found = BTreeMap::new();
    for block in outcome.stdout.split("\n# $").skip(1) {
        let number: usize = block.split(' ').next().unwrap().parse().unwrap();
        let says = match block.split_once("# not exported: ") {
            Some((_, why)) => format!("not exported: {}", why.lines().next().unwrap_or_default()),
            None => of_curl(&commands.next().unwrap_or_else(|| panic!("no command for {block}"))),
        };
        found.insert(number, says);
    }
    assert_eq!(commands.next(), None, "{}", outcome.stdout);
    found
}

fn definition_file(calls: &Calls<'_>) -> String {
    format!("client.{}", if calls.definition.starts_with("#%RAML") { "raml" } else { "yaml" })
}

#[track_caller]
fn check(calls: &Calls<'_>) {
    let mut cells = Cells::without_client(Server::start());
    let file = definition_file(calls);
    cells.file(&file, &calls.definition.replace("SERVER", &cells.server.url("")));
    for (name, value) in calls.inputs {
        cells.run(&format!("{name} = {}", serde_json::Value::from(*value)));
    }
    cells.run(&format!("API.createClient('client', '{file}', {})", calls.settings));
    let exported = exported(calls, &cells.server);
    let mut wrong = Vec::new();
    for (index, (call, expected)) in calls.rows.iter().enumerate() {
        let request = cells.sent(call);
        let run = received(&cells.server, &request);
        let script = exported.get(&(index + 1 + calls.inputs.len())).map_or("nothing", String::as_str);
        if run != *expected || script != *expected {
            wrong.push(format!("{call}\n  expected {expected}\n  run      {run}\n  script   {script}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn raml(resources: &str) -> String {
    format!("#%RAML 0.8\ntitle: Test\nbaseUri: SERVER\n{resources}")
}

const ONE: &str = "/a:\n  get:\n  head:\n  post:\n  put:\n  delete:\n  /{tag}:\n    get:\n  /t{x}{y}:\n    get:\n";

#[test]
fn path_parameters_match_the_export() {
    check(&Calls {
        definition: &raml(ONE),
        settings: "{ uriParameters: { y: 'Y' } }",
        inputs: &[],
        rows: &[
            ("client.a.tag(5).get()", "GET /a/5"),
            ("client.a.tag('AZaz09-_.!~*()').get()", "GET /a/AZaz09-_.!~*()"),
            ("client.a.tag(\"it's\").get()", "GET /a/it's"),
            (
                "client.a.tag('a b/c?d#e&f=g+h%i:j@k,l;m$n[o]').get()",
                "GET /a/a%20b%2Fc%3Fd%23e%26f%3Dg%2Bh%25i%3Aj%40k%2Cl%3Bm%24n%5Bo%5D",
            ),
            ("client.a.tag('é€😀').get()", "GET /a/%C3%A9%E2%82%AC%F0%9F%98%80"),
            ("client.a.tag('{x}').get()", "GET /a/%7Bx%7D"),
            ("client.a.tag([1, 2, 'a b']).get()", "GET /a/1%2C2%2Ca%20b"),
            ("client.a.tag([1, null, 2]).get()", "GET /a/1%2C%2C2"),
            ("client.a.tag([[1, 'b'], 2]).get()", "GET /a/%5B1%2C%22b%22%5D%2C2"),
            ("client.a.tag(0).get()", "GET /a/0"),
            ("client.a.tag(false).get()", "GET /a/false"),
            ("client.a.tag(-1.5e21).get()", "GET /a/-1.5e%2B21"),
            ("client.a.tag(1e-7).get()", "GET /a/1e-7"),
            ("client.a.tag(0.1).get()", "GET /a/0.1"),
            ("client.a.tag(12345678901234567890).get()", "GET /a/12345678901234567000"),
            ("client.a.tag({ x: 1 }).get()", "GET /a/%7B%22x%22%3A1%7D"),
            ("client.a.tag('').get()", "GET /a/"),
            ("client.a.t(null, 5).get()", "GET /a/t5"),
            ("client.a.t('', '').get()", "GET /a/t"),
            ("client.a.t(1).get()", "GET /a/t1Y"),
            ("client.a.t(1).get({}, { uriParameters: { y: 'Z' } })", "GET /a/t1Z"),
            ("client.a.tag(undefined).get({}, { uriParameters: { tag: 'c' } })", "GET /a/c"),
            ("client('/s/{x}/{y}', { x: 'a b' }).get()", "GET /s/a%20b/Y"),
            ("client('//s/{x}', { x: [1, 2] }).get({ q: 1 })", "GET /s/1%2C2?q=1"),
            ("client('/s?a={y}').get({ q: 1 })", "GET /s?a=Y&q=1"),
            ("client('/s?').get({ q: 1 })", "GET /s?q=1"),
            ("client('/s#part').get({ q: 1 })", "GET /s?q=1"),
            ("client('a%20b/c d').delete()", "DELETE /a%20b/c%20d"),
        ],
    });
}

#[test]
fn extensions_match_the_export() {
    let values = "{ mediaTypeExtension: { enum: [ .json, xml ] } }";
    check(&Calls {
        definition: &raml(&format!(
            "/u{{mediaTypeExtension}}:\n  uriParameters: {values}\n  get:\n  /{{id}}:\n    get:\n\
             /v{{mediaTypeExtension}}:\n  get:\n"
        )),
        settings: "{}",
        inputs: &[],
        rows: &[
            ("client.u.json.get()", "GET /u.json"),
            ("client.u.xml.id(5).get()", "GET /u.xml/5"),
            ("client.u.extension('.csv').get()", "GET /u.csv"),
            ("client.u.extension('a/b').get()", "GET /u.a%2Fb"),
            ("client.u.extension('').get()", "GET /u"),
            ("client.v.extension('json').get()", "GET /v.json"),
            ("client.v.extension().get({}, { uriParameters: { mediaTypeExtension: 'json' } })", "GET /v.json"),
            ("client('/w/{b}{mediaTypeExtension}', { b: 1, mediaTypeExtension: '.json' }).get()", "GET /w/1.json"),
            ("client('/w/{b}{mediaTypeExtension}', { b: 1 }).get()", "GET /w/1"),
        ],
    });
}

#[test]
fn queries_match_the_export() {
    check(&Calls {
        definition: &raml(ONE),
        settings: "{ query: { b: 1, z: 'of the client' } }",
        inputs: &[],
        rows: &[
            ("client.a.get()", "GET /a?b=1&z=of%20the%20client"),
            ("client.a.get({ z: 2, a: 3 })", "GET /a?b=1&z=2&a=3"),
            ("client.a.get({ c: 3 }, { query: { b: 2, c: 2 } })", "GET /a?b=2&z=of%20the%20client&c=3"),
            ("client.a.head({ b: 3 })", "HEAD /a?b=3&z=of%20the%20client"),
            (
                "client.a.post({ c: 3 }, { query: { b: 2 } })",
                "POST /a?b=2&z=of%20the%20client | content-type: application/json | {\"c\":3}",
            ),
            ("client.a.get('b=x&c=y+w', { query: 'z=%zz' })", "GET /a?b=x&z=%25zz&c=y%20w"),
            ("client.a.get('?b=1&b=2&c&d=1=2&z=%ff')", "GET /a?b=1&b=2&z=%25ff&c=&d=1%3D2"),
            ("client.a.get({ b: [1, 'x y'], z: [] })", "GET /a?b=1&b=x%20y"),
            ("client.a.get({ b: null, z: '' })", "GET /a?b=&z="),
            ("client.a.get({ b: undefined, z: true })", "GET /a?z=true"),
            ("client.a.get({ b: [null, 1], z: -1.5 })", "GET /a?b=&b=1&z=-1.5"),
            (
                "client.a.get({ b: { a: [1], b: null }, z: [{ a: 1 }, [2]] })",
                "GET /a?b=%7B%22a%22%3A%5B1%5D%2C%22b%22%3Anull%7D&z=%7B%22a%22%3A1%7D&z=%5B2%5D",
            ),
            ("client.a.get({ 'a b': 'c d', 'e&f': 'g=h', b: '', z: '' })", "GET /a?b=&z=&a%20b=c%20d&e%26f=g%3Dh"),
            (
                "client.a.get({ b: \"!*'()~-_.\", z: ':/?#[]@$&+,;=' })",
                "GET /a?b=!*%27()~-_.&z=%3A%2F%3F%23%5B%5D%40%24%26%2B%2C%3B%3D",
            ),
            ("client.a.get({ 2: 'two', b: '', 1: 'one', z: '' })", "GET /a?1=one&2=two&b=&z="),
            ("client.a.get(null)", "GET /a?b=1&z=of%20the%20client"),
            ("client.a.get({ b: 1, z: 1 }, { query: undefined })", "GET /a?b=1&z=1"),
        ],
    });
}

/// A definition with one parameter, `p`.
fn with_parameter(place: &str, declared: &str) -> String {
    let path = if place == "path" { "/a/{p}" } else { "/a" };
    let required = if place == "path" { "required: true, " } else { "" };
    let parameter = format!("{{ name: p, in: {place}, {required}{declared} }}");
    format!(
        "openapi: 3.0.3\ninfo: {{ title: Test, version: 1.0.0 }}\nservers: [ {{ url: SERVER }} ]\n\
         paths: {{ '{path}': {{ get: {{ parameters: [ {parameter} ], responses: {{}} }} }} }}\n"
    )
}

#[track_caller]
fn check_style(place: &str, declared: &str, rows: &[(&str, &str)]) {
    let rows: Vec<(String, String)> = rows
        .iter()
        .map(|(value, expected)| match place {
            "path" => (format!("client.a.p({value}).get()"), format!("GET /a/{expected}")),
            "query" if expected.is_empty() => (format!("client.a.get({{ p: {value} }})"), "GET /a".to_owned()),
            "query" => (format!("client.a.get({{ p: {value} }})"), format!("GET /a?{expected}")),
            "header" => {
                (format!("client.a.get({{}}, {{ headers: {{ p: {value} }} }})"), format!("GET /a | p: {expected}"))
            }
            _ => {
                (format!("client.a.get({{}}, {{ headers: {{ p: {value} }} }})"), format!("GET /a | cookie: {expected}"))
            }
        })
        .collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(call, expected)| (call.as_str(), expected.as_str())).collect();
    let definition = with_parameter(place, declared);
    check(&Calls { definition: &definition, settings: "{}", inputs: &[("input", "a b/'%")], rows: &rows });
}

const LIST: &str = "['a b', 'c,d', 3]";
const FIELDS: &str = "{ x: 'a b', y: 2 }";

#[test]
fn query_styles_match_the_export() {
    let check = |rest: &str, list: &str, fields: &str| {
        let rows = [
            ("'a b'", "p=a%20b"),
            ("5", "p=5"),
            ("[]", ""),
            ("null", "p="),
            ("input", "p=a%20b%2F%27%25"),
            (LIST, list),
            (FIELDS, fields),
        ];
        check_style("query", &format!("schema: {{ type: array, items: {{}} }}{rest}"), &rows);
    };
    check("", "p=a%20b&p=c%2Cd&p=3", "x=a%20b&y=2");
    check(", style: form, explode: true", "p=a%20b&p=c%2Cd&p=3", "x=a%20b&y=2");
    check(", explode: false", "p=a%20b,c%2Cd,3", "p=x,a%20b,y,2");
    check(", style: spaceDelimited", "p=a%20b%20c%2Cd%203", "p=x%20a%20b%20y%202");
    check(", style: spaceDelimited, explode: true", "p=a%20b&p=c%2Cd&p=3", "x=a%20b&y=2");
    check(", style: pipeDelimited", "p=a%20b%7Cc%2Cd%7C3", "p=x%7Ca%20b%7Cy%7C2");
    check(", style: pipeDelimited, explode: true", "p=a%20b&p=c%2Cd&p=3", "x=a%20b&y=2");
    check(", style: deepObject", "p=a%20b&p=c%2Cd&p=3", "p%5Bx%5D=a%20b&p%5By%5D=2");
    check_style(
        "query",
        "style: deepObject, schema: {}",
        &[
            ("{ x: { y: [1, 2], z: null } }", "p%5Bx%5D%5By%5D=1&p%5Bx%5D%5By%5D=2&p%5Bx%5D%5Bz%5D="),
            ("{ x: [[1, 2], { a: 'b' }], u: undefined }", "p%5Bx%5D=%5B1%2C2%5D&p%5Bx%5D=%7B%22a%22%3A%22b%22%7D"),
            ("{}", ""),
            ("{ x: input }", "p%5Bx%5D=a%20b%2F%27%25"),
        ],
    );
    check_style(
        "query",
        "allowReserved: true, schema: {}",
        &[
            ("':/?[]@!$&\\'()*+,;= #%41%'", "p=:/?[]@!$&%27()*+,;=%20%23%41%25"),
            ("['a/b', 'c']", "p=a/b&p=c"),
            ("input", "p=a%20b/%27%25"),
        ],
    );
    check_style(
        "query",
        "content: { application/json: { schema: {} } }",
        &[
            (FIELDS, "p=%7B%22x%22%3A%22a%20b%22%2C%22y%22%3A2%7D"),
            ("[1, 'a']", "p=%5B1%2C%22a%22%5D"),
            ("'{}'", "p=%7B%7D"),
            ("null", "p=null"),
        ],
    );
    check_style("query", "schema: { type: string }", &[("[1, 2]", "p=1&p=2"), ("{ a: 1 }", "p=%7B%22a%22%3A1%7D")]);
}

#[test]
fn path_styles_match_the_export() {
    let check = |rest: &str, one: &str, input: &str, list: &str, fields: &str| {
        let declared = format!("schema: {{ type: array, items: {{}} }}{rest}");
        check_style("path", &declared, &[("'a/b'", one), ("input", input), (LIST, list), (FIELDS, fields)]);
    };
    let input = "a%20b%2F'%25";
    check("", "a%2Fb", input, "a%20b,c%2Cd,3", "x,a%20b,y,2");
    check(", explode: true", "a%2Fb", input, "a%20b,c%2Cd,3", "x=a%20b,y=2");
    check(", style: label", ".a%2Fb", &format!(".{input}"), ".a%20b,c%2Cd,3", ".x,a%20b,y,2");
    check(", style: label, explode: true", ".a%2Fb", &format!(".{input}"), ".a%20b.c%2Cd.3", ".x=a%20b.y=2");
    check(", style: matrix", ";p=a%2Fb", &format!(";p={input}"), ";p=a%20b,c%2Cd,3", ";p=x,a%20b,y,2");
    check(", style: matrix, explode: true", ";p=a%2Fb", &format!(";p={input}"), ";p=a%20b;p=c%2Cd;p=3", ";x=a%20b;y=2");
    check_style("path", "schema: {}, style: matrix", &[("''", ";p"), ("0", ";p=0")]);
    check_style("path", "schema: { type: string }", &[("[1, 2]", "1%2C2")]);
}

#[test]
fn header_and_cookie_styles_match_the_export() {
    let list = "schema: { type: array, items: {} }";
    check_style("header", list, &[("'a b'", "a b"), (LIST, "a b,c,d,3"), (FIELDS, "x,a b,y,2"), ("input", "a b/'%")]);
    check_style("header", &format!("{list}, explode: true"), &[(FIELDS, "x=a b,y=2")]);
    check_style(
        "cookie",
        "schema: { type: string }",
        &[("'a=='", "p=a=="), ("'a b;é'", "p=a%20b%3B%C3%A9"), ("input", "p=a%20b/'%")],
    );
    check_style("cookie", list, &[("[1, 2]", "p=1; p=2"), ("{ x: 1, y: 2 }", "x=1; y=2")]);
    check_style("cookie", &format!("{list}, explode: false"), &[("[1, 2]", "p=1,2"), ("{ x: 1, y: 2 }", "p=x,1,y,2")]);
    check(&Calls {
        definition: &with_parameter("cookie", "schema: {}"),
        settings: "{}",
        inputs: &[],
        rows: &[
            ("client.a.get({}, { headers: { Cookie: 'a=b', p: 1 } })", "GET /a | cookie: a=b; p=1"),
            ("client.a.get({}, { headers: { P: 1 } })", "GET /a | p: 1"),
        ],
    });
}

#[test]
fn headers_match_the_export() {
    check(&Calls {
        definition: &raml(ONE),
        settings: "{ headers: { 'X-One': 1, 'x-two': 'b', 'Content-Type': 'text/csv' } }",
        inputs: &[],
        rows: &[
            ("client.a.get()", "GET /a | x-one: 1 | x-two: b"),
            ("client.a.get({}, { headers: { 'x-one': 2 } })", "GET /a | x-one: 2 | x-two: b"),
            ("client.a.get({}, { headers: { 'x-one': null, 'X-TWO': true } })", "GET /a | x-two: true"),
            ("client.a.get({}, { headers: { 'x-one': ['a', 2], 'x-two': null } })", "GET /a | x-one: 2 | x-one: a"),
            (
                "client.a.get({}, { headers: { Accept: 'text/html' } })",
                "GET /a | accept: text/html | x-one: 1 | x-two: b",
            ),
            ("client.a.get({}, { headers: { 'X-A': 1, 'x-a': 2 } })", "GET /a | x-a: 2 | x-one: 1 | x-two: b"),
            (
                "client.a.get({}, { headers: { 'x-a': { b: 1 } } })",
                "GET /a | x-a: [object Object] | x-one: 1 | x-two: b",
            ),
            ("client.a.get({}, { headers: { 'x-a': [[1, null, 'b']] } })", "GET /a | x-a: 1,,b | x-one: 1 | x-two: b"),
            ("client.a.get({}, { headers: { 'x-a': '' } })", "GET /a | x-a:  | x-one: 1 | x-two: b"),
            (
                "client.a.get({}, { headers: { 'content-type': 'x/y' } })",
                "GET /a | content-type: x/y | x-one: 1 | x-two: b",
            ),
            ("client.a.post()", "POST /a | x-one: 1 | x-two: b"),
            ("client.a.post('a,b')", "POST /a | content-type: text/csv | x-one: 1 | x-two: b | a,b"),
        ],
    });
}

#[test]
fn bodies_match_the_export() {
    let declaring = |types: &[&str]| {
        let bodies: String = types.iter().map(|name| format!("      {name}:\n")).collect();
        raml(&format!("/a:\n  get:\n  put:\n  delete:\n  post:\n    body:\n{bodies}"))
    };
    check(&Calls {
        definition: &declaring(&["text/xml", "application/json"]),
        settings: "{ body: { c: 1 } }",
        inputs: &[("input", "a\"b")],
        rows: &[
            ("client.a.post('<a/>')", "POST /a | content-type: text/plain;charset=UTF-8 | <a/>"),
            ("client.a.post(42)", "POST /a | content-type: text/plain;charset=UTF-8 | 42"),
            ("client.a.post(1e21)", "POST /a | content-type: text/plain;charset=UTF-8 | 1e+21"),
            ("client.a.post(false)", "POST /a | content-type: text/plain;charset=UTF-8 | false"),
            (
                "client.a.post({ b: [1, null, -0.5], a: 'é', o: {}, n: 1e21, u: undefined })",
                "POST /a | content-type: application/json | {\"b\":[1,null,-0.5],\"a\":\"é\",\"o\":{},\"n\":1e+21}",
            ),
            ("client.a.post({ a: input })", "POST /a | content-type: application/json | {\"a\":\"a\\\"b\"}"),
            ("client.a.post([1, 'a'])", "POST /a | content-type: application/json | [1,\"a\"]"),
            ("client.a.put({ a: 1 })", "PUT /a | content-type: application/json | {\"a\":1}"),
            ("client.a.delete()", "DELETE /a | content-type: application/json | {\"c\":1}"),
            ("client.a.delete({})", "DELETE /a | content-type: application/json | {}"),
            ("client.a.post(null)", "POST /a | content-type: application/json | {\"c\":1}"),
            ("client.a.post(null, { body: null })", "POST /a"),
            ("client.a.get({ q: 1 }, { body: { d: 1 } })", "GET /a?q=1 | content-type: application/json | {\"d\":1}"),
            ("client.a.get({}, { body: 'x' })", "GET /a | content-type: text/plain;charset=UTF-8 | x"),
            ("client.a.post(undefined, { body: { d: 1 } })", "POST /a | content-type: application/json | {\"d\":1}"),
            (
                "client.a.post({ a: 1 }, { headers: { 'content-type': 'application/vnd.x+json' } })",
                "POST /a | content-type: application/vnd.x+json | {\"a\":1}",
            ),
            (
                "client.a.post([1, null, 'a'], { headers: { 'content-type': 'text/csv' } })",
                "POST /a | content-type: text/csv | 1,,a",
            ),
            (
                "client.a.post('<a/>', { headers: { 'content-type': 'application/xml' } })",
                "POST /a | content-type: application/xml | <a/>",
            ),
        ],
    });
    let form = "application/x-www-form-urlencoded";
    check(&Calls {
        definition: &declaring(&["text/xml", "multipart/form-data", form]),
        settings: "{}",
        inputs: &[("input", "a&b")],
        rows: &[
            (
                "client.a.post({ a: 1, b: 'c d', l: ['x', 'y'], e: [], n: null, o: { x: 1 }, i: input })",
                "POST /a | content-type: application/x-www-form-urlencoded | form: a=1 & b=c d & l=x & l=y & n= & o={\"x\":1} & i=a&b",
            ),
            ("client.a.put({ a: 1 })", "PUT /a | content-type: application/json | {\"a\":1}"),
        ],
    });
    check(&Calls {
        definition: &declaring(&["multipart/form-data"]),
        settings: "{}",
        inputs: &[("input", "a&b")],
        rows: &[(
            "client.a.post({ a: 1, b: 'c d', l: ['x', 'y'], e: [], n: null, i: input })",
            "POST /a | parts: a=1 & b=c d & l=x & l=y & n= & i=a&b",
        )],
    });
}

#[test]
fn base_uris_match_the_export() {
    check(&Calls {
        definition: "#%RAML 0.8\ntitle: Test\nbaseUri: SERVER/{version}/{region}/{name}/\nversion: v 2\n\
                     baseUriParameters:\n  region: { enum: [ eu ] }\n  name: { default: n }\n/a:\n  get:\n\
                     /b:\n  baseUriParameters: { region: { enum: [ files ] } }\n  get:\n",
        settings: "{ baseUriParameters: { name: 'x/y' } }",
        inputs: &[("input", "a b/c")],
        rows: &[
            ("client.a.get()", "GET /v%202/eu/x%2Fy/a"),
            ("client.b.get()", "GET /v%202/files/x%2Fy/b"),
            ("client('c').get()", "GET /v%202/eu/x%2Fy/c"),
            ("client.a.get({}, { baseUriParameters: { name: 'z', version: 3 } })", "GET /3/eu/z/a"),
            ("client.a.get({}, { baseUriParameters: { name: input } })", "GET /v%202/eu/a%20b%2Fc/a"),
            ("client.a.get({}, { baseUriParameters: { name: null } })", "GET /v%202/eu/n/a"),
            ("client.b.get({}, { baseUriParameters: { region: 'us' } })", "GET /v%202/us/x%2Fy/b"),
            ("client.a.get({}, { baseUri: 'SERVER/other/{name}/' })", "GET /other/x%2Fy/a"),
        ],
    });
    check(&Calls {
        definition: "openapi: 3.0.3\ninfo: { title: Test, version: 1.0.0 }\nservers: [ { url: SERVER } ]\npaths:\n  /a:\n\
                     \x20   servers: [ { url: 'SERVER/{area}/{version}', variables: { area: { default: files }, version: { default: v9 } } } ]\n\
                     \x20   get: { responses: {} }\n    put: { responses: {}, servers: [ { url: SERVER/up } ] }\n  /b: { get: { responses: {} } }\n",
        settings: "{}",
        inputs: &[],
        rows: &[
            ("client.a.get()", "GET /files/v9/a"),
            ("client.a.get({}, { baseUriParameters: { area: 'x' } })", "GET /x/v9/a"),
            ("client.a.put()", "PUT /up/a"),
            ("client.b.get()", "GET /b"),
            ("client.a.get({}, { baseUri: 'SERVER/own' })", "GET /own/a"),
        ],
    });
}

#[test]
fn values_known_only_at_run_time_are_not_exported() {
    check(&Calls {
        definition: &raml(ONE),
        settings: "{ headers: { 'x-one': input } }",
        inputs: &[("input", "a \"&=#+%/'!*()~")],
        rows: &[
            (
                "client.a.tag(`é${input}`).get()",
                "GET /a/%C3%A9a%20%22%26%3D%23%2B%25%2F'!*()~ | x-one: a \"&=#+%/'!*()~",
            ),
            ("client.a.tag(input).get()", "GET /a/a%20%22%26%3D%23%2B%25%2F'!*()~ | x-one: a \"&=#+%/'!*()~"),
            (
                "client.a.tag('x').get({ q: input })",
                "GET /a/x?q=a%20%22%26%3D%23%2B%25%2F%27!*()~ | x-one: a \"&=#+%/'!*()~",
            ),
            (
                "client.a.tag(`<${input}>`).get({ q: [1, input] })",
                "GET /a/%3Ca%20%22%26%3D%23%2B%25%2F'!*()~%3E?q=1&q=a%20%22%26%3D%23%2B%25%2F%27!*()~ | x-one: a \"&=#+%/'!*()~",
            ),
        ],
    });
}
