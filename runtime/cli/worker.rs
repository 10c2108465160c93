//! The hidden command of worker processes: `apinb __worker`, which only a run starts.

use std::io;

use apinb_text::diagnostic::causes::with_causes;

use super::exit::Exit;
use crate::run::link::{FromRun, ToRun};
use crate::run::worker;

/// Runs as a worker. The process ends when its run closes the connection.
pub(super) fn work() -> Exit {
    end_with_parent();
    match streams().and_then(|(input, output)| worker::work(input, output)) {
        Ok(()) => Exit::Passed,
        Err(error) => {
            let streams = super::streams::Streams::new(super::arguments::Color::Never);
            // The run reads it. Without a run the message is lost.
            let _ = streams.stderr.write(&format!("error: {}\n", with_causes(&error)));
            Exit::Unusable
        }
    }
}

/// The pipes of the run. stdin and stdout are no longer theirs, so that nothing else reads messages or writes between
/// them.
#[cfg(unix)]
fn streams() -> io::Result<(FromRun, ToRun)> {
    use std::fs::File;

    use rustix::io::fcntl_dupfd_cloexec;
    use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};

    /// Above the standard streams.
    const LOWEST: i32 = 3;

    let input = File::from(fcntl_dupfd_cloexec(stdin(), LOWEST)?);
    let output = File::from(fcntl_dupfd_cloexec(stdout(), LOWEST)?);
    // Reading it fails: it is open for writing only.
    dup2_stdin(stderr())?;
    dup2_stdout(stderr())?;
    Ok((Box::new(input), Box::new(output)))
}

#[cfg(not(unix))]
fn streams() -> io::Result<(FromRun, ToRun)> {
    Ok((Box::new(io::stdin()), Box::new(io::stdout())))
}

/// Where the system can, it kills this process when its parent ends; elsewhere the closed connection ends it.
fn end_with_parent() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};

        // The closed connection ends it, too.
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
}
