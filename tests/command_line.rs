//! Help, invalid usage, exit codes, streams.

use crate::support::{Case, Terminal};

#[test]
fn help_matches_its_golden_files() {
    for (name, arguments) in [
        ("help", vec!["--help"]),
        ("help-run", vec!["run", "--help"]),
        ("help-check", vec!["check", "--help"]),
        ("help-new", vec!["new", "--help"]),
        ("help-port", vec!["port", "--help"]),
        ("help-repl", vec!["repl", "--help"]),
        ("help-export", vec!["export", "--help"]),
        ("help-mock", vec!["mock", "--help"]),
        ("help-definition", vec!["definition", "--help"]),
        ("help-definition-check", vec!["definition", "check", "--help"]),
        ("help-definition-tree", vec!["definition", "tree", "--help"]),
        ("help-definition-search", vec!["definition", "search", "--help"]),
        ("help-definition-show", vec!["definition", "show", "--help"]),
        ("help-cassette", vec!["cassette", "--help"]),
        ("help-cassette-check", vec!["cassette", "check", "--help"]),
        ("help-cassette-export", vec!["cassette", "export", "--help"]),
        ("help-cassette-scan", vec!["cassette", "scan", "--help"]),
        ("help-cassette-show", vec!["cassette", "show", "--help"]),
        ("help-contract", vec!["contract", "--help"]),
        ("help-contract-check", vec!["contract", "check", "--help"]),
        ("help-auth", vec!["auth", "--help"]),
        ("help-auth-login", vec!["auth", "login", "--help"]),
        ("help-cache", vec!["cache", "--help"]),
        ("help-cache-add", vec!["cache", "add", "--help"]),
        ("help-config", vec!["config", "--help"]),
        ("help-config-show", vec!["config", "show", "--help"]),
        ("help-config-schema", vec!["config", "schema", "--help"]),
        ("help-trust", vec!["trust", "--help"]),
        ("help-trust-show", vec!["trust", "show", "--help"]),
        ("help-rules", vec!["rules", "--help"]),
        ("help-man", vec!["man", "--help"]),
        ("help-completions", vec!["completions", "--help"]),
    ] {
        Case::command(arguments).run().exit(0).golden(&format!("command-line/{name}"));
    }
}

#[test]
fn every_command_has_examples() {
    for command in [
        "run",
        "check",
        "export",
        "port",
        "mock",
        "definition",
        "definition check",
        "definition tree",
        "new",
        "definition search",
        "definition show",
        "cassette",
        "cassette check",
        "cassette export",
        "cassette scan",
        "cassette show",
        "contract",
        "contract check",
        "auth",
        "auth login",
        "auth status",
        "auth refresh",
        "auth logout",
        "auth list",
        "cache",
        "config",
        "config show",
        "config schema",
        "trust",
        "trust show",
        "trust list",
        "trust revoke",
        "rules",
        "man",
        "completions",
    ] {
        let outcome = Case::command(command.split(' ').chain(["--help"])).run();
        outcome.exit(0).stdout_contains("Examples:").stdout_contains(&format!("  apinb {command}"));
    }
}

