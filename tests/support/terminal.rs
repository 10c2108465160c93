//! A user at a terminal, who reads the screen and types.

use std::io::{Read as _, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::case::{Case, program};

/// Output that does not appear within this time is missing.
const PATIENCE: Duration = Duration::from_secs(60);

/// The rows of a terminal.
const ROWS: u16 = 40;

/// A terminal in which a case runs.
pub(crate) struct Terminal {
    case: Case,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    screen: Receiver<Vec<u8>>,
    master: Box<dyn MasterPty + Send>,
    columns: u16,
    seen: String,
    /// The length of `seen` that was waited for already.
    read: usize,
}

impl Terminal {
    /// Starts the case in a terminal with that many columns.
    pub(crate) fn start(case: Case, columns: u16) -> Self {
        let size = PtySize { rows: ROWS, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program());
        command.args(case.arguments());
        command.cwd(case.folder());
        command.env_clear();
        for (name, value) in case.variables() {
            command.env(name, value);
        }
        if !case.variables().iter().any(|(name, _)| name == "TERM") {
            command.env("TERM", "xterm-256color");
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let keyboard = pair.master.take_writer().unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, screen) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { case, child, keyboard, screen, master: pair.master, columns, seen: String::new(), read: 0 }
    }

    /// Waits until the terminal shows `text` after the previously awaited text.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        loop {
            if let Some(at) = self.seen[self.read..].find(text) {
                self.read += at + text.len();
                return self;
            }
            match self.screen.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("the terminal does not show {text:?}:\n{}", self.seen),
            }
        }
    }

    /// The visible rows of the terminal without trailing empty ones.
    pub(crate) fn rows(&self) -> String {
        let mut parser = vt100::Parser::new(ROWS, self.columns, 0);
        parser.process(self.seen.as_bytes());
        let rows: Vec<String> = parser.screen().rows(0, self.columns).map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }

    /// The content of a file in the folder of the case.
    #[track_caller]
    pub(crate) fn file(&self, path: &str) -> String {
        std::fs::read_to_string(self.case.folder().join(path)).unwrap()
    }

    /// The folder of the case.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.case.folder()
    }

    /// Writes a file in the folder of the case.
    pub(crate) fn changes(&mut self, path: &str, content: &str) -> &mut Self {
        std::fs::write(self.case.folder().join(path), content).unwrap();
        self
    }

    /// The id of the program's process.
    #[cfg(unix)]
    pub(crate) fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits until the program lets Ctrl-C be a signal.
    #[cfg(unix)]
    pub(crate) fn takes_signals(&self) {
        /// `ISIG` of `termios.h`.
        const ISIG: u64 = 1;
        while u64::from(self.master.get_termios().unwrap().local_flags.bits()) & ISIG == 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Types keys.
    pub(crate) fn types(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    /// Waits for the end of the program, which leaves a terminal that echoes, and returns its exit code and all output.
    pub(crate) fn end(mut self) -> (u32, String) {
        loop {
            match self.screen.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    self.child.kill().unwrap();
                    panic!("the program does not end:\n{}", self.seen);
                }
            }
        }
        let status = self.child.wait().unwrap();
        #[cfg(unix)]
        {
            /// `ECHO` of `termios.h`.
            const ECHO: u64 = 8;
            let mode = self.master.get_termios().unwrap();
            assert!(u64::from(mode.local_flags.bits()) & ECHO != 0, "the terminal does not echo:\n{}", self.seen);
        }
        (status.exit_code(), self.seen)
    }
}
