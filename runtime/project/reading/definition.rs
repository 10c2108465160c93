//! Loads the definition that a client is made from. Runs, checks, exports and ports all load it here.

use std::sync::Arc;

use apinb_definition::load::{self, Loaded};
use apinb_definition::model::Definition;
use apinb_http::exchange::HttpError;
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    let is_inline = reference.trim_start().starts_with('{') && !settings.definitions_by_client.contains_key(client);
    if is_inline { Ok(Reference::Inline) } else { source::definition(settings, client, reference).map(Reference::At) }
}

/// Reads the definition at `source`. Cancelling `cancel` ends the requests under way. Blocks.
#[must_use]
pub fn read(source: &ResolvedSource, network: &Network, cancel: CancellationToken) -> (Loaded, Arc<Documents>) {
    let documents = Arc::new(Documents::of(source, network, cancel));
    let loader: Arc<dyn Loader> = Arc::<Documents>::clone(&documents);
    (load::load(&source.address, loader), documents)
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
            other => Err(LoadError::NotAllowed { address: other.to_string(), allowed: "the notebook".to_owned() }),
        }
    }
}

/// Why nothing of a definition can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// A document is where the notebook may not read.
    Refused {
        /// On one line.
        message: String,
        /// How to allow it, if a flag does.
        help: Option<String>,
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
/// When there is none.
pub fn usable(loaded: &mut Loaded) -> Result<Arc<Definition>, Unusable> {
    if let Some(definition) = loaded.definition.take() {
        return Ok(Arc::new(definition));
    }
    let first = loaded.diagnostics.first();
    let message = first.map_or_else(|| "the document is empty".to_owned(), |problem| one_line(problem.as_ref()));
    Err(match first.and_then(|problem| refusal(problem.as_ref())) {
        Some(help) => Unusable::Refused { message, help },
        None => Unusable::Unreadable { message },
    })
}

/// If the notebook may not read a document, the help for it, where its host is the reason.
fn refusal(problem: &(dyn Diagnostic + Send + Sync)) -> Option<Option<String>> {
    let cause = problem.source().and_then(|cause| cause.downcast_ref());
    match cause {
        Some(LoadError::NotAllowed { .. }) => Some(None),
        Some(LoadError::Unreadable { cause, .. }) => match cause.downcast_ref() {
            Some(HttpError::Refused { refusal }) => Some(Some(refusal.help())),
            _ => None,
        },
        _ => None,
    }
}
