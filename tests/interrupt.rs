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
