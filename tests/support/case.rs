//! A run of the program in its own folder and environment.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::golden::copy_folder;
use super::outcome::Outcome;

/// A program that takes longer counts as hanging.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run. Every case has an empty folder, an empty script cache, and none of the variables of the caller; its streams
/// are not terminals.
pub(crate) struct Case {
    folder: TempDir,
    command: Vec<OsString>,
    environment: Vec<(String, String)>,
    stdin: Vec<u8>,
    report: bool,
}

impl Case {
    fn new(command: Vec<OsString>) -> Self {
        let folder = tempfile::Builder::new().prefix("apinb-case-").tempdir().unwrap();
        Self { folder, command, environment: Vec::new(), stdin: Vec::new(), report: false }
    }

    /// `apinb` with these arguments.
    pub(crate) fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        Self::new(arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect())
    }

    /// `apinb run notebook.md` with a JSON report, for a notebook with this text.
    pub(crate) fn notebook(text: impl AsRef<[u8]>) -> Self {
        let mut case = Self::command(["run", "notebook.md"]).file("notebook.md", text);
        case.report = true;
        case
    }

    /// The same for a notebook with only these code cells.
    pub(crate) fn cells<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> Self {
        let fenced = cells.into_iter().map(|cell| format!("```javascript\n{}\n```\n", cell.as_ref()));
        Self::notebook(fenced.collect::<Vec<_>>().join("\n"))
    }

    /// Runs a notebook of these cells and checks the outcome of each: its short result (`""`: undefined), or `! ` and a
    /// part of its error.
    #[track_caller]
    pub(crate) fn check(rows: &[(&str, &str)]) -> Outcome {
        Self::check_with(rows, |case| case)
    }

    /// The same with additional arguments, files or variables.
    #[track_caller]
    pub(crate) fn check_with(rows: &[(&str, &str)], prepare: impl FnOnce(Self) -> Self) -> Outcome {
        let outcome = prepare(Self::cells(rows.iter().map(|(code, _)| code))).run();
        for (number, (code, expected)) in rows.iter().enumerate() {
            let cell = outcome.cell(number);
            match expected.strip_prefix("! ") {
                Some(error) => {
                    assert!(cell.error().contains(error), "${number} {code}\n{error:?}: {}", cell.shown());
                }
                None => assert_eq!(cell.shown(), *expected, "${number} {code}"),
            }
        }
        outcome
    }

    /// The same for `notebook.md` of `tests/specs/<name>`, with all files of that folder.
    pub(crate) fn spec(name: &str) -> Self {
        let mut case = Self::command(["run", "notebook.md"]);
        case.report = true;
        copy_folder(&root().join("tests/specs").join(name), case.folder.path());
        case
    }

    /// `apinb` with these arguments, in a folder with the files of `tests/specs/<name>`.
    pub(crate) fn spec_command<S: AsRef<OsStr>>(name: &str, arguments: impl IntoIterator<Item = S>) -> Self {
        let case = Self::command(arguments);
        copy_folder(&root().join("tests/specs").join(name), case.folder.path());
        case
    }

    /// Adds a file to the folder of the case.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Adds a copy of a folder.
    pub(crate) fn with_folder(self, path: &str, from: &Path) -> Self {
        let to = self.folder.path().join(path);
        fs::create_dir_all(&to).unwrap();
        copy_folder(from, &to);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets stdin, which is empty by default.
    pub(crate) fn stdin(mut self, content: impl AsRef<[u8]>) -> Self {
        self.stdin = content.as_ref().to_owned();
        self
    }

    /// The folder of the case.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The process of the program, not started yet.
    pub(crate) fn process(&self) -> Command {
        let mut command = Command::new(program());
        command.args(&self.command).current_dir(self.folder.path());
        if self.report {
            command.arg("--report").arg("json=report.json");
        }
        command.env_clear().envs(self.variables());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The complete command line, for callers that start it themselves.
    pub(crate) fn arguments(&self) -> &[OsString] {
        &self.command
    }

    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables = vec![
            ("HOME".to_owned(), self.folder.path().join("home").display().to_string()),
            ("APINB_CACHE_DIR".to_owned(), self.folder.path().join("cache").display().to_string()),
            ("APINB_DATA_DIR".to_owned(), self.folder.path().join("data").display().to_string()),
            ("APINB_KEEP_TOKENS".to_owned(), "file".to_owned()),
            // Cases about other features use variables and proxies freely; those about trust set it to nothing.
            ("APINB_TRUST".to_owned(), "all".to_owned()),
        ];
        // Variables that a program needs to start and to find certificates, on every system.
        for name in ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"] {
            variables.extend(std::env::var(name).map(|value| (name.to_owned(), value)));
        }
        for (name, value) in &self.environment {
            variables.retain(|(known, _)| known != name);
            variables.push((name.clone(), value.clone()));
        }
        variables
    }

    /// Runs it to completion.
    pub(crate) fn run(self) -> Outcome {
        let mut child = self.process().spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = self.stdin.clone();
        // A program that does not read stdin is not an error.
        let writer = thread::spawn(move || stdin.write_all(&input).ok());
        let stdout = read(child.stdout.take().unwrap());
        let stderr = read(child.stderr.take().unwrap());
        let (status, cpu) = wait_and_measure(child);
        writer.join().unwrap();
        let report = fs::read(self.folder.path().join("report.json")).ok();
        let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
        Outcome::new(self.folder, status.code(), (stdout, stderr), report, cpu)
    }
}

fn read(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for its end, and kills it if it hangs.
pub(crate) fn wait(child: Child) -> std::process::ExitStatus {
    wait_and_measure(child).0
}

/// The same; also returns its CPU time with that of its workers, where the system measures it.
fn wait_and_measure(mut child: Child) -> (std::process::ExitStatus, Option<Duration>) {
    let id = child.id();
    let (ended, end) = mpsc::channel();
    let waiter = thread::spawn(move || {
        let cpu = cpu_at_end(id);
        let status = child.wait().unwrap();
        ended.send(()).ok();
        (status, cpu)
    });
    if end.recv_timeout(PATIENCE).is_err() {
        #[cfg(unix)]
        Command::new("kill").arg("-9").arg(id.to_string()).status().unwrap();
        panic!("process {id} does not end");
    }
    waiter.join().unwrap()
}

/// Waits for the end of a process without reaping it.
#[cfg(target_os = "linux")]
fn cpu_at_end(id: u32) -> Option<Duration> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    let process = Pid::from_raw(id.cast_signed())?;
    while let Err(error) = waitid(WaitId::Pid(process), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
        if error != rustix::io::Errno::INTR {
            return None;
        }
    }
    super::cpu::of_ended(id)
}

#[cfg(not(target_os = "linux"))]
fn cpu_at_end(_id: u32) -> Option<Duration> {
    None
}

/// The program under test.
pub(crate) fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_apinb"))
}

/// The root folder of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
