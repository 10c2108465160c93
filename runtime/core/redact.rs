//! Keeps secrets out of everything that is shown or stored.
//!
//! One [`Redactor`] a run; whoever learns a secret adds it, every sink passes its text through.

use std::borrow::Cow;
use std::sync::{Arc, RwLock};

/// What a secret is replaced with.
pub const MASK: &str = "[secret]";

/// Knows every secret of a run. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Arc<RwLock<Vec<String>>>,
}

impl Redactor {
    /// Remembers `secret`, in every form in which it can appear.
    pub fn add(&self, secret: &str) {
        if let Ok(mut secrets) = self.secrets.write() {
            secrets.push(secret.to_owned());
        }
    }

    /// `text` with every known secret replaced by [`MASK`].
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Ok(secrets) = self.secrets.read() else { return Cow::Borrowed(MASK) };
        let mut text = Cow::Borrowed(text);
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            if text.contains(secret.as_str()) {
                text = Cow::Owned(text.replace(secret.as_str(), MASK));
            }
        }
        text
    }
}
