use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use apinb_text::secret::bound::BoundHosts;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::store::key::{StoredTokens, TokenKey};
use crate::tokens::Tokens;

use super::{Store, StoreError};

fn key(scopes: &[&str]) -> TokenKey {
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    keyed("https://acme.example.com:8443/oauth/token", "my app", &scopes, &["https://api.example.com"])
}

fn keyed(uri: &str, client_id: &str, scopes: &[String], templates: &[&str]) -> TokenKey {
    let bound = BoundHosts::default();
    templates.iter().for_each(|template| bound.add_template(template, true));
    TokenKey::new(&Url::parse(uri).unwrap(), client_id, scopes, &bound)
}

fn stored_tokens(key: TokenKey, token: &str) -> StoredTokens {
    let tokens = Tokens {
        access_token: SecretString::from(token),
        token_type: "bearer".to_owned(),
        refresh_token: Some(SecretString::from("r3fresh")),
        scopes: vec!["read".to_owned()],
        expires: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000)),
        others: vec![("id_token".to_owned(), SecretString::from("1d"))],
    };
    let token_uri = Some(Url::parse("https://acme.example.com:8443/oauth/token").unwrap());
    StoredTokens { key, tokens, token_uri, saved: SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000) }
}

fn files(folder: &TempDir) -> Vec<(String, String)> {
    let mut all: Vec<_> = fs::read_dir(folder.path().join("tokens"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn stored_tokens_are_read_back_unchanged() {
    let folder = TempDir::new().unwrap();
    let store = Store::new(folder.path().join("tokens"), || None);
    assert!(store.get(&key(&["read"])).unwrap().is_none() && store.list().is_empty());
    let first = stored_tokens(key(&["write", "read"]), "t0ken");
    store.keep(&first).unwrap();
    store.keep(&stored_tokens(key(&[]), "other")).unwrap();
    let back = store.get(&key(&["read", "write"])).unwrap().unwrap();
    assert_eq!((&back.key, &back.token_uri, back.saved), (&first.key, &first.token_uri, first.saved));
    assert_eq!(back.tokens.access_token.expose_secret(), "t0ken");
    assert_eq!(back.tokens.refresh_token.unwrap().expose_secret(), "r3fresh");
    assert_eq!(back.tokens.others[0].1.expose_secret(), "1d");
    assert_eq!((back.tokens.expires, back.tokens.scopes), (first.tokens.expires, first.tokens.scopes));
    assert!(store.get(&key(&["read"])).unwrap().is_none());
    store.keep(&stored_tokens(key(&["read", "write"]), "newer")).unwrap();
    let listed = store.list();
    let tokens: Vec<&str> = listed.iter().map(|stored| stored.tokens.access_token.expose_secret()).collect();
    assert_eq!(tokens, ["other", "newer"]);
    assert_eq!(listed[0].key.host(), "acme.example.com:8443");
    assert!(store.forget(&first.key).unwrap() && !store.forget(&first.key).unwrap());
    assert_eq!(store.list().len(), 1);
    assert!(files(&folder).iter().all(|(name, _)| !name.contains("acme") && !name.contains("app")));
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_them() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let store = Store::new(folder.path().join("tokens"), || None);
    store.keep(&stored_tokens(key(&[]), "t0ken")).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path().join("tokens")), 0o700);
    assert_eq!(mode(folder.path().join("tokens").join(&files(&folder)[0].0)), 0o600);
}

#[test]
fn invalid_entries_count_as_absent() {
    let folder = TempDir::new().unwrap();
    let store = Store::new(folder.path().join("tokens"), || None);
    store.keep(&stored_tokens(key(&[]), "t0ken")).unwrap();
    let path = folder.path().join("tokens").join(&files(&folder)[0].0);
    let whole = fs::read_to_string(&path).unwrap();
    for broken in ["", "{}", &whole[..whole.len() / 2], &whole.replace("\"version\": 2", "\"version\": 3")] {
        fs::write(&path, broken).unwrap();
        assert!(store.get(&key(&[])).unwrap().is_none() && store.list().is_empty(), "{broken}");
    }
    fs::write(&path, whole.replace("my app", "another")).unwrap();
    assert!(store.get(&key(&[])).unwrap().is_none(), "an entry under another's name");
    store.keep(&stored_tokens(key(&[]), "newer")).unwrap();
    assert!(store.get(&key(&[])).unwrap().is_some());
}

#[test]
fn secrets_are_stored_in_the_keyring_if_available() {
    let folder = TempDir::new().unwrap();
    let store = Store::new(folder.path().join("tokens"), || Some(keyring_core::mock::Store::new().unwrap()));
    store.keep(&stored_tokens(key(&["read"]), "t0ken")).unwrap();
    let all = files(&folder);
    assert_eq!(all.len(), 1);
    assert!(!["t0ken", "r3fresh", "1d"].iter().any(|secret| all[0].1.contains(secret)), "{all:?}");
    assert_eq!(store.get(&key(&["read"])).unwrap().unwrap().tokens.access_token.expose_secret(), "t0ken");
    let elsewhere = Store::new(folder.path().join("tokens"), || None);
    assert!(elsewhere.get(&key(&["read"])).unwrap().is_none(), "the keyring is locked, or gone");
    assert!(store.forget(&key(&["read"])).unwrap());
    assert!(store.list().is_empty());
}

#[test]
fn an_entry_is_locked_by_one_holder_at_a_time() {
    let folder = TempDir::new().unwrap();
    let store = Store::new(folder.path().join("tokens"), || None);
    let cancel = CancellationToken::new();
    let turn = store.lock(&key(&[]), &cancel).unwrap();
    let other = store.lock(&key(&["other"]), &cancel).unwrap();
    drop(other);
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            let turn = store.lock(&key(&[]), &cancel).unwrap();
            assert!(ended.load(Ordering::SeqCst));
            drop(turn);
        });
        ended.store(true, Ordering::SeqCst);
        drop(turn);
        second.join().unwrap();
    });
    let _turn = store.lock(&key(&[]), &cancel).unwrap();
    cancel.cancel();
    assert!(matches!(store.lock(&key(&[]), &cancel), Err(StoreError::Interrupted)));
}

