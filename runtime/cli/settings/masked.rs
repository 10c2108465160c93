//! `apinb.toml` without secrets, for messages.

use apinb_text::secret::names::is_secret_name;

/// `text` with `*` for every byte of the quoted values of secrets: of lines on which something before the value is
/// called a token, a password and so on, and of the options of sign-ins. The names in `{ env = "NAME" }` and `{ file = "PATH" }` stay. All
/// else stays where it is, so that positions are those of the file.
pub(crate) fn masked(text: &str) -> String {
    let mut in_auth = false;
    let lines = text.split_inclusive('\n').map(|line| {
        if line.trim_start().starts_with('[') {
            in_auth = line.contains(".auth");
        }
        masked_line(line, in_auth)
    });
    lines.collect()
}

/// `in_auth`: it is in a table of sign-in options, each of which may be a secret whatever its name is.
fn masked_line(line: &str, in_auth: bool) -> String {
    let is_secret =
        |key: &str| in_auth || key.trim_end().ends_with("auth") || key.contains("auth.") || is_secret_name(key);
    let Some((key, value)) = line.split_once('=').filter(|(key, _)| is_secret(key)) else {
        return line.to_owned();
    };
    let mut masked = format!("{key}=");
    let mut quote = None;
    let mut escaped = false;
    let mut is_name = false;
    for character in value.chars() {
        let ends = quote == Some(character) && !escaped;
        match quote {
            _ if matches!(character, '\r' | '\n') => masked.push(character),
            Some(_) if !ends && !is_name => masked.push_str(&"*".repeat(character.len_utf8())),
            _ => masked.push(character),
        }
        escaped = quote == Some('"') && character == '\\' && !escaped;
        if ends {
            quote = None;
        } else if quote.is_none() && matches!(character, '"' | '\'') {
            quote = Some(character);
            is_name = is_reference(&masked);
        }
    }
    masked
}

/// Whether the value after this text, which ends with a quote, is the name of a variable or a file: `{ env = "`.
fn is_reference(before: &str) -> bool {
    let before = before.trim_end_matches(['"', '\'']).trim_end();
    let Some(key) = before.strip_suffix('=').map(str::trim_end) else { return false };
    ["env", "file"].iter().any(|name| {
        let rest = key.strip_suffix(name);
        rest.is_some_and(|rest| rest.trim_end().ends_with(['{', '.']))
    })
}

#[cfg(test)]
mod tests {
    use super::masked;

    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text), expected);
        assert_eq!(expected.len(), text.len(), "{text}");
    }

    #[test]
    fn masked_secrets_preserve_columns() {
        check("a = \"b\"\ntoken = \"abc\" # c\r\n", "a = \"b\"\ntoken = \"***\" # c\r\n");
        check("\"My password?\" = 'é\"x'", "\"My password?\" = '****'");
        check("CLIENT_SECRET = \"a\\\"b", "CLIENT_SECRET = \"****");
        check("token = { enw = \"T\" }", "token = { enw = \"*\" }");
        check("token = { env = \"TOKEN\" } # x", "token = { env = \"TOKEN\" } # x");
        check("token = {file='a.txt', x = \"abc\"}", "token = {file='a.txt', x = \"***\"}");
        check("token.env = \"TOKEN\"", "token.env = \"TOKEN\"");
        check("secret_env = \"abc\"", "secret_env = \"***\"");
        check("token = [\"env\", \"abc\"]", "token = [\"***\", \"***\"]");
        check("secret\n", "secret\n");
        let auth = "[clients.todo.auth]\nclientSecrt = \"abc\"\n[run]\ntimeout = \"5s\"\n";
        check(auth, &auth.replace("abc", "***"));
        check("[clients.todo]\nauth = { secrt = \"abc\" }", "[clients.todo]\nauth = { secrt = \"***\" }");
    }
}
