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

#[test]
fn earlier_reports_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let notebook = folder.path().join("a.md");
    for code in ["1", "'`> ```'", ""] {
        fs::write(&notebook, format!("---\ntitle: a\n---\n# One\n\n```js\n{code}\n```\n")).unwrap();
        for _ in 0..2 {
            let case = Case::command(["run".as_ref(), notebook.as_os_str()]);
            let kinds = KINDS.iter().flat_map(|kind| {
                ["--report".to_owned(), format!("{kind}={}", folder.path().join(format!("report-{kind}")).display())]
            });
            case.args(kinds).run().exit(0);
        }
    }
    for (form, code) in [("curl", 0), ("html", 0), ("ipynb", 0), ("md", 2)] {
        let target = folder.path().join(format!("export-{form}"));
        let export = || {
            Case::command([
                "export".as_ref(),
                notebook.as_os_str(),
                "--to".as_ref(),
                form.as_ref(),
                "-o".as_ref(),
                target.as_os_str(),
            ])
        };
        export().run().exit(0);
        export().run().exit(code);
        export().args(["--force"]).run().exit(0);
    }
}

/// Checks that a run with this report is refused before it starts, and leaves the file as it is.
#[track_caller]
fn refuses(case: Case, report: &str, more: &[&str], words: &str) {
    let target = case.folder().join(report.split_once('=').unwrap().1);
    let before = fs::read(&target).ok();
    let outcome = case.args(["--report", report]).args(more).run();
    outcome.exit(2).stderr_contains(words).stdout_is("");
    assert_eq!(fs::read(outcome.folder().join(target.file_name().unwrap())).ok(), before);
}

#[test]
fn a_report_replaces_no_input() {
    let case = || {
        Case::command(["run", "a.md", "--inputs", "rows.csv", "--definition", "client=api.txt"])
            .file("a.md", "```js\n1\n```\n")
            .file("rows.csv", "a\n1\n")
            .file("api.txt", "{}")
            .file("key.txt", "secret")
            .file(".env", "A=1\n")
            .file("apinb.toml", "[inputs]\na = { file = \"key.txt\" }\n")
    };
    let read = "is read by this command and would be replaced";
    for target in ["a.md", "./a.md", "rows.csv", "api.txt", ".env", "apinb.toml", "key.txt"] {
        let case = case().args(["--report", &format!("json={target}"), "--force"]);
        case.run().exit(2).stderr_contains(read).stdout_is("");
    }
    refuses(Case::command(["run", "a.md"]).file("a.md", "```js\n1\n```\n"), "json=a.md", &[], read);
    let export = Case::command(["export", "a.md", "--to", "html", "-o", "a.md"]).file("a.md", "```js\n1\n```\n");
    let outcome = export.run();
    outcome.exit(2).stderr_contains(read);
    assert_eq!(outcome.file("a.md"), "```js\n1\n```\n");
}

#[test]
fn a_report_replaces_no_source_of_another_run() {
    let case = || Case::command(["run", "a.md"]).file("a.md", "```js\n1\n```\n");
    let forced = ["--force"];
    refuses(case().file("b.raml", "#%RAML 0.8\ntitle: b\n"), "json=b.raml", &forced, "is an API definition");
    refuses(case().file("b.md", "# b\n\n```js\n2\n```\n"), "md=b.md", &forced, "is a notebook");
    refuses(case().file("b.txt", "mine"), "json=b.txt", &[], "exists, and apinb did not write it");
    refuses(case().file("b.json", "{\"version\": 1}"), "json=b.json", &[], "pass `--force` to replace it");
    let replaced = case().file("b.txt", "mine").args(["--report", "json=b.txt", "--force"]).run();
    assert!(replaced.exit(0).file("b.txt").contains("\"generator\": \"apinb "));
    // As `mktemp` makes it.
    case().file("b.txt", "").args(["--report", "json=b.txt"]).run().exit(0);
}

#[cfg(unix)]
#[test]
fn a_report_is_not_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let case = || {
        let case = Case::command(["run", "a.md"]).file("a.md", "```js\n1\n```\n").file("target", "mine");
        symlink("target", case.folder().join("link")).unwrap();
        symlink("a.md", case.folder().join("to-notebook")).unwrap();
        symlink("nowhere", case.folder().join("dangling")).unwrap();
        fs::hard_link(case.folder().join("a.md"), case.folder().join("same")).unwrap();
        case
    };
    refuses(case(), "json=link", &[], "`link` is a symbolic link");
    refuses(case(), "json=dangling", &[], "`dangling` is a symbolic link");
    refuses(case(), "json=to-notebook", &["--force"], "is read by this command");
    refuses(case(), "json=same", &["--force"], "is read by this command");
    let forced = case().args(["--report", "json=link", "--force"]).run();
    assert!(forced.exit(0).file("target").contains("\"generator\": \"apinb "));
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
    let mut case = Case::command(["run", "a.md", "--force"]).file("a.md", notebook).args(all_kinds());
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
