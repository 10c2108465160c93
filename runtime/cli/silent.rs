//! Reads a line from the terminal without showing anything of it, not even its length.

use super::streams::Stream;
use crate::run::prompter::NoAnswer;

/// The line that the person writes after `prompt`; none when it is ended with Ctrl-D while empty.
///
/// # Errors
/// [`NoAnswer::Interrupted`] on Ctrl-C; when the terminal can't be read.
pub(super) fn read(stderr: Stream, prompt: &str) -> Result<Option<String>, NoAnswer> {
    let unreadable = NoAnswer::Unreadable;
    let line = {
        let terminal = terminal::Quiet::start().map_err(unreadable)?;
        stderr.write(prompt).map_err(unreadable)?;
        let mut line = Line::default();
        loop {
            match line.key(terminal.byte().map_err(unreadable)?) {
                Some(Key::End) => break Ok(line.text()),
                Some(Key::Cancel) => break Ok(None),
                Some(Key::Interrupt) => break Err(NoAnswer::Interrupted),
                None => {}
            }
        }
    };
    stderr.write("\n").map_err(unreadable)?;
    line
}

/// The bytes that end a line.
#[derive(Debug, PartialEq, Eq)]
enum Key {
    End,
    Cancel,
    Interrupt,
}

/// The line as it grows; the last 64 KB count.
#[derive(Default)]
struct Line(Vec<u8>);

impl Line {
    /// Takes a byte from a terminal in raw mode; none: the terminal is gone.
    fn key(&mut self, byte: Option<u8>) -> Option<Key> {
        match byte {
            Some(b'\r' | b'\n') => return Some(Key::End),
            Some(3) => return Some(Key::Interrupt),
            None | Some(4) => return Some(if self.0.is_empty() { Key::Cancel } else { Key::End }),
            // Backspace takes a whole character.
            Some(8 | 0x7f) => while self.0.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {},
            // Ctrl-U takes all.
            Some(21) => self.0.clear(),
            Some(byte) if byte >= b' ' && self.0.len() < 1 << 16 => self.0.push(byte),
            Some(_) => {}
        }
        None
    }

    fn text(self) -> Option<String> {
        Some(String::from_utf8_lossy(&self.0).into_owned())
    }
}

#[cfg(unix)]
mod terminal {
    //! The terminal with echo, line editing and signals off until it is dropped.

    use std::io;

    use rustix::stdio::stdin;
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    pub(super) struct Quiet(Termios);

    impl Quiet {
        pub(super) fn start() -> io::Result<Self> {
            let before = tcgetattr(stdin())?;
            let mut quiet = before.clone();
            quiet.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
            quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
            quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
            tcsetattr(stdin(), OptionalActions::Drain, &quiet)?;
            Ok(Self(before))
        }

        pub(super) fn byte(&self) -> io::Result<Option<u8>> {
            let mut byte = [0];
            loop {
                match rustix::io::read(stdin(), &mut byte) {
                    Ok(read) => return Ok((read > 0).then_some(byte[0])),
                    Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }

    impl Drop for Quiet {
        fn drop(&mut self) {
            // A failure cannot be handled here.
            let _ = tcsetattr(stdin(), OptionalActions::Drain, &self.0);
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    //! Where the terminal cannot be kept quiet, nothing is asked.

    use std::io;

    pub(super) struct Quiet;

    impl Quiet {
        pub(super) fn start() -> io::Result<Self> {
            Err(io::Error::new(io::ErrorKind::Unsupported, "cannot prompt for a secret here; pass it by `--input`"))
        }

        pub(super) fn byte(&self) -> io::Result<Option<u8>> {
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Line};

    fn check(bytes: &[u8], expected: Key, text: &str) {
        let mut line = Line::default();
        let mut keys = bytes.iter().filter_map(|byte| line.key(Some(*byte)));
        assert_eq!(keys.next(), Some(expected), "{bytes:?}");
        drop(keys);
        assert_eq!(line.text().as_deref(), Some(text), "{bytes:?}");
    }

    #[test]
    fn keys_edit_end_or_cancel_the_line() {
        check(b"abc\r", Key::End, "abc");
        check("aé\u{7f}b\n".as_bytes(), Key::End, "ab");
        check(b"\x7fabc\x15d\x1b\x04", Key::End, "d");
        check(b"\x04", Key::Cancel, "");
        check(b"ab\x03", Key::Interrupt, "ab");
    }
}
