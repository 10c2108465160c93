//! The terminal output of a run.

use crate::support::{Case, Terminal};

#[test]
fn a_run_is_shown_in_plain_lines() {
    Case::spec("report/plain").run().exit(1).golden("report/plain");
}

#[test]
fn a_quiet_run_shows_failures_and_the_summary() {
    Case::spec("report/plain").args(["-q"]).run().exit(1).golden("report/quiet");
    Case::cells(["1"]).args(["--quiet"]).run().exit(0).golden("report/quiet-passed");
}

#[test]
fn a_verbose_run_shows_everything() {
    Case::spec("report/mocked").args(["--mock", "-v"]).run().exit(0).golden("report/mocked");
}

#[test]
fn several_notebooks_have_a_total() {
    let case =
        Case::cells(["1"]).file("b.md", "---\ntitle: Other\n---\n```js\nnull.x\n```\n").args(["b.md", "none.md"]);
    case.run().exit(2).golden("report/several");
}

#[test]
fn hostile_text_is_escaped() {
    let outcome = Case::cells(["console.log('\\x1b[2J\\x07'); throw new Error('\\x1b]0;title\\x07')"]).run();
    outcome.exit(1).stdout_contains("␛[2J");
    assert!(!outcome.stdout.contains('\u{1b}') && !outcome.stdout.contains('\u{7}'), "{:?}", outcome.stdout);
}

#[test]
fn long_output_is_truncated_unless_verbose() {
    let cell = "for (let i = 0; i < 100; i++) console.log('line ' + i)";
    Case::cells([cell]).run().exit(0).stdout_contains("line 19\n").stdout_contains("… 80 lines more; -v shows all");
    Case::cells([cell]).args(["--verbose"]).run().exit(0).stdout_contains("line 99\n");
}

#[cfg(unix)]
#[test]
fn lines_fit_the_terminal() {
    let notebook = "A label that is much longer than the column for labels has room for it\n\n\
                    ```js\n'x'.repeat(90)\n```\n";
    let case = Case::command(["run", "a.md", "--color", "never"]).file("a.md", notebook);
    let (code, screen) = Terminal::start(case, 60).end();
    assert_eq!(code, 0, "{screen}");
    // The spinner erases itself with escape codes; the lines remain.
    let lines: Vec<&str> = screen.lines().filter(|line| line.contains('✓')).collect();
    assert_eq!(lines.len(), 1, "{screen:?}");
    let line = lines[0].rsplit(['\u{1b}', '\r']).find(|part| part.contains('✓')).unwrap();
    let line = &line[line.find("  ✓").unwrap()..];
    assert!(line.chars().count() <= 60 && line.ends_with('…'), "{line:?}");
    assert!(line.contains("A label that is much longer than th…"), "{line:?}");
}
