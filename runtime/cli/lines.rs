//! A report on stdout, written line by line.

use std::io;

use apinb_report::Syntax;

use super::streams::Stream;

/// How many bytes are collected before whole lines of them are written.
const CHUNK: usize = 64 << 10;

/// Writes a report to a stream.
pub(super) struct Lines {
    stream: Stream,
    syntax: Syntax,
    /// The beginning of a line, or of a character.
    pending: Vec<u8>,
}

impl Lines {
    pub(super) fn new(stream: Stream, syntax: Syntax) -> Self {
        Self { stream, syntax, pending: Vec::new() }
    }

    /// Writes the last line.
    ///
    /// # Errors
    /// The system's error, including a broken pipe.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.write_pending(self.pending.len())
    }

    /// Writes the first `bytes` of what is pending, whole lines.
    fn write_pending(&mut self, bytes: usize) -> io::Result<()> {
        let rest = self.pending.split_off(bytes);
        let lines = String::from_utf8(std::mem::replace(&mut self.pending, rest)).map_err(io::Error::other)?;
        self.stream.write_document(self.syntax, &lines)
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= CHUNK
            && let Some(last) = self.pending.iter().rposition(|byte| *byte == b'\n')
        {
            self.write_pending(last + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
