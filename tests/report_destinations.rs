//! Destinations of reports: several at once, each complete or absent.

use std::fs;
use std::io::{BufRead as _, BufReader};

use crate::support::{Case, Server};

/// All kinds of reports.
pub(crate) const KINDS: [&str; 7] = ["har", "html", "ipynb", "json", "junit", "md", "tap"];

/// `--report KIND=report-KIND` for each.
pub(crate) fn all_kinds() -> Vec<String> {
    KINDS.iter().flat_map(|kind| ["--report".to_owned(), format!("{kind}=report-{kind}")]).collect()
}

#[test]
fn a_run_writes_several_reports() {
    let outcome = Case::command(["run", "a.md"]).file("a.md", "```js\n1\n```\n").args(all_kinds()).run();
    outcome.exit(0).stdout_contains("1 cell: 1 passed");
    for kind in KINDS {
        assert!(outcome.file(&format!("report-{kind}")).ends_with('\n'), "{kind}");
    }
    Case::command(["run", "--help"]).run().stdout_contains(&format!("`{}`", KINDS[0]));
}

#[test]
fn two_reports_need_two_destinations() {
    for (one, other, words) in [
        ("json=a", "tap=./a", "two reports go to `./a`"),
        ("json=-", "tap=-", "a report on stdout may be given only once"),
    ] {
        let case = Case::command(["run", "a.md", "--report", one, "--report", other]);
        case.file("a.md", "```js\n1\n```\n").run().exit(2).stderr_contains(words).stdout_is("");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_unwritable_report_does_not_affect_the_others() {
    let notebook = "```js\n1\n```\n";
    let case = Case::command(["run", "a.md", "--report", "json=/dev/full", "--report", "tap=b"]).file("a.md", notebook);
    let outcome = case.run();
    outcome.exit(2).stderr_contains("cannot write `/dev/full`");
    assert!(outcome.file("b").starts_with("TAP version 14\n"));
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_no_partial_report() {
    let server = Server::start();
    let notebook = format!("```js\n1\n```\n\n```js\nfetch('{}').then(r => r.text())\n```\n", server.url("/hang"));
    let mut case = Case::command(["run", "a.md"]).file("a.md", notebook).args(all_kinds());
    for kind in &KINDS[1..] {
        case = case.file(&format!("report-{kind}"), "as it was");
    }
    let mut child = case.process().spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("$0")));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut names: Vec<String> = fs::read_dir(case.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("report"))
        .collect();
    names.sort();
    assert_eq!(names, KINDS[1..].iter().map(|kind| format!("report-{kind}")).collect::<Vec<_>>());
    for name in names {
        assert_eq!(fs::read_to_string(case.folder().join(&name)).unwrap(), "as it was", "{name}");
    }
}
