//! The outcome of a run, and expectations of it. A failed expectation prints the whole outcome.

use std::cell::OnceCell;
use std::fs;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::golden;
use super::schema::valid_report;

/// The outcome of the program. Expectations can be chained.
pub(crate) struct Outcome {
    folder: TempDir,
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    report: Option<Vec<u8>>,
    record: OnceCell<Value>,
    cpu: Option<Duration>,
}

impl Outcome {
    pub(super) fn new(
        folder: TempDir,
        code: Option<i32>,
        (stdout, stderr): (String, String),
        report: Option<Vec<u8>>,
        cpu: Option<Duration>,
    ) -> Self {
        Self { folder, code, stdout, stderr, report, record: OnceCell::new(), cpu }
    }

    /// That it has used less CPU time, its workers included.
    #[track_caller]
    pub(crate) fn cpu_below(&self, seconds: u64) -> &Self {
        assert!(self.cpu.is_none_or(|cpu| cpu < Duration::from_secs(seconds)), "{:?}: {}", self.cpu, self.everything());
        self
    }

    /// The exit code; none after a signal.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// Everything that was written to stdout and stderr.
    pub(crate) fn output(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    fn everything(&self) -> String {
        format!("exit {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    #[track_caller]
    pub(crate) fn exit(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}", self.everything());
        self
    }

    #[track_caller]
    pub(crate) fn stdout_is(&self, text: &str) -> &Self {
        assert_eq!(self.stdout, text, "{}", self.everything());
        self
    }

    #[track_caller]
    pub(crate) fn stderr_is(&self, text: &str) -> &Self {
        assert_eq!(self.stderr, text, "{}", self.everything());
        self
    }

    #[track_caller]
    pub(crate) fn stdout_contains(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "no {text:?}\n{}", self.everything());
        self
    }

    #[track_caller]
    pub(crate) fn stderr_contains(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "no {text:?}\n{}", self.everything());
        self
    }

    /// Checks that neither stream and no file in the folder of the run contains `text`.
    #[track_caller]
    pub(crate) fn contains_nowhere(&self, text: &str, except: &[&str]) -> &Self {
        assert!(!self.everything().contains(text), "{text:?} is there\n{}", self.everything());
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !except.iter().any(|name| path.ends_with(name)) {
                    let content = fs::read(&path).unwrap();
                    assert!(!String::from_utf8_lossy(&content).contains(text), "{text:?} is in {}", path.display());
                }
            }
        }
        self
    }

    /// Checks exit code, stdout and stderr against `tests/specs/<name>/output.txt`; `APINB_BLESS=1` writes it.
    #[track_caller]
    pub(crate) fn golden(&self, name: &str) -> &Self {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        golden::check(name, &format!("exit code {code}\n--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr));
        self
    }

    /// The folder of the run.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A file in the folder of the case after the run.
    pub(crate) fn file(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// The JSON report, which is valid.
    #[track_caller]
    pub(crate) fn report(&self) -> Value {
        let report = self.report.as_ref().unwrap_or_else(|| panic!("no report\n{}", self.everything()));
        self.record.get_or_init(|| valid_report(std::str::from_utf8(report).unwrap())).clone()
    }

    /// A cell of the first notebook.
    #[track_caller]
    pub(crate) fn cell(&self, number: usize) -> CellOutcome<'_> {
        let cell = self.report()["notebooks"][0]["cells"][number].clone();
        assert!(cell.is_object(), "no cell {number}\n{}", self.everything());
        CellOutcome { cell, outcome: self }
    }
}

/// The outcome of a cell.
pub(crate) struct CellOutcome<'a> {
    /// The cell in the report.
    pub(crate) cell: Value,
    outcome: &'a Outcome,
}

impl<'a> CellOutcome<'a> {
    fn text(&self, pointer: &str) -> &str {
        self.cell.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its short result; empty if it is undefined.
    pub(crate) fn result(&self) -> &str {
        self.text("/result")
    }

    /// Its short result, or `! ` and its error.
    pub(crate) fn shown(&self) -> String {
        match self.text("/status") {
            "passed" => self.result().to_owned(),
            _ => format!("! {}", self.error()),
        }
    }

    /// The help of its error.
    pub(crate) fn help(&self) -> &str {
        self.text("/error/help")
    }

    /// `TypeError: message`.
    pub(crate) fn error(&self) -> String {
        format!("{}: {}", self.text("/error/name"), self.text("/error/message"))
    }

    /// `file:line:column` of its error.
    pub(crate) fn position(&self) -> String {
        let position = &self.cell["error"]["position"];
        format!("{}:{}:{}", self.text("/error/position/file"), position["line"], position["column"])
    }

    /// `METHOD URL STATUS` of each of its calls; the cause if there is no status.
    pub(crate) fn calls(&self) -> Vec<String> {
        let text = |call: &Value, key: &str| call[key].as_str().unwrap_or_default().to_owned();
        let end =
            |call: &Value| call["status"].as_u64().map_or_else(|| text(call, "error"), |status| status.to_string());
        let call = |call: &Value| format!("{} {} {}", text(call, "method"), text(call, "url"), end(call));
        self.cell["calls"].as_array().unwrap().iter().map(call).collect()
    }

    /// `level: text` of each line of its console output.
    pub(crate) fn console(&self) -> Vec<String> {
        let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let line = |line: &Value| format!("{}: {}", text(line, "level"), text(line, "text"));
        self.cell["console"].as_array().unwrap().iter().map(line).collect()
    }

    /// Checks that it passed with this short result (`""`: undefined), and returns the run for the next expectation.
    #[track_caller]
    pub(crate) fn is(&self, result: &str) -> &'a Outcome {
        assert_eq!(self.text("/status"), "passed", "{}", self.outcome.everything());
        assert_eq!(self.result(), result, "{}", self.outcome.everything());
        self.outcome
    }

    /// Checks that it failed, and that `TypeError: message` contains this text.
    #[track_caller]
    pub(crate) fn fails(&self, error: &str) -> &'a Outcome {
        assert_eq!(self.text("/status"), "failed", "{}", self.outcome.everything());
        assert!(self.error().contains(error), "no {error:?} in {:?}\n{}", self.error(), self.outcome.everything());
        self.outcome
    }

    /// Checks that it was skipped.
    #[track_caller]
    pub(crate) fn is_skipped(&self) -> &'a Outcome {
        assert_eq!(self.text("/status"), "skipped", "{}", self.outcome.everything());
        self.outcome
    }
}
