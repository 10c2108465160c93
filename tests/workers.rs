//! Notebooks run in worker processes: what happens when one of them ends, is killed, or cannot be interrupted.

use serde_json::Value;

use crate::support::Case;

/// Code that a native function of V8 runs for ages without looking for interrupts.
const UNINTERRUPTIBLE: &str = "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)";

/// The statuses of the cells of each notebook.
fn statuses(report: &Value) -> Vec<Vec<&str>> {
    let notebooks = report["notebooks"].as_array().unwrap().iter();
    let cells = notebooks.map(|notebook| notebook["cells"].as_array().unwrap());
    cells.map(|cells| cells.iter().map(|cell| cell["status"].as_str().unwrap()).collect()).collect()
}

#[test]
fn a_fatal_error_of_v8_fails_its_cell_and_no_other_notebook() {
    let fatal = "```js\n1\n```\n\n```js\nconsole.log('before')\n'x'.repeat(2 ** 27 + 10).split('').length\n```\n\n```js\n3\n```\n";
    for jobs in ["1", "2"] {
        let case = Case::command(["run", "a.md", "b.md", "c.md", "--jobs", jobs, "--report", "json=report.json"])
            .file("a.md", "```js\n1\n```\n")
            .file("b.md", fatal)
            .file("c.md", "```js\n1\n```\n");
        let outcome = case.run();
        outcome.exit(1);
        let report = outcome.report();
        assert_eq!(
            statuses(&report),
            [vec!["passed"], vec!["passed", "failed", "skipped"], vec!["passed"]],
            "{report}"
        );
        let cell = &report["notebooks"][1]["cells"][1];
        assert_eq!(cell["error"]["kind"], "memory", "{cell}");
        assert_eq!(cell["error"]["message"], "out of memory: V8 gave up");
        assert_eq!(cell["error"]["position"]["line"], 6);
        assert_eq!(cell["error"]["source_line"], "console.log('before')");
        assert_eq!(cell["console"][0]["text"], "before");
        outcome.stdout_contains("out of memory: V8 gave up").stdout_contains("b.md:6:1");
        assert!(!outcome.stderr.contains("Fatal"), "{}", outcome.stderr);
    }
}

#[test]
fn a_cell_that_cannot_be_interrupted_ends_in_its_time() {
    let notebook = format!("```js\n1\n```\n\n```js\n{UNINTERRUPTIBLE}\n```\n\n```js\n3\n```\n");
    let case = Case::command(["run", "a.md", "b.md", "--cell-timeout", "300ms", "--report", "json=report.json"])
        .file("a.md", notebook)
        .file("b.md", "```js\n1\n```\n");
    let outcome = case.run();
    outcome.exit(1);
    let report = outcome.report();
    assert_eq!(statuses(&report), [vec!["passed", "failed", "skipped"], vec!["passed"]], "{report}");
    let cell = &report["notebooks"][0]["cells"][1];
    assert_eq!(cell["error"]["kind"], "timeout", "{cell}");
    assert_eq!(cell["error"]["position"]["line"], 6, "{cell}");
}

#[test]
fn notebooks_of_a_project_share_a_worker_but_no_variable() {
    let case = Case::command(["run", "a.md", "b.md"])
        .file("a.md", "```js\nx = 1\n```\n")
        .file("b.md", "```js\ntypeof x\n```\n");
    case.run().exit(0).stdout_contains("\"undefined\"");
}

#[test]
fn the_hidden_command_is_for_runs_alone() {
    let outcome = Case::command(["__worker"]).run();
    outcome.exit(2);
    assert!(outcome.stderr.contains("only for apinb itself"), "{}", outcome.stderr);
    for arguments in [["--help"], ["help"]] {
        assert!(!Case::command(arguments).run().stdout.contains("worker"));
    }
}

#[cfg(target_os = "linux")]
mod processes {
    use std::collections::BTreeSet;
    use std::fs;
    use std::process::Child;
    use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
    use std::sync::{Arc, mpsc};

    use rustix::process::{Pid, Signal, kill_process};
    use serde_json::Value;

    use super::{UNINTERRUPTIBLE, statuses};
    use crate::support::{Answer, Case, Server, Terminal, wait};

    fn kill(process: u32, signal: Signal) {
        // A process that has ended needs no signal.
        let _ = kill_process(Pid::from_raw(process.cast_signed()).unwrap(), signal);
    }

