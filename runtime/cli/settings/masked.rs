//! `apinb.toml` without secrets, for messages.

use apinb_text::secret::names::is_secret_name;

/// `text` with `*` for every byte of the quoted values of secrets: of lines on which something before the value is
/// called a token, a password and so on. All else stays where it is, so that positions are those of the file.
pub(crate) fn masked(text: &str) -> String {
    text.split_inclusive('\n').map(line).collect()
}

fn line(line: &str) -> String {
    let Some((key, value)) = line.split_once('=').filter(|(key, _)| is_secret_name(key)) else {
        return line.to_owned();
    };
    let mut masked = format!("{key}=");
    let mut quote = None;
    let mut escaped = false;
    for character in value.chars() {
        let ends = quote == Some(character) && !escaped;
        match quote {
            _ if matches!(character, '\r' | '\n') => masked.push(character),
            Some(_) if !ends => masked.push_str(&"*".repeat(character.len_utf8())),
            _ => masked.push(character),
        }
        escaped = quote == Some('"') && character == '\\' && !escaped;
        if ends {
            quote = None;
        } else if quote.is_none() && matches!(character, '"' | '\'') {
            quote = Some(character);
        }
    }
    masked
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
        check("secret\n", "secret\n");
    }
}
