//! Which notebooks run: front matter, tags, `exclude` and `include`, and documents of a repository.

use serde_json::{Value, json};

use crate::support::{Case, Outcome};

const CELL: &str = "```js\n1\n```\n";

/// `apinb run …` with a JSON report.
fn run(arguments: &[&str]) -> Case {
    Case::command(["run", "--report", "json=report.json"]).args(arguments)
}

/// A notebook with this front matter.
fn notebook(front_matter: &str) -> String {
    format!("---\n{front_matter}\n---\n\n{CELL}")
}

/// The notebooks in the report.
#[track_caller]
fn check(outcome: &Outcome, expected: &[&str]) {
    outcome.exit(0);
    let report = outcome.report();
    let paths: Vec<&str> =
        report["notebooks"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, expected, "{}", outcome.output());
}

#[test]
fn a_notebook_may_stay_out_of_its_folder() {
    let case = |arguments: &[&str]| run(arguments).file("a.md", notebook("notebook: false")).file("b.md", CELL);
    check(&case(&["."]).run(), &["b.md"]);
    check(&case(&["a.md"]).run(), &["a.md"]);
    check(&case(&["--include", "a.md", "."]).run(), &["b.md"]);
}

#[test]
fn documents_of_a_repository_run_only_if_they_should() {
    let case = |arguments: &[&str]| {
        run(arguments)
            .file("README.md", CELL.repeat(3))
            .file("docs/Contributing.md", CELL)
            .file("docs/CHANGELOG.md", "no cells")
            .file("docs/security.md", notebook("notebook: true"))
            .file("users.md", CELL)
    };
    let outcome = case(&["."]).run();
    check(&outcome, &["docs/security.md", "users.md"]);
    outcome.stderr_is("skipped README.md: 3 cells\nskipped docs/Contributing.md: 1 cell\n");
    let skipped = json!([{ "path": "README.md", "cells": 3 }, { "path": "docs/Contributing.md", "cells": 1 }]);
    assert_eq!(outcome.report()["skipped_files"], skipped);
    check(&case(&["README.md"]).run(), &["README.md"]);
    check(&case(&[".", "--include", "readme.md"]).run(), &["docs/security.md", "users.md"]);
    let outcome = case(&[".", "--include", "README.md"]).run();
    check(&outcome, &["README.md", "docs/security.md", "users.md"]);
    let outcome = case(&["."]).file("apinb.toml", "[run]\ninclude = [\"README.md\", \"docs/*.md\"]\n").run();
    check(&outcome, &["README.md", "docs/Contributing.md", "docs/security.md", "users.md"]);
    outcome.stderr_is("");
    let outcome = Case::command(["run", "docs"]).file("docs/README.md", CELL).run();
    outcome.exit(2).stderr_contains("`docs` has no notebook").stderr_contains("`notebook: true`");
}

#[test]
fn files_of_a_folder_can_be_excluded() {
    let case = |arguments: &[&str]| {
        run(arguments)
            .file("p/a.md", CELL)
            .file("p/a.draft.md", CELL)
            .file("p/drafts/x/b.md", CELL)
            .file("p/q/drafts/c.md", CELL)
    };
    let settings = "[run]\nexclude = [\"drafts/**\"]\n";
    check(&case(&["p"]).file("p/apinb.toml", settings).run(), &["p/a.draft.md", "p/a.md", "p/q/drafts/c.md"]);
    // A flag adds to the file, and starts at the working directory.
    let outcome = case(&["p", "--exclude", "p/q/**", "--exclude", "*.draft.md"]).file("p/apinb.toml", settings).run();
    check(&outcome, &["p/a.md"]);
    check(&case(&["p/drafts/x/b.md"]).file("p/apinb.toml", settings).run(), &["p/drafts/x/b.md"]);
    let checked = Case::command(["check", "--json", "p", "--exclude", "drafts", "--exclude", "a*"]);
    let checked = checked.file("p/a.md", CELL).file("p/b.md", CELL).file("p/drafts/c.md", CELL).run();
    let needs: Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(needs["notebooks"].as_array().unwrap().len(), 1, "{}", checked.output());
    let outcome = case(&["p", "--exclude", "drfts/**", "--exclude", "a.*"]).run();
    check(&outcome, &["p/drafts/x/b.md", "p/q/drafts/c.md"]);
    outcome.stderr_is("warning: `--exclude drfts/**` matches no file of a folder\n");
    let outcome = case(&["p"]).file("p/apinb.toml", "[run]\nexclude = [\"../a.md\"]\n").run();
    outcome.exit(2).stderr_contains("apinb.toml:2:11").stderr_contains("invalid value for `run.exclude`");
}

