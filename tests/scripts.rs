//! `load`: the sources of scripts, their effects, and failed loads.

use serde_json::json;

use crate::support::{Answer, Case, Cells, Server};

const SCRIPT: &str = "var fromVar = 1; function fromFunction() { return 2 } implied = 4";

fn scripts() -> Server {
    Server::with(|request| match request.url.as_str() {
        "/lib.js" => Answer::new(200, "text/javascript", SCRIPT),
        "/latin.js" => Answer::new(200, "text/javascript; charset=ISO-8859-1", b"word = 'caf\xe9'".to_vec()),
        "/moved.js" => Answer::Reply(302, vec![("Location".to_owned(), "/lib.js".to_owned())], Vec::new()),
        "/page.js" => Answer::new(200, "text/html", "<!DOCTYPE html><title>Log in</title>"),
        "/picture.js" => Answer::new(200, "image/png", b"\x89PNG\r\n\x1a\n\xff".to_vec()),
        "/broken.js" => Answer::new(200, "text/javascript", "fine = 1\nvar x = ;\n"),
        "/throws.js" => Answer::new(200, "text/javascript", "before = 1\n\nfunction f() {\n  null.x\n}\nf()\n"),
        "/loop.js" => Answer::new(200, "text/javascript", "for (;;) {}"),
        "/hang.js" => Answer::Hang,
        "/close.js" => Answer::Close,
        _ => Answer::new(404, "text/plain", "not here"),
    })
}

#[test]
fn a_script_runs_in_the_global_scope() {
    for start in ["", "let start = 1\n"] {
        let mut cells = Cells::without_client(scripts());
        cells.file("let.js", "let fromLet = 5; const fromConst = 6; class FromClass {}");
        let code = "load('SERVER/lib.js'); load('let.js'); [fromVar, fromFunction(), implied, fromLet, fromConst]";
        cells.gives(&format!("{start}{code}"), &json!([1, 2, 4, 5, 6]));
        let code = "[fromVar, window.fromFunction(), window.implied, fromLet, fromConst, typeof FromClass]";
        cells.gives(code, &json!([1, 2, 4, 5, 6, "function"]));
        cells.gives("load('SERVER/lib.js') === undefined", &json!(true));
    }
}

#[test]
fn a_script_can_be_a_local_file_or_a_url() {
    let server = scripts();
    let site = format!("---\nsite: {}\n---\n", server.url("/portal"));
    let case = |front: &str, reference: &str| {
        Case::notebook(format!("{front}\n```js\nload('{reference}'); implied\n```\n"))
            .file("lib.js", "implied = 'beside'")
            .file("folder/lib.js", "implied = 'below'")
    };
    case("", "lib.js").run().exit(0).cell(0).is("\"beside\"");
    case("", "./folder/../lib.js").run().exit(0).cell(0).is("\"beside\"");
    case("", "folder/lib.js").run().exit(0).cell(0).is("\"below\"");
    case("", "/folder/lib.js").run().exit(0).cell(0).is("\"below\"");
    case(&site, "folder/lib.js").run().exit(0).cell(0).is("\"below\"");
    case(&site, "/lib.js").run().exit(0).cell(0).is("4");
    case("", &server.url("/lib.js")).run().exit(0).cell(0).is("4");
    case("", &server.url("/moved.js")).run().exit(0).cell(0).is("4");
    let latin = Case::cells([format!("load('{}'); word", server.url("/latin.js"))]);
    latin.run().exit(0).cell(0).is("\"café\"");
    let missing = Case::cells([format!("try {{ load('{}') }} catch (error) {{ 'caught' }}", server.url("/none.js"))]);
    missing.run().exit(0).cell(0).is("\"caught\"");
}

