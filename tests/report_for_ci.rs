//! JUnit and TAP reports, for CI systems.

use roxmltree::{Document, Node};
use serde_json::Value;

use crate::support::{Case, Outcome, Server, validate};

/// A notebook with cells of every outcome, and a second one that is unreadable.
fn run(kind: &str) -> Outcome {
    let server = Server::start();
    let notebook = format!(
        "Say hello\n\n```js\nNAME = prompt('Name?'); console.log('hello', NAME); console.warn('careful')\n\
         fetch('{}').then(r => r.status)\n```\n\n\
         # Break it\n\n```js\nfunction f() {{ throw new RangeError('too <far> & \"wide\"\\n]]>\\x07\\uffff') }}\n  f()\n```\n\n\
         \\# not # a \\ directive\n\n```js\n1\n```\n",
        server.url("/status/204")
    );
    let report = format!("{kind}=report.txt");
    let arguments = ["run", "books/a.md", "none.md", "--input", "NAME=Ann", "--report", &report];
    let outcome = Case::command(arguments).file("books/a.md", notebook).run();
    outcome.exit(2);
    outcome
}

#[test]
fn external_junit_conforms_to_its_schema() {
    let text = run("junit").file("report.txt");
    validate("junit.mjs", &text);
    let document = Document::parse(&text).unwrap();
    let suites: Vec<_> = document.root_element().children().filter(Node::is_element).collect();
    let of = |node: &Node<'_, '_>, name: &str| node.attribute(name).unwrap_or_default().to_owned();
    let counts =
        |node: &Node<'_, '_>| ["tests", "failures", "errors"].map(|name| of(node, name).parse::<usize>().unwrap());
    assert_eq!(counts(&document.root_element()), [4, 1, 1]);
    assert_eq!((of(&suites[0], "name"), counts(&suites[0])), ("books/a.md".to_owned(), [3, 1, 0]));
    assert_eq!((of(&suites[1], "name"), counts(&suites[1])), ("none.md".to_owned(), [1, 0, 1]));
    let cases: Vec<_> = suites[0].children().filter(|node| node.has_tag_name("testcase")).collect();
    let names: Vec<_> = cases.iter().map(|case| (of(case, "classname"), of(case, "name"))).collect();
    let expected = ["Say hello", "Break it", "# not # a \\ directive"];
    assert_eq!(names, expected.map(|name| ("books.a".to_owned(), name.to_owned())));
    let properties = suites[0].descendants().filter(|node| node.has_tag_name("property"));
    let numbers: Vec<_> = properties.map(|property| (of(&property, "name"), of(&property, "value"))).collect();
    assert_eq!(
        numbers,
        ["$0", "$1", "$2"].into_iter().zip(expected).map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<Vec<_>>()
    );
    assert!(of(&cases[0], "time").parse::<f64>().unwrap() > 0.0);
    let child = |case: usize, name| cases[case].children().find(|node| node.has_tag_name(name)).unwrap();
    let output = child(0, "system-out").text().unwrap();
    for line in ["? NAME = Ann (given)\n", "hello Ann\n", "warn: careful\n", "/status/204 → 204, "] {
        assert!(output.contains(line), "{line:?}: {output}");
    }
    let failure = child(1, "failure");
    assert_eq!(
        (of(&failure, "type"), of(&failure, "message")),
        ("RangeError".to_owned(), "too <far> & \"wide\" ]]>␇\u{fffd}".to_owned())
    );
    let reason = failure.text().unwrap();
    for part in ["books/a.md:11:", "throw new RangeError(", "at f (books/a.md:11:", "]]>␇\u{fffd}"] {
        assert!(reason.contains(part), "{part:?}: {reason}");
    }
    let error = suites[1].descendants().find(|node| node.has_tag_name("error")).unwrap();
    assert_eq!(
        (of(&error, "type"), of(&error, "message")),
        ("InputError".to_owned(), "cannot read `none.md`".to_owned())
    );
}

#[test]
fn external_junit_has_names_that_stay_the_same() {
    let names = |notebook: &str| {
        let text = Case::notebook(notebook).args(["--report", "junit=-"]).run().exit(0).stdout.clone();
        validate("junit.mjs", &text);
        let document = Document::parse(&text).unwrap();
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
        cases.map(|case| case.attribute("name").unwrap().to_owned()).collect::<Vec<_>>()
    };
    let cell = |label: &str| format!("{label}\n\n```js\n1\n```\n\n");
    let before = [cell("Create"), cell("Check"), cell("Check (2)"), cell("Check")].concat();
    assert_eq!(names(&before), ["Create", "Check", "Check (2)", "Check (3)"].map(str::to_owned));
    // An inserted cell changes no other name.
    let after = [cell("Sign in"), cell("Create"), cell("Change"), cell("Check")].concat();
    assert_eq!(names(&after), ["Sign in", "Create", "Change", "Check"].map(str::to_owned));
}

#[test]
fn external_junit_includes_skipped_cells() {
    let case = Case::cells(["null.x", "1"]).args(["--fail-fast", "--report", "junit=-"]);
    let text = case.run().exit(1).stdout.clone();
    validate("junit.mjs", &text);
    assert!(text.contains("skipped=\"1\"") && text.contains("<skipped/>"), "{text}");
    validate(
        "junit.mjs",
        &Case::notebook("no cells").args(["--allow-empty", "--report", "junit=-"]).run().exit(0).stdout,
    );
}

#[test]
fn external_tap_is_parsed_as_intended() {
    let text = run("tap").file("report.txt");
    let read: Value = serde_json::from_str(&validate("tap.mjs", &text)).unwrap();
    let points: Vec<String> = read["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| format!("{} {} {} {}", point["path"], point["ok"], point["id"], point["name"]))
        .collect();
    assert_eq!(
        points,
        [
            r#"["books/a.md"] true 1 "$0 Say hello""#,
            r#"["books/a.md"] false 2 "$1 Break it""#,
            r##"["books/a.md"] true 3 "$2 # not # a \\ directive""##,
            r#"[] false 1 "books/a.md""#,
            r#"["none.md"] false 1 "the notebook""#,
            r#"[] false 2 "none.md""#,
        ]
    );
    let about = &read["points"][1]["diag"];
    assert_eq!(about["message"], "too <far> & \"wide\"\n]]>␇\u{fffd}");
    assert_eq!(
        (&about["type"], &about["at"]["file"], &about["at"]["line"]),
        (&"RangeError".into(), &"books/a.md".into(), &11.into())
    );
    assert!(about["stack"][0].as_str().unwrap().contains("f (books/a.md:11:"), "{about}");
    let output = read["points"][0]["diag"]["output"].as_array().unwrap();
    assert_eq!((output.len(), &output[1]), (4, &"hello Ann".into()));
}

#[test]
fn external_tap_includes_skipped_cells() {
    let case = Case::cells(["null.x", "1"]).args(["--fail-fast", "--report", "tap=-"]);
    let read: Value = serde_json::from_str(&validate("tap.mjs", &case.run().exit(1).stdout)).unwrap();
    assert_eq!(read["points"][1]["skip"], "it did not run");
    validate("tap.mjs", &Case::notebook("no cells").args(["--allow-empty", "--report", "tap=-"]).run().exit(0).stdout);
}
