//! Whether the notebooks of a run may use tokens that were stored for other projects.

use std::collections::BTreeSet;
use std::path::PathBuf;

use apinb_analysis::analyse;
use apinb_auth::store::key::TokenKey;
use apinb_check::definitions::Clients;
use apinb_definition::model::{Definition, SecurityKind};
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::reading::notebook::{apply_front_matter, read};
use apinb_project::trust::store::TrustStore;
use apinb_project::trust::tokens::{owner, token_name};
use apinb_text::web::host::HostPattern;
use apinb_text::web::uri::UriTemplate;

use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::settings::sign_in::user_token_store;
use crate::cli::streams::Streams;
use crate::cli::trust::consent::terminal;
use crate::run::prompter::{NoAnswer, Prompter as _};

/// What a notebook that signs in calls.
const SIGN_IN: &str = "authenticate";

/// Asks once for each project whose notebooks would use tokens that were stored for another one. Without a yes they sign
/// in anew.
///
/// # Errors
/// On Ctrl-C.
pub(crate) fn agree(jobs: &[Job], streams: Streams) -> Result<(), Failure> {
    let (Some(store), Some(answers)) = (user_token_store(), TrustStore::of_user()) else { return Ok(()) };
    let keys = store.keys();
    if keys.is_empty() || !streams.person() {
        return Ok(());
    }
    let mut asked: BTreeSet<(PathBuf, String)> = BTreeSet::new();
    for job in jobs.iter().filter(|job| !job.settings.mock && job.settings.token_store.is_some()) {
        let owner = owner(&job.settings.folder);
        let is_other = |key: &&TokenKey| !answers.owns(&owner, &token_name(key));
        for key in wanted(job, &keys.iter().filter(is_other).collect::<Vec<_>>()) {
            let name = token_name(key);
            if !asked.insert((owner.clone(), name.clone())) {
                continue;
            }
            let question =
                format!("The token {name} was stored for another project. May `{}` use it?", owner.display());
            match terminal(streams).confirm(&question) {
                Ok(true) => {
                    // If that cannot be stored, the notebook signs in.
                    let _ = answers.own(&owner, &name);
                }
                Ok(false) => {}
                Err(NoAnswer::Interrupted) => return Err(Failure::Problems(interrupt::exit(), Vec::new())),
                Err(_) => return Ok(()),
            }
        }
    }
    Ok(())
}

/// The tokens of an authorization server that a client of the notebook signs in at, as far as the definitions on this
/// machine tell.
fn wanted<'a>(job: &Job, keys: &[&'a TokenKey]) -> Vec<&'a TokenKey> {
    // Stdin can be read once only.
    if keys.is_empty() || matches!(job.location, NotebookLocation::Stdin | NotebookLocation::Nowhere) {
        return Vec::new();
    }
    let Ok(notebook) = read(&job.name, &job.location) else { return Vec::new() };
    if !notebook.cells().any(|cell| cell.code.contains(SIGN_IN)) {
        return Vec::new();
    }
    let mut settings = job.settings.clone();
    apply_front_matter(&notebook, &mut settings);
    let clients = Clients::load(job, &settings, &analyse(&notebook), false);
    let servers: Vec<HostPattern> = clients.read().flat_map(|(_, definition)| servers(definition)).collect();
    keys.iter().filter(|key| servers.iter().any(|server| server.names(&key.host()))).copied().collect()
}

/// The authorization servers of a definition.
fn servers(definition: &Definition) -> Vec<HostPattern> {
    let uris = definition.security_schemes.iter().flat_map(|scheme| match &scheme.kind {
        SecurityKind::OAuth2(settings) => {
            vec![&settings.access_token_uri, &settings.refresh_uri, &settings.authorization_uri]
        }
        SecurityKind::OAuth1(settings) => vec![&settings.token_credentials_uri],
        SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => Vec::new(),
    });
    let hosts = uris.flatten().filter_map(|uri| UriTemplate::parse(uri).host);
    hosts.map(|host| HostPattern::new(&host)).collect()
}
