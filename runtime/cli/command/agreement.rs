//! Asks for permission to run remote notebooks.

use std::collections::BTreeSet;

use apinb_project::job::Job;
use apinb_text::diagnostic::Diagnostic;

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::run::prompter::{NoAnswer, Prompter};

/// There is no permission.
#[derive(Debug, thiserror::Error)]
enum NotAgreed {
    #[error("`{notebook}` is remote, and there is no terminal to ask for permission to run it")]
    NoTerminal { notebook: String, hosts: Vec<String> },
    #[error("`{notebook}` did not run: permission was denied")]
    Refused { notebook: String },
    #[error("cannot ask for permission to run `{notebook}`")]
    Unasked {
        notebook: String,
        #[source]
        cause: NoAnswer,
    },
}

impl Diagnostic for NotAgreed {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoTerminal { hosts, .. } => {
                Some(format!("Pass `--yes` to run it and let it call any host. It names {}.", hosts.join(", ")))
            }
            Self::Refused { .. } | Self::Unasked { .. } => None,
        }
    }
}

/// Shows the hosts of each notebook from the web, and asks.
///
/// # Errors
/// When a notebook is not agreed to: none of the others runs either.
pub(super) fn agree(jobs: &[Job], person: Option<&dyn Prompter>) -> Result<(), Failure> {
    let mut asked = BTreeSet::new();
    for job in jobs {
        // With several rows it runs several times.
        if job.row.is_some() && !asked.insert(job.name.as_str()) {
            continue;
        }
        let Some(hosts) = job.network.hosts.agreed() else { continue };
        let notebook = job.name.clone();
        let refused = |problem: NotAgreed| Err(Failure::Problems(Exit::Refused, vec![Box::new(problem)]));
        let Some(person) = person else { return refused(NotAgreed::NoTerminal { notebook, hosts }) };
        let question = format!(
            "{notebook} is a remote notebook. It names these hosts:\n  {}\napinb will ask before it calls any other host. Run it?",
            hosts.join("\n  ")
        );
        match person.confirm(&question) {
            Ok(true) => {}
            Ok(false) => return refused(NotAgreed::Refused { notebook }),
            Err(NoAnswer::Interrupted) => return Err(Failure::Problems(interrupt::exit(), Vec::new())),
            Err(cause) => return refused(NotAgreed::Unasked { notebook, cause }),
        }
    }
    Ok(())
}
