//! Names on the command line that no notebook has are errors before anything is sent.

use crate::support::{Case, Server};

/// A notebook with a client `todo` of a server, and a prompt.
fn todo(server: &Server) -> Case {
    let definition = format!(
        "openapi: 3.0.3\ninfo: {{ title: Todo, version: '1' }}\nservers: [ {{ url: {} }} ]\npaths:\n  /todos:\n    \
         get: {{ responses: {{ '200': {{ description: fine }} }} }}\ncomponents:\n  securitySchemes:\n    \
         key: {{ type: apiKey, in: header, name: X-Key }}\nsecurity: [ {{ key: [] }} ]\n",
        server.url("")
    );
    let cells = ["API.createClient('todo', 'todo.yaml')", "TITLE = prompt('Title?')", "todo.todos.get().status"];
    Case::cells(cells).file("todo.yaml", definition)
}

/// Checks the messages about the arguments, one for each, and that nothing is sent.
#[track_caller]
fn check(arguments: &[&str], messages: &[(&str, &str)]) {
    let server = Server::start();
    let outcome = todo(&server).args(arguments).run();
    outcome.exit(2).stdout_is("");
    let expected: Vec<String> = messages
        .iter()
        .map(|(message, help)| {
            format!("error: {message}\n\nhelp: {help} Pass `--allow-unused` for a warning instead.\n")
        })
        .collect();
    // Long lines are wrapped at a terminal only.
    outcome.stderr_is(&expected.join("\n"));
    assert!(server.requests().is_empty());
}

#[test]
fn clients_that_no_notebook_creates_are_errors() {
    check(
        &["--base-uri", "nope=http://a.test", "--token", "tod=xyz", "--definition", "nop=todo.yaml"],
        &[
            ("unknown client `nop` in `--definition`: no notebook creates it", "Use `todo`."),
            ("unknown client `nope` in `--base-uri`: no notebook creates it", "Use `todo`."),
            ("unknown client `tod` in `--token`: no notebook creates it", "Did you mean `todo`?"),
        ],
    );
    check(
        &["--auth", "tdo.clientId=5"],
        &[("unknown client `tdo` in `--auth`: no notebook creates it", "Did you mean `todo`?")],
    );
}

#[test]
fn inputs_that_no_prompt_takes_are_errors() {
    check(
        &["--input", "TTLE=x"],
        &[("unknown input `TTLE` in `--input`: no prompt takes it", "Did you mean `TITLE`?")],
    );
    check(&["--input", "Name*=x"], &[("unknown input `Name*` in `--input`: no prompt takes it", "Use `TITLE`.")]);
    for input in ["TITLE=x", "Title?=x", "T*=x", "*=x"] {
        todo(&Server::start()).args(["--input", input]).run().exit(0);
    }
}

#[test]
fn scripts_that_no_notebook_loads_are_errors() {
    let script = "http://a.test/chai.js=todo.yaml";
    check(
        &["--script", script],
        &[("unknown script `http://a.test/chai.js` in `--script`: no notebook loads it", "Remove it.")],
    );
}

#[test]
fn options_that_no_sign_in_has_are_errors() {
    check(
        &["--auth", "todo.clientSecrt=x"],
        &[("unknown option `clientSecrt` of `todo` in `--auth`", "Did you mean `clientSecret`?")],
    );
    let server = Server::start();
    for option in ["X-Key", "header.X-Key", "x_key"] {
        todo(&server).args(["--input", "TITLE=x", "--auth", &format!("todo.{option}=k")]).run().exit(0);
        let request = server.requests().pop().unwrap();
        assert_eq!(request.header("x-key"), Some("k"), "{option}");
    }
}

#[test]
fn columns_that_nothing_reads_are_errors() {
    let server = Server::start();
    let outcome = todo(&server).file("rows.csv", "TTLE\na\n").args(["--inputs", "rows.csv"]).run();
    outcome.exit(2).stderr_contains("unknown column `TTLE` in `rows.csv`").stderr_contains("Did you mean `TITLE`?");
    assert!(server.requests().is_empty());
    let case = || todo(&server).file("rows.csv", "TITLE,plan\na,b\n").args(["--inputs", "rows.csv"]);
    case().run().exit(2).stderr_contains("unknown column `plan`");
    case().file("b.md", "```js\nrow.plan\n```\n").args(["b.md"]).run().exit(0);
}

