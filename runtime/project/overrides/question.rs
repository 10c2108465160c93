//! A prompt of a cell.

use apinb_text::display::shell::Word;
use serde::{Deserialize, Serialize};

/// A call of `prompt` or `confirm`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    pub kind: QuestionKind,
    pub text: String,
    /// The variable (or property) that the answer is assigned to: `DOMAIN = prompt(…)`.
    pub variable: Option<String>,
    /// The default answer of the notebook.
    pub default: Option<String>,
    /// Whether the text or the name of the variable marks the answer as a secret.
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

/// The answer to a `confirm`; none if the text is neither yes nor no.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "ok" | "1" => Some(true),
        "no" | "n" | "false" | "cancel" | "0" => Some(false),
        _ => None,
    }
}

/// The function that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuestionKind {
    /// `prompt`: answered by a text.
    Prompt,
    /// `confirm`: answered by yes or no.
    Confirm,
}
