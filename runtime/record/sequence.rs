//! Serializes a sequence whose items are made one at a time.

use std::io;

use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

/// Serializes the values that `each` passes to its argument as a sequence, without holding more than one of them.
///
/// # Errors
/// The error of the serializer, else that of `each`.
pub fn serialize_each<S: Serializer, T: Serialize>(
    serializer: S,
    each: impl FnOnce(&mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()>,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(None)?;
    let mut unwritable = None;
    let visited = each(&mut |value| {
        sequence.serialize_element(value).map_err(|error| {
            let message = error.to_string();
            unwritable = Some(error);
            io::Error::other(message)
        })
    });
    match (unwritable, visited) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(serde::ser::Error::custom(error)),
        (None, Ok(())) => sequence.end(),
    }
}
