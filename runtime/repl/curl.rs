//! A call as a curl command for a POSIX shell. A secret is a variable that the shell fills in.

use apinb_core::record::CallRecord;
use apinb_core::redact::MASK;

/// Headers that curl writes itself.
const BY_CURL: [&str; 4] = ["content-length", "host", "user-agent", "accept-encoding"];

/// The command, on several lines.
pub(super) fn command(call: &CallRecord) -> String {
    let mut parts = vec![format!("curl -X {} {}", call.method, quoted(&call.url))];
    let headers = || call.request.headers.iter();
    for (name, value) in headers().filter(|(name, _)| !BY_CURL.contains(&name.as_str())) {
        parts.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    if headers().any(|(name, _)| name == "accept-encoding") {
        parts.push("--compressed".to_owned());
    }
    if let Some(body) = &call.request.body {
        parts.push(format!("--data-raw {}", quoted(body)));
    }
    let mut text = parts.join(" \\\n  ");
    text.push('\n');
    if call.request.truncated {
        text.push_str("# the body is longer, or binary: what is kept of it stands here\n");
    }
    text
}

/// As one word of the shell, `$SECRET` in place of each secret.
fn quoted(text: &str) -> String {
    let quoted = format!("'{}'", text.replace('\'', r"'\''"));
    quoted.replace(MASK, r#"'"$SECRET"'"#)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_of_the_shell() {
        for (text, expected) in [
            ("plain", "'plain'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("authorization: Bearer [secret]", r#"'authorization: Bearer '"$SECRET"''"#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
