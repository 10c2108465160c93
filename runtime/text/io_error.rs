//! Errors of the system as text, for messages between processes: `#[serde(with = "apinb_text::io_error")]`.

use std::io;

use serde::{Deserialize, Deserializer, Serializer};

/// The message of `error`.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(error: &io::Error, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(error)
}

/// An error with that message.
///
/// # Errors
/// Those of the deserializer.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<io::Error, D::Error> {
    String::deserialize(deserializer).map(io::Error::other)
}
