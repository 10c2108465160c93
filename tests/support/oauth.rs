//! Third-party authorization servers, started for a test, and a simulated browser.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use super::case::{Case, root};
use super::external::needs_external_tools;

/// The servers of `tests/servers/authorization.mjs`, until this is dropped.
pub(crate) struct AuthorizationServer {
    child: Child,
    pub(crate) url: String,
    /// The private key of the OAuth 1.0 consumer that signs with RSA, in PEM.
    pub(crate) private_key: String,
}

impl AuthorizationServer {
    /// Starts the servers; access tokens expire after that many seconds.
    pub(crate) fn start(lifetime: u32) -> Self {
        needs_external_tools();
        let mut child = Command::new("node")
            .arg(root().join("tests/servers/authorization.mjs"))
            .arg(lifetime.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node; `make test` installs what tests/package-lock.json names");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).expect("the authorization server did not start");
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        Self { child, url: text("url"), private_key: text("privateKey") }
    }

    /// A definition whose schemes use these servers, with `more` lines in it.
    pub(crate) fn definition(&self, more: &str) -> String {
        format!("#%RAML 0.8\ntitle: Secured\nbaseUri: SERVER/api\nmediaType: application/json\n{more}\n/me:\n  get:\n/others:\n  get:\n")
            .replace("SERVER", &self.url)
    }

    /// Every secret that the servers received or issued: its kind and its value.
    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        let response = get(&self.url, "/secrets");
        let told: Vec<String> = serde_json::from_str(&response).unwrap();
        told.iter().map(|one| one.split_once('=').unwrap()).map(|(kind, value)| (kind.into(), value.into())).collect()
    }

    /// A case with that definition, a browser, and a separate folder for tokens.
    pub(crate) fn case(&self, case: Case, more: &str) -> Case {
        with_browser(case.file("api.raml", self.definition(more)))
    }
}

impl Drop for AuthorizationServer {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body of the response to GET of a path.
fn get(server: &str, path: &str) -> String {
    let host = server.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Sets the browser of a case to `tests/servers/browser.mjs`.
pub(crate) fn with_browser(case: Case) -> Case {
    needs_external_tools();
    let script = root().join("tests/servers/browser.mjs");
    opening(case, &format!("exec node '{}' \"$1\"", script.display()))
}

/// Sets the browser of a case to Chromium, which saves a screenshot of the last page as `last.png`.
pub(crate) fn with_chromium(case: Case) -> Case {
    needs_external_tools();
    let found = Command::new(root().join("tools/chromium")).output().unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    let chromium = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let script = root().join("tests/servers/chromium.mjs");
    let picture = case.folder().join("last.png");
    opening(case, &format!("exec node '{}' \"$1\" '{chromium}' '{}'", script.display(), picture.display()))
}

/// Sets the command of a case that opens a page, `$1`.
fn opening(case: Case, command: &str) -> Case {
    let opener = format!("#!/bin/sh\n{command}\n");
    let case = case.file("bin/xdg-open", opener);
    let bin = case.folder().join("bin");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(bin.join("xdg-open"), executable).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    case.env("PATH", &path)
}
