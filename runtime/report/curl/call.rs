//! Formats a recorded call as a curl command, and defines the common parts of curl commands.

use apinb_record::call::CallRecord;
use apinb_text::display::shell::Word;

/// Joins the parts of a command, one per line.
#[must_use]
pub fn lines(parts: &[String]) -> String {
    format!("{}\n", parts.join(" \\\n  "))
}

/// The arguments for the method. With `-X HEAD`, curl would wait for a body.
#[must_use]
pub fn method(method: &str) -> String {
    if method == "HEAD" { "--head".to_owned() } else { format!("-X {}", Word::bare(method)) }
}

/// Headers that curl sets itself.
const BY_CURL: [&str; 4] = ["content-length", "host", "user-agent", "accept-encoding"];

/// The command for a recorded call, on several lines. Secrets become shell variables.
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
        text.push_str("# the body is longer, or binary: this is the recorded part\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::collection::vec;
    use proptest::prelude::{Just, ProptestConfig, Strategy};
    use proptest::string::string_regex;
    use proptest::{option, prop_assert_eq, prop_oneof, proptest};

    use super::command;
    use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
    use apinb_text::secret::redactor::MASK;

    /// Text with and without characters that are special to a shell.
    fn text() -> impl Strategy<Value = String> {
        let pieces =
            ["'", "\"", "`", "$(touch x)", "\\", "\n", "&", "|", ";", "!", "#", "*", "~", "[secret]", "\u{e9}", " "];
        let piece = (0..pieces.len()).prop_map(move |index| pieces.get(index).copied().unwrap_or_default().to_owned());
        let other = string_regex("[^\0]{0,3}").unwrap();
        vec(prop_oneof![piece, other], 0..6).prop_map(|pieces| pieces.concat())
    }

    /// A method is a token by RFC 9110.
    fn method() -> impl Strategy<Value = String> {
        prop_oneof![Just("HEAD".to_owned()), string_regex("[A-Z!#$%&'*+.^_`|~0-9-]{1,12}").unwrap()]
    }

    fn call(method: String, url: String, headers: Vec<(String, String)>, body: Option<String>) -> CallRecord {
        CallRecord {
            method,
            url,
            path: None,
            purpose: CallPurpose::Call,
            mocked: false,
            replayed: false,
            status: None,
            error: None,
            started: String::new(),
            milliseconds: 0.0,
            waited: None,
            http_version: None,
            bytes: 0,
            request: MessageRecord { headers, body, truncated: false },
            response: None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_shell_reads_the_parts_of_a_call(
            method in method(),
            path in text(),
            headers in vec((string_regex("x-[a-z]{1,3}").unwrap(), text()), 0..3),
            body in option::of(text()),
        ) {
            let url = format!("http://127.0.0.1/{path}");
            let text = command(&call(method.clone(), url.clone(), headers.clone(), body.clone()));
            let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\nSECRET='{MASK}'\n{text}");
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            let mut expected = if method == "HEAD" { vec!["--head".to_owned()] } else { vec!["-X".to_owned(), method] };
            expected.push(url);
            for (name, value) in headers {
                expected.extend(["-H".to_owned(), format!("{name}: {value}")]);
            }
            if let Some(body) = body {
                expected.extend(["--data-raw".to_owned(), body]);
            }
            let expected: String = expected.iter().map(|word| format!("{word}\0")).collect();
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", text);
        }
    }
}
