//! What cells leave to timers and promises, before the last cell of a notebook ends.

use crate::support::Case;

#[test]
fn timers_and_promises_that_cells_left_end_first() {
    let outcome = Case::cells([
        "poll = (left) => left ? setTimeout(() => poll(left - 1), 5) : console.log('polled'); poll(5)",
        "new Blob(['read']).text().then((text) => setTimeout(() => console.log(text), 1)); setTimeout('n = 1', 1); 2",
    ])
    .run();
    let outcome = outcome.exit(0).cell(1).is("2");
    let mut lines: Vec<String> = (0..2).flat_map(|cell| outcome.cell(cell).console()).collect();
    lines.sort();
    assert_eq!(lines, ["log: polled", "log: read"]);
}

#[test]
fn an_error_after_the_last_cell_fails_it() {
    for left in [
        "new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 20)); 1",
        "setTimeout(() => { throw new Error('late') }, 20); 1",
        "(async () => { await new Blob(['x']).text(); throw new Error('late') })(); 1",
    ] {
        Case::cells(["0", left]).run().exit(1).cell(1).fails("late");
    }
    // It is that of the cell that runs, if another follows.
    let rejecting = "new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 5)); 1";
    Case::cells([rejecting, "await new Promise((r) => setTimeout(r, 60)); 2"]).run().exit(1).cell(1).fails("late");
    Case::cells(["1", rejecting, "2"]).args(["--only", "0-1"]).run().exit(1).cell(1).fails("late");
}

#[test]
fn timers_without_an_end_are_reported() {
    let left = |cell: &str| {
        let outcome = Case::cells([cell]).run();
        outcome.exit(0).cell(0).is("1").cell(0).console()
    };
    assert_eq!(left("setInterval(() => {}, 5); 1"), ["warn: the notebook ended before 1 timer ran"]);
    assert_eq!(
        left("setInterval(() => {}, 5); setTimeout(() => {}, 3600000); 1"),
        ["warn: the notebook ended before 2 timers ran"]
    );
    // Its time limit ends the wait, not the cell.
    assert_eq!(
        left("timeout(150); again = () => setTimeout(again, 5); again(); 1"),
        ["warn: the notebook ended before 1 timer ran"]
    );
    let none: [String; 0] = [];
    assert_eq!(left("clearTimeout(setTimeout(() => {}, 3600000)); clearInterval(setInterval(() => {}, 5)); 1"), none);
    assert_eq!(
        left("i = setInterval(() => clearInterval(i), 1); await new Promise((r) => setTimeout(r, 30)); 1"),
        none
    );
    // A port that listens has no end.
    assert_eq!(left("channel = new MessageChannel(); channel.port1.onmessage = () => {}; 1"), none);
}

#[test]
fn an_error_of_a_timer_fails_the_cell_that_set_it() {
    let waiting = "started = false; later = [new Promise((done) => { go = done })]; 0";
    let waits = "started = true; await later[0]; 2";
    // An `async` timer returns a promise that nothing awaits.
    for kind in ["", "async "] {
        let late = "if (!started) return void setTimeout(late, 0); setTimeout(go, 0); throw new Error('late')";
        let set = format!("setTimeout({kind}function late() {{ {late} }}, 0); 1");
        let outcome = Case::cells([waiting, &set, waits, "3"]).run();
        outcome.exit(1).cell(1).fails("late").cell(2).is("2").cell(3).is("3");
        assert_eq!(outcome.cell(1).help(), "A timer of this cell threw it while $2 ran. Await it in this cell.");
        assert!(outcome.cell(1).position().starts_with("notebook.md:6:"), "{}", outcome.cell(1).position());
        assert_eq!(outcome.report()["summary"]["failed"], 1);
        let outcome = Case::cells([waiting, &set, waits, "3"]).args(["--fail-fast"]).run();
        assert_eq!(outcome.report()["summary"]["skipped"], 1);
    }
    let outcome = Case::cells(["setTimeout(() => { throw new Error('late') }, 0); await new Promise(() => {})"]).run();
    assert_eq!(outcome.cell(0).fails("late").cell(0).help(), "");
}
