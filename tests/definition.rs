//! `apinb definition check`, `tree` and `show`.

#[cfg(unix)]
use crate::support::Terminal;
use crate::support::{Answer, Case, Server, document};

const GOOD: &str = "#%RAML 0.8\ntitle: Things\nbaseUri: https://api.test\n/things:\n  get:\n  /{id}:\n    delete:\n";
const BAD: &str = "#%RAML 0.8\ntitle: Things\n/things:\n  gett:\n  get:\n    responses: 5\n";

#[test]
fn check_lists_every_diagnostic() {
    Case::command(["definition", "check", "a.raml"]).file("a.raml", GOOD).run().exit(0).golden("definition/good");
    let case = Case::command(["definition", "check", "a.raml", "b.raml"]).file("a.raml", GOOD).file("b.raml", BAD);
    case.run().golden("definition/bad");
    Case::command(["definition", "check", "none.raml"]).run().exit(2).stdout_contains("none.raml");
    let case = Case::command(["definition", "check", "a.raml"]).file("a.raml", "#%RAML 0.8\ntitle: [\n");
    case.run().exit(1).stdout_contains("a.raml:");
}

#[test]
fn warnings_are_errors_with_strict() {
    let case = || {
        let warned = "#%RAML 0.8\ntitle: Things\n/things:\n  get:\n/things:\n  post:\n";
        Case::command(["definition", "check", "a.raml"]).file("a.raml", warned)
    };
    case().run().exit(0).stdout_contains("warning[definition/repeated-key]").stdout_contains("0 errors, 1 warning;");
    let strict = case().args(["--strict"]).run();
    strict.exit(1).stdout_contains("error[definition/repeated-key]").stdout_contains("1 error, 0 warnings;");
    let good = Case::command(["definition", "check", "--strict", "a.raml"]).file("a.raml", GOOD);
    good.run().exit(0);
}

#[test]
fn errors_in_a_definition_fail_no_run() {
    let bad = format!(
        "{BAD}baseUri: https://api.test\n/more:\n  put: ]\n  is: [ none ]\n/other: !include none.raml\nfoo: [\n"
    );
    for arguments in [&["run", "--mock", "n.md"][..], &["check", "n.md"], &["definition", "tree", "a.raml"]] {
        let case = Case::command(arguments).file("a.raml", &bad);
        let case = case.file("n.md", "```js\nAPI.createClient('a', 'a.raml'); a.things.get().status\n```\n");
        let outcome = case.run();
        assert_eq!(outcome.code(), Some(0), "{arguments:?}: {}", outcome.output());
    }
    Case::command(["definition", "check", "a.raml"]).file("a.raml", &bad).run().exit(1);
}

#[test]
fn tree_prints_resources_and_methods() {
    let case = || Case::command(["definition", "tree", "a.raml"]).file("a.raml", GOOD);
    case().run().exit(0).golden("definition/tree");
    case().args(["--json"]).run().exit(0).golden("definition/tree-json");
    let case = Case::command(["definition", "tree", "a.raml"]).file("a.raml", "hello");
    case.run().exit(2).stdout_is("").stderr_contains("a.raml");
}

#[test]
fn search_prints_the_best_methods_first() {
    let search = |words: &[&str]| {
        Case::command(["definition", "search", "things.raml"]).args(words).file("things.raml", THINGS).run()
    };
    search(&["add", "thing"]).exit(0).golden("definition/search");
    search(&["add", "thing", "--json", "--limit", "1"]).exit(0).golden("definition/search-json");
    let none = search(&["zebra"]);
    none.exit(1).stdout_is("").stderr_contains("no method of things.raml matches `zebra`");
    search(&["zebra", "--json"]).exit(1).stdout_contains("\"methods\": []");
    search(&[]).exit(2).stderr_contains("<WORD>");
}

const THINGS: &str = include_str!("specs/definition/show/things.raml");

fn show(path: &[&str]) -> Case {
    Case::command(["definition", "show", "things.raml"]).args(path).file("things.raml", THINGS)
}

#[test]
fn show_explains_a_method_and_a_resource() {
    for (name, path) in [
        ("api", &[][..]),
        ("resource", &["things"]),
        ("method", &["things.{id}.get"]),
        ("query", &["GET", "/things"]),
        ("body", &["client.things.post({})"]),
        ("body-json", &["things.post", "--json"]),
    ] {
        show(path).run().exit(0).golden(&format!("definition/show/{name}"));
    }
}

#[test]
fn show_explains_openapi() {
    let pets = include_str!("specs/definition/show/pets.yaml");
    for (name, path) in [
        ("openapi", ""),
        ("openapi-query", "pets.get"),
        ("openapi-recursive", "pets.post"),
        ("openapi-alternatives", "GET /pets/7"),
        ("openapi-form", "pets.{petId}.put"),
    ] {
        let case = Case::command(["definition", "show", "pets.yaml", path]).file("pets.yaml", pets);
        case.run().exit(0).golden(&format!("definition/show/{name}"));
    }
}

