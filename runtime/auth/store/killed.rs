//! A process that is killed while it writes tokens leaves the old ones or the new ones, whole.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, thread};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::store::key::{StoredTokens, TokenKey};
use crate::tokens::Tokens;

use super::Store;

/// Names the folder to the process that writes.
const FOLDER: &str = "APINB_TEST_FOLDER";
/// Long enough that a write takes its time.
const LENGTH: usize = 64 << 10;

fn store(folder: &Path) -> Store {
    Store::new(folder, || None)
}

fn key() -> TokenKey {
    TokenKey::new(&Url::parse("https://login.example.org/token").unwrap(), "app", &[])
}

fn kept(letter: &str) -> StoredTokens {
    let tokens = Tokens {
        refresh_token: Some(SecretString::from(letter.repeat(LENGTH))),
        ..Tokens::bearer(SecretString::from(letter.repeat(LENGTH)))
    };
    StoredTokens { key: key(), tokens, token_uri: None, saved: SystemTime::now() }
}

/// Not a test of its own: the process that the test starts and kills. It writes without a pause until then.
#[test]
fn writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    for letter in ["a", "b"].into_iter().cycle() {
        store(Path::new(&folder)).keep(&kept(letter)).unwrap();
    }
}

#[test]
fn no_entry_is_torn() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    store.keep(&kept("a")).unwrap();
    let mut left = [0, 0];
    for round in 0..60 {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::killed::writer"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From the first new file on, every moment is one of a write.
        let before = fs::read_dir(folder.path()).unwrap().count();
        let started = Instant::now();
        while fs::read_dir(folder.path()).unwrap().count() == before {
            assert!(started.elapsed() < Duration::from_secs(60), "nothing is written");
        }
        thread::sleep(Duration::from_micros(round * 331));
        process.kill().unwrap();
        process.wait().unwrap();
        let tokens = store.get(&key()).unwrap().tokens;
        let (access, refresh) = (tokens.access_token.expose_secret(), tokens.refresh_token.unwrap());
        assert!(access.len() == LENGTH && access == refresh.expose_secret(), "round {round}");
        left[usize::from(access.starts_with('b'))] += 1;
    }
    // It was killed while it was writing, not before.
    assert!(left.iter().all(|times| *times > 0), "{left:?}");
}
