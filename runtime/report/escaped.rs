//! Escapes what is written, on the way to a file or a stream.

use std::borrow::Cow;
use std::io;

/// Writes text to `out` as `escape` returns it.
pub(super) struct Escaped<'a> {
    out: &'a mut dyn io::Write,
    escape: fn(&str) -> Cow<'_, str>,
    /// The beginning of a character.
    pending: Vec<u8>,
}

impl<'a> Escaped<'a> {
    pub(super) fn new(out: &'a mut dyn io::Write, escape: fn(&str) -> Cow<'_, str>) -> Self {
        Self { out, escape, pending: Vec::new() }
    }

    /// Writes the rest.
    ///
    /// # Errors
    /// The error of the writer, or that the text ends within a character.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if self.pending.is_empty() { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    fn write_text(&mut self, bytes: &[u8]) -> io::Result<()> {
        let complete = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                let (complete, rest) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
                self.pending = rest.to_owned();
                std::str::from_utf8(complete).map_err(io::Error::other)?
            }
            Err(error) => return Err(io::Error::other(error)),
        };
        self.out.write_all((self.escape)(complete).as_bytes())
    }
}

impl io::Write for Escaped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.pending.is_empty() {
            self.write_text(bytes)?;
        } else {
            let mut whole = std::mem::take(&mut self.pending);
            whole.extend_from_slice(bytes);
            self.write_text(&whole)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use apinb_text::display::escape::escape_controls;

    use super::Escaped;

    #[test]
    fn characters_may_be_written_in_parts() {
        let mut written = Vec::new();
        let mut out = Escaped::new(&mut written, escape_controls);
        for byte in "a\u{9b}é😀\x1b\n".bytes() {
            out.write_all(&[byte]).expect("a write");
        }
        out.finish().expect("the end");
        assert_eq!(String::from_utf8(written).expect("text"), "a\\u{9b}é😀␛\n");
    }

    #[test]
    fn a_cut_character_is_an_error() {
        let mut written = Vec::new();
        let mut out = Escaped::new(&mut written, escape_controls);
        out.write_all(&[b'a', 0xc3]).expect("a write");
        assert!(out.finish().is_err());
    }
}
