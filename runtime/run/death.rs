//! Why a worker ended, as an error of the cell that it ran.

use std::io;
use std::process::ExitStatus;

use apinb_record::error::{ErrorKind, ErrorRecord};

/// How a worker ended.
pub(super) struct Death {
    /// Why the run ended it, if it did.
    pub(super) killed: Option<Killed>,
    pub(super) status: Option<ExitStatus>,
    /// The last that it wrote to stderr: V8's message about a fatal error, a panic.
    pub(super) last_words: String,
    /// Its message that cannot be read.
    pub(super) invalid: Option<io::Error>,
}

/// Why the run ended a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Killed {
    /// The cell did not end in its time.
    TimeOut,
    /// It uses more memory than its notebook may.
    Memory,
    /// The run was interrupted.
    Interrupted,
    /// There is nothing left to do.
    Released,
}

/// The beginnings of V8's messages about values that it cannot hold: it ends the process then.
const OUT_OF_MEMORY: [&str; 6] = [
    "out of memory",
    "invalid size error",
    "invalid array length",
    "invalid table size",
    "invalid string length",
    "memory allocation of",
];

/// Advice for a notebook that ran out of memory.
const MORE_MEMORY: &str = "Pass `--max-heap MB` for more memory, or create fewer and smaller values.";

impl Death {
    /// The error of the cell that ran. Its causes are not redacted.
    pub(super) fn error(&self) -> ErrorRecord {
        match self.killed {
            Some(Killed::Interrupted | Killed::Released) => {
                return ErrorRecord::new(ErrorKind::Interrupted, "Interrupted", "the run was interrupted");
            }
            Some(Killed::TimeOut) => {
                let message = "the time of the cell is up, and it could not be interrupted: apinb ended its process";
                let help = "Call `timeout(ms)` in the cell, or pass `--cell-timeout`, for more time.";
                return error(ErrorKind::Timeout, message.to_owned(), Some(help), Vec::new());
            }
            Some(Killed::Memory) => {
                let message = "out of memory: the process of the notebook exceeded its limit, and apinb ended it";
                return error(ErrorKind::Memory, message.to_owned(), Some(MORE_MEMORY), Vec::new());
            }
            None => {}
        }
        if let Some(cause) = &self.invalid {
            let causes = vec![cause.to_string()];
            return error(ErrorKind::Worker, "the worker sent an invalid message".to_owned(), None, causes);
        }
        let fatal = fatal(&self.last_words);
        let lower = self.last_words.to_lowercase();
        if OUT_OF_MEMORY.iter().any(|message| lower.contains(message)) {
            let causes = fatal.into_iter().collect();
            return error(ErrorKind::Memory, "out of memory: V8 gave up".to_owned(), Some(MORE_MEMORY), causes);
        }
        let signal = self.signal();
        let message = match (&signal, self.status) {
            (Some(signal), _) => format!("the worker was killed by {signal}"),
            (None, Some(status)) => format!("the worker ended: {status}"),
            (None, None) => "the worker ended".to_owned(),
        };
        let help = "Check whether the system ran out of memory: it kills processes then. `--max-heap` limits a notebook, `--jobs` the number of notebooks at once.";
        let help = (signal.as_deref() == Some("SIGKILL")).then_some(help);
        let last_line = || self.last_words.trim_end().lines().next_back().map(|line| line.trim().to_owned());
        error(ErrorKind::Worker, message, help, fatal.or_else(last_line).into_iter().collect())
    }

    /// The name of the signal that ended it.
    fn signal(&self) -> Option<String> {
        #[cfg(unix)]
        {
            use std::os::unix::process::ExitStatusExt as _;

            let status = self.status?;
            let number = status.signal()?;
            // `signal: 9 (SIGKILL)`
            let text = status.to_string();
            let name = text.split(['(', ')']).nth(1).filter(|name| name.starts_with("SIG"));
            Some(name.map_or_else(|| format!("the signal {number}"), str::to_owned))
        }
        #[cfg(not(unix))]
        None
    }
}

/// The message of V8 about a fatal error, or that of a panic.
fn fatal(last_words: &str) -> Option<String> {
    let mut lines = last_words.lines().map(|line| line.trim_start_matches(['#', ' ']).trim_end());
    let is_fatal = |line: &str| line.starts_with("Fatal JavaScript ") || line.starts_with("FATAL ERROR: ");
    let line = lines.find(|line| is_fatal(line) || line.contains(" panicked at "))?;
    // The message of a panic is on the line after its position.
    let message = if is_fatal(line) { None } else { lines.next() };
    Some(message.map_or_else(|| line.to_owned(), |message| format!("{line} {message}")))
}

fn error(kind: ErrorKind, message: String, help: Option<&str>, causes: Vec<String>) -> ErrorRecord {
    let name = if kind == ErrorKind::Memory { "RangeError" } else { "Error" };
    ErrorRecord { help: help.map(str::to_owned), causes, ..ErrorRecord::new(kind, name, message) }
}

#[cfg(test)]
mod tests {
    use apinb_record::error::ErrorKind;

    use super::{Death, Killed};

    fn check(killed: Option<Killed>, last_words: &str, kind: ErrorKind, message: &str, cause: Option<&str>) {
        let death = Death { killed, status: None, last_words: last_words.to_owned(), invalid: None };
        let error = death.error();
        assert_eq!((error.kind, error.message.as_str()), (kind, message), "{last_words}");
        assert_eq!(error.causes.first().map(String::as_str), cause, "{last_words}");
    }

    #[test]
    fn the_last_words_of_a_worker_explain_its_end() {
        let gave_up = "out of memory: V8 gave up";
        let size = "\n\n#\n# Fatal error in , line 0\n# Fatal JavaScript invalid size error 169220804 (see crbug.com/1201626)\n#\n";
        let line = "Fatal JavaScript invalid size error 169220804 (see crbug.com/1201626)";
        check(None, size, ErrorKind::Memory, gave_up, Some(line));
        let heap = "<--- Last few GCs --->\n\n#\n# Fatal JavaScript out of memory: Reached heap limit\n#\n";
        check(None, heap, ErrorKind::Memory, gave_up, Some("Fatal JavaScript out of memory: Reached heap limit"));
        check(None, "memory allocation of 8589934592 bytes failed\n", ErrorKind::Memory, gave_up, None);
        let panic = "thread 'main' panicked at x.rs:1:2:\nwhy\n";
        check(None, panic, ErrorKind::Worker, "the worker ended", Some("thread 'main' panicked at x.rs:1:2: why"));
        let error = "a warning\nerror: no thread\n";
        check(None, error, ErrorKind::Worker, "the worker ended", Some("error: no thread"));
        check(None, "", ErrorKind::Worker, "the worker ended", None);
        check(Some(Killed::Interrupted), size, ErrorKind::Interrupted, "the run was interrupted", None);
        let late = "the time of the cell is up, and it could not be interrupted: apinb ended its process";
        check(Some(Killed::TimeOut), "", ErrorKind::Timeout, late, None);
        let exceeded = "out of memory: the process of the notebook exceeded its limit, and apinb ended it";
        check(Some(Killed::Memory), "", ErrorKind::Memory, exceeded, None);
    }

    #[cfg(unix)]
    #[test]
    fn the_signal_that_ended_a_worker_is_named() {
        use std::os::unix::process::ExitStatusExt as _;

        let status = Some(std::process::ExitStatus::from_raw(9));
        let death = Death { killed: None, status, last_words: String::new(), invalid: None };
        let error = death.error();
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Worker, "the worker was killed by SIGKILL"));
        assert!(error.help.is_some());
    }
}
