//! The processes of notebooks give up the rights that notebooks do not need, all their threads.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, mpsc};

use crate::support::{Answer, Case, Server, wait};

/// The values of a line in the status of each thread of each worker of a run.
fn in_each_thread(run: u32, name: &str) -> Vec<String> {
    let line = |status: &Path, name: &str| {
        let status = fs::read_to_string(status).ok()?;
        status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(|value| value.trim().to_owned())
    };
    let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    let workers = processes.filter(|path| line(&path.join("status"), "PPid") == Some(run.to_string()));
    let threads = workers.flat_map(|path| fs::read_dir(path.join("task")).unwrap());
    threads.filter_map(|thread| line(&thread.unwrap().path().join("status"), name)).collect()
}

/// The same while a cell waits for a server, which is when all kinds of threads run: those of V8, of the network, of the
/// watchdog, and of the connection to the run.
fn while_a_cell_waits(arguments: &[&str], names: [&str; 2]) -> [Vec<String>; 2] {
    let (arrived, arrival) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let (arrived, released) = (Mutex::new(arrived), Mutex::new(released));
    let server = Server::with(move |_| {
        arrived.lock().unwrap().send(()).unwrap();
        // The sender is dropped when the cell may go on.
        assert!(released.lock().unwrap().recv().is_err());
        Answer::new(200, "text/plain", "")
    });
    // The name is looked up on a thread of its own.
    let url = server.url("/").replace("127.0.0.1", "localhost");
    let case = Case::cells([format!("await fetch('{url}').then((answer) => answer.status)")]).args(arguments);
    let run = case.process().spawn().unwrap();
    arrival.recv().unwrap();
    let found = names.map(|name| in_each_thread(run.id(), name));
    drop(release);
    assert!(wait(run).success());
    found
}

#[test]
fn every_thread_of_a_worker_is_restricted() {
    let [privileges, filters] = while_a_cell_waits(&[], ["NoNewPrivs", "Seccomp"]);
    assert!(privileges.len() > 4 && privileges.iter().all(|value| value == "1"), "{privileges:?}");
    // 2: a filter.
    assert!(filters.len() > 4 && filters.iter().all(|value| value == "2"), "{filters:?}");
}

#[test]
fn without_a_sandbox_no_thread_is_restricted() {
    let [_, filters] = while_a_cell_waits(&["--no-sandbox"], ["NoNewPrivs", "Seccomp"]);
    assert!(filters.len() > 4 && filters.iter().all(|value| value == "0"), "{filters:?}");
}

#[test]
fn restrictions_that_are_enforced_are_not_mentioned() {
    let outcome = Case::cells(["1"]).args(["-v"]).run();
    outcome.exit(0);
    assert!(!outcome.stderr.contains("not restricted"), "{}", outcome.stderr);
}
