//! The mode of the terminal (echo, line editing, signals of keys), to restore it.

#[cfg(unix)]
mod system {
    use rustix::stdio::stdin;
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    /// A mode of the terminal.
    pub(in crate::cli) struct TerminalMode(Termios);

    impl TerminalMode {
        /// The mode of the terminal now; none if stdin is not a terminal.
        pub(in crate::cli) fn current() -> Option<Self> {
            tcgetattr(stdin()).ok().map(Self)
        }

        /// Sets it again.
        pub(in crate::cli) fn restore(&self) {
            // A failure cannot be handled here.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
        }
    }
}

#[cfg(not(unix))]
mod system {
    /// A mode of the terminal: there, prompts leave it as it is.
    pub(in crate::cli) struct TerminalMode;

    impl TerminalMode {
        pub(in crate::cli) fn current() -> Option<Self> {
            None
        }

        pub(in crate::cli) fn restore(&self) {}
    }
}

pub(super) use system::TerminalMode;