#[test]
fn different_keys_have_different_entries() {
    let ids: BTreeSet<String> =
        [key(&[]), key(&["a"]), key(&["a", "b"]), key(&["ab"])].iter().map(TokenKey::id).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(key(&["b", "a", "a"]).id(), key(&["a", "b"]).id());
    let uri = "https://login.test/tenant/token";
    let first = keyed(uri, "app", &["read".to_owned()], &["https://api.test"]);
    for (uri, client_id, scope, templates) in [
        ("http://login.test/tenant/token", "app", "read", &["https://api.test"][..]),
        ("https://login.test:8443/tenant/token", "app", "read", &["https://api.test"]),
        ("https://login.test/another/token", "app", "read", &["https://api.test"]),
        (uri, "another", "read", &["https://api.test"]),
        (uri, "app", "write", &["https://api.test"]),
        (uri, "app", "read", &["https://evil.test"]),
        (uri, "app", "read", &["http://api.test"]),
        (uri, "app", "read", &["https://api.test", "https://evil.test"]),
        (uri, "app", "read", &[]),
    ] {
        let other = keyed(uri, client_id, &[scope.to_owned()], templates);
        assert_ne!(other.id(), first.id(), "{other:?}");
    }
    let same = keyed("https://LOGIN.test:443/tenant/token?x=1", "app", &["read".to_owned()], &["https://api.test/v2"]);
    assert_eq!((same.id(), same.host().as_str()), (first.id(), "login.test"));
}

#[test]
fn entries_of_an_earlier_version_are_ignored_and_removed() {
    let folder = TempDir::new().unwrap();
    let store = Store::new(folder.path().join("tokens"), || None);
    store.keep(&stored_tokens(key(&[]), "t0ken")).unwrap();
    let (current, text) = files(&folder).remove(0);
    let old = folder.path().join("tokens").join("0123.json");
    fs::write(&old, text.replace("\"version\": 2", "\"version\": 1").replace("t0ken", "0ld")).unwrap();
    assert_eq!(store.list().len(), 1);
    store.keep(&stored_tokens(key(&[]), "newer")).unwrap();
    assert!(!old.exists() && folder.path().join("tokens").join(current).exists());
}

#[test]
fn temporary_files_of_a_killed_process_are_removed() {
    let folder = TempDir::new().unwrap();
    let tokens = folder.path().join("tokens");
    let store = Store::new(&tokens, || None);
    store.keep(&stored_tokens(key(&[]), "t0ken")).unwrap();
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    for (name, time) in [(".new-old", long_ago), (".new-of-now", SystemTime::now()), ("other", long_ago)] {
        fs::File::create(tokens.join(name)).unwrap().set_modified(time).unwrap();
    }
    store.keep(&stored_tokens(key(&[]), "other")).unwrap();
    let left: Vec<String> = files(&folder).into_iter().map(|(name, _)| name).collect();
    assert!(left.len() == 3 && left[0] == ".new-of-now" && left[2] == "other", "{left:?}");
}
