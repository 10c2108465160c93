//! Quotes a word for a POSIX shell: the shell reads any text literally.

use crate::secret::redactor::MASK;

/// Builds a word. Only [`Word::expansion`] adds expansions.
#[derive(Clone, Debug, Default)]
pub struct Word {
    text: String,
    /// Whether single quotes are open.
    quoted: bool,
}

impl Word {
    /// A word of this text, with `$SECRET` for each secret.
    #[must_use]
    pub fn masked(text: &str) -> String {
        let mut word = Self::default();
        for (index, part) in text.split(MASK).enumerate() {
            if index > 0 {
                word.expansion("$SECRET");
            }
            word.literal(part);
        }
        word.end()
    }

    /// A word of this text.
    #[must_use]
    pub fn of(text: &str) -> String {
        let mut word = Self::default();
        word.literal(text);
        word.end()
    }

    /// A word of this text, without quotes if it needs none.
    #[must_use]
    pub fn bare(text: &str) -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !text.is_empty() && text.bytes().all(is_plain) { text.to_owned() } else { Self::of(text) }
    }

    /// Adds literal text. A shell cannot represent NUL.
    pub fn literal(&mut self, text: &str) -> &mut Self {
        if !text.is_empty() && !self.quoted {
            self.text.push('\'');
            self.quoted = true;
        }
        self.text.push_str(&text.replace('\0', "").replace('\'', r"'\''"));
        self
    }

    /// Adds an expansion: `${NAME}`, `$(command)`.
    pub fn expansion(&mut self, expansion: &str) -> &mut Self {
        self.close();
        self.text.push('"');
        self.text.push_str(expansion);
        self.text.push('"');
        self
    }

    /// The finished word; `''` for an empty one.
    #[must_use]
    pub fn end(mut self) -> String {
        self.close();
        if self.text.is_empty() { "''".to_owned() } else { self.text }
    }

    fn close(&mut self) {
        if self.quoted {
            self.text.push('\'');
            self.quoted = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Word;

    #[test]
    fn words_are_quoted_for_the_shell() {
        for (text, expected) in [
            ("", "''"),
            ("plain", "'plain'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("authorization: Bearer [secret]", r#"'authorization: Bearer '"$SECRET""#),
            ("[secret]x", r#""$SECRET"'x'"#),
        ] {
            assert_eq!(Word::masked(text), expected);
        }
        assert_eq!(Word::of("[secret]"), "'[secret]'");
        assert_eq!(["GET", "M-SEARCH", "X&reboot&", ""].map(Word::bare), ["GET", "M-SEARCH", "'X&reboot&'", "''"]);
    }
}
