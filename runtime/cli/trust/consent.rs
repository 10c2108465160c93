//! Whether the user accepts the lists of a command: by a flag, by an earlier answer, or by an answer to a question.

use std::collections::BTreeSet;
use std::rc::Rc;

use apinb_project::trust::store::TrustStore;
use apinb_record::trust::ANY_HOST;
use apinb_report::terminal::{TerminalReport, Verbosity};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::escape::escape_controls;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use super::list::TrustList;
use super::requests::is_request;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::person::AtTerminal;
use crate::cli::progress::Progress;
use crate::cli::settings::job::{Loaded, LoadedFile};
use crate::cli::settings::layers::{Assignment, Layers};
use crate::cli::settings::parse::AcceptedTrust;
use crate::cli::settings::table::{self, TRUST};
use crate::cli::streams::Streams;
use crate::run::prompter::{NoAnswer, Prompter as _};

/// What a command does with values that need trust and do not have it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Consent {
    /// It asks for trust, at the terminal if there is one: the notebooks of the command call servers.
    Required(Streams),
    /// It runs without them: its calls go to mock servers.
    Withheld,
    /// It reads them, as nothing leaves this machine, except that none of them decides how the network is used.
    Local,
}

/// What becomes of the values of a notebook's `apinb.toml` that need trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// There is none, or all of them are accepted, for any host.
    Trusted,
    /// All of them are accepted, for the hosts of the list.
    Listed(TrustList),
    /// They are dropped.
    Withheld,
    /// Those that decide how the network is used are dropped.
    Local,
}

impl Decision {
    /// Drops the values that are not trusted.
    pub(crate) fn apply(&self, loaded: &mut Loaded) {
        let Some(file) = &loaded.file else { return };
        match self {
            Self::Trusted | Self::Listed(_) => {}
            Self::Withheld => loaded.layers.retain(|assignment| !is_request(file, assignment)),
            Self::Local => {
                loaded.layers.retain(|assignment| !is_of_network(assignment) || !is_request(file, assignment));
            }
        }
    }

    /// The hosts that notebooks may call since they get values of the project, and the setting of one of these values;
    /// none: any host.
    pub(crate) fn hosts(&self) -> Option<(&str, BTreeSet<&str>)> {
        let Self::Listed(list) = self else { return None };
        let sent = list.requests.iter().filter(|request| !request.hosts.is_empty());
        let hosts: BTreeSet<&str> = sent.clone().flat_map(|request| &request.hosts).map(String::as_str).collect();
        if hosts.contains(ANY_HOST) {
            return None;
        }
        Some((&sent.clone().next()?.setting, hosts))
    }
}

fn is_of_network(assignment: &Assignment) -> bool {
    table::section(assignment.setting.entry()).is_some_and(|section| section.name == "network")
}

/// A project that is not trusted.
#[derive(Debug, thiserror::Error)]
enum NotTrusted {
    #[error("`{folder}` asks for more than its own files:\n{list}")]
    NoTerminal { folder: String, list: String, hashes: String },
    #[error("`{folder}` is not trusted: nothing ran")]
    Refused { folder: String },
    #[error("cannot ask whether to trust `{folder}`")]
    Unasked {
        folder: String,
        #[source]
        cause: NoAnswer,
    },
}

impl Diagnostic for NotTrusted {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoTerminal { hashes, .. } => Some(format!(
                "Pass `--trust={hashes}` to accept exactly this list, or run the command at a terminal, which asks once."
            )),
            Self::Refused { .. } => Some("Run the command again to be asked again.".to_owned()),
            Self::Unasked { .. } => None,
        }
    }
}

/// Decides about the projects of the notebooks whose settings are `loaded`, one decision for each.
///
/// # Errors
/// When trust is required, and the user does not give it.
pub(crate) fn decide(loaded: &[Loaded], consent: Consent) -> Result<Vec<Decision>, Failure> {
    let mut decisions = Vec::new();
    // Notebooks of one project have the same list, unless `.env` files beside them differ.
    let mut known: Vec<(TrustList, Decision)> = Vec::new();
    let mut unknown = Vec::new();
    for loaded in loaded {
        let list = loaded.file.as_ref().filter(|file| !file.is_proposed).map(TrustList::without_hosts);
        let (Some(file), Some(list)) = (&loaded.file, list.filter(|list| !list.requests.is_empty())) else {
            // Files that apinb itself is about to write ask for nothing.
            decisions.push(Decision::Trusted);
            continue;
        };
        let decided = known.iter().find(|(known, _)| *known == list).map(|(_, decision)| decision.clone());
        let accepted = if decided.is_some() { None } else { accepted(loaded, file, &list)? };
        let decision = match (decided.or(accepted), consent) {
            (Some(decision), _) => decision,
            (None, Consent::Withheld) => Decision::Withheld,
            (None, Consent::Local) => Decision::Local,
            (None, Consent::Required(_)) => {
                let list = list.clone().with_hosts(file);
                unknown.push(list.clone());
                Decision::Listed(list)
            }
        };
        known.push((list, decision.clone()));
        decisions.push(decision);
    }
    if let Consent::Required(streams) = consent
        && !unknown.is_empty()
    {
        ask(&unknown, streams)?;
    }
    Ok(decisions)
}