#[test]
fn saved_files_are_not_notebooks() {
    let saved = "---\nnotebook: true\n---\n```js\n2\n```\n";
    let case = |arguments: &[&str]| {
        run(arguments).file("p/a.md", CELL).file("p/output/x/b.md", saved).file("p/out/c.md", saved)
    };
    let config = |text: &str| case(&["p", "--exclude", "out"]).file("p/apinb.toml", text);
    let outcome = config("").run();
    check(&outcome, &["p/a.md"]);
    outcome.exit(0).stderr_is("skipped p/output/x/b.md: 1 cell\n");
    check(&case(&["p"]).file("p/apinb.toml", "[run]\noutput-dir = \"out\"\n").run(), &["p/a.md", "p/output/x/b.md"]);
    check(&case(&["p", "--output-dir", "p/out"]).file("p/apinb.toml", "").run(), &["p/a.md", "p/output/x/b.md"]);
    // A file that is named always runs, and so do those of the folder itself.
    check(&case(&["p/output/x/b.md"]).file("p/apinb.toml", "").run(), &["p/output/x/b.md"]);
    check(&case(&["p/output"]).file("p/apinb.toml", "").run(), &["p/output/x/b.md"]);
    check(&config("[run]\ninclude = [\"output/**\"]\n").run(), &["p/a.md", "p/output/x/b.md"]);
}

#[test]
fn tags_select_notebooks() {
    let case = |arguments: &[&str]| {
        run(arguments)
            .file("a.md", notebook("tags: [smoke, slow]"))
            .file("b.md", notebook("tags:\n  - smoke"))
            .file("c.md", notebook("tags: slow, other"))
            .file("d.md", CELL)
    };
    check(&case(&[".", "--tag", "smoke"]).run(), &["a.md", "b.md"]);
    check(&case(&[".", "--tag", "smoke", "--tag", "other"]).run(), &["a.md", "b.md", "c.md"]);
    check(&case(&[".", "--tag", "smoke", "--skip-tag", "slow"]).run(), &["b.md"]);
    check(&case(&["a.md", "d.md", "--skip-tag", "slow"]).run(), &["d.md"]);
    check(&case(&[".", "--tag", "smoke", "--shard", "2/2"]).run(), &["b.md"]);
    case(&[".", "--tag", "smok"])
        .run()
        .exit(2)
        .stderr_is("error: no notebook has the tag `smok`\n\nhelp: Did you mean `smoke`?\n");
    case(&["b.md", "--skip-tag", "smoke"]).run().exit(2).stderr_contains("`--tag` and `--skip-tag` leave no notebook");
    case(&["-", "--tag", "smoke"]).run().exit(2).stderr_contains("not a file");
    let outcome = case(&["d.md", "--skip-tag", "slwo"]).run();
    check(&outcome, &["d.md"]);
    outcome.stderr_contains("warning: no notebook has the tag `slwo`");
    let outcome = case(&[".", "--tag", "smok", "--allow-empty"]).run();
    check(&outcome, &[]);
    outcome.stderr_contains("warning: no notebook has the tag `smok`");
}

#[test]
fn a_skipped_notebook_is_in_every_report() {
    let reports = ["junit=r.xml", "tap=r.tap", "html=r.html", "md=r.md"];
    let arguments = reports.iter().flat_map(|report| ["--report", report]);
    let case = run(&["a.md", "b.md"]).args(arguments);
    let outcome = case
        .file("a.md", "---\ntitle: Old\nskip: the # server is gone\n---\n\n```js\nthrow 1\n```\n\n```js\n2\n```\n")
        .file("b.md", CELL)
        .run();
    outcome.exit(0).stdout_contains("Old  a.md\n").stdout_contains("\n  - skipped 2 cells: the\n");
    outcome.stdout_contains("3 cells: 1 passed, 0 failed, 2 skipped");
    let report = outcome.report();
    let skipped = &report["notebooks"][0];
    assert_eq!((&skipped["skip"], &skipped["cells"][1]["skip"]), (&json!("the"), &json!("the")));
    assert_eq!(skipped["summary"]["skipped"], 2);
    for (file, text) in [
        ("r.xml", "<skipped message=\"the\"/>"),
        ("r.tap", "ok 2 - $1 2 # SKIP the"),
        ("r.html", "skipped: the"),
        ("r.md", "(skipped: the)"),
    ] {
        assert!(outcome.file(file).contains(text), "{text}: {}", outcome.file(file));
    }
    // A name on the command line does not run it either.
    run(&["a.md", "-q"])
        .file("a.md", notebook("skip: true"))
        .run()
        .exit(0)
        .stdout_contains("1 cell: 0 passed, 0 failed, 1 skipped; 0 calls");
}