#[test]
fn the_version_is_printed() {
    Case::command(["--version"]).run().exit(0).stdout_is(concat!("apinb ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn invalid_usage_exits_with_2() {
    for (arguments, words) in [
        (vec![], "Usage: apinb"),
        (vec!["runn"], "'run'"),
        (vec!["run"], "<NOTEBOOK>"),
        (vec!["run", "a.md", "--moc"], "'--mock'"),
        (vec!["run", "a.md", "-q", "-v"], "cannot be used with"),
        (vec!["run", "a.md", "--color", "blue"], "always"),
        (vec!["run", "a.md", "--input", "DOMAIN"], "`--input` takes KEY=VALUE"),
        (vec!["run", "a.md", "--input", "=x"], "Write it as in `--input DOMAIN=acme`."),
        (vec!["run", "a.md", "--token", "abc"], "`--token` takes CLIENT=TOKEN"),
        (vec!["run", "a.md", "--base-uri", "c=x"], "`x` is not an `http` or `https` URL"),
        (vec!["run", "a.md", "--base-uri", "c=http://{a}.b"], "`http://{a}.b` contains `{parameters}`"),
        (vec!["run", "a.md", "--definition", "c=none.raml"], "cannot read `none.raml`"),
        (vec!["run", "a.md", "--script", "http://a.test/x=none.js"], "cannot read `none.js`"),
        (vec!["run", "a.md", "--cell-timeout", "soon"], "invalid value `soon` for `--cell-timeout`: expected a time"),
        (vec!["run", "a.md", "--timeout", "0"], "invalid value `0` for `--timeout`: expected a time"),
        (vec!["run", "a.md", "--jobs", "0"], "`0` is not a number of jobs"),
        (vec!["run", "a.md", "--jobs", "many"], "from 1 to 64, or `auto`"),
        (vec!["run", "a.md", "--max-heap", "1"], "from 32 to 65536"),
        (vec!["run", "a.md", "--report", "json"], "Write it as in `--report junit=report.xml`."),
        (vec!["run", "a.md", "--report", "jsn=x"], "Did you mean `json`?"),
        (vec!["run", "a.md", "--report", "json=no/such/x"], "cannot write `no/such/x`"),
        (vec!["run", "-", "-"], "the notebook on stdin may be given only once"),
        (vec!["run", "a.md", "--report", "json=-", "--report", "json=-"], "a report on stdout"),
        (vec!["completions", "basic"], "bash"),
        (vec!["rules", "definition/unknwon-key"], "Did you mean `definition/unknown-key`?"),
        (vec!["rules", "unknown-key"], "Did you mean `definition/unknown-key`?"),
        (vec!["rules", "nothing"], "List the rules with `apinb rules`."),
        (vec!["mock"], "<DEFINITION>"),
        (vec!["cache", "add", "x.js", "y.js"], "`x.js` is not an `http` or `https` URL"),
        (vec!["cache", "add", "http://a.test/x.js", "none.js"], "cannot read `none.js`"),
        (vec!["config", "show", "none.md"], "cannot read `none.md`\ncaused by: no such file or directory"),
        (vec!["trust", "show", "none"], "cannot read `none`\ncaused by: no such file or directory"),
        (vec!["run", "a.md", "--from", "2", "--until", "1"], "Did you mean `--from 1 --until 2`?"),
        (vec!["help", "runn"], "'run'"),
    ] {
        Case::command(arguments).run().exit(2).stdout_is("").stderr_contains(words);
    }
}

#[test]
fn help_names_a_command() {
    for (words, command) in [(&["help", "run"][..], "run"), (&["help", "auth", "login"], "auth login"), (&["help"], "")]
    {
        let expected = Case::command(command.split_whitespace().chain(["--help"])).run();
        let outcome = Case::command(words).run();
        outcome.exit(0).stdout_is(&expected.stdout);
    }
}

#[test]
fn an_empty_list_says_so() {
    for (command, text, json) in [
        ("trust list", "no project is trusted\n", Some("\"answers\": []")),
        ("auth list", "no stored tokens\n", Some("\"tokens\": []")),
        ("cache list", "no cached scripts\n", None),
    ] {
        let case = |more: Option<&str>| {
            let case = Case::command(command.split(' ').chain(more)).env("APINB_KEEP_TOKENS", "file");
            let folder = case.folder().display().to_string();
            case.env("APINB_DATA_DIR", &folder).run()
        };
        case(None).exit(0).stdout_is("").stderr_is(text);
        if let Some(json) = json {
            case(Some("--json")).exit(0).stdout_contains(json).stderr_is("");
        }
    }
}

#[test]
fn several_errors_are_reported_together() {
    let outcome = Case::command(["run", "a.md", "--input", "A", "--timeout", "x", "--max-heap", "y"]).run();
    outcome.exit(2).golden("command-line/problems");
}

#[test]
fn an_unreadable_notebook_exits_with_2_and_the_others_run() {
    let outcome = Case::notebook("```js\n1\n```\n").args(["none.md"]).run();
    outcome.exit(2).stdout_contains("cannot read `none.md`").stdout_contains("caused by:").cell(0).is("1");
}

#[test]
fn a_binary_file_is_not_a_notebook() {
    let outcome = Case::notebook(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").run();
    outcome.exit(2).stdout_contains("it looks like a PNG image").stdout_contains("help: Pass a markdown file.");
    assert_eq!(outcome.report()["notebooks"][0]["error"]["name"], "InputError");
}

#[test]
fn a_notebook_without_cells_is_an_error_unless_allowed() {
    for text in ["", "# Text\n\n```python\nx\n```\n", "``` javascript.old\n1\n```\n"] {
        let outcome = Case::notebook(text).run();
        outcome.exit(2).stdout_contains("`notebook.md` has no code cells").stdout_contains("--allow-empty");
        let outcome = Case::notebook(text).args(["--allow-empty"]).run();
        outcome.exit(0).stdout_contains("warning: `notebook.md` has no code cells");
        outcome.stdout_contains("0 cells: 0 passed, 0 failed, 0 skipped; 0 calls");
    }
}

#[test]
fn a_notebook_can_be_read_from_stdin() {
    let outcome = Case::command(["run", "-", "--report", "json=-"]).stdin("```js\nx = 6 * 7\n```\n").run();
    outcome.exit(0).stderr_contains("<stdin>").stderr_contains("42");
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["notebooks"][0]["cells"][0]["result"], "42");
}

#[test]
fn a_failed_cell_exits_with_1_and_the_run_continues() {
    let outcome = Case::cells(["null.x", "2"]).run();
    outcome.exit(1).cell(0).fails("TypeError: ").cell(1).is("2");
}

#[test]
fn fail_fast_all_skips_the_rest_of_all_notebooks() {
    let case =
        Case::cells(["1", "null.x", "2"]).file("other.md", "```js\n3\n```\n").args(["other.md", "--fail-fast=all"]);
    let outcome = case.run();
    outcome.exit(1).cell(0).is("1").cell(1).fails("TypeError").cell(2).is_skipped();
    assert_eq!(outcome.report()["notebooks"][1]["cells"][0]["status"], "skipped");
    assert_eq!(outcome.report()["summary"]["skipped"], 2);
}

#[test]
fn color_requires_a_terminal_or_an_option() {
    let escape = "\u{1b}[";
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let case = Case::cells(["1"]).args(arguments);
        variables.iter().fold(case, |case, (name, value)| case.env(name, value)).run().stdout.contains(escape)
    };
    assert!(!run(&[], &[]));
    assert!(run(&["--color", "always"], &[]));
    assert!(run(&["--color=always"], &[("NO_COLOR", "1")]));
    assert!(run(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    // Errors of the command line follow as well.
    let help = Case::command(["run", "--help", "--color", "always"]).run();
    assert!(help.stdout.contains(escape), "{}", help.stdout);
    let error = Case::command(["--color", "always", "run", "x.md", "--timeout", "x"]).run();
    assert!(error.stderr.contains(escape), "{}", error.stderr);
}

#[cfg(unix)]
#[test]
fn no_color_disables_color_on_a_terminal() {
    let case = |case: Case| {
        let (code, screen) = Terminal::start(case.file("a.md", "```js\n1\n```\n"), 80).end();
        (code, screen.contains("\u{1b}[32m"))
    };
    assert_eq!(case(Case::command(["run", "a.md"])), (0, true));
    assert_eq!(case(Case::command(["run", "a.md"]).env("NO_COLOR", "1")), (0, false));
}

#[cfg(unix)]
#[test]
fn a_broken_pipe_ends_quietly() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let cells: Vec<String> = (0..50).map(|number| format!("console.log('{}'); {number}", "x".repeat(4000))).collect();
    for arguments in
        [vec!["run", "notebook.md"], vec!["run", "notebook.md", "--report", "json=-"], vec!["run", "--help"]]
    {
        let case = Case::command(arguments);
        let text: String = cells.iter().map(|cell| format!("```js\n{cell}\n```\n\n")).collect();
        let case = case.file("notebook.md", text);
        let mut child = case.process().spawn().unwrap();
        drop(child.stdin.take());
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut errors = String::new();
            stderr.read_to_string(&mut errors).unwrap();
            errors
        });
        stdout.read_line(&mut first).unwrap();
        drop(stdout);
        let status = crate::support::wait(child);
        let errors = errors.join().unwrap();
        assert_eq!(status.code(), Some(0), "{errors}");
        assert!(!errors.contains("panic") && !errors.contains("error"), "{errors}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let case = Case::command(["run", "a.md"]).file("a.md", "```js\n1\n```\n");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = case.process().stdout(full).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("error: cannot write the output: "), "{stderr}");
}

#[test]
fn completions_include_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        Case::command(["completions", shell]).run().exit(0).stdout_contains("definition").stdout_contains("fail-fast");
    }
}
