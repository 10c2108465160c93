//! Selection: the notebooks of a folder, a shard of them, some of their cells.

use serde_json::Value;

use crate::support::{Case, Outcome};

const CELL: &str = "```js\n1\n```\n";

/// `apinb run …` with a JSON report.
fn run(arguments: &[&str]) -> Case {
    Case::command(["run", "--report", "json=report.json"]).args(arguments)
}

/// The notebooks that ran.
fn paths(outcome: &Outcome) -> Vec<String> {
    let report = outcome.report();
    let path = |notebook: &Value| notebook["path"].as_str().unwrap().to_owned();
    report["notebooks"].as_array().unwrap().iter().map(path).collect()
}

fn folder(case: Case) -> Case {
    case.file("books/b.md", CELL)
        .file("books/a.md", CELL)
        .file("books/B/deep/c.MD", CELL)
        .file("books/text.md", "# No cells\n\n```sh\nls\n```\n")
        .file("books/latin.md", b"caf\xe9 ```js\n1\n```\n")
        .file("books/cell.txt", CELL)
        .file("books/.hidden/x.md", "```js\nthrow 1\n```\n")
        .file("books/.x.md", "```js\nthrow 1\n```\n")
        .file("books/node_modules/x.md", "```js\nthrow 1\n```\n")
}

#[test]
fn a_folder_runs_its_notebooks_in_order() {
    let outcome = folder(run(&["books", "books/a.md"])).run();
    outcome.exit(0);
    assert_eq!(paths(&outcome), ["books/B/deep/c.MD", "books/a.md", "books/b.md", "books/a.md"]);
    outcome.stdout_contains("4 cells: 4 passed").stdout_contains("4 notebooks");
    let outcome = folder(run(&["."])).run();
    assert_eq!(paths(&outcome), ["books/B/deep/c.MD", "books/a.md", "books/b.md"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_not_followed() {
    let case = folder(run(&["books/"]));
    std::os::unix::fs::symlink(case.folder(), case.folder().join("books/again")).unwrap();
    assert_eq!(paths(&case.run()).len(), 3);
}

#[test]
fn each_notebook_of_a_folder_has_its_own_configuration() {
    let ask = "```js\nA = prompt('A')\n```\n";
    let case = run(&["books"])
        .file("books/one/n.md", ask)
        .file("books/one/apinb.toml", "[inputs]\nA = 1\n")
        .file("books/two/n.md", ask)
        .file("books/apinb.toml", "[inputs]\nA = 2\n");
    let report = case.run().report();
    let result = |index: usize| report["notebooks"][index]["cells"][0]["result"].clone();
    assert_eq!((result(0), result(1)), ("\"1\"".into(), "\"2\"".into()));
}

#[test]
fn a_folder_without_notebooks_is_an_error() {
    let outcome = run(&["books"]).file("books/text.md", "text").run();
    outcome.exit(2).stderr_is(
        "error: `books` has no notebook\n\nhelp: Name a folder with a `*.md` file that has a `javascript` code block.\n",
    );
}

#[test]
fn shards_run_every_notebook_once() {
    let mut all = Vec::new();
    for shard in ["1/2", "2/2"] {
        let outcome = folder(run(&["books", "--shard", shard])).run();
        outcome.exit(0);
        all.push(paths(&outcome));
    }
    assert_eq!(all, [vec!["books/B/deep/c.MD", "books/b.md"], vec!["books/a.md"]]);
    // More shards than notebooks.
    let outcome = folder(run(&["books", "--shard", "9/9"])).run();
    outcome.exit(0).stderr_is("warning: this shard is empty: there are fewer notebooks than shards\n");
    assert!(paths(&outcome).is_empty());
    for (shard, help) in [("0/3", "from `1/3` to `3/3`"), ("4/3", "from `1/3` to `3/3`"), ("x", "as `1/3`")] {
        let outcome = folder(run(&["books", "--shard", shard])).run();
        outcome.exit(2).stderr_contains(&format!("`{shard}` is not a shard")).stderr_contains(help);
    }
}

const BOOK: &str = "```js\nx = 1\n```\n\n# Users\n\n```js\nx += 1\n```\n\n## One of them\n\n```js\nx += 1\n```\n\n# Groups\n\n```js\nx += 1\n```\n";

/// The numbers of the cells that ran.
#[track_caller]
fn ran(arguments: &[&str]) -> Vec<usize> {
    let outcome = Case::notebook(format!("var x = 0\n\n{BOOK}").as_bytes()).args(arguments).run();
    let report = outcome.report();
    let cells = report["notebooks"][0]["cells"].as_array().unwrap().clone();
    assert_eq!(cells.len(), 4, "all cells are in the report");
    cells.iter().enumerate().filter(|(_, cell)| cell["status"] != "skipped").map(|(number, _)| number).collect()
}

#[test]
fn cells_are_selected_by_number_and_heading() {
    assert_eq!(ran(&["--only", "0,2-3"]), [0, 2, 3]);
    assert_eq!(ran(&["--only", "0", "--only", "groups"]), [0, 3]);
    assert_eq!(ran(&["--only", "Users"]), [1, 2]);
    assert_eq!(ran(&["--only", "one*"]), [2]);
    assert_eq!(ran(&["--from", "Users"]), [1, 2, 3]);
    assert_eq!(ran(&["--until", "Users"]), [0, 1, 2]);
    assert_eq!(ran(&["--from", "1", "--until", "2"]), [1, 2]);
}

#[test]
fn unselected_cells_are_counted_but_not_listed() {
    let outcome = Case::notebook(BOOK).args(["--until", "Users"]).run();
    outcome.exit(0).stdout_contains("4 cells: 3 passed, 0 failed, 1 skipped");
    assert!(!outcome.stdout.contains("$3"), "{}", outcome.stdout);
}

#[test]
fn a_selection_without_a_match_is_an_error() {
    for (arguments, words) in [
        (["--only", "9"], ["`notebook.md` has no cell 9", "Use a number from 0 to 3."]),
        (["--from", "Group"], ["has no heading or cell called `Group`", "Did you mean `Groups`?"]),
        (["--until", "Elsewhere"], ["called `Elsewhere`", "Use one of `Users`, `One of them` and `Groups`."]),
    ] {
        let outcome = Case::notebook(BOOK).args(arguments).run();
        outcome.exit(2).stdout_contains(words[0]).stdout_contains(words[1]);
        assert_eq!(outcome.report()["notebooks"][0]["error"]["name"], "InputError");
    }
    let outcome = Case::notebook(BOOK).args(["--only", "7-3"]).run();
    outcome
        .exit(2)
        .stderr_contains("`7-3` is a range whose end is before its start")
        .stderr_contains("Did you mean `3-7`?");
}

#[test]
fn the_last_of_fail_fast_and_keep_going_wins() {
    let run = |arguments: &[&str]| Case::cells(["throw 1", "2"]).args(arguments).run();
    run(&["--fail-fast"]).cell(1).is_skipped();
    run(&["--fail-fast", "--keep-going"]).exit(1).cell(1).is("2");
    run(&["--keep-going", "--fail-fast"]).cell(1).is_skipped();
}