#[test]
fn the_front_matter_names_definitions() {
    let definition =
        "openapi: 3.0.0\ninfo: { title: T, version: '1' }\npaths: { /users: { get: { responses: {} } } }\n";
    let cells =
        |front_matter: &str, code: &str| format!("---\n{front_matter}\n---\n\n```js\n{code}; Object.keys(a)\n```\n");
    let case = |front_matter: &str, code: &str| {
        Case::command(["run", "--report", "json=report.json", "n/n.md"])
            .file("n/n.md", cells(front_matter, code))
            .file("n/api.yaml", definition)
    };
    let created = "API.createClient('a', 'https://gone.test/api.raml')";
    for (front_matter, code) in [
        ("definition: api.yaml", created),
        ("definition: { a: api.yaml }", created),
        ("definition: api.yaml", "API.createClient('a')"),
        ("definition: api.yaml", "API.createClient('a', '{}')"),
    ] {
        case(front_matter, code).run().exit(0).cell(0).is("[ \"users\" ]");
    }
    // It is the notebook's own word: a file outside of its project is refused, and the user's word overrides it.
    let outside = case("definition: ../api.yaml", created).file("n/apinb.toml", "").file("api.yaml", definition).run();
    outside.exit(3).cell(0).fails("PolicyError");
    let overridden =
        case("definition: none.yaml", created).file("apinb.toml", "[clients.a]\ndefinition = \"n/api.yaml\"\n").run();
    overridden.exit(0).cell(0).is("[ \"users\" ]");
    let missing = case("title: x", "API.createClient('a')").run();
    let missing = missing.exit(1).cell(0);
    missing.fails("TypeError: API.createClient: the second argument is missing");
    assert!(missing.help().contains("`definition: FILE`"), "{}", missing.help());
    // A check knows it too.
    let checked = Case::command(["check", "n.md"])
        .file("n.md", "---\ndefinition: api.yaml\n---\n```js\nAPI.createClient('a'); a.user.get()\n```\n");
    checked.file("api.yaml", definition).run().exit(1).stdout_contains("did you mean \"users\"");
}

#[test]
fn the_front_matter_limits_the_time_of_cells() {
    let case = |arguments: &[&str]| {
        run(arguments)
            .file("n.md", "---\ntimeout: 200ms\n---\n\n```js\nawait new Promise(r => setTimeout(r, 60000))\n```\n")
    };
    case(&["n.md"]).run().cell(0).fails("Timeout of 200ms exceeded");
    case(&["n.md"]).file("apinb.toml", "[run]\ncell-timeout = 50\n").run().cell(0).fails("Timeout of 200ms exceeded");
    case(&["n.md", "--cell-timeout", "100ms"]).run().cell(0).fails("Timeout of 100ms exceeded");
}

#[test]
fn a_wrong_value_of_front_matter_has_its_position() {
    let outcome = run(&["."]).file("n.md", notebook("title: a: b\ntimeout: soon")).file("ok.md", CELL).run();
    outcome.exit(2).stdout_contains("invalid value for `timeout`: expected a time").stdout_contains("n.md:3:10");
    outcome.stdout_contains("Write seconds (`90`)");
    let error = &outcome.report()["notebooks"][0]["error"];
    assert_eq!((&error["position"]["line"], &error["source_line"]), (&json!(3), &json!("timeout: soon")));
    Case::command(["check", "n.md"])
        .file("n.md", notebook("notebook: maybe"))
        .run()
        .exit(2)
        .stdout_contains("expected `true` or `false`");
}

#[test]
fn an_empty_folder_may_be_allowed() {
    let case = |arguments: &[&str]| run(arguments).file("none/a.txt", "");
    case(&["none"]).run().exit(2);
    let outcome = case(&["none", "--allow-empty"]).run();
    check(&outcome, &[]);
    outcome.stderr_is("warning: `none` has no notebook\n");
    let outcome = run(&["n.md", "--only", "Nothing", "--allow-empty"]).file("n.md", CELL).run();
    outcome.exit(0).stdout_contains("  - skipped 1 cell: `n.md` has no heading or cell called `Nothing`\n");
}
