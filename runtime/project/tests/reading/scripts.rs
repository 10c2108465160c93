//! The script cache on a real disk with a real server.

use std::fs;
use std::thread;

use apinb_http::network::{Network, wait};
use apinb_http::policy::Policy;
use apinb_project::reading::scripts::{Script, ScriptCache, ScriptError};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::server::{Server, reply};

fn url(path: &str) -> Url {
    Url::parse("https://example.com/").unwrap().join(path).unwrap()
}

#[test]
fn the_cache_stores_lists_and_clears() {
    let folder = tempfile::tempdir().unwrap();
    let cache = ScriptCache::open(folder.path().join("deep/scripts"));
    assert_eq!(cache.get(&url("a.js")), None);
    assert!(cache.list().is_empty());
    let stored = cache.put(&url("a.js"), None, "a = 1").unwrap();
    assert_eq!(cache.get(&url("a.js#part")), Some(stored.clone()));
    assert_eq!(cache.get(&url("a.js?1")), None);
    cache.add(&url("b.js"), "b = '\u{20ac}'".as_bytes()).unwrap();
    assert!(matches!(cache.add(&url("c.js"), &[0xff, 0xfe]), Err(ScriptError::NotText { .. })));
    cache.put(&url("a.js"), None, "a = 2").unwrap();
    assert_eq!(cache.get(&url("a.js")).unwrap().text, "a = 2");
    let list = cache.list();
    let short: Vec<_> = list.iter().map(|entry| (entry.url.as_str(), entry.bytes)).collect();
    assert_eq!(short, [("https://example.com/a.js", 5), ("https://example.com/b.js", 9)]);
    assert!(list[0].stored.elapsed().unwrap().as_secs() < 3600);
    assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 4, "what was replaced is gone");
    fs::write(cache.folder().join("mine.txt"), "mine").unwrap();
    assert_eq!(cache.clear().unwrap(), 2);
    assert_eq!(cache.get(&url("a.js")), None);
    assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 1, "files of others stay");
    assert_eq!(cache.clear().unwrap(), 0);
}

#[test]
fn the_hash_is_the_sha_256_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let script = ScriptCache::open(folder.path()).put(&url("a.js"), None, "abc").unwrap();
    // FIPS 180-2, appendix B.1.
    assert_eq!(script.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn modified_entries_count_as_absent() {
    let folder = tempfile::tempdir().unwrap();
    let cache = ScriptCache::open(folder.path());
    for (ending, content) in [
        (".js", "b = 2"),
        (".json", "{"),
        (".json", r#"{"url":"https://example.com/","sha256":"../../x","bytes":1,"stored":1}"#),
    ] {
        cache.put(&url("a.js"), None, "a = 1").unwrap();
        let file = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        let file = file.into_iter().find(|path| path.to_str().unwrap().ends_with(ending)).unwrap();
        fs::write(file, content).unwrap();
        assert_eq!(cache.get(&url("a.js")), None, "{ending} {content}");
    }
    cache.put(&url("a.js"), None, "a = 1").unwrap();
    assert_eq!(cache.get(&url("a.js")).unwrap().text, "a = 1");
}

#[test]
fn concurrent_writers_leave_a_valid_entry() {
    let folder = tempfile::tempdir().unwrap();
    let cache = ScriptCache::open(folder.path());
    cache.put(&url("a.js"), None, &text_of(0)).unwrap();
    thread::scope(|scope| {
        for number in 0..4 {
            let cache = cache.clone();
            scope.spawn(move || {
                for _ in 0..50 {
                    cache.put(&url("a.js"), None, &text_of(number % 2)).unwrap();
                    if let Some(Script { text, .. }) = cache.get(&url("a.js")) {
                        assert!(text == text_of(0) || text == text_of(1));
                    }
                }
            });
        }
    });
}

fn text_of(number: usize) -> String {
    format!("a = {number};").repeat(1000)
}

#[test]
fn a_script_is_fetched_once() {
    let server = Server::start(|request, stream| match request.target.as_str() {
        "/latin.js" => reply(
            stream,
            "200 OK",
            &[("Content-Type", "text/javascript; charset=\"ISO-8859-1\"")],
            [b'\'', 0xe9, b'\''],
        ),
        "/page.js" => reply(stream, "200 OK", &[("Content-Type", "text/html")], " <!doctype html>"),
        "/image.js" => reply(stream, "200 OK", &[], [0x89, b'P', 0xff]),
        "/none.js" => reply(stream, "404 Not Found", &[], "no"),
        _ => reply(stream, "200 OK", &[], "a = 1"),
    });
    let folder = tempfile::tempdir().unwrap();
    let cache = ScriptCache::open(folder.path());
    let network = Network::start(Policy::default()).unwrap();
    let fetch = |path: &str| wait(cache.fetch(&server.url(path), |_| true, &network, &CancellationToken::new()));
    assert_eq!(fetch("/a.js").unwrap().text, "a = 1");
    assert_eq!(fetch("/a.js").unwrap().text, "a = 1");
    assert_eq!(server.seen().len(), 1);
    assert_eq!(fetch("/latin.js").unwrap().text, "'\u{e9}'");
    assert!(matches!(fetch("/page.js"), Err(ScriptError::WebPage { .. })));
    assert!(matches!(fetch("/image.js"), Err(ScriptError::NotText { .. })));
    assert!(matches!(fetch("/none.js"), Err(ScriptError::Status { status: 404, .. })));
    assert_eq!(cache.list().len(), 2);
    let cancelled = CancellationToken::new();
    cancelled.cancel();
    let error = wait(cache.fetch(&server.url("/other.js"), |_| true, &network, &cancelled)).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot load `{}`: interrupted", server.url("/other.js")));
    // An unwritable cache does not fail the load.
    fs::write(folder.path().join("file"), "").unwrap();
    let nowhere = ScriptCache::open(folder.path().join("file/here"));
    assert_eq!(
        wait(nowhere.fetch(&server.url("/a.js"), |_| true, &network, &CancellationToken::new())).unwrap().text,
        "a = 1"
    );
    assert!(matches!(nowhere.put(&url("a.js"), None, ""), Err(ScriptError::Folder { .. })));
}
