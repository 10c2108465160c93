//! The rules of diagnostics that are in no list: errors of runs.

use apinb_record::error::ErrorKind;
use apinb_text::diagnostic::Severity;

/// The rule of notebooks that cannot be read.
pub(super) const UNREADABLE: &str = "run/input";
/// The rule of diagnostics without a code.
pub(super) const OTHER: &str = "apinb/diagnostic";

/// The code of an error of a run.
pub(super) fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Thrown => "run/thrown",
        ErrorKind::Policy => "run/policy",
        ErrorKind::Input => UNREADABLE,
        ErrorKind::Start => "run/start",
        ErrorKind::Interrupted => "run/interrupted",
        ErrorKind::Timeout => "run/timeout",
        ErrorKind::Memory => "run/memory",
        ErrorKind::Unanswered => "run/unanswered",
        ErrorKind::Missed => "run/missed",
        ErrorKind::Worker => "run/worker",
        ErrorKind::UnexpectedPass => "run/unexpected-pass",
        ErrorKind::UnreadStatus => "run/unread-status",
    }
}

/// Severity, title and documentation of a code that is not in the list of rules.
pub(super) fn rule(code: &str) -> (Severity, &'static str, &'static str) {
    let (title, documentation) = match code {
        "run/thrown" => ("Cell failed", "The cell threw an error, or its promise was rejected."),
        "run/policy" => ("Access denied", "The cell asked for a file or a server that the notebook may not use."),
        "run/input" => ("Unreadable notebook", "The notebook cannot be read, so none of its cells ran."),
        "run/start" => ("Notebook not started", "The engine or the network of the notebook did not start."),
        "run/interrupted" => ("Interrupted", "The run was interrupted while the cell ran."),
        "run/timeout" => ("Time limit", "The cell exceeded its time limit."),
        "run/memory" => ("Memory limit", "The cell exceeded the memory limit of its notebook."),
        "run/unanswered" => ("Unanswered prompt", "The cell prompts for an answer, and the run has none."),
        "run/missed" => {
            ("Missing interaction", "The cassette that is replayed has no response to a request of the cell.")
        }
        "run/worker" => ("Process ended", "The process that ran the notebook ended."),
        "run/unexpected-pass" => ("Unexpected pass", "The cell passed, and its fence says `expect-failure`."),
        "run/unread-status" => ("Unread status", "The notebook did not read the status of a response of 400 or more."),
        _ => ("Diagnostic", "A diagnostic without a rule."),
    };
    (Severity::Error, title, documentation)
}