    /// The workers of a run.
    fn workers(run: u32) -> Vec<u32> {
        let children = fs::read_to_string(format!("/proc/{run}/task/{run}/children")).unwrap_or_default();
        children.split_whitespace().map(|id| id.parse().unwrap()).collect()
    }

    fn start(case: &Case) -> Child {
        let mut command = case.process();
        command.stdin(std::process::Stdio::null());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        command.spawn().unwrap()
    }

    fn report(case: &Case) -> Value {
        serde_json::from_slice(&fs::read(case.folder().join("report.json")).unwrap()).unwrap()
    }

    /// Runs notebooks two at a time, and kills a worker at each of so many calls.
    fn check_killed(notebooks: usize, moments: usize) {
        const CELLS: usize = 4;
        let (run, calls) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicUsize::new(0)));
        let killed = Arc::new(AtomicUsize::new(0));
        let server = Server::with({
            let (run, calls, killed) = (Arc::clone(&run), Arc::clone(&calls), Arc::clone(&killed));
            move |_| {
                let call = calls.fetch_add(1, Ordering::SeqCst);
                let workers = workers(run.load(Ordering::SeqCst));
                // Not at regular intervals.
                if call * 7919 % 5 < 3
                    && killed.load(Ordering::SeqCst) < moments
                    && let Some(worker) = workers.get(call % workers.len().max(1))
                {
                    killed.fetch_add(1, Ordering::SeqCst);
                    kill(*worker, Signal::KILL);
                }
                Answer::new(200, "text/plain", "x")
            }
        });
        let mut case = Case::command(["run", "books", "--jobs", "2", "--report", "json=report.json"]);
        for kind in ["junit=r.xml", "tap=r.tap", "html=r.html", "md=r.md", "har=r.har", "ipynb=r.ipynb"] {
            case = case.args(["--report", kind]);
        }
        let cell = format!("```js\nconsole.log('line'); (await fetch('{}')).status\n```\n", server.url("/"));
        for number in 0..notebooks {
            case = case.file(&format!("books/{number:03}.md"), [cell.as_str(); CELLS].join("\n"));
        }
        let child = start(&case);
        run.store(child.id(), Ordering::SeqCst);
        let status = wait(child);
        let report = report(&case);
        assert!(killed.load(Ordering::SeqCst) > 0);
        let names: BTreeSet<&str> =
            report["notebooks"].as_array().unwrap().iter().map(|notebook| notebook["path"].as_str().unwrap()).collect();
        assert_eq!(names.len(), notebooks);
        let mut failed = 0;
        for (notebook, statuses) in report["notebooks"].as_array().unwrap().iter().zip(statuses(&report)) {
            let unread = notebook["error"]["kind"] == "worker";
            assert_eq!(statuses.len(), if unread { 0 } else { CELLS }, "{notebook}");
            let numbers = notebook["cells"].as_array().unwrap().iter().map(|cell| cell["number"].as_u64().unwrap());
            assert!(numbers.eq(0..statuses.len() as u64), "{notebook}");
            let passed = statuses.iter().take_while(|status| **status == "passed").count();
            match statuses.get(passed) {
                None => {}
                Some(status) => {
                    assert_eq!(*status, "failed", "{notebook}");
                    assert!(statuses[passed + 1..].iter().all(|status| *status == "skipped"), "{notebook}");
                    let error = &notebook["cells"][passed]["error"];
                    assert_eq!(error["message"], "the worker was killed by SIGKILL", "{error}");
                    failed += 1;
                }
            }
            failed += usize::from(unread);
        }
        // An idle worker that is killed leaves no trace.
        assert_eq!(status.code(), Some(i32::from(failed > 0)), "{report}");
        assert!(failed <= killed.load(Ordering::SeqCst), "{report}");
        let junit = fs::read_to_string(case.folder().join("r.xml")).unwrap();
        let junit = roxmltree::Document::parse(&junit).unwrap();
        let cases = junit.descendants().filter(|node| node.has_tag_name("testcase")).count();
        assert!(cases >= report["summary"]["cells"].as_u64().unwrap() as usize);
    }

    #[test]
    fn killed_workers_leave_whole_reports() {
        check_killed(20, 20);
    }

    /// `make killed-workers` runs it.
    #[test]
    #[ignore = "takes a minute"]
    fn two_hundred_killed_workers_leave_whole_reports() {
        check_killed(220, 200);
    }

    /// The lines of `/proc/…/status` of the worker while a cell of a run with these arguments waits.
    fn status_of_worker(arguments: &[&str]) -> String {
        let (run, status) = (Arc::new(AtomicU32::new(0)), Arc::new(std::sync::Mutex::new(String::new())));
        let server = Server::with({
            let (run, status) = (Arc::clone(&run), Arc::clone(&status));
            move |_| {
                while run.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now();
                }
                for worker in workers(run.load(Ordering::SeqCst)) {
                    *status.lock().unwrap() = fs::read_to_string(format!("/proc/{worker}/status")).unwrap();
                }
                Answer::new(200, "text/plain", "x")
            }
        });
        let case = Case::cells([format!("(await fetch('{}')).status", server.url("/"))]).args(arguments);
        let child = start(&case);
        run.store(child.id(), Ordering::SeqCst);
        assert_eq!(wait(child).code(), Some(0));
        let status = status.lock().unwrap().clone();
        assert!(!status.is_empty());
        status
    }

    #[test]
    fn a_worker_gives_up_its_rights() {
        let restricted = status_of_worker(&[]);
        assert!(restricted.contains("NoNewPrivs:\t1") && restricted.contains("Seccomp:\t2"), "{restricted}");
        let unrestricted = status_of_worker(&["--no-sandbox"]);
        assert!(unrestricted.contains("NoNewPrivs:\t0"), "{unrestricted}");
    }

    #[test]
    fn a_notebook_may_be_a_pipe() {
        for path in ["/dev/stdin", "/dev/fd/0", "-"] {
            let case = Case::command(["run", path]).stdin("```js\n'pi' + 'pe'\n```\n");
            case.run().exit(0).stdout_contains("\"pipe\"");
        }
    }

    #[test]
    fn a_worker_ends_with_its_run() {
        let (connected, connection) = mpsc::channel();
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || connected.send(listener.accept().unwrap().0));
        let case = Case::cells([format!("await fetch('{url}')")]);
        let run = start(&case);
        let mut connection = connection.recv().unwrap();
        kill(run.id(), Signal::KILL);
        wait(run);
        // The connection ends with the process that has it.
        std::io::copy(&mut connection, &mut std::io::sink()).ok();
    }

    #[test]
    fn each_signal_ends_a_run_with_its_reports() {
        for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
            for cell in ["while (true) {}", UNINTERRUPTIBLE] {
                let (started, start_of_cell) = mpsc::channel();
                let started = std::sync::Mutex::new(started);
                let server = Server::with(move |_| {
                    started.lock().unwrap().send(()).ok();
                    Answer::new(200, "text/plain", "x")
                });
                let notebook = format!("await fetch('{}'); {cell}", server.url("/"));
                let case = Case::cells([notebook.as_str(), "2"]);
                let run = start(&case);
                start_of_cell.recv().unwrap();
                kill(run.id(), signal);
                assert_eq!(wait(run).code(), Some(code), "{cell}");
                let report = report(&case);
                assert_eq!(statuses(&report), [["failed", "skipped"]], "{report}");
                assert_eq!(report["notebooks"][0]["cells"][0]["error"]["kind"], "interrupted", "{report}");
            }
        }
    }

    #[test]
    fn a_signal_ends_the_repl_and_restores_the_terminal() {
        for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
            let mut terminal = Terminal::start(Case::command(["repl"]), 100);
            terminal.shows(".help lists the commands").shows("> ").types("1 +");
            kill(terminal.process(), signal);
            let (ended, screen) = terminal.end();
            assert_eq!(ended, code, "{screen}");
        }
    }

    #[test]
    fn a_signal_ends_a_prompt_and_restores_the_terminal() {
        for question in ["prompt('Name')", "prompt('Password')", "confirm('Name')"] {
            let notebook = format!("```js\n{question}\n```\n\n```js\n2\n```\n");
            let mut terminal = Terminal::start(Case::command(["run", "a.md"]).file("a.md", notebook), 100);
            terminal.shows("? ").types("ab");
            kill(terminal.process(), Signal::TERM);
            let (code, screen) = terminal.end();
            assert_eq!(code, 143, "{screen}");
            assert!(screen.contains("1 skipped"), "{screen}");
        }
    }
}
