//! What cells write is shown when they write it. The server of a test responds only when the test has seen the output before.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout};

use crate::support::{Case, Server, Terminal, wait};

/// The stdout of a running program, line by line.
struct Piped {
    /// Its folder is there as long as it runs.
    _case: Case,
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    seen: String,
}

impl Piped {
    fn start(case: Case) -> Self {
        let mut child = case.process().spawn().unwrap();
        // Dropped: the program reads the end of its input.
        drop(child.stdin.take());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { _case: case, child, lines, seen: String::new() }
    }

    /// Reads up to a line that contains `text`.
    #[track_caller]
    fn shows(&mut self, text: &str) {
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            self.seen.push_str(&line);
            self.seen.push('\n');
            if line.contains(text) {
                return;
            }
        }
        panic!("no {text:?}:\n{}", self.seen);
    }

    /// Reads the rest; all output.
    fn end(mut self, code: i32) -> String {
        for line in self.lines.by_ref() {
            self.seen.push_str(&line.unwrap());
            self.seen.push('\n');
        }
        assert_eq!(wait(self.child).code(), Some(code), "{}", self.seen);
        self.seen
    }
}

/// A cell that writes two lines, and waits for the server between them.
fn two_lines(server: &Server, name: &str) -> String {
    let url = server.url("/");
    format!(
        "Two lines\n\n```js\nconsole.log('one of {name}')\nawait (await fetch('{url}')).json()\nconsole.log('two of {name}')\n```\n"
    )
}

#[test]
fn lines_are_written_to_a_pipe_as_they_come() {
    let (server, release) = Server::released();
    let case = Case::command(["run", "a.md"]).file("a.md", two_lines(&server, "a"));
    let mut run = Piped::start(case);
    run.shows("    $0  │ one of a");
    release.send(()).unwrap();
    run.shows("        │ two of a");
    let output = run.end(0);
    assert_eq!(output.matches("one of a").count(), 1, "{output}");
    let (lines, row) = (output.find("two of a").unwrap(), output.find("✓ $0").unwrap());
    assert!(lines < row, "{output}");
}

#[cfg(unix)]
#[test]
fn lines_are_shown_on_a_terminal_as_they_come() {
    let (server, release) = Server::released();
    let long = "console.log('words '.repeat(20).trim())";
    let text = format!("```js\n{long}\n```\n\n{}", two_lines(&server, "a"));
    let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", text), 60);
    // The spinner appears below the line.
    terminal.shows("one of a").shows("$1");
    release.send(()).unwrap();
    terminal.shows("two of a").shows("passed");
    let rows = terminal.rows();
    assert_eq!(rows.matches("one of a").count(), 1, "{rows}");
    let of_words: Vec<&str> = rows.lines().filter(|row| row.contains("words")).take(3).collect();
    assert_eq!(of_words[0], "    $0  │ words words words words words words words words", "{rows}");
    assert!(of_words[1].starts_with("        │ words"), "{rows}");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn the_first_notebook_streams_and_others_wait_for_it() {
    let (server, release) = Server::released();
    // The server responds to one request after another: the second notebook does not wait for it.
    let case = Case::command(["run", "a.md", "b.md", "c.md", "--jobs", "3"])
        .file("a.md", two_lines(&server, "a"))
        .file("b.md", "```js\nconsole.log('one of b')\n```\n")
        .file("c.md", two_lines(&server, "c"));
    let mut run = Piped::start(case);
    run.shows("one of a");
    release.send(()).unwrap();
    release.send(()).unwrap();
    let output = run.end(0);
    let order = ["one of a", "two of a", "✓ $0", "b.md", "one of b", "c.md", "one of c", "two of c"];
    let places: Vec<usize> = order.iter().map(|text| output.find(text).unwrap_or_else(|| panic!("{output}"))).collect();
    assert!(places.is_sorted(), "{output}");
}

#[test]
fn a_notebook_that_becomes_the_first_shows_what_it_has_done() {
    let (server, release) = Server::released();
    let (other, end) = Server::released();
    let case = Case::command(["run", "a.md", "b.md", "--jobs", "2"])
        .file("a.md", two_lines(&server, "a"))
        .file("b.md", format!("```js\nconsole.log('first of b')\n```\n\n{}", two_lines(&other, "b")));
    let mut run = Piped::start(case);
    run.shows("one of a");
    release.send(()).unwrap();
    // The second notebook has not ended.
    run.shows("first of b");
    run.shows("one of b");
    end.send(()).unwrap();
    run.end(0);
}

#[test]
fn a_quiet_run_shows_the_output_of_failed_cells_alone() {
    let cells = ["console.log('of the first')", "console.log('of the second'); throw new Error('x')"];
    let outcome = Case::cells(cells).args(["-q"]).run();
    outcome.exit(1).stdout_contains("    $1  │ of the second\n  ✗ $1");
    assert!(!outcome.stdout.contains("of the first"), "{}", outcome.stdout);
}

#[test]
fn secrets_are_redacted_before_they_are_shown() {
    let outcome = Case::cells(["SECRET_KEY = prompt('Key?'); console.log('it is ' + SECRET_KEY)"])
        .args(["--input", "SECRET_KEY=hunter22"])
        .run();
    outcome.exit(0).stdout_contains("│ it is [secret]").contains_nowhere("hunter22", &[]);
}

#[test]
fn answers_are_shown_with_their_cell() {
    let outcome = Case::cells(["NAME = prompt('Name?'); console.log(NAME)"]).args(["--input", "NAME=Ann"]).run();
    outcome.exit(0).stdout_contains("    $0  ? NAME = Ann  (given)\n        │ Ann\n  ✓ $0");
}

#[test]
fn an_entry_of_the_repl_shows_lines_as_they_come() {
    let (server, release) = Server::released();
    let url = server.url("/");
    let entry = format!("console.log('one'); await (await fetch('{url}')).json(); console.log('two'); 3");
    let mut run = Piped::start(Case::command(["repl", "-e", &entry]));
    run.shows("one");
    release.send(()).unwrap();
    assert_eq!(run.end(0), "one\ntwo\n3\n");
}

#[cfg(unix)]
#[test]
fn an_entry_at_the_prompt_shows_lines_as_they_come() {
    let (server, release) = Server::released();
    let url = server.url("/");
    let mut terminal = Terminal::start(Case::command(["repl", "--no-history"]), 100);
    terminal.shows("> ").types(&format!("console.log('o' + 'ne'); await (await fetch('{url}')).json()\r"));
    terminal.shows("\none");
    release.send(()).unwrap();
    terminal.shows("true").shows("> ").types("\u{4}");
    assert_eq!(terminal.end().0, 0);
}
