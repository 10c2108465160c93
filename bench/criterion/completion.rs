//! Completion latency at the prompt: for chains and arguments of a client, and for variables.
//!
//! The slowest completions matter most, so besides criterion's medians the 99th percentile is stored for `bench/run`.

use std::collections::{BTreeMap, VecDeque};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use apinb_client::walk::{ClientPath, Step};
use apinb_definition::model::Definition;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use criterion::Criterion;

use crate::definitions::{generate, loaded, roots};
use crate::session::Session;

/// Number of texts completed per definition, and number of members followed per node.
const TEXTS: usize = 400;
const MEMBERS: usize = 20;

pub fn tab(criterion: &mut Criterion) {
    let network = Network::start(Policy::default()).expect("a network");
    let folder = tempfile::tempdir().expect("a folder");
    let large = folder.path().join("large.raml");
    generate("raml-0.8", 20_000, &large);
    let mut slow = BTreeMap::new();
    let mut group = criterion.benchmark_group("completion");
    for (name, file) in roots().into_iter().chain([("generated, 20,000 resources".to_owned(), large)]) {
        let definition = loaded(&file, &network).definition.expect("a definition");
        let texts = texts(Arc::new(definition));
        let mut session = Session::start(file.parent().expect("a folder"));
        let reference = file.file_name().expect("a name").to_string_lossy();
        session.run(&format!("API.createClient('client', '{reference}');"));
        let mut next = texts.iter().cycle();
        let mut taken = Vec::new();
        group.bench_function(&name, |bencher| {
            bencher.iter_custom(|count| {
                let mut total = Duration::ZERO;
                for text in next.by_ref().take(usize::try_from(count).unwrap_or(usize::MAX)) {
                    let started = Instant::now();
                    black_box(session.complete(black_box(text)));
                    taken.push(started.elapsed());
                    total += started.elapsed();
                }
                total
            });
        });
        taken.sort_unstable();
        if let Some(slowest) = taken.get(taken.len() * 99 / 100) {
            slow.insert(name, slowest.as_secs_f64());
        }
    }
    group.finish();
    if !slow.is_empty() {
        let text = serde_json::to_string_pretty(&slow).expect("JSON");
        std::fs::create_dir_all(output()).expect("a folder for the results");
        std::fs::write(output().join("completion-p99.json"), text).expect("the results are written");
    }
}

/// The output folder of criterion.
fn output() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target")).join("criterion")
}

/// Chains and calls of a client, breadth first, up to the cursor.
fn texts(definition: Arc<Definition>) -> Vec<String> {
    let mut texts: Vec<String> = ["", "cl", "JSON.", "API.authenticate(client, '"].map(str::to_owned).into();
    let mut places = VecDeque::from([("client".to_owned(), ClientPath::client(definition))]);
    while let Some((chain, path)) = places.pop_front()
        && texts.len() < TEXTS
    {
        texts.push(format!("{chain}."));
        if path.arguments().is_some() {
            texts.push(format!("{chain}({{"));
            texts.push(format!("{chain}({{}}, {{query: {{"));
        }
        for member in path.members("").into_iter().take(MEMBERS) {
            let tags = member.takes.clone().unwrap_or_default();
            let mut steps = vec![Step::Property(&member.name)];
            let mut chain = format!("{chain}['{}']", member.name);
            if !tags.is_empty() {
                steps.push(Step::Call { arguments: tags.len() });
                chain.push_str(&format!("({})", vec!["1"; tags.len()].join(", ")));
            }
            if let Some(next) = path.follow(&steps) {
                places.push_back((chain, next));
            }
        }
    }
    texts
}
