//! Workflow commands of GitHub Actions: lines of the form `::name property=value,…::data`, and the older `##[name]`
//! anywhere in a line.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::syntax::Syntax;

/// Invisible, but an ordinary character for the runner.
const ZERO_WIDTH_SPACE: &str = "\u{200b}";

/// A command line, with those properties that have a value.
#[must_use]
pub fn command(name: &str, properties: &[(&str, Option<String>)], data: &str) -> String {
    let mut text = format!("::{name}");
    let given = properties.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
    for (index, (key, value)) in given.enumerate() {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{}{key}={}", if index == 0 { ' ' } else { ',' }, property(value));
    }
    let _ = writeln!(text, "::{}", self::data(data));
    text
}

/// Stops command processing until the line that [`resume`] returns. The token must be unguessable.
#[must_use]
pub fn stop(token: &str) -> String {
    command("stop-commands", &[], token)
}

/// Resumes command processing after [`stop`].
#[must_use]
pub fn resume(token: &str) -> String {
    command(token, &[], "")
}

/// Makes commands in `text` ineffective, without a visible difference.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    broken(text, &format!("##{ZERO_WIDTH_SPACE}["), &format!(":{ZERO_WIDTH_SPACE}:"))
}

/// Makes commands in a document ineffective, without changing its meaning.
#[must_use]
pub fn inert_document(syntax: Syntax, document: &str) -> Cow<'_, str> {
    match syntax {
        // A line of JSON never starts with a colon.
        Syntax::Json => broken(document, "#\\u0023[", "::"),
        Syntax::Markup => broken(document, "##&#91;", "&#58;:"),
        Syntax::Text => inert(document),
    }
}

/// Replaces each `##[` by `bracket`, and each `::` at the start of a line by `colons`.
fn broken<'a>(text: &'a str, bracket: &str, colons: &str) -> Cow<'a, str> {
    if !text.contains("##[") && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    // The runner ends lines at both characters.
    let line = |line: &str| {
        let rest = line.trim_start();
        match rest.strip_prefix("::") {
            Some(after) => format!("{}{colons}{after}", line.strip_suffix(rest).unwrap_or_default()),
            None => line.to_owned(),
        }
    };
    Cow::Owned(text.split_inclusive(['\n', '\r']).map(line).collect::<String>().replace("##[", bracket))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{Syntax, command, inert, inert_document, resume, stop};

    #[test]
    fn values_cannot_end_a_command() {
        let file = Some("a,b:c%.md\r\n::error::x".to_owned());
        assert_eq!(
            command("error", &[("file", file), ("line", None), ("col", Some("3".to_owned()))], "100%\r\n::x: y, z"),
            "::error file=a%2Cb%3Ac%25.md%0D%0A%3A%3Aerror%3A%3Ax,col=3::100%25%0D%0A::x: y, z\n"
        );
        assert_eq!(stop("t") + &resume("t"), "::stop-commands::t\n::t::\n");
    }

    #[test]
    fn untrusted_text_is_not_a_command() {
        for text in ["::error::x", "a\n \u{a0}\t::error::x", "a\r::error::x", "text ##[error]x", "##[##[error]x"] {
            let inert = inert(text);
            assert!(!inert.contains("##["), "{inert:?}");
            assert!(!inert.split(['\n', '\r']).any(|line| line.trim_start().starts_with("::")), "{inert:?}");
            assert_eq!(inert.replace('\u{200b}', ""), text);
        }
        assert_eq!(inert("a::b ## [x]"), "a::b ## [x]");
    }

    #[test]
    fn inert_reports_keep_their_meaning() {
        assert_eq!(inert_document(Syntax::Json, r#"{"a": "\\##[error]::x"}"#), r#"{"a": "\\#\u0023[error]::x"}"#);
        assert_eq!(inert_document(Syntax::Markup, "<a>\n ::x ##[y]</a>"), "<a>\n &#58;:x ##&#91;y]</a>");
    }
}
