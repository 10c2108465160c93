//! Values, and their properties, listed without running code.

use std::path::Path;
use std::time::Duration;

use apinb_client::completion::candidate::Found;
use apinb_project::settings::Settings;
use apinb_text::secret::redactor::Redactor;

use crate::isolate::Engine;
use crate::support;

/// An engine in which `code` has run.
fn engine(code: &str, redactor: &Redactor) -> Engine {
    let settings =
        Settings { cell_timeout: Duration::MAX, max_heap: 256 << 20, ..support::settings(Path::new("/nowhere")) };
    let mut engine = support::start(settings, redactor, None);
    run(&mut engine, code);
    engine
}

/// The result of a cell.
fn run(engine: &mut Engine, code: &str) -> String {
    support::run(engine, 0, code).result.expect("it passes").map(|shown| shown.short).unwrap_or_default()
}

/// The value at a path: names with descriptions, a client with its members, or nothing.
fn found(engine: &mut Engine, path: &str, typed: &str) -> String {
    let path: Vec<&str> = path.split('.').collect();
    match engine.look_up(&path, typed) {
        Found::Nothing => "nothing".to_owned(),
        Found::Client { path, names } => {
            let members: Vec<String> = path.members(typed).into_iter().map(|member| member.name).collect();
            format!("{names}: {}", members.join(" "))
        }
        Found::Value(candidates) => {
            let shown =
                candidates.into_iter().map(|one| format!("{} {}", one.text, one.description.unwrap_or_default()));
            shown.collect::<Vec<_>>().join(", ")
        }
    }
}

const VALUES: &str = r"
var ran = 0;
var object = { user: { name: 'Ann', age: 5 }, get trap() { ran++; return { inside: 1 } }, 'a-b': 1 };
Object.defineProperty(Object.prototype, 'value', { configurable: true, get() { ran++; return { fooled: 1 } } });
var trapped = new Proxy({ a: 1 }, {
  get() { ran++ }, has() { ran++ }, ownKeys() { ran++; return [] }, getPrototypeOf() { ran++; return null },
  getOwnPropertyDescriptor() { ran++ },
});
var heir = Object.create(trapped, { own: { value: 1 } });
var list = [1, 2, 3], long = new Array(1e7).fill(0), big = 5, none = null;
class Animal { #name = 1; speak() {} get sound() { ran++ } }
let pet = new Animal();
const constant = { deep: { er: true } };
let settled = Promise.resolve({ title: 'x' }), never = new Promise(() => {}), refused = Promise.reject(1);
refused.catch(() => {});
";

#[test]
fn properties_are_listed_without_running_code() {
    let mut engine = engine(VALUES, &Redactor::default());
    let check = |engine: &mut Engine, path: &str, typed: &str, expected: &str| {
        assert_eq!(found(engine, path, typed), expected, "{path}.{typed}");
    };
    check(&mut engine, "object", "u", "user object");
    check(&mut engine, "object.user", "na", "name string");
    check(&mut engine, "object", "t", "trap getter, toString function, toLocaleString function");
    check(&mut engine, "object", "a-", "a-b number");
    check(&mut engine, "object.trap", "", "nothing");
    check(&mut engine, "object.trap.inside", "", "nothing");
    check(&mut engine, "trapped", "", "nothing");
    check(&mut engine, "heir", "o", "own number");
    check(&mut engine, "heir.a", "", "nothing");
    check(&mut engine, "list", "fla", "flat function, flatMap function");
    check(&mut engine, "list", "0", "");
    check(&mut engine, "long", "le", "length number");
    check(&mut engine, "big", "toF", "toFixed function");
    check(&mut engine, "object.user.name", "toU", "toUpperCase function");
    check(&mut engine, "none", "", "nothing");
    check(&mut engine, "undeclared", "", "nothing");
    check(&mut engine, "pet", "s", "speak function, sound getter");
    check(&mut engine, "pet", "#", "");
    check(&mut engine, "constant", "d", "deep object");
    check(&mut engine, "constant.deep", "e", "er boolean");
    check(&mut engine, "Animal", "prot", "prototype object");
    check(&mut engine, "settled.(await)", "ti", "title string");
    check(&mut engine, "settled.(await).title", "trimS", "trimStart function");
    check(&mut engine, "settled", "th", "then function");
    check(&mut engine, "never.(await)", "", "nothing");
    check(&mut engine, "refused.(await)", "", "nothing");
    check(&mut engine, "object.(await).user", "na", "name string");
    assert_eq!(run(&mut engine, "ran"), "0");
}

#[test]
fn variables_are_listed_by_name() {
    let mut engine = engine(VALUES, &Redactor::default());
    let names = |engine: &mut Engine, typed: &str| {
        let found = engine.variables(typed).into_iter();
        found.map(|candidate| candidate.text).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&mut engine, "pe"), "performance pet");
    assert_eq!(names(&mut engine, "const"), "constant constructor");
    assert_eq!(names(&mut engine, "AP"), "API");
    assert_eq!(names(&mut engine, "ap"), "");
    // Variables that a cell assigns without a declaration are listed as well.
    run(&mut engine, "late = 1");
    assert_eq!(names(&mut engine, "la"), "late");
    assert_eq!(run(&mut engine, "ran"), "0");
}

#[test]
fn clients_are_known_wherever_they_are() {
    let definition = r#"{"swagger":"2.0","info":{"title":"a","version":"1"},"paths":{"/users/{id}":{"get":{"responses":{}}},"/files":{"get":{"responses":{}}}}}"#;
    let code =
        format!("API.createClient('apis.acme', {definition}); var users = apis.acme.users; let one = users.id(5); 0");
    let mut engine = engine(&code, &Redactor::default());
    assert_eq!(found(&mut engine, "apis.acme", ""), "2: users files");
    assert_eq!(found(&mut engine, "apis.acme.users", "f"), "2: files");
    assert_eq!(found(&mut engine, "users", ""), "1: id");
    assert_eq!(found(&mut engine, "one", ""), "1: get");
}

#[test]
fn names_with_secrets_and_hostile_objects_are_handled() {
    let redactor = Redactor::default();
    let code = "var bag = { sesame123: 1, open: 2 }; \
        var many = {}; for (var i = 0; i < 200000; i++) many['k' + i] = i; \
        var chain = { start: 1 }; for (var j = 0; j < 10000; j++) chain = Object.create(chain); 0";
    let mut engine = engine(code, &redactor);
    redactor.add("sesame123");
    assert_eq!(found(&mut engine, "bag", "s"), "");
    assert_eq!(found(&mut engine, "bag", "o"), "open number");
    let Found::Value(many) = engine.look_up(&["many"], "") else { panic!("an object") };
    assert_eq!(many.len(), super::MAX_CANDIDATES);
    assert_eq!(found(&mut engine, "chain", "s"), "");
    assert_eq!(found(&mut engine, "chain.start", ""), "nothing");
    run(&mut engine, "Object.prototype.get = 1; Object.freeze(globalThis); 0");
    assert_eq!(found(&mut engine, "bag", "o"), "open number");
}
