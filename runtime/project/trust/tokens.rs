//! The stored tokens as the notebooks of one project see them: those that were stored for the project itself, and those
//! that the user lets it use. All others count as absent, so that a notebook signs in anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_auth::store::Store;
use apinb_auth::store::broker::{EntryLock, StoreError, TokenBroker};
use apinb_auth::store::key::{StoredTokens, TokenKey};
use apinb_text::display::quote::quote_each;
use tokio_util::sync::CancellationToken;

use super::store::TrustStore;
use crate::reading::project::Project;

/// A token in messages and among the stored answers: its client id, authorization server, scopes and hosts.
#[must_use]
pub fn token_name(key: &TokenKey) -> String {
    let TokenKey { server, client_id, scopes, hosts } = key;
    let mut name = format!("of `{client_id}` at `{server}`");
    if !scopes.is_empty() {
        name.push_str(&format!(" with {}", quote_each(scopes, ", ")));
    }
    if !hosts.is_empty() {
        name.push_str(&format!(", for {}", quote_each(hosts, ", ")));
    }
    name
}

/// The folder that owns the tokens of the notebooks in `folder`: the top of the project, else the folder itself.
#[must_use]
pub fn owner(folder: &Path) -> PathBuf {
    let project = Project::of(folder);
    project.root().or(project.folder()).unwrap_or(folder).to_owned()
}

/// Which tokens a project may use, beside its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherTokens {
    None,
    /// For this run.
    Any,
    /// They become its own: the user signs in for the project.
    Adopt,
}

/// The stored tokens of a project.
#[derive(Clone, Debug)]
pub struct ProjectTokens {
    store: Store,
    answers: TrustStore,
    owner: PathBuf,
    others: OtherTokens,
}

impl ProjectTokens {
    /// A store with the tokens that the notebooks in `folder` may use. Without a data folder it is `store`.
    #[must_use]
    pub fn store(store: Store, folder: &Path, others: OtherTokens) -> Store {
        match TrustStore::of_user() {
            Some(answers) => Store::brokered(Arc::new(Self { store, answers, owner: owner(folder), others })),
            None => store,
        }
    }

    fn is_usable(&self, key: &TokenKey) -> bool {
        self.others != OtherTokens::None || self.answers.owns(&self.owner, &token_name(key))
    }

    fn own(&self, key: &TokenKey) {
        // If that cannot be stored, the user is asked again.
        let _ = self.answers.own(&self.owner, &token_name(key));
    }
}

impl TokenBroker for ProjectTokens {
    fn get(&self, key: &TokenKey) -> Option<StoredTokens> {
        let found = self.store.get(key).ok().flatten().filter(|_| self.is_usable(key));
        if found.is_some() && self.others == OtherTokens::Adopt {
            self.own(key);
        }
        found
    }

    fn keep(&self, kept: &StoredTokens) -> Result<(), StoreError> {
        self.store.keep(kept)?;
        self.own(&kept.key);
        Ok(())
    }

    fn forget(&self, key: &TokenKey) -> Result<bool, StoreError> {
        if self.is_usable(key) { self.store.forget(key) } else { Ok(false) }
    }

    fn lock(&self, key: &TokenKey, cancel: &CancellationToken) -> Result<EntryLock, StoreError> {
        self.store.lock(key, cancel)
    }
}
