//! Ctrl-C as a signal while the editor, whose terminal passes all keys on as they are, does not read keys.

#[cfg(unix)]
mod system {
    use rustix::stdio::stdin;
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// Until it is dropped, Ctrl-C is a signal.
    pub(in crate::repl) struct KeySignals(Option<Termios>);

    impl KeySignals {
        pub(in crate::repl) fn on() -> Self {
            let before = tcgetattr(stdin()).ok().filter(|mode| !mode.local_modes.contains(LocalModes::ISIG));
            if let Some(before) = &before {
                let mut mode = before.clone();
                mode.local_modes |= LocalModes::ISIG;
                // Without it, Ctrl-C has no effect until the keys are read.
                let _ = tcsetattr(stdin(), OptionalActions::Now, &mode);
            }
            Self(before)
        }
    }

    impl Drop for KeySignals {
        fn drop(&mut self) {
            if let Some(before) = &self.0 {
                let _ = tcsetattr(stdin(), OptionalActions::Now, before);
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    /// There, Ctrl-C has no effect until the keys are read.
    pub(in crate::repl) struct KeySignals;

    impl KeySignals {
        pub(in crate::repl) fn on() -> Self {
            Self
        }
    }
}

pub(super) use system::KeySignals;
