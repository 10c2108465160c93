//! Reads the lines of stdin on a thread of its own, so that timers and promises go on meanwhile.

use std::io::{self, BufRead as _};
use std::thread;

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Maximum length of a line, in bytes.
const MAX_LINE: usize = 16 << 20;

/// The number of lines that are read ahead.
const AHEAD: usize = 16;

/// What comes from stdin.
#[derive(Debug)]
pub(super) enum Input {
    /// A line with its line feed; the last one may have none.
    Line(String),
    /// Nothing more has been written so far: who writes may wait for a result.
    Waiting,
    End,
    Failed(io::Error),
}

/// Starts reading.
///
/// # Errors
/// When the system provides no thread.
pub(super) fn inputs() -> io::Result<Receiver<Input>> {
    let (sender, receiver) = channel(AHEAD);
    thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        if let Err(error) = read(&sender) {
            // Without a receiver the session has ended.
            let _ = sender.blocking_send(Input::Failed(error));
        }
    })?;
    Ok(receiver)
}

fn read(inputs: &Sender<Input>) -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut lines = Lines::default();
    loop {
        while let Some(line) = lines.next()? {
            if inputs.blocking_send(Input::Line(line)).is_err() {
                return Ok(());
            }
        }
        if !is_ready() && inputs.blocking_send(Input::Waiting).is_err() {
            return Ok(());
        }
        let chunk = stdin.fill_buf()?;
        let length = chunk.len();
        lines.bytes.extend_from_slice(chunk);
        stdin.consume(length);
        if length == 0 {
            if let Some(line) = lines.last()? {
                let _ = inputs.blocking_send(Input::Line(line));
            }
            let _ = inputs.blocking_send(Input::End);
            return Ok(());
        }
    }
}

/// Whether there is something to read, or an end.
#[cfg(unix)]
fn is_ready() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = rustix::stdio::stdin();
    let mut polled = [PollFd::new(&stdin, PollFlags::IN)];
    poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0)
}

/// There, nothing tells.
#[cfg(not(unix))]
fn is_ready() -> bool {
    false
}

/// Bytes that become lines.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    /// The start of the next line.
    start: usize,
    /// There is no line feed from `start` to here.
    searched: usize,
}

impl Lines {
    fn next(&mut self) -> io::Result<Option<String>> {
        let rest = self.bytes.get(self.searched..).unwrap_or_default();
        let Some(at) = rest.iter().position(|byte| *byte == b'\n') else {
            self.bytes.drain(..self.start);
            (self.start, self.searched) = (0, self.bytes.len());
            if self.bytes.len() >= MAX_LINE {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a line has more than 16 MB"));
            }
            return Ok(None);
        };
        let end = self.searched + at + 1;
        let line = self.bytes.get(self.start..end).unwrap_or_default().to_vec();
        (self.start, self.searched) = (end, end);
        text(line).map(Some)
    }

    /// The text behind the last line feed.
    fn last(&mut self) -> io::Result<Option<String>> {
        let rest = std::mem::take(&mut self.bytes);
        if rest.is_empty() { Ok(None) } else { text(rest).map(Some) }
    }
}

fn text(line: Vec<u8>) -> io::Result<String> {
    String::from_utf8(line)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn bytes_become_lines() {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for chunk in ["a\nb", "", "é\n\nc\r\n", "d"] {
            lines.bytes.extend_from_slice(chunk.as_bytes());
            while let Some(line) = lines.next().expect("UTF-8") {
                found.push(line);
            }
        }
        assert_eq!(found, ["a\n", "bé\n", "\n", "c\r\n"]);
        assert_eq!(lines.last().expect("UTF-8").as_deref(), Some("d"));
        lines.bytes.extend_from_slice(b"\xff\n");
        lines.searched = 0;
        assert!(lines.next().is_err());
    }
}