#[test]
fn show_explains_the_types_of_raml_1_0() {
    let people = include_str!("specs/definition/show/people.raml");
    for (name, path) in [("types", "people.get"), ("types-body", "people.post"), ("query-string", "people.search.get")]
    {
        let case = Case::command(["definition", "show", "people.raml", path]).file("people.raml", people);
        case.run().exit(0).golden(&format!("definition/show/{name}"));
    }
}

#[test]
fn json_has_its_schema() {
    let shown = |text: &str, path: &str| {
        let case = Case::command(["definition", "show", "api", path, "--json"]).file("api", text);
        document("definition-show", &case.run().exit(0).stdout)
    };
    let (pets, people) =
        (include_str!("specs/definition/show/pets.yaml"), include_str!("specs/definition/show/people.raml"));
    for (text, paths) in [
        (THINGS, &["", "things", "things.post", "things.{id}.get"][..]),
        (pets, &["", "pets.get", "pets.post", "GET /pets/7", "pets.{petId}.put"]),
        (people, &["", "people.get", "people.post", "people.search.get"]),
    ] {
        paths.iter().for_each(|path| drop(shown(text, path)));
        let tree = Case::command(["definition", "tree", "api", "--json"]).file("api", text);
        document("definition-tree", &tree.run().exit(0).stdout);
    }
}

#[test]
fn the_shown_javascript_runs() {
    let first = "API.createClient('client', 'things.raml'); API.authenticate(client, 'basic', { username: 'a', password: 'b' })";
    let mut cells = vec![first.to_owned()];
    for path in ["things.get", "things.post", "things.id.get", "things.id.delete"] {
        let shown = show(&[path, "--json"]).run();
        let explained = document("definition-show", &shown.stdout);
        let call = explained["call"].as_str().unwrap();
        cells.push(format!("answer = {call}; if (answer.status >= 300) throw answer.status"));
    }
    let outcome = Case::cells(cells).file("things.raml", THINGS).args(["--mock"]).run();
    outcome.exit(0).stdout_contains("GET /things?page=2").stdout_contains("DELETE /things/5");
}

#[test]
fn show_suggests_similar_names() {
    show(&["thigns.id.get"]).run().exit(2).golden("definition/show/unknown");
    show(&["PATCH", "/things/5"]).run().exit(2).stdout_is("").stderr_contains("Use one of `get` and `delete`.");
    Case::command(["definition", "show", "none.raml"]).run().exit(2).stdout_is("").stderr_contains("none.raml");
    let bad = Case::command(["definition", "show", "a.raml", "things"]).file("a.raml", BAD);
    bad.run().exit(0).stderr_contains("`apinb definition check a.raml` lists them");
}

#[test]
fn show_has_color_on_request_and_escapes_control_characters() {
    show(&["things.get"]).args(["--color", "always"]).run().exit(0).stdout_contains("\u{1b}[32mGET\u{1b}[0m");
    let outcome = show(&["things.get"]).run();
    outcome.exit(0).stdout_contains("What comes first.␛[31m");
    assert!(!outcome.stdout.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn show_fits_the_terminal() {
    let (code, screen) = Terminal::start(show(&["things"]).args(["--color", "never"]), 50).end();
    assert_eq!(code, 0, "{screen}");
    let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
    for line in ["  - a name, which every thing has and which is", "    what you find it by when you look for it later"]
    {
        assert!(lines.contains(&line), "{screen}");
    }
}

#[test]
fn a_definition_can_be_a_url() {
    let server = Server::with(|_| Answer::new(200, "application/raml+yaml", GOOD));
    let url = server.url("/api.raml");
    Case::command(["definition", "tree", &url]).run().exit(0).stdout_contains("2 methods");
    assert_eq!(server.requests()[0].header("accept"), Some("application/raml+yaml, application/json, */*"));
    Case::command(["definition", "check", &Server::refused("/api.raml")]).run().exit(2).stdout_contains("refused");
}

#[test]
fn the_method_query_of_openapi_3_2_sends_its_body() {
    let definition = "openapi: 3.2.0\ninfo: { title: T, version: '1' }\nservers: [ { url: https://h.test } ]\npaths:\n  /pets:\n    \
        query:\n      operationId: searchPets\n      requestBody: { content: { application/json: { schema: { type: object } } } }\n      \
        responses: { 200: { description: pets, content: { application/json: { example: [ { id: 1 } ] } } } }\n";
    let notebook = "```js\nAPI.createClient('a', 'a.yaml')\n```\n\n```js\nlet r = a.pets.query({ kind: 'cat' });\n\
        assert.status(r, 200); assert.equal(r.body.length, 1)\n```\n";
    let case = |arguments: &[&str]| Case::command(arguments).file("a.yaml", definition).file("n.md", notebook);
    let run = case(&["run", "--mock", "n.md", "--report", "json=-"]).run();
    run.exit(0).stdout_contains("\"method\": \"QUERY\"");
    case(&["definition", "show", "a.yaml", "searchPets"]).run().exit(0).stdout_contains("client.pets.query({})");
    case(&["definition", "show", "a.yaml", "QUERY /pets"]).run().exit(0).stdout_contains("searchPets");
}
