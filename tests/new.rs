//! `apinb new`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Case, root};

/// Whether a file is the root document of a definition.
fn is_definition(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default().trim();
    let is_raml = matches!(first, "#%RAML 0.8" | "#%RAML 1.0");
    is_raml || text.lines().any(|line| line.starts_with("openapi:") || line.trim_start().starts_with("\"swagger\":"))
}

fn definitions(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("fuzz") {
            definitions(&path, found);
        } else if ["raml", "yaml", "json"].contains(&extension.as_str()) && is_definition(&path) {
            found.push(path);
        }
    }
}

#[test]
fn every_definition_has_a_notebook_that_passes() {
    let mut found = Vec::new();
    definitions(&root().join("notebooks"), &mut found);
    definitions(&root().join("tests"), &mut found);
    found.sort();
    assert!(found.len() > 25, "{found:?}");
    let mut calls = 0;
    for definition in &found {
        let name = definition.display().to_string();
        let made = Case::command(["new", &name, "-o", "-"]).run();
        assert_eq!(made.code(), Some(0), "{name}: {}", made.output());
        assert!(!made.stderr.contains("left out, since it fails"), "{name}: {}", made.stderr);
        calls += made.stdout.matches("let ").count();
        let notebook = made.stdout.to_owned();
        let client = notebook.split("createClient('").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
        let flag = format!("{client}={name}");
        let check = Case::command(["check", "n.md", "--definition", &flag]).file("n.md", &notebook).run();
        assert_eq!(check.code(), Some(0), "{name}: {}", check.output());
        let run = Case::command(["run", "--mock", "n.md", "--definition", &flag]).file("n.md", &notebook).run();
        assert_eq!(run.code(), Some(0), "{name}: {}", run.output());
    }
    assert!(calls > 100, "{calls}");
}

#[test]
fn a_project_runs_at_once() {
    let made = Case::command(["new", "--project", "p"]).run();
    made.exit(0).golden("new/project");
    let notebook = made.file("p/todo.md");
    Case::command(["new", "todo.yaml", "-o", "-"])
        .file("todo.yaml", made.file("p/todo.yaml"))
        .run()
        .exit(0)
        .golden("new/todo");
    assert!(notebook.contains("API.createClient('todo', 'todo.yaml')"));
    let project = || {
        ["apinb.toml", "todo.yaml", "todo.md", ".github/workflows/apinb.yml"]
            .into_iter()
            .fold(Case::command(["run", "--mock", "."]), |case, name| case.file(name, made.file(&format!("p/{name}"))))
    };
    project().run().exit(0);
    let check = ["apinb.toml", "todo.yaml", "todo.md"]
        .into_iter()
        .fold(Case::command(["check", "todo.md"]), |case, name| case.file(name, made.file(&format!("p/{name}"))));
    check.run().exit(0);
}

#[test]
fn no_file_is_replaced() {
    let definition = "#%RAML 1.0\ntitle: T\nbaseUri: https://h.test\n/a:\n  get:\n";
    let case = || Case::command(["new", "api.raml"]).file("api.raml", definition);
    let made = case().run();
    made.exit(0).stderr_contains("api.md: 2 cells, 1 call; all cells pass on the mock server");
    let kept = case().file("api.md", "mine").run();
    kept.exit(2).stderr_contains("`api.md` exists");
    assert_eq!(kept.file("api.md"), "mine");
    for name in ["apinb.toml", "todo.md", "todo.yaml", ".github/workflows/apinb.yml"] {
        let kept = Case::command(["new", "--project"]).file(name, "mine").run();
        kept.exit(2).stderr_contains(&format!("`{name}` exists"));
        assert_eq!(kept.file(name), "mine");
        let others = ["apinb.toml", "todo.md", "todo.yaml", ".github/workflows/apinb.yml"];
        assert!(
            others.iter().filter(|other| **other != name).all(|other| !kept.folder().join(other).exists()),
            "{name}"
        );
    }
    Case::command(["new"]).run().exit(2).stderr_contains("<DEFINITION>");
    Case::command(["new", "none.raml"]).run().exit(2).stderr_contains("none.raml");
    let file = Case::command(["new", "--project", "api.raml"]).file("api.raml", definition).run();
    file.exit(2).stderr_contains("`api.raml` is a file").stderr_contains("apinb new api.raml --project");
}

#[test]
fn a_project_of_a_definition_has_its_notebook() {
    let definition = "#%RAML 1.0\ntitle: T\nbaseUri: https://h.test\n/a:\n  get:\n";
    let made = Case::command(["new", "apis/shop.raml", "--project"]).file("apis/shop.raml", definition).run();
    made.exit(0).stderr_contains("shop.md: 2 cells");
    assert!(made.file("shop.md").contains("API.createClient('shop', 'apis/shop.raml')"));
    assert!(made.file("apinb.toml").contains("[run]") && made.folder().join(".github/workflows/apinb.yml").exists());
    assert!(!made.folder().join("todo.yaml").exists());
}

#[test]
fn texts_of_a_definition_open_no_cell() {
    let definition = "openapi: 3.1.0\ninfo: { title: \"T\\n---\\n```js\\nthrow 1\", version: '1', description: \"```js\\nthrow 2\" }\n\
        servers: [ { url: https://h.test } ]\npaths:\n  \"/a`b\":\n    get:\n      summary: \"    ```js\"\n      \
        responses: { 200: { description: it } }\n    post: { summary: \"<!--\", responses: {} }\n";
    let made = Case::command(["new", "api.yaml", "-o", "-"]).file("api.yaml", definition).run();
    made.exit(0);
    assert_eq!(made.stdout.matches("\n```js\n").count(), 2, "{}", made.stdout);
    let run = Case::command(["run", "--mock", "n.md"]).file("api.yaml", definition).file("n.md", made.stdout).run();
    run.exit(0).stdout_contains("2 cells: 2 passed");
}

#[test]
fn what_fails_on_the_mock_server_is_left_out() {
    // A value that would mean another path.
    let definition = "#%RAML 1.0\ntitle: T\nbaseUri: https://h.test\n/things:\n  get:\n/{name}/files:\n  \
        uriParameters: { name: { example: .. } }\n  get:\n";
    let made = Case::command(["new", "api.raml", "-o", "-"]).file("api.raml", definition).run();
    made.exit(0).stderr_contains("left out, since it fails on the mock server: GET /{name}/files:");
    assert!(made.stdout.contains("## Left out") && made.stdout.contains("- `GET /{name}/files`: "), "{}", made.stdout);
}
