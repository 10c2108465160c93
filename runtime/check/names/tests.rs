//! Which names notebooks have.

use std::time::Duration;

use apinb_analysis::analyse;
use apinb_notebook::model::Notebook;
use apinb_project::settings::Settings;

use super::{Names, Usage};

fn names(cells: &[&str], script: &str) -> Names {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lib.js"), script).unwrap();
    let text: String = cells.iter().map(|cell| format!("```js\n{cell}\n```\n")).collect();
    let settings = Settings::new(folder.path().to_owned(), Duration::MAX, Duration::MAX, 64 << 20);
    let mut names = Names::default();
    names.add(&analyse(&Notebook::parse("n.md", text)), &settings);
    names
}

#[test]
fn names_are_used_unused_or_unsure() {
    const CREATE: &str = "API.createClient('todo', 'todo.yaml')";
    for (cells, script, client, input) in [
        (&[CREATE][..], "", Usage::Unused, Usage::Unused),
        (&[CREATE, "TITLE = prompt('Title?')"], "", Usage::Unused, Usage::Unused),
        (&["API.createClient(name, 'todo.yaml')"], "", Usage::Unsure, Usage::Unused),
        (&["const { createClient } = API"], "", Usage::Unsure, Usage::Unused),
        (&["make(API)"], "", Usage::Unsure, Usage::Unused),
        (&["make = API.createClient"], "", Usage::Unsure, Usage::Unused),
        (&["API.set(todo, 'query', {})"], "", Usage::Unused, Usage::Unused),
        (&["x = prompt(question)"], "", Usage::Unused, Usage::Unsure),
        (&["ask = prompt; ask('?')"], "", Usage::Unused, Usage::Unsure),
        (&["eval(code)"], "", Usage::Unsure, Usage::Unsure),
        (&["x = ;"], "", Usage::Unsure, Usage::Unsure),
        (&["lib = await import('./lib.js')"], "", Usage::Unsure, Usage::Unsure),
        (&["load('https://a.test/x.js')"], "", Usage::Unsure, Usage::Unsure),
        (&["load(url)"], "", Usage::Unsure, Usage::Unsure),
        (&["load('lib.js')"], "function f() { throw 1 }", Usage::Unused, Usage::Unused),
        (&["load('lib.js')"], "API.createClient('nope', 'x')", Usage::Unsure, Usage::Unused),
        (&["load('lib.js')"], "x = prompt('x')", Usage::Unused, Usage::Unsure),
    ] {
        let names = names(cells, script);
        assert_eq!((names.client("nope"), names.input("NOPE")), (client, input), "{cells:?} {script}");
    }
}

#[test]
fn inputs_are_named_by_variables_texts_and_patterns() {
    let names = names(&["TITLE = prompt('Title?')", "prompt('Name?'); x = row.plan + row['a b']"], "");
    for key in ["TITLE", "Title?", "T*", "Name?", "*"] {
        assert_eq!(names.input(key), Usage::Used, "{key}");
    }
    assert_eq!(names.input("TTLE"), Usage::Unused);
    assert_eq!(names.input_variable("TITLE"), Usage::Used);
    assert_eq!(names.input_variable("TTLE"), Usage::Unused);
    assert_eq!(names.inputs().collect::<Vec<_>>(), ["Name?", "TITLE"]);
    for (column, usage) in [("plan", Usage::Used), ("a b", Usage::Used), ("TITLE", Usage::Used), ("x", Usage::Unused)] {
        assert_eq!(names.column(column), usage, "{column}");
    }
}

#[test]
fn a_row_that_is_read_as_a_whole_uses_every_column() {
    for (code, usage) in [
        ("console.log(row)", Usage::Unsure),
        ("row[name]", Usage::Unsure),
        ("const { plan } = row", Usage::Unsure),
        ("var row = {}; row.plan", Usage::Unused),
    ] {
        assert_eq!(names(&[code], "").column("plan"), usage, "{code}");
    }
}
