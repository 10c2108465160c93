//! The documents that a definition may include.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::time::Duration;

use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_http::route::Route;
use apinb_project::reading::documents::{Documents, MAX_DOCUMENT_BYTES};
use apinb_project::reading::source::{self, ResolvedSource};
use apinb_project::settings::Settings;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use tokio_util::sync::CancellationToken;

use crate::server::{Server, reply};

fn documents(root: Address) -> Documents {
    let source = ResolvedSource::named(root, &[], &[]);
    Documents::of(&source, &Network::start(Policy::default()).unwrap(), CancellationToken::new())
}

/// Those of a notebook in `folder`.
fn settings(folder: &Path) -> Settings {
    let limit = Duration::from_secs(60);
    Settings::new(folder.canonicalize().unwrap(), limit, limit, 64 << 20)
}

fn file(path: &Path) -> Address {
    Address::File(path.to_str().unwrap().to_owned())
}

/// A folder with `api/root.raml`, `api/types/user.json` and, outside of `api`, `secret`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("api/types")).unwrap();
    fs::write(folder.path().join("api/root.raml"), "#%RAML 0.8").unwrap();
    fs::write(folder.path().join("api/types/user.json"), "{}").unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    folder
}

#[test]
fn a_named_definition_includes_files_of_its_project() {
    let folder = folder();
    let at = |path: &str| file(&folder.path().join(path));
    let documents = documents(at("api/root.raml"));
    assert_eq!(documents.load(&at("api/root.raml")).unwrap(), "#%RAML 0.8");
    assert_eq!(documents.load(&at("api/types/user.json")).unwrap(), "{}");
    assert_eq!(documents.load(&at("api/types/../types/./user.json")).unwrap(), "{}");
    assert!(matches!(documents.load(&at("api/none")), Err(LoadError::NotFound { .. })));
    assert!(matches!(documents.load(&at("api/root.raml/none")), Err(LoadError::NotFound { .. })));
    for outside in ["secret", "api/../secret", "api/../../../../../../../../etc/passwd", "none-outside", "api2/x"] {
        assert!(matches!(documents.load(&at(outside)), Err(LoadError::NotAllowed { .. })), "{outside}");
    }
    assert!(matches!(documents.load(&Address::File("/etc/passwd".to_owned())), Err(LoadError::NotAllowed { .. })));
    fs::create_dir(folder.path().join(".git")).unwrap();
    let in_repository = self::documents(at("api/root.raml"));
    assert_eq!(in_repository.load(&at("api/../secret")).unwrap(), "secret");
    assert!(matches!(in_repository.load(&at("../secret")), Err(LoadError::NotAllowed { .. })));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_and_folders_are_errors() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let folder = folder();
    let at = |path: &str| file(&folder.path().join(path));
    symlink("/etc/passwd", folder.path().join("api/link")).unwrap();
    symlink(folder.path(), folder.path().join("api/up")).unwrap();
    symlink("types/user.json", folder.path().join("api/inner")).unwrap();
    symlink("loop", folder.path().join("api/loop")).unwrap();
    symlink("/dev/zero", folder.path().join("zero.raml")).unwrap();
    let _socket = UnixListener::bind(folder.path().join("api/socket")).unwrap();
    let inside = documents(at("api/root.raml"));
    assert_eq!(inside.load(&at("api/inner")).unwrap(), "{}");
    for outside in ["api/link", "api/up/secret"] {
        assert!(matches!(inside.load(&at(outside)), Err(LoadError::NotAllowed { .. })), "{outside}");
    }
    for unreadable in ["api/loop", "api/socket", "api/types"] {
        assert!(matches!(inside.load(&at(unreadable)), Err(LoadError::Unreadable { .. })), "{unreadable}");
    }
    let device = documents(at("zero.raml"));
    assert!(matches!(device.load(&at("zero.raml")), Err(LoadError::Unreadable { .. })));
    // The path to the folder may contain a link.
    symlink("api", folder.path().join("linked")).unwrap();
    let linked = documents(at("linked/root.raml"));
    assert_eq!(linked.load(&at("linked/types/user.json")).unwrap(), "{}");
    // The root that a person names may be a link to any file, one that a notebook names may not.
    symlink(folder.path().join("secret"), folder.path().join("api/sly.raml")).unwrap();
    assert_eq!(documents(at("api/sly.raml")).load(&at("api/sly.raml")).unwrap(), "secret");
    let settings = settings(&folder.path().join("api"));
    let source = source::definition(&settings, "client", "sly.raml").unwrap();
    let sly = Documents::of(&source, &Network::start(Policy::default()).unwrap(), CancellationToken::new());
    assert!(matches!(sly.load(&source.address), Err(LoadError::NotAllowed { .. })));
}

