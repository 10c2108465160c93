//! The answers of the user, in one file of the data folder that only the user can read.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use apinb_files::lock::{LockError, lock};
use apinb_files::whole::{self, Options};
use apinb_files::{folders, private};
use apinb_record::trust::{ProjectToken, TrustAnswer, TrustAnswers, TrustRequest, VERSION};
use apinb_text::display::timestamp;

/// The name of the file.
const NAME: &str = "trust.json";
/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;
/// The most answers of a folder: a project whose branches differ has several.
const MAX_ANSWERS: usize = 20;

/// An answer cannot be stored.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`", path.display())]
pub struct TrustStoreError {
    path: PathBuf,
    #[source]
    cause: io::Error,
}

/// The answers of a user. A file that is broken, or that others can change, counts as empty: the user is then asked again.
#[derive(Clone, Debug)]
pub struct TrustStore {
    path: PathBuf,
}

impl TrustStore {
    /// That of this user; none without a data folder.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        Some(Self::new(&folders::data()?))
    }

    /// That in a data folder, which need not exist.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join(NAME) }
    }

    /// All answers, by folder.
    #[must_use]
    pub fn answers(&self) -> TrustAnswers {
        let none = TrustAnswers { version: VERSION, ..TrustAnswers::default() };
        let Ok(Some(bytes)) = private::read(&self.path, MAX_BYTES) else { return none };
        let read = serde_json::from_slice::<TrustAnswers>(&bytes).ok();
        read.filter(|answers| answers.version == VERSION).unwrap_or(none)
    }

    /// Whether the user has accepted any list of `folder`.
    #[must_use]
    pub fn knows(&self, folder: &Path) -> bool {
        self.answers().answers.iter().any(|answer| Path::new(&answer.folder) == folder)
    }

    /// Whether the user has accepted the list with this hash in `folder`.
    #[must_use]
    pub fn accepts(&self, folder: &Path, hash: &str) -> bool {
        let answers = self.answers().answers;
        answers.iter().any(|answer| Path::new(&answer.folder) == folder && answer.hash == hash)
    }

    /// Stores that the user accepts a list.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn accept(&self, folder: &Path, hash: &str, requests: &[TrustRequest]) -> Result<(), TrustStoreError> {
        let folder = folder.display().to_string();
        self.change(|TrustAnswers { answers, .. }| {
            answers.retain(|answer| answer.folder != folder || answer.hash != hash);
            let of_folder = answers.iter().filter(|answer| answer.folder == folder).count();
            let mut excess = (of_folder + 1).saturating_sub(MAX_ANSWERS);
            answers.retain(|answer| {
                let is_excess = answer.folder == folder && excess > 0;
                excess -= usize::from(is_excess);
                !is_excess
            });
            answers.push(TrustAnswer {
                folder: folder.clone(),
                hash: hash.to_owned(),
                accepted: now(),
                requests: requests.to_vec(),
            });
            // Stable: of one folder the latest is the last.
            answers.sort_by(|one, other| one.folder.cmp(&other.folder));
        })
        .map(drop)
    }

    /// Whether the notebooks of the project in `folder` may use a stored token.
    #[must_use]
    pub fn owns(&self, folder: &Path, token: &str) -> bool {
        let tokens = self.answers().tokens;
        tokens.iter().any(|known| Path::new(&known.folder) == folder && known.token == token)
    }

    /// Stores that the notebooks of the project in `folder` may use a stored token.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn own(&self, folder: &Path, token: &str) -> Result<(), TrustStoreError> {
        if self.owns(folder, token) {
            return Ok(());
        }
        let token = ProjectToken { folder: folder.display().to_string(), token: token.to_owned() };
        let add = |TrustAnswers { tokens, .. }: &mut TrustAnswers| {
            tokens.push(token);
            tokens.sort();
            tokens.dedup();
        };
        self.change(add).map(drop)
    }

    /// Removes the answers about these folders, or all; returns their number.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn revoke(&self, folders: Option<&[&Path]>) -> Result<usize, TrustStoreError> {
        if !self.path.exists() {
            return Ok(0);
        }
        let is_kept = |folder: &str| folders.is_some_and(|folders| !folders.contains(&Path::new(folder)));
        self.change(|TrustAnswers { answers, tokens, .. }| {
            answers.retain(|answer| is_kept(&answer.folder));
            tokens.retain(|token| is_kept(&token.folder));
        })
    }

    /// Applies `change`, while no other process does; returns how many answers are gone.
    fn change(&self, change: impl FnOnce(&mut TrustAnswers)) -> Result<usize, TrustStoreError> {
        let failed = |cause| TrustStoreError { path: self.path.clone(), cause };
        folders::create_private(self.path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        let _lock = lock(&self.path.with_extension("lock"), || false).map_err(|error| match error {
            LockError::Cancelled => failed(io::ErrorKind::Interrupted.into()),
            LockError::Unusable(cause) => failed(cause.into()),
        })?;
        let mut all = self.answers();
        let count = |all: &TrustAnswers| all.answers.len() + all.tokens.len();
        let before = count(&all);
        change(&mut all);
        let text = serde_json::to_vec_pretty(&all).map_err(io::Error::other).map_err(failed)?;
        let options = Options { durable: true, prefix: ".new-trust-", ..Options::default() };
        whole::write(&self.path, &text, options).map_err(failed)?;
        Ok(before.saturating_sub(count(&all)))
    }
}

