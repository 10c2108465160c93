//! Calls as curl commands for a POSIX shell.

use crate::record::CallRecord;
use crate::text::display::shell::Word;

/// The parts of a command, a line each.
#[must_use]
pub fn lines(parts: &[String]) -> String {
    format!("{}\n", parts.join(" \\\n  "))
}

/// How curl is told a method. A `HEAD` by `-X` would wait for a body that never comes.
#[must_use]
pub fn method(method: &str) -> String {
    if method == "HEAD" { "--head".to_owned() } else { format!("-X {method}") }
}

/// Headers that curl writes itself.
const BY_CURL: [&str; 4] = ["content-length", "host", "user-agent", "accept-encoding"];

/// The command for a call that was made, on several lines. A secret is a variable that the shell fills in.
#[must_use]
pub fn command(call: &CallRecord) -> String {
    let mut parts = vec![format!("curl {} {}", method(&call.method), Word::masked(&call.url))];
    let headers = || call.request.headers.iter();
    for (name, value) in headers().filter(|(name, _)| !BY_CURL.contains(&name.as_str())) {
        parts.push(format!("-H {}", Word::masked(&format!("{name}: {value}"))));
    }
    if headers().any(|(name, _)| name == "accept-encoding") {
        parts.push("--compressed".to_owned());
    }
    if let Some(body) = &call.request.body {
        parts.push(format!("--data-raw {}", Word::masked(body)));
    }
    let mut text = lines(&parts);
    if call.request.truncated {
        text.push_str("# the body is longer, or binary: what is kept of it stands here\n");
    }
    text
}