#[test]
fn large_and_binary_files_are_errors() {
    let folder = folder();
    let at = |path: &str| file(&folder.path().join(path));
    fs::File::create(folder.path().join("api/large")).unwrap().set_len(MAX_DOCUMENT_BYTES + 1).unwrap();
    fs::write(folder.path().join("api/image"), [0x89, b'P', b'N', b'G', 0xff]).unwrap();
    let documents = documents(at("api/root.raml"));
    assert!(matches!(documents.load(&at("api/large")), Err(LoadError::TooLarge { limit: MAX_DOCUMENT_BYTES, .. })));
    assert!(matches!(documents.load(&at("api/image")), Err(LoadError::NotText { .. })));
}

#[test]
fn a_file_may_include_urls() {
    let folder = folder();
    let server = Server::start(|request, stream| match request.target.as_str() {
        "/none" => reply(stream, "404 Not Found", &[], "no"),
        "/latin" => reply(stream, "200 OK", &[], [0xe9]),
        _ => reply(stream, "200 OK", &[], "type: string"),
    });
    let documents = documents(file(&folder.path().join("api/root.raml")));
    let load = |path: &str| documents.load(&Address::Url(server.url(path)));
    assert_eq!(load("/x").unwrap(), "type: string");
    assert!(matches!(load("/none"), Err(LoadError::Status { status: 404, .. })));
    assert!(matches!(load("/latin"), Err(LoadError::NotText { .. })));
    let calls = documents.calls();
    let statuses: Vec<_> = calls.iter().map(|call| call.outcome.as_ref().unwrap().status).collect();
    assert_eq!(statuses, [200, 404, 200]);
    assert_eq!(calls[0].request.url, server.url("/x"));
    assert!(documents.calls().is_empty());
}

#[test]
fn a_url_may_include_its_origin_only() {
    let other = Server::start(|_, stream| reply(stream, "200 OK", &[], "other"));
    let away = other.url("/").to_string();
    let server = Server::start(move |request, stream| match request.target.as_str() {
        "/away" => reply(stream, "302 Found", &[("Location", &away)], ""),
        "/near" => reply(stream, "302 Found", &[("Location", "/types")], ""),
        "/round" => reply(stream, "302 Found", &[("Location", "/round")], ""),
        _ => reply(stream, "200 OK", &[], "here"),
    });
    let root = documents(Address::Url(server.url("/root.raml")));
    let load = |address: &Address| root.load(address);
    assert_eq!(load(&Address::Url(server.url("/root.raml"))).unwrap(), "here");
    assert_eq!(server.seen()[0].header("accept"), Some("application/raml+yaml, application/json, */*"));
    assert_eq!(load(&Address::Url(server.url("/near"))).unwrap(), "here");
    assert!(matches!(load(&Address::Url(server.url("/round"))), Err(LoadError::Unreadable { .. })));
    for outside in
        [Address::Url(other.url("/x")), Address::Url(server.url("/away")), Address::File("/etc/passwd".to_owned())]
    {
        assert!(matches!(load(&outside), Err(LoadError::NotAllowed { .. })), "{outside:?}");
    }
    assert!(other.seen().is_empty(), "nothing was sent there");

    let redirected = documents(Address::Url(server.url("/away")));
    assert_eq!(redirected.load(&Address::Url(server.url("/away"))).unwrap(), "other");
    assert_eq!(redirected.load(&Address::Url(other.url("/x"))).unwrap(), "other");
}

/// A definition with forty includes, and their paths.
fn with_includes() -> (String, Vec<String>) {
    let names: Vec<String> = (0..40).map(|at| format!("/d/{at}.raml")).collect();
    let root: String = (0..40).map(|at| format!("/r{at}: !include {at}.raml\n")).collect();
    (format!("#%RAML 0.8\ntitle: T\n{root}"), names)
}

