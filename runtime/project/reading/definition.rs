//! Loads the definition that a client is made from. Runs, checks, exports and ports all load it here.

use std::sync::Arc;

use apinb_definition::load::{self, Detail, Loaded};
use apinb_definition::model::Definition;
use apinb_http::exchange::HttpError;
use apinb_http::hosts::Refusal;
use apinb_http::network::Network;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::causes::one_line;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use tokio_util::sync::CancellationToken;

use super::documents::Documents;
use super::source::{self, ResolvedSource, SourceError};
use crate::settings::Settings;

/// How messages call a definition whose text is in the notebook.
const INLINE: &str = "/definition-in-the-notebook.json";

/// What a notebook means by the second argument of `API.createClient`.
#[derive(Clone, Debug)]
pub enum Reference {
    /// The notebook has the text of the definition.
    Inline,
    /// The definition is here.
    At(ResolvedSource),
}

/// What `reference` means for the client called `client`.
///
/// # Errors
/// When it names no definition that the notebook may read.
pub fn resolve(settings: &Settings, client: &str, reference: &str) -> Result<Reference, SourceError> {
    let is_inline = reference.trim_start().starts_with('{') && !settings.replaces_definition(client);
    if is_inline { Ok(Reference::Inline) } else { source::definition(settings, client, reference).map(Reference::At) }
}

/// Reads the definition at `source`. Cancelling `cancel` ends the requests under way. Blocks.
#[must_use]
pub fn read(source: &ResolvedSource, network: &Network, cancel: CancellationToken) -> (Loaded, Arc<Documents>) {
    read_with(source, network, cancel, Detail::Plain)
}

/// As [`read`], with as much detail as asked for.
#[must_use]
pub fn read_with(
    source: &ResolvedSource,
    network: &Network,
    cancel: CancellationToken,
    detail: Detail,
) -> (Loaded, Arc<Documents>) {
    let documents = Arc::new(Documents::of(source, network, cancel));
    let loader: Arc<dyn Loader> = Arc::<Documents>::clone(&documents);
    (load::load_with(&source.address, loader, detail), documents)
}

/// Reads a definition whose text is in the notebook. It can include nothing.
#[must_use]
pub fn read_inline(text: &str) -> Loaded {
    load::load(&Address::file(INLINE), Arc::new(Inline(text.to_owned())))
}

struct Inline(String);

impl Loader for Inline {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        match address {
            Address::File(path) if path == INLINE => Ok(self.0.clone()),
            other => Err(LoadError::NotAllowed {
                address: other.to_string(),
                why: "is outside of the notebook, which has the text of the definition".to_owned(),
                help: "Save the definition to a file.".to_owned(),
            }),
        }
    }
}

/// Why nothing of a definition can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It, or a document that it includes, is where the notebook may not read.
    Refused {
        /// On one line.
        message: String,
        /// How to allow it.
        help: String,
    },
    /// The root document cannot be read, or is not a definition.
    Unreadable {
        /// On one line.
        message: String,
    },
}

/// Takes the definition out of `loaded`.
///
/// # Errors
/// When there is none; when it includes what may not be read, since a part of it would be missing.
pub fn usable(loaded: &mut Loaded) -> Result<Arc<Definition>, Unusable> {
    let refused = loaded.diagnostics.iter().find_map(|problem| refusal(problem.as_ref()));
    if let Some(refused) = refused {
        return Err(refused);
    }
    if let Some(definition) = loaded.definition.take() {
        return Ok(Arc::new(definition));
    }
    let first = loaded.diagnostics.first();
    Err(match first.map(|problem| (offline(problem.as_ref()), one_line(problem.as_ref()))) {
        Some((Some(help), message)) => Unusable::Refused { message, help },
        Some((None, message)) => Unusable::Unreadable { message },
        None => Unusable::Unreadable { message: "the document is empty".to_owned() },
    })
}

/// Whether there is no file at the address of the definition.
#[must_use]
pub fn is_missing(loaded: &Loaded) -> bool {
    let first = loaded.diagnostics.first().filter(|_| loaded.sources.is_empty());
    first.is_some_and(|problem| matches!(cause(problem.as_ref()), Some(LoadError::NotFound { .. })))
}

/// The refusal that `problem` is about, if a document may not be read.
#[must_use]
pub fn refusal(problem: &(dyn Diagnostic + Send + Sync)) -> Option<Unusable> {
    let help = match cause(problem)? {
        LoadError::NotAllowed { help, .. } => help.clone(),
        LoadError::Unreadable { cause, .. } => match cause.downcast_ref()? {
            // A check does not read the web, and does without.
            HttpError::Refused { refusal } if matches!(**refusal, Refusal::Offline { .. }) => return None,
            HttpError::Refused { refusal } => refusal.help(),
            _ => return None,
        },
        _ => return None,
    };
    Some(Unusable::Refused { message: one_line(problem), help })
}

/// The help about a document that is not read because the network is off.
fn offline(problem: &(dyn Diagnostic + Send + Sync)) -> Option<String> {
    match cause(problem)? {
        LoadError::Unreadable { cause, .. } => match cause.downcast_ref()? {
            HttpError::Refused { refusal } => Some(refusal.help()),
            _ => None,
        },
        _ => None,
    }
}

fn cause(problem: &(dyn Diagnostic + Send + Sync)) -> Option<&LoadError> {
    problem.source().and_then(|cause| cause.downcast_ref())
}
