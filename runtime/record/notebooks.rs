//! The notebooks of a run, read one at a time: a run may be larger than memory.

use std::fmt;
use std::io;

use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};

use crate::run::NotebookRecord;

/// The notebooks of a run, in the order of the command line.
pub trait Notebooks {
    /// The number of notebooks.
    fn count(&self) -> usize;

    /// Passes each notebook to `visit`, in order.
    ///
    /// # Errors
    /// The first error of reading a notebook, or of `visit`.
    fn each(&self, visit: &mut dyn FnMut(&NotebookRecord) -> io::Result<()>) -> io::Result<()>;
}

impl Notebooks for Vec<NotebookRecord> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&NotebookRecord) -> io::Result<()>) -> io::Result<()> {
        self.iter().try_for_each(visit)
    }
}

impl fmt::Debug for dyn Notebooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notebooks").field("count", &self.count()).finish_non_exhaustive()
    }
}

impl Serialize for dyn Notebooks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_each(serializer, |visit| self.each(visit))
    }
}

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