#[test]
fn a_script_is_fetched_once() {
    let server = scripts();
    let cache = tempfile::tempdir().unwrap();
    let run = || {
        let load = format!("load('{}'); implied", server.url("/lib.js"));
        let case = Case::cells([load.as_str(), load.as_str()]);
        case.env("APINB_CACHE_DIR", cache.path().to_str().unwrap()).run()
    };
    let outcome = run();
    outcome.exit(0);
    assert_eq!(outcome.cell(0).calls(), [format!("GET {} 200", server.url("/lib.js"))]);
    assert_eq!(outcome.cell(0).cell["calls"][0]["purpose"], "script");
    assert!(outcome.cell(1).calls().is_empty());
    run().exit(0).cell(0).is("4").cell(1).is("4");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_script_runs_each_time_it_is_loaded() {
    let mut cells = Cells::without_client(scripts());
    cells.file("count.js", "count = (typeof count == 'number' ? count : 0) + 1");
    cells.gives("load('count.js'); load('count.js'); count", &json!(2));
    // A cell, a function and another script can load it.
    cells.file("twice.js", "load('count.js'); inner = typeof count; load('count.js')");
    cells.gives("load('twice.js'); [count, inner]", &json!([4, "number"]));
    cells.gives("Promise.resolve().then(() => { load('count.js'); return count })", &json!(5));
    cells.gives("setTimeout(() => { load('count.js'); done(null, count) }, 1); done = async()", &json!(6));
}

#[test]
fn a_script_cannot_redeclare_a_name() {
    let mut cells = Cells::without_client(scripts());
    cells.file("let.js", "let once = 1");
    cells.run("n = 0; load('let.js')");
    // The cell is not run again for it.
    let error = cells.failure("load('let.js', n++)");
    assert_eq!(error.message, "cannot load `let.js`: it declares `once`, which already exists");
    assert!(error.help.is_some_and(|help| help.contains("Load it once")));
    cells.gives("[n, once]", &json!([1, 1]));
    cells.run("const mine = 2");
    cells.file("var.js", "var mine = 3");
    let error = cells.error("load('var.js')");
    assert_eq!(error, "Error: cannot load `var.js`: it declares `mine`, which already exists");
}

#[test]
fn a_callback_is_called_when_the_script_has_run() {
    let mut cells = Cells::without_client(scripts());
    cells.gives("load('SERVER/lib.js', () => { seen = implied }); seen", &json!(4));
    cells.gives("load('SERVER/lib.js', async()); 'not this'", &json!(null));
    cells.gives("load('SERVER/lib.js', 'no function'); 1", &json!(1));
    assert_eq!(cells.error("load('SERVER/lib.js', () => { throw new RangeError('mine') })"), "RangeError: mine");
    let error = cells.error("called = false; load('SERVER/none.js', () => { called = true })");
    assert!(error.contains("answered 404"), "{error}");
    cells.gives("called", &json!(false));
}

#[test]
fn a_failed_load_fails_the_cell_with_url_and_cause() {
    let mut cells = Cells::without_client(scripts());
    let refused = Server::refused("/lib.js");
    cells.file("broken.js", "\n  foo bar\n");
    for (reference, expected) in [
        ("SERVER/none.js", "cannot load `SERVER/none.js`: it answered 404"),
        ("SERVER/page.js", "`SERVER/page.js` is a web page, not a script"),
        ("SERVER/picture.js", "`SERVER/picture.js` is not text"),
        ("SERVER/close.js", "cannot load `SERVER/close.js`: "),
        (&refused, &format!("cannot load `{refused}`: connection refused")),
        ("https://nowhere.invalid/lib.js", "cannot load `https://nowhere.invalid/lib.js`: no such host"),
        ("missing.js", "cannot load `missing.js`: there is no file at"),
        (
            "SERVER/broken.js",
            "cannot load `SERVER/broken.js`: SyntaxError: Unexpected token ';' (SERVER/broken.js:2:9)",
        ),
        ("broken.js", "cannot load `broken.js`: SyntaxError: Unexpected identifier 'bar' (broken.js:2:7)"),
    ] {
        let error = cells.failure(&format!("x = 1\nload('{reference}')\nafter = 1"));
        let place = |text: &str| text.replace("SERVER", &cells.server.url(""));
        let (reference, expected) = (place(reference), place(expected));
        assert!(error.message.starts_with(&expected), "no {expected:?} in {error:?}");
        assert!(error.help.is_some_and(|help| help.contains(&format!("`--script {reference}=FILE`"))), "{reference}");
        assert_eq!(error.source_line, Some(format!("load('{reference}')")));
        cells.gives("typeof after", &json!("undefined"));
    }
    assert!(cells.server.requests().iter().all(|request| request.method == "GET"));
}

#[test]
fn an_error_of_a_script_has_its_frames() {
    let mut cells = Cells::without_client(scripts());
    let error = cells.failure("\n  load('SERVER/throws.js')");
    assert_eq!(error.name, "TypeError");
    assert!(error.message.starts_with("Cannot read properties of null"), "{error:?}");
    // Its frames are in the script, its position is that of the `load` call in the notebook.
    assert_eq!(error.stack[0], format!("f ({}:4:8)", cells.server.url("/throws.js")));
    assert_eq!(error.position.map(|position| (position.line, position.column)), Some((3, 3)));
    cells.gives("before", &json!(1));
}

#[test]
fn a_script_that_does_not_arrive_or_end_is_stopped() {
    let server = scripts();
    let case = Case::cells([
        format!("load('{}')", server.url("/hang.js")),
        format!("load('{}')", server.url("/loop.js")),
        "'alive'".to_owned(),
    ]);
    let outcome = case.args(["--cell-timeout", "300ms"]).run();
    outcome.exit(1).cell(0).fails("Timeout of 300ms exceeded").cell(1).fails("Timeout of 300ms exceeded");
    outcome.cell(2).is("\"alive\"");
    let case = Case::cells([format!("load('{}')", server.url("/hang.js"))]);
    let outcome = case.args(["--timeout", "300ms"]).run();
    outcome.exit(1).cell(0).fails("hang.js`: no response within 300 ms");
}
