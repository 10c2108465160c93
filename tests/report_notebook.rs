//! Reports that are notebooks: markdown and Jupyter.

use serde_json::Value;

use crate::support::{Case, Server, validate};

const NOTEBOOK: &str = "---\ntitle: The title\n---\n\n# Steps\n\n\
    ```js\nconsole.log('a'); console.error('b'); console.log('````\\nc'); ({ d: 1 })\n```\n\n\
    > 1. In a quote:\n>    ~~~js\n>    function f() { null.x }\n>\n>    f()\n>    ~~~\n>\n>    and on\n\n\
    ```js\nundefined\n```\n\nThe last one is not closed:\n\n````js\n'```'\n";

#[test]
fn markdown_is_the_notebook_with_its_results() {
    let outcome = Case::notebook(NOTEBOOK).args(["--report", "md=again.md"]).run();
    let text = outcome.exit(1).file("again.md");
    assert!(
        text.starts_with("---\ntitle: The title\n---\n\n> ❌ 4 cells: 3 passed, 1 failed, 0 skipped; 0 calls; "),
        "{text}"
    );
    for part in [
        "({ d: 1 })\n```\n\n`````text\na\nerror: b\n````\nc\n= { d: 1 }\n`````\n\n> 1. In",
        ">    f()\n>    ~~~\n>\n>    ```text\n>    error: TypeError: ",
        ">      at f (notebook.md:13:26)\n",
        ">    ```\n>\n>    and on\n",
        "```js\nundefined\n```\n\nThe last",
        "````js\n'```'\n````\n\n````text\n= \"```\"\n````\n",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[test]
fn markdown_can_be_run_as_a_notebook() {
    let first = Case::notebook(NOTEBOOK).args(["--report", "md=again.md"]).run();
    let second = Case::notebook(first.exit(1).file("again.md")).run();
    for number in 0..4 {
        assert_eq!(second.cell(number).shown(), first.cell(number).shown());
    }
    assert_eq!(second.report()["summary"]["cells"], 4);
}

#[test]
fn markdown_includes_skipped_cells() {
    let case = Case::cells(["null.x", "1"]).file("b.md", "```js\n2\n```\n");
    let text = case.args(["b.md", "none.md", "--fail-fast=all", "--report", "md=-"]).run().exit(2).stdout.clone();
    for part in ["# `notebook.md`\n", "```text\n(skipped)\n```\n", "\n---\n\n# `b.md`\n", "cannot read `none.md`"] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[test]
fn external_jupyter_notebooks_conform_to_their_schema() {
    let server = Server::start();
    let notebook = format!(
        "{NOTEBOOK}````\n\n```js\nX = prompt('x'); fetch('{}').then(r => r.status)\n```\n",
        server.url("/status/204")
    );
    let case = Case::notebook(notebook).args(["--input", "X=y", "--report", "ipynb=a.ipynb"]);
    let outcome = case.run();
    let read: Value = serde_json::from_str(&validate("ipynb.py", &outcome.exit(1).file("a.ipynb"))).unwrap();
    assert_eq!(read["version"], serde_json::json!([4, 5]));
    let cells = read["cells"].as_array().unwrap();
    let shown: Vec<String> =
        cells.iter().map(|cell| format!("{} {}", cell["cell_type"].as_str().unwrap(), cell["source"])).collect();
    assert_eq!(
        shown,
        [
            r#"raw "---\ntitle: The title\n---""#,
            r##"markdown "# Steps""##,
            r#"code "console.log('a'); console.error('b'); console.log('````\\nc'); ({ d: 1 })""#,
            r#"markdown "> 1. In a quote:""#,
            r#"code "function f() { null.x }\n\nf()""#,
            r#"markdown ">\n>    and on""#,
            r#"code "undefined""#,
            r#"markdown "The last one is not closed:""#,
            r#"code "'```'""#,
            &format!(r#"code "X = prompt('x'); fetch('{}').then(r => r.status)""#, server.url("/status/204")),
        ]
    );
    let outputs = cells[2]["outputs"].as_array().unwrap();
    let streams: Vec<String> =
        outputs[..3].iter().map(|output| format!("{} {}", output["name"], output["text"])).collect();
    assert_eq!(streams, [r#""stdout" "a\n""#, r#""stderr" "b\n""#, r#""stdout" "````\nc\n""#]);
    assert_eq!((&outputs[3]["output_type"], &outputs[3]["execution_count"]), (&"execute_result".into(), &0.into()));
    assert_eq!(outputs[3]["data"]["text/plain"], "{ d: 1 }");
    let error = &cells[4]["outputs"][0];
    assert_eq!((&error["output_type"], &error["ename"]), (&"error".into(), &"TypeError".into()));
    assert!(
        error["traceback"].as_array().unwrap().iter().any(|line| line.as_str().unwrap().contains("at f (")),
        "{error}"
    );
    assert_eq!(cells[6]["outputs"].as_array().unwrap().len(), 0);
    let text = cells[9]["outputs"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("? X = y (given)\nGET http://") && text.contains("/status/204 → 204, "), "{text}");
}

#[test]
fn external_jupyter_notebooks_include_skipped_cells() {
    let case = Case::cells(["null.x", "1"]).args(["none.md", "--fail-fast", "--report", "ipynb=-"]);
    let read: Value = serde_json::from_str(&validate("ipynb.py", &case.run().exit(2).stdout)).unwrap();
    let skipped = &read["cells"][2];
    assert_eq!((&skipped["execution_count"], &skipped["outputs"]), (&Value::Null, &serde_json::json!([])));
    validate("ipynb.py", &Case::notebook("").args(["--allow-empty", "--report", "ipynb=-"]).run().exit(0).stdout);
}
