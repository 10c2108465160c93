//! Timers and promises after their entry has ended.

use std::future::{pending, ready};
use std::net::TcpListener;
use std::path::Path;
use std::pin::pin;

use apinb_text::secret::redactor::Redactor;

use super::Attended;
use crate::isolate::Engine;
use crate::support;
use crate::watchdog::Running;

/// A delay in milliseconds that no entry reaches: a timer that is due earlier runs in the entry's own turns of the event
/// loop.
const LATER: u32 = 2_000;

fn engine() -> Engine {
    support::start(support::settings(Path::new("/nowhere")), &Redactor::default(), None)
}

/// The message of the next error in the background, and its position.
fn next_error(engine: &mut Engine) -> (String, Option<(usize, usize)>) {
    loop {
        match engine.attend(pin!(pending::<()>())) {
            Attended::Happened(background) => {
                if let Some(error) = background.error {
                    return (error.message, error.position.map(|at| (at.line, at.column)));
                }
            }
            Attended::Ready(()) => unreachable!(),
        }
    }
}

fn result(engine: &mut Engine, code: &str) -> String {
    support::run(engine, 0, code).result.expect("it passes").map(|shown| shown.short).unwrap_or_default()
}

#[test]
fn timers_and_promises_go_on() {
    let mut engine = engine();
    let code = format!("var ran = 0; setTimeout(async () => {{ await null; ran++; fail() }}, {LATER}); 'set'");
    assert_eq!(result(&mut engine, &code), "\"set\"");
    assert_eq!(next_error(&mut engine), ("fail is not defined".to_owned(), Some((2, 58))));
    assert_eq!(result(&mut engine, "ran"), "1");
    result(&mut engine, &format!("setTimeout(() => {{ setTimeout(() => {{ throw {{ a: 1 }} }}, 0) }}, {LATER})"));
    assert_eq!(next_error(&mut engine).0, "thrown: { a: 1 }");
    assert!(matches!(engine.attend(pin!(ready(5))), Attended::Ready(5)));
}

#[test]
fn code_in_the_background_can_be_interrupted() {
    let mut engine = engine();
    let server = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("http://{}", server.local_addr().expect("an address"));
    // The request, which blocks, says that the code runs: an earlier turn of the event loop must not be interrupted.
    let request = format!("var r = new XMLHttpRequest(); r.open('GET', '{url}', false); r.send()");
    result(&mut engine, &format!("setTimeout(() => {{ {request}; for (;;) {{}} }}, {LATER})"));
    let interrupter = engine.interrupter();
    let interrupting = std::thread::spawn(move || {
        let _connection = server.accept().expect("a request");
        assert_eq!(interrupter.interrupt(), Running::Cell);
    });
    assert_eq!(next_error(&mut engine).0, "the run was interrupted");
    interrupting.join().expect("it was interrupted");
    assert_eq!(result(&mut engine, "1 + 1"), "2");
}

#[test]
fn the_limit_of_a_cell_applies() {
    let mut settings = support::settings(Path::new("/nowhere"));
    settings.cell_timeout = std::time::Duration::from_secs(3);
    let mut engine = support::start(settings, &Redactor::default(), None);
    result(&mut engine, &format!("setTimeout(() => {{ for (;;) {{}} }}, {LATER})"));
    assert_eq!(next_error(&mut engine).0, "Timeout of 3000ms exceeded");
}
