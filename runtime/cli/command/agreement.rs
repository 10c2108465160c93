//! Notebooks from the web run when somebody agreed to the hosts that they talk to.

use std::collections::BTreeSet;

use apinb_text::diagnostic::Diagnostic;

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::run::job::Job;
use crate::run::prompter::{NoAnswer, Prompter};

/// Nobody agreed.
#[derive(Debug, thiserror::Error)]
enum NotAgreed {
    #[error("`{notebook}` comes from the web, and nobody is there to agree to what it does")]
    Nobody { notebook: String, hosts: Vec<String> },
    #[error("`{notebook}` did not run: it was not agreed to")]
    Refused { notebook: String },
    #[error("cannot ask whether `{notebook}` may run")]
    Unasked {
        notebook: String,
        #[source]
        cause: NoAnswer,
    },
}

impl Diagnostic for NotAgreed {
    fn help(&self) -> Option<String> {
        match self {
            Self::Nobody { hosts, .. } => {
                Some(format!("its text names {}; `--yes` runs it, and lets it call any host", hosts.join(", ")))
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
        let Some(person) = person else { return refused(NotAgreed::Nobody { notebook, hosts }) };
        let question = format!(
            "{notebook} comes from the web. Its text names these hosts:\n  {}\nIt will ask before it calls any other. Run it?",
            hosts.join("\n  ")
        );
        match person.confirm(&question) {
            Ok(true) => {}
            Ok(false) => return refused(NotAgreed::Refused { notebook }),
            Err(NoAnswer::Interrupted) => return Err(Failure::Problems(Exit::Interrupted, Vec::new())),
            Err(cause) => return refused(NotAgreed::Unasked { notebook, cause }),
        }
    }
    Ok(())
}