/// The decision about what `file` asks for, if the user has accepted it by a flag or before. `list` lacks its hosts.
fn accepted(loaded: &Loaded, file: &LoadedFile, list: &TrustList) -> Result<Option<Decision>, Failure> {
    let mut problems = Vec::new();
    let in_advance = loaded.layers.value(&TRUST, &mut problems);
    if !problems.is_empty() {
        return Err(Failure::unusable_problems(problems));
    }
    let hashes = match in_advance {
        Some(AcceptedTrust::All) => return Ok(Some(Decision::Trusted)),
        Some(AcceptedTrust::Lists(hashes)) => hashes,
        None => Default::default(),
    };
    let store = TrustStore::of_user().filter(|store| store.knows(&list.folder));
    // Finding the hosts reads the notebooks and definitions of the project.
    if hashes.is_empty() && store.is_none() {
        return Ok(None);
    }
    let list = list.clone().with_hosts(file);
    let hash = list.hash();
    let is_accepted = hashes.contains(&hash) || store.is_some_and(|store| store.accepts(&list.folder, &hash));
    Ok(is_accepted.then_some(Decision::Listed(list)))
}

/// Whether the user accepts anything that projects ask for.
pub(crate) fn accepts_all(layers: &Layers) -> bool {
    layers.value(&TRUST, &mut Vec::new()) == Some(AcceptedTrust::All)
}

/// Asks about each list, and stores the answers.
fn ask(lists: &[TrustList], streams: Streams) -> Result<(), Failure> {
    let refused = |problems: Vec<Box<dyn Diagnostic>>| Err(Failure::Problems(Exit::Refused, problems));
    if !streams.person() {
        let hashes: Vec<String> = lists.iter().map(TrustList::hash).collect();
        let problem = |list: &TrustList| -> Box<dyn Diagnostic> {
            let shown = apinb_report::trust::requests(&list.requests);
            Box::new(NotTrusted::NoTerminal { folder: list.name(), list: shown, hashes: hashes.join(",") })
        };
        return refused(lists.iter().map(problem).collect());
    }
    let person = terminal(streams);
    for list in lists {
        let folder = list.name();
        let question = format!(
            "`{folder}` asks for more than its own files:\n{}\nTrust it?",
            apinb_report::trust::requests(&list.requests)
        );
        match person.confirm(&question) {
            Ok(true) => keep(list, streams)?,
            Ok(false) => return refused(vec![Box::new(NotTrusted::Refused { folder })]),
            Err(NoAnswer::Interrupted) => return Err(Failure::Problems(interrupt::exit(), Vec::new())),
            Err(cause) => return refused(vec![Box::new(NotTrusted::Unasked { folder, cause })]),
        }
    }
    Ok(())
}

/// The person at the terminal.
pub(super) fn terminal(streams: Streams) -> AtTerminal {
    let redactor = Redactor::default();
    let report = TerminalReport::new(Verbosity::Quiet, streams.stderr.color, streams.stderr.width(), redactor);
    let progress = Rc::new(Progress::new(report, streams.stderr, streams));
    AtTerminal::new(streams.stderr, progress, CancellationToken::new())
}

/// Stores that the user accepts a list; warns if that is not possible.
pub(crate) fn keep(list: &TrustList, streams: Streams) -> Result<(), Failure> {
    let kept = TrustStore::of_user().map(|store| store.accept(&list.folder, &list.hash(), &list.requests));
    if let Some(Err(error)) = kept {
        let message = apinb_text::diagnostic::causes::with_causes(&error);
        streams
            .stderr
            .write(&format!("warning: the answer holds for this run only: {}\n", escape_controls(&message)))?;
    }
    Ok(())
}
