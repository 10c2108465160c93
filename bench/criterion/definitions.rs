//! Loading definitions with their includes from files, and creating clients from them.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use apinb_client::tree::{CLIENT, ClientTree};
use apinb_definition::load::Loaded;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_project::reading::documents::Documents;
use apinb_project::reading::source::ResolvedSource;
use apinb_text::source::address::Address;
use criterion::Criterion;
use tokio_util::sync::CancellationToken;

use crate::session::Session;

pub fn load(criterion: &mut Criterion) {
    let network = Network::start(Policy::default()).expect("a network");
    let mut group = criterion.benchmark_group("definition");
    for (name, file) in roots() {
        group.bench_function(name, |bencher| bencher.iter(|| loaded(&file, &network)));
    }
    group.finish();
}

/// Generated definitions of increasing size, in each language.
pub fn sizes(criterion: &mut Criterion) {
    let network = Network::start(Policy::default()).expect("a network");
    let folder = tempfile::tempdir().expect("a folder");
    let mut group = criterion.benchmark_group("size");
    group.sample_size(10);
    for language in ["raml-0.8", "raml-1.0", "openapi", "openapi-json"] {
        for resources in [100, 1_000, 10_000, 20_000] {
            let name = format!("{language} {resources}");
            let file = folder.path().join(&name);
            generate(language, resources, &file);
            group.bench_function(name, |bencher| bencher.iter(|| loaded(&file, &network)));
        }
    }
    group.finish();
}

/// Writes a generated definition with that many resources.
pub fn generate(language: &str, resources: usize, file: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/definitions/large.py");
    let mut python = Command::new("python3");
    let status = python.arg(script).args([language, &resources.to_string()]).arg(file).status();
    assert!(status.expect("python3").success(), "{language} {resources}");
}

/// In Rust alone, including the names that the client offers; and in a cell, without and with these names. Loading is
/// excluded: the second client of a definition needs none.
pub fn client(criterion: &mut Criterion) {
    let network = Network::start(Policy::default()).expect("a network");
    let mut group = criterion.benchmark_group("client");
    for (name, file) in roots() {
        let definition = Arc::new(loaded(&file, &network).definition.expect("a definition"));
        group.bench_function(&name, |bencher| {
            bencher.iter(|| ClientTree::new(Arc::clone(black_box(&definition))).names(CLIENT, "client"));
        });
    }
    group.finish();

    in_cells(criterion, "createClient", "");
    in_cells(criterion, "createClient and names", "Object.keys(client);");
}

/// Creates clients in a cell, and runs `more` for each.
fn in_cells(criterion: &mut Criterion, title: &str, more: &str) {
    let mut group = criterion.benchmark_group(title);
    for (name, file) in roots() {
        let mut session = Session::start(file.parent().expect("a folder"));
        let reference = file.file_name().expect("a name").to_string_lossy();
        let create = format!("API.createClient('client', '{reference}');");
        session.run(&create);
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|clients| {
                let code = format!("for (var i = 0; i < {clients}; i++) {{ {create} {more} }}");
                let started = Instant::now();
                session.run(&code);
                started.elapsed()
            });
        });
    }
    group.finish();
}

pub fn loaded(file: &Path, network: &Network) -> Loaded {
    let root = Address::file(&file.to_string_lossy());
    let source = ResolvedSource::named(root.clone(), &[], &[]);
    let documents = Documents::of(&source, network, CancellationToken::new());
    apinb_definition::load::load(black_box(&root), Arc::new(documents))
}

/// Each definition with its name, `GitHub api`: the definition of the example, then the published ones.
pub fn roots() -> Vec<(String, PathBuf)> {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/zendesk/zendesk.raml");
    let mut files = vec![example];
    if let Some(folder) = std::env::var_os("APINB_DEFINITIONS") {
        let mut published: Vec<PathBuf> =
            entries(Path::new(&folder)).into_iter().filter(|api| api.is_dir()).flat_map(|api| entries(&api)).collect();
        published.retain(|file| is_root(file));
        assert!(!published.is_empty(), "APINB_DEFINITIONS: there is no definition in {}", folder.display());
        published.sort();
        files.extend(published);
    }
    files.into_iter().map(|file| (name(&file), file)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

fn is_root(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "raml")
        && std::fs::read_to_string(file).is_ok_and(|text| {
            let first = text.trim_start_matches('\u{feff}').lines().next();
            first.is_some_and(|line| line.trim_end() == "#%RAML 0.8")
        })
}

fn name(file: &Path) -> String {
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
    format!("{} {}", folder.to_string_lossy(), file.file_stem().unwrap_or_default().to_string_lossy())
}
