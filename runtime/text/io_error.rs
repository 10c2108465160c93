//! Errors of the system as text: in messages, and between processes (`#[serde(with = "apinb_text::io_error")]`).

use std::error::Error;
use std::io;

use serde::{Deserialize, Deserializer, Serializer};

/// The message of an error as a cause: those of the system without their number, in lower case.
#[must_use]
pub fn cause(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<io::Error>() {
        Some(error) => text(error),
        None => error.to_string(),
    }
}

/// `no such file or directory`, for `No such file or directory (os error 2)`.
#[must_use]
pub fn text(error: &io::Error) -> String {
    let text = error.to_string();
    let Some(number) = error.raw_os_error() else { return text };
    let text = text.strip_suffix(&format!(" (os error {number})")).unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The message of `error`.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(error: &io::Error, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(error))
}

/// An error with that message.
///
/// # Errors
/// Those of the deserializer.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<io::Error, D::Error> {
    String::deserialize(deserializer).map(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{cause, text};

    #[cfg(unix)]
    #[test]
    fn errors_of_the_system_have_no_number() {
        assert_eq!(text(&io::Error::from_raw_os_error(2)), "no such file or directory");
        assert_eq!(cause(&io::Error::from_raw_os_error(13)), "permission denied");
    }

    #[test]
    fn other_errors_stay_as_they_are() {
        assert_eq!(text(&io::Error::other("It is (os error 2)")), "It is (os error 2)");
        assert_eq!(cause(&std::fmt::Error), std::fmt::Error.to_string());
    }
}