#[test]
fn unused_names_can_be_allowed() {
    let server = Server::start();
    let arguments = ["--input", "TITLE=x", "--token", "nope=x", "--allow-unused"];
    let outcome = todo(&server).args(arguments).run();
    outcome.exit(0).stderr_contains("warning: unknown client `nope` in `--token`: no notebook creates it");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn names_are_those_of_all_notebooks_whatever_runs() {
    let notebook =
        |client: &str| format!("```js\nAPI.createClient('{client}', {{}})\n```\n\n## Rest\n\n```js\n1\n```\n");
    for selection in [&["--shard", "1/2"][..], &["--shard", "2/2"], &["--only", "Rest"], &["--until", "0"]] {
        let case = |name: &str| {
            Case::command(["run", "a.md", "b.md", "--token", &format!("{name}=x")])
                .args(selection)
                .file("a.md", notebook("one"))
                .file("b.md", notebook("two"))
                .run()
        };
        for name in ["one", "two"] {
            assert!(!case(name).stderr.contains("unknown client"), "{name} {selection:?}");
        }
        case("three").exit(2).stderr_contains("unknown client `three`").stderr_contains("Use one of `one` and `two`.");
    }
}

#[test]
fn names_that_only_a_run_can_tell_are_warnings_after_it() {
    let cells = ["name = 'todo'; API.createClient(name, 'api.raml')", "ask = prompt; ask('Title?')"];
    let case = |arguments: &[&str]| {
        let case = Case::cells(cells).file("api.raml", "#%RAML 1.0\ntitle: T\nbaseUri: http://127.0.0.1:1\n");
        case.args(["--input", "Title?=x"]).args(arguments).run()
    };
    case(&["--token", "todo=x"]).exit(0).stderr_is("");
    let outcome = case(&["--token", "tod=x", "--input", "Name?=y"]);
    outcome.exit(0).stderr_contains("warning: unknown client `tod` in `--token`: no notebook creates it");
    outcome.stderr_contains("warning: unknown input `Name?` in `--input`: no prompt takes it");
}

#[test]
fn check_and_export_judge_the_same() {
    for command in [&["check", "notebook.md"][..], &["export", "notebook.md", "--to", "md"]] {
        let case = || Case::command(command).file("notebook.md", "```js\nTITLE = prompt('Title?')\n```\n");
        case().args(["--input", "TTLE=x"]).run().exit(2).stderr_contains("Did you mean `TITLE`?");
        case().args(["--input", "TTLE=x", "--allow-unused"]).run().stderr_contains("warning: unknown input `TTLE`");
    }
}

#[test]
fn credentials_answer_the_prompts_of_their_sign_in() {
    let server = Server::start();
    let definition = format!(
        "openapi: 3.0.3\ninfo: {{ title: Todo, version: '1' }}\nservers: [ {{ url: {} }} ]\nsecurity: [ {{ bearer: [] }} ]\n\
         paths:\n  /todos:\n    get: {{ responses: {{ '200': {{ description: fine }} }} }}\ncomponents:\n  \
         securitySchemes:\n    bearer: {{ type: http, scheme: bearer }}\n",
        server.url("")
    );
    let sign_in = "API.authenticate(todo, 'bearer', { accessToken: prompt('Token?') }); undefined";
    let cells = ["API.createClient('todo', 'todo.yaml')", sign_in, "todo.todos.get().status"];
    let case = || Case::cells(cells).file("todo.yaml", &definition);
    for arguments in [["--token", "todo=t0ken"], ["--auth", "todo.accessToken=t0ken"]] {
        let outcome = case().args(arguments).run();
        outcome.exit(0);
        assert_eq!(server.requests().pop().unwrap().header("authorization"), Some("Bearer t0ken"));
        outcome.contains_nowhere("t0ken", &[]);
    }
    case().env("APINB_TOKEN_TODO", "t0ken").run().exit(0);
    case().run().exit(1).cell(1).fails("no answer for the prompt `Token?`");
}

#[test]
fn a_check_warns_of_settings_that_no_notebook_of_the_project_has() {
    let notebook = "```js\nAPI.createClient('todo', {})\nTITLE = prompt('Title?')\n```\n";
    let toml = "[clients.tod]\ntoken = \"x\"\n[clients.todo]\ntoken = \"x\"\n[inputs]\nTTLE = \"a\"\nTITLE = \"b\"\nNAME = \"c\"\n";
    let case = Case::command(["check", "a.md"]).file("a.md", notebook).file("apinb.toml", toml);
    let outcome = case.file("sub/b.md", "```js\nNAME = prompt('Name?')\n```\n").run();
    outcome.stderr_is(
        "warning: unknown client `tod` in `apinb.toml:2`: no notebook creates it\n\nhelp: Did you mean `todo`?\n\n\
         warning: unknown input `TTLE` in `apinb.toml:6`: no prompt takes it\n\nhelp: Did you mean `TITLE`?\n\n",
    );
}

#[test]
fn a_check_warns_of_variables_that_no_notebook_of_the_project_has() {
    let notebook = "```js\nAPI.createClient('my.todo', {})\nTITLE = prompt('Title?')\n```\n";
    let case =
        || Case::command(["check", "a.md"]).file("a.md", notebook).file("b.md", "```js\nNAME = prompt('N')\n```\n");
    let env = "OTHER=1\nAPINB_INPUT_TITEL=a\nAPINB_INPUT_TITLE=b\nAPINB_TOKEN_MY_TOD=c\nAPINB_TOKEN_MY_TODO=d\n\
               APINB_INPUT_NAME=e\nAPINB_INPUT_OWN=f\n";
    let own = "[inputs]\nTITLE = { env = \"APINB_INPUT_OWN\" }\n";
    let expected = "\
        warning: unknown input in the variable `APINB_INPUT_TITEL` in `.env:2`: no prompt takes it\n\n\
        help: Did you mean `APINB_INPUT_TITLE`?\n\n\
        warning: unknown client in the variable `APINB_TOKEN_MY_TOD` in `.env:4`: no notebook creates it\n\n\
        help: Did you mean `APINB_TOKEN_MY_TODO`?\n\n";
    case().file(".env", env).file("apinb.toml", own).run().stderr_is(expected);
    // Variables of the process, also without a project.
    let outcome = case().env("APINB_TOKEN_OTHER", "x").env("APINB_INPUT_NAME", "x").run();
    outcome.stderr_is(
        "warning: unknown client in the variable `APINB_TOKEN_OTHER`: no notebook creates it\n\n\
         help: Use `APINB_TOKEN_MY_TODO`.\n\n",
    );
    case()
        .args(["--env-file", "other"])
        .file("other", "APINB_INPUT_X=1\n")
        .run()
        .stderr_contains("`APINB_INPUT_X` in `other:1`");
    let open = case().file("b.md", "```js\nAPI.createClient(name, {}); prompt(text)\n```\n").file("apinb.toml", "");
    open.env("APINB_TOKEN_OTHER", "x").env("APINB_INPUT_X", "x").run().stderr_is("");
}

#[test]
fn a_dotted_client_ends_before_its_option() {
    let server = Server::start();
    let definition = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\nservers: [ { url: @ } ]\npaths:\n  /a:\n    get: { responses: \
                      { '200': { description: fine } } }\ncomponents:\n  securitySchemes:\n    key: { type: apiKey, in: header, name: X-Key }\n\
                      security: [ { key: [] } ]\n";
    let cells = ["API.createClient('my.api', 'a.yaml')", "API.authenticate(my.api)", "my.api.a.get().status"];
    let case = Case::cells(cells).file("a.yaml", definition.replace('@', &server.url("")));
    case.args(["--auth", "my.api.header.X-Key=k3y-of-the-client"]).run().exit(0);
    assert_eq!(server.requests().pop().unwrap().header("x-key"), Some("k3y-of-the-client"));
}

#[test]
fn a_check_lists_the_columns_that_a_notebook_reads() {
    let notebook = "```js\nconsole.log(row.title, row.titel)\nrow.title\n```\n";
    let case = || Case::command(["check", "a.md"]).file("a.md", notebook).file("t.csv", "title\nx\n");
    let outcome = case().run();
    outcome.exit(0).stdout_contains("  columns of --inputs\n    row.title  line 2  no table\n      --inputs FILE\n");
    let outcome = case().args(["--inputs", "t.csv"]).run();
    outcome.exit(0).stdout_contains("    row.title  line 2  provided\n    row.titel  line 2  missing\n");
    outcome.stdout_contains("Did you mean `row.title`?").stdout_contains(", 1 column missing");
    let rows = r#"[{ "title": 1 }, { "titel": 2 }]"#;
    let outcome = case().file("t.json", rows).args(["--inputs", "t.json"]).run();
    outcome.exit(0).stdout_contains("    row.titel  line 2  provided\n1 cell: 0 errors\n");
    let outcome = case().file("u.csv", "titl\nx\n").args(["--inputs", "u.csv"]).run();
    outcome.exit(2).stderr_contains("unknown column `titl` in `u.csv`");
}

#[test]
fn misspelled_variables_are_errors() {
    let case =
        || Case::cells(["TITLE = prompt('Title?')"]).file("apinb.toml", "[inputs]\nX = { env = \"APINB_OWN\" }\n");
    let outcome = case().file(".env", "TITLE=1\nAPINB_INPT_TITLE=x\nAPINB_OWN=5\n").run();
    outcome.exit(2).stderr_contains("unknown key `APINB_INPT_TITLE` in `.env`");
    outcome.stderr_contains("Did you mean `APINB_INPUT_TITLE`?");
    let outcome = case().env("APINB_INPT_TITLE", "x").run();
    outcome.exit(2).stderr_contains("`APINB_INPT_TITLE` is not a variable of apinb");
    let case = case().env("APINB_VERSION", "1").env("APINB_OWN", "2").env("APINB_INPUT_TITLE", "x");
    case.args(["--trust=all"]).run().exit(0);
}