/// Loads `/d/api.raml` from a server; its diagnostics, and the paths called, in recorded order.
fn loaded(server: &Server) -> (String, Vec<String>) {
    let root = Address::Url(server.url("/d/api.raml"));
    let documents = Arc::new(documents(root.clone()));
    let loaded = apinb_definition::load::load(&root, Arc::<Documents>::clone(&documents));
    let diagnostics: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    (diagnostics.join("\n"), documents.calls().iter().map(|call| call.request.url.path().to_owned()).collect())
}

#[test]
fn includes_are_fetched_several_at_a_time() {
    let (root, names) = with_includes();
    // Each group of eight is answered when all of its requests arrived.
    let eight = Arc::new(Barrier::new(8));
    let server = Server::start(move |request, stream| {
        if request.target == "/d/api.raml" {
            return reply(stream, "200 OK", &[], &root);
        }
        eight.wait();
        reply(stream, "200 OK", &[], "get:\n");
    });
    let (diagnostics, calls) = loaded(&server);
    assert_eq!(diagnostics, "");
    assert_eq!(calls[0], "/d/api.raml");
    assert_eq!(calls[1..], names, "in the order of the definition");
    assert_eq!(server.seen().len(), 41, "each once");
}

#[test]
fn nested_includes_come_first_and_diagnostics_stay_in_order() {
    let server = Server::start(|request, stream| match request.target.as_str() {
        "/d/api.raml" => {
            let root: String = (0..20).map(|at| format!("/r{at}: !include {at}.raml\n")).collect();
            reply(stream, "200 OK", &[], format!("#%RAML 0.8\ntitle: T\n{root}"));
        }
        "/d/0.raml" => reply(stream, "200 OK", &[], "/x: !include x.raml\n/y: !include ../out/y.raml\n"),
        "/d/7.raml" | "/out/y.raml" => reply(stream, "404 Not Found", &[], ""),
        "/d/9.raml" => reply(stream, "302 Found", &[("Location", "http://127.0.0.1:1/away")], ""),
        _ => reply(stream, "200 OK", &[], "get:\n"),
    });
    let (diagnostics, calls) = loaded(&server);
    assert_eq!(diagnostics, "cannot include `../out/y.raml`\ncannot include `7.raml`\ncannot include `9.raml`");
    assert_eq!(calls[..5], ["/d/api.raml", "/d/0.raml", "/d/x.raml", "/out/y.raml", "/d/1.raml"]);
    assert_eq!(calls.len(), 23);
}

#[test]
fn definitions_are_never_loaded_from_a_mock_server() {
    let server = Server::start(|_, stream| reply(stream, "200 OK", &[], "the definition"));
    let mock = Server::start(|_, stream| reply(stream, "200 OK", &[], "an answer"));
    let network = Network::start(Policy::default()).unwrap();
    let url = server.url("/api.raml");
    let host = format!("127.0.0.1:{}", url.port().unwrap());
    let target = SocketAddr::from(([127, 0, 0, 1], mock.url("/").port().unwrap()));
    network.add_route(Route { host, target });
    let root = Address::Url(url);
    let source = ResolvedSource::named(root.clone(), &[], &[]);
    let documents = Documents::of(&source, &network, CancellationToken::new());
    assert_eq!(documents.load(&root).unwrap(), "the definition");
    assert!(!documents.calls()[0].mocked);
}

#[test]
fn a_read_after_the_end_of_the_run_is_cancelled() {
    let (hold, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let server = Server::start(move |request, stream| match request.target.as_str() {
        "/d/api.raml" => reply(
            stream,
            "200 OK",
            &[],
            "#%RAML 0.8\ntitle: T\ndocumentation: [ { title: A, content: !include a.md } ]\n",
        ),
        _ => {
            let _ = held.lock().unwrap().recv();
        }
    });
    let root = Address::Url(server.url("/d/api.raml"));
    let run = CancellationToken::new();
    let documents = Arc::new(documents(root.clone()));
    let loaded = apinb_definition::load::load(&root, Arc::<Documents>::clone(&documents));
    documents.cancelled_by(run.clone());
    run.cancel();
    let definition = loaded.definition.unwrap();
    assert_eq!(definition.documentation[0].content.as_str(), "");
    let diagnostics = loaded.deferred.take_diagnostics();
    assert_eq!(diagnostics[0].to_string(), "cannot include `a.md`");
    drop(hold);
}
