//! A process that is killed while it writes tokens leaves either the old or the new entry, complete.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, thread};

use apinb_text::secret::bound::BoundHosts;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::store::key::{StoredTokens, TokenKey};
use crate::tokens::Tokens;

use super::Store;

/// Passes the folder to the writing process.
const FOLDER: &str = "APINB_TEST_FOLDER";
/// Long enough to interrupt a write.
const LENGTH: usize = 64 << 10;

fn store(folder: &Path) -> Store {
    Store::new(folder, || None)
}

fn key() -> TokenKey {
    TokenKey::new(&Url::parse("https://login.example.org/token").unwrap(), "app", &[], &BoundHosts::default())
}

fn stored_tokens(letter: &str) -> StoredTokens {
    let tokens = Tokens {
        refresh_token: Some(SecretString::from(letter.repeat(LENGTH))),
        ..Tokens::bearer(SecretString::from(letter.repeat(LENGTH)))
    };
    StoredTokens { key: key(), tokens, token_uri: None, saved: SystemTime::now() }
}

/// Not a test: the process that the test below starts and kills. It writes continuously.
#[test]
fn writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    for letter in ["a", "b"].into_iter().cycle() {
        store(Path::new(&folder)).keep(&stored_tokens(letter)).unwrap();
    }
}

#[test]
fn a_killed_writer_leaves_no_partial_entry() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    store.keep(&stored_tokens("a")).unwrap();
    let mut left = [0, 0];
    for round in 0..60 {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::killed::writer"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // After the first new file, the process is always writing.
        let before = fs::read_dir(folder.path()).unwrap().count();
        let started = Instant::now();
        while fs::read_dir(folder.path()).unwrap().count() == before {
            assert!(started.elapsed() < Duration::from_secs(60), "nothing is written");
        }
        thread::sleep(Duration::from_micros(round * 331));
        process.kill().unwrap();
        process.wait().unwrap();
        let tokens = store.get(&key()).unwrap().unwrap().tokens;
        let (access, refresh) = (tokens.access_token.expose_secret(), tokens.refresh_token.unwrap());
        assert!(access.len() == LENGTH && access == refresh.expose_secret(), "round {round}");
        left[usize::from(access.starts_with('b'))] += 1;
    }
    // Some kills happened before and some after a new entry was complete.
    assert!(left.iter().all(|times| *times > 0), "{left:?}");
}
