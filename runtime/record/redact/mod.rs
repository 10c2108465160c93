//! Removes secrets from the data of this crate, field by field.
//!
//! This is the last barrier before a report: the engine redacts what it records, but it may learn a secret after it
//! recorded a text with it, and labels and source lines come from the notebook. Each type is destructured without `..`,
//! so that a new field does not compile until it is listed as redacted or as kept.

mod check;
mod contract;
mod event;
mod explanation;
mod port;
mod request;
mod run;
mod settings;

#[cfg(test)]
mod tests;

use apinb_text::secret::redactor::Redactor;
use serde_json::{Map, Value};

/// Data that may hold secrets.
pub trait Redact {
    /// Replaces each secret that `redactor` knows.
    fn redact(&mut self, redactor: &Redactor);
}

/// Implements [`Redact`] for structs: first the redacted fields, then those that hold only numbers, booleans,
/// enumerations, and texts of apinb itself.
macro_rules! redact {
    ($($type:ident { redacted: $($field:ident),*; kept: $($kept:ident),* })*) => {
        $(impl $crate::redact::Redact for $type {
            fn redact(&mut self, redactor: &apinb_text::secret::redactor::Redactor) {
                let Self { $($field,)* $($kept: _,)* } = self;
                $($crate::redact::Redact::redact($field, redactor);)*
            }
        })*
    };
}
use redact;

impl Redact for String {
    fn redact(&mut self, redactor: &Redactor) {
        if let Some(redacted) = redactor.redact(self).changed() {
            *self = redacted;
        }
    }
}

impl Redact for Value {
    fn redact(&mut self, redactor: &Redactor) {
        redactor.redact_json(self);
    }
}

/// Redacts the values; the names stay.
impl Redact for Map<String, Value> {
    fn redact(&mut self, redactor: &Redactor) {
        self.values_mut().for_each(|value| value.redact(redactor));
    }
}

impl<T: Redact> Redact for Option<T> {
    fn redact(&mut self, redactor: &Redactor) {
        self.iter_mut().for_each(|value| value.redact(redactor));
    }
}

impl<T: Redact> Redact for Vec<T> {
    fn redact(&mut self, redactor: &Redactor) {
        self.iter_mut().for_each(|value| value.redact(redactor));
    }
}

impl<T: Redact, E: Redact> Redact for Result<T, E> {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Ok(value) => value.redact(redactor),
            Err(error) => error.redact(redactor),
        }
    }
}

impl<A: Redact, B: Redact> Redact for (A, B) {
    fn redact(&mut self, redactor: &Redactor) {
        self.0.redact(redactor);
        self.1.redact(redactor);
    }
}
