//! Ctrl-C.

use crate::support::{Case, Server, Terminal};

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_run() {
    let server = Server::start();
    for cell in [format!("fetch('{}').then(r => r.status)", server.url("/hang")), "while (true) {}".to_owned()] {
        let notebook = format!("```js\n1\n```\n\n```js\n{cell}\n```\n\n```js\n2\n```\n");
        let case = Case::command(["run", "a.md"]).file("a.md", notebook);
        let mut terminal = Terminal::start(case, 100);
        terminal.shows("$1").types("\u{3}");
        let (code, screen) = terminal.end();
        assert_eq!(code, 130, "{screen}");
        assert!(screen.contains("3 cells: ") && screen.contains("1 skipped"), "{screen}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_question() {
    for question in ["prompt('Name?')", "prompt('Password?')", "confirm('Name?')"] {
        let notebook = format!("```js\n{question}\n```\n\n```js\n2\n```\n");
        let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
        terminal.shows("? ").types("ab\u{3}");
        let (code, screen) = terminal.end();
        assert_eq!(code, 130, "{screen}");
        assert!(screen.contains("1 skipped"), "{screen}");
    }
}

/// A real signal, once the wait has begun.
#[cfg(unix)]
#[test]
fn a_signal_ends_what_waits_for_a_time_or_a_condition() {
    for wait in ["sleep(1e8)", "until(() => false, { within: 1e8, every: 1e7 })", "await until(async () => sleep(1e8))"]
    {
        let cell = format!("timeout(Infinity); setTimeout(() => console.log('it waits'), 0)\n{wait}");
        let notebook = format!("```js\n{cell}\n```\n\n```js\n2\n```\n\n```js teardown\n'cleaned up'\n```\n");
        let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
        terminal.shows("it waits");
        signal(terminal.process());
        let (code, screen) = terminal.end();
        assert_eq!(code, 130, "{wait}: {screen}");
        assert!(
            screen.contains("1 skipped") && screen.contains("'cleaned up'") | screen.contains("\"cleaned up\""),
            "{wait}: {screen}"
        );

        let mut terminal = Terminal::start(Case::command(["repl"]), 100);
        let entry = cell.replace('\n', "; ");
        terminal.shows("> ").types(&format!("{entry}\r")).shows("\r\nit waits");
        signal(terminal.process());
        terminal.shows("nterrupted").shows("> ").types("6 * 7\r").shows("42").types(".exit\r");
        let (code, screen) = terminal.end();
        assert!(!screen.contains("panicked"), "{wait}: {code} {screen}");
    }
}

#[cfg(unix)]
fn signal(process: u32) {
    let sent = std::process::Command::new("kill").args(["-INT", &process.to_string()]).status().unwrap();
    assert!(sent.success());
}
