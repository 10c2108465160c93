//! A token store that cannot be used: a warning, never a lost token.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Answer, Case, Outcome, Request, Server};

const CELLS: [&str; 3] = [
    "API.createClient('client', 'api.raml')",
    "API.authenticate(client, 'o', { clientId: 'app', clientSecret: 'app-s3cret' })",
    "client.a.get().body.authorization",
];

/// An API with a token endpoint whose tokens expire at once and have a refresh token.
struct Api {
    server: Server,
    data: tempfile::TempDir,
}

impl Api {
    /// `on_renewal` is called before a renewal is answered.
    fn start(on_renewal: impl Fn() + Send + Sync + 'static) -> Self {
        let issued = AtomicUsize::new(0);
        let server = Server::with(move |request| match request.url.as_str() {
            "/token" => {
                if request.text().contains("grant_type=refresh_token") {
                    on_renewal();
                }
                let number = issued.fetch_add(1, Ordering::SeqCst);
                let (access, refresh) = (format!("t0ken-{number}-a"), format!("t0ken-{number}-r"));
                let tokens = json!({ "access_token": access, "refresh_token": refresh, "expires_in": 1 });
                Answer::new(200, "application/json", tokens.to_string())
            }
            _ => {
                let sent = request.header("authorization").map(|value| value.contains("t0ken"));
                Answer::new(200, "application/json", json!({ "authorization": sent }).to_string())
            }
        });
        Self { server, data: tempfile::tempdir().unwrap() }
    }

    fn case(&self) -> Case {
        let url = self.server.url("");
        let definition = format!(
            "#%RAML 0.8\ntitle: t\nbaseUri: {url}\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      settings:\n        \
             accessTokenUri: {url}/token\n        authorizationGrants: [ credentials ]\n/a:\n  get:\n    securedBy: [ o ]\n"
        );
        Case::cells(CELLS).file("api.raml", definition).env("APINB_DATA_DIR", self.data.path().to_str().unwrap())
    }

    fn tokens(&self) -> PathBuf {
        self.data.path().join("tokens")
    }

    /// The stored entry.
    fn entry(&self) -> PathBuf {
        let mut files = fs::read_dir(self.tokens()).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.extension().is_some_and(|ending| ending == "json")).unwrap()
    }
}

#[track_caller]
fn passes_with_warning(outcome: &Outcome, warning: &str) {
    outcome.exit(0).cell(2).is("true");
    let lines: Vec<String> = (1..3).flat_map(|cell| outcome.cell(cell).console()).collect();
    let is_warning = |line: &String| {
        line.starts_with("warn: the tokens are not stored for later runs: cannot use `") && line.contains(warning)
    };
    assert!(lines.iter().any(is_warning), "{warning}: {lines:?}");
    outcome.contains_nowhere("t0ken", &["api.raml", "notebook.md"]).contains_nowhere("app-s3cret", &["notebook.md"]);
}

#[test]
fn tokens_that_cannot_be_stored_serve_the_run() {
    let api = Api::start(|| {});
    // Fails for every user, root included.
    let case = api.case().file("file", "").env("APINB_DATA_DIR", "file/data");
    passes_with_warning(&case.run(), "not a directory");
    let full = api.case().env("APINB_DATA_DIR", "/dev/null");
    passes_with_warning(&full.run(), "Set `APINB_DATA_DIR` to a folder that can be written");
}

#[test]
fn a_refresh_token_is_not_sent_if_its_entry_cannot_be_written() {
    let api = Api::start(|| {});
    api.case().run().exit(0);
    let entry = fs::read_to_string(api.entry()).unwrap();
    let stored: Value = serde_json::from_str(&entry).unwrap();
    let stored = stored["secrets"]["refreshToken"].as_str().unwrap();
    fs::set_permissions(api.tokens(), Permissions::from_mode(0o777)).unwrap();
    passes_with_warning(&api.case().run(), "other users can change it (mode 777)");
    assert_eq!(fs::read_to_string(api.entry()).unwrap(), entry);
    let was_sent = |request: &Request| request.text().contains(stored);
    assert!(!api.server.requests().iter().any(was_sent), "the stored token is still valid");
}

#[test]
fn tokens_whose_entry_breaks_during_a_renewal_serve_the_run() {
    let entry: Arc<Mutex<Option<PathBuf>>> = Arc::default();
    let broken = Arc::clone(&entry);
    let api = Api::start(move || {
        if let Some(path) = broken.lock().unwrap().take() {
            fs::remove_file(&path).unwrap();
            fs::create_dir(&path).unwrap();
        }
    });
    api.case().run().exit(0);
    *entry.lock().unwrap() = Some(api.entry());
    passes_with_warning(&api.case().run(), "it is not a regular file");
}

#[test]
fn foreign_files_in_the_token_folder_are_refused() {
    let check = |break_entry: &dyn Fn(&Path), warning: &str| {
        let api = Api::start(|| {});
        api.case().run().exit(0);
        break_entry(&api.entry());
        passes_with_warning(&api.case().run(), warning);
        let list = Case::command(["auth", "list"]).env("APINB_DATA_DIR", api.data.path().to_str().unwrap()).run();
        list.exit(0).stdout_is("").stderr_contains(&format!("{warning}\n"));
    };
    check(&|path| fs::set_permissions(path, Permissions::from_mode(0o604)).unwrap(), "(mode 604)");
    check(
        &|path| {
            fs::rename(path, path.with_extension("moved")).unwrap();
            symlink(path.with_extension("moved"), path).unwrap();
        },
        "it is a symbolic link",
    );
    check(
        &|path| {
            fs::remove_file(path).unwrap();
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        },
        "it is not a regular file",
    );
}

#[test]
fn a_token_endpoint_has_a_scheme_of_the_web() {
    let definition = "#%RAML 0.8\ntitle: t\nbaseUri: http://localhost\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      settings:\n        \
                      accessTokenUri: ftp://localhost/token\n        authorizationGrants: [ credentials ]\n/a:\n  get:\n";
    let outcome = Case::cells(CELLS).file("api.raml", definition).run();
    outcome.exit(1).cell(1).fails("`ftp://localhost/token` of `o` is not an http or https URL");
}
