//! A question of a cell.

use apinb_text::display::shell::Word;

/// A question of a cell.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which function asks.
    pub kind: QuestionKind,
    /// Its text.
    pub text: String,
    /// The variable (or property) that the answer is assigned to: `DOMAIN = prompt(…)`.
    pub variable: Option<String>,
    /// The default that the notebook gives.
    pub default: Option<String>,
    /// Whether text or variable say that the answer is a secret.
    pub secret: bool,
}

impl Question {
    /// The flag that answers it: `--input DOMAIN=…`.
    #[must_use]
    pub fn flag(&self) -> String {
        let value = match self.kind {
            QuestionKind::Prompt => "…",
            QuestionKind::Confirm => "yes",
        };
        match &self.variable {
            Some(variable)
                if variable.chars().all(|character| character.is_alphanumeric() || "_.".contains(character)) =>
            {
                format!("--input {variable}={value}")
            }
            _ => {
                // A `=` would end the key, a line break the word; a pattern covers them.
                let key = self.text.trim().replace(['=', '\n', '\r'], "?");
                let key = if key.is_empty() { "*" } else { &key };
                format!("--input {}", Word::of(&format!("{key}={value}")))
            }
        }
    }
}

/// `prompt` or `confirm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// A text is asked for.
    Prompt,
    /// Yes or no.
    Confirm,
}