fn now() -> String {
    timestamp::seconds(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use apinb_files::whole::{self, Options};

    use super::{MAX_ANSWERS, TrustStore};

    #[test]
    fn an_answer_is_kept_by_folder_and_hash_until_it_is_revoked() {
        let data = tempfile::tempdir().unwrap();
        let store = TrustStore::new(&data.path().join("new"));
        let (one, other) = (Path::new("/one"), Path::new("/other"));
        assert_eq!(store.revoke(None).unwrap(), 0);
        assert!(!store.accepts(one, "a"));
        store.accept(one, "a", &[]).unwrap();
        store.accept(one, "b", &[]).unwrap();
        store.accept(other, "a", &[]).unwrap();
        assert!(store.accepts(one, "a") && store.accepts(one, "b") && store.accepts(other, "a"));
        assert!(!store.accepts(other, "b") && !store.accepts(Path::new("/"), "a"));
        assert!(store.knows(other) && !store.knows(Path::new("/")));
        store.own(one, "t").unwrap();
        store.own(other, "t").unwrap();
        store.own(other, "t").unwrap();
        assert!(store.owns(one, "t") && !store.owns(one, "u"));
        assert_eq!(store.revoke(Some(&[one, Path::new("/none")])).unwrap(), 3);
        assert!(!store.accepts(one, "a") && !store.owns(one, "t"));
        assert!(store.accepts(other, "a") && store.owns(other, "t"));
        assert_eq!(store.revoke(None).unwrap(), 2);
        assert_eq!(store.answers().answers, []);
    }

    #[test]
    fn the_oldest_answers_of_a_folder_are_dropped() {
        let data = tempfile::tempdir().unwrap();
        let store = TrustStore::new(data.path());
        for number in 0..=MAX_ANSWERS {
            store.accept(Path::new("/p"), &number.to_string(), &[]).unwrap();
        }
        assert_eq!(store.answers().answers.len(), MAX_ANSWERS);
        assert!(!store.accepts(Path::new("/p"), "0") && store.accepts(Path::new("/p"), "1"));
    }

    #[test]
    fn a_broken_file_has_no_answers_and_is_replaced() {
        let data = tempfile::tempdir().unwrap();
        let store = TrustStore::new(data.path());
        whole::write(&data.path().join(super::NAME), b"{", Options::default()).unwrap();
        assert!(!store.accepts(Path::new("/p"), "a"));
        store.accept(Path::new("/p"), "a", &[]).unwrap();
        assert!(store.accepts(Path::new("/p"), "a"));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().unwrap();
        let store = TrustStore::new(data.path());
        store.accept(Path::new("/p"), "a", &[]).unwrap();
        let mode = std::fs::metadata(data.path().join(super::NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
