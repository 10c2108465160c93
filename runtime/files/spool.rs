//! A list of byte strings that may be larger than memory.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::{Mutex, PoisonError};

use tempfile::SpooledTempFile;

/// How many bytes are held in memory. The others are in a temporary file, which only its owner can read and which the
/// system removes when the process ends.
const MEMORY: usize = 8 << 20;

/// A list of byte strings, in the order in which they were added.
#[derive(Debug)]
pub struct Spool {
    file: Mutex<SpooledTempFile>,
    /// The end of each string, in bytes from the start of the file.
    ends: Vec<u64>,
}

impl Default for Spool {
    fn default() -> Self {
        Self::holding(MEMORY)
    }
}

impl Spool {
    fn holding(memory: usize) -> Self {
        Self { file: Mutex::new(tempfile::spooled_tempfile(memory)), ends: Vec::new() }
    }

    /// The number of strings.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Adds `bytes` as the last string.
    ///
    /// # Errors
    /// An error of the system; the list is then unchanged.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let end = self.ends.last().copied().unwrap_or_default();
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(end))?;
        file.write_all(bytes)?;
        self.ends.push(file.stream_position()?);
        Ok(())
    }

    /// Reads the strings one after another.
    pub fn iter(&self) -> impl Iterator<Item = io::Result<Vec<u8>>> {
        (0..self.count()).filter_map(|index| self.get(index).transpose())
    }

    /// Reads the string at this index; none: there are fewer.
    ///
    /// # Errors
    /// An error of the system.
    pub fn get(&self, index: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(end) = self.ends.get(index) else { return Ok(None) };
        let before = index.checked_sub(1).and_then(|before| self.ends.get(before));
        self.read(before.copied().unwrap_or_default(), *end).map(Some)
    }

    fn read(&self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = vec![0; usize::try_from(end - start).map_err(io::Error::other)?];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::Spool;

    #[test]
    fn strings_are_read_in_order_from_memory_and_from_a_file() {
        for memory in [0, 5, 1000] {
            let mut spool = Spool::holding(memory);
            let read = |spool: &Spool| spool.iter().map(Result::unwrap).collect::<Vec<_>>();
            assert_eq!(read(&spool), Vec::<Vec<u8>>::new());
            for text in ["one", "", "three"] {
                spool.push(text.as_bytes()).unwrap();
                assert_eq!(read(&spool).last().map(Vec::as_slice), Some(text.as_bytes()));
            }
            assert_eq!(read(&spool), [b"one".to_vec(), Vec::new(), b"three".to_vec()], "{memory}");
            assert_eq!(spool.count(), 3);
            let at = |index| spool.get(index).unwrap();
            assert_eq!((at(0), at(2), at(3)), (Some(b"one".to_vec()), Some(b"three".to_vec()), None));
        }
    }
}
