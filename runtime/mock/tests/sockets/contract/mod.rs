//! Every operation of every definition of this project, called on the mock server: no response breaks its definition.

mod request;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_contract::ContractCheck;
use apinb_contract::base::Bases;
use apinb_contract::exchange::{Body, Exchange, ExchangePlace, Message};
use apinb_contract::severities::Severities;
use apinb_definition::load::{Detail, load_with};
use apinb_definition::model::Definition;
use apinb_record::contract::{Contract, ContractFinding};
use apinb_text::diagnostic::Severity;
use apinb_text::source::address::Address;

use crate::support::{Answer, Api, Files};
use request::{Request, requests};

/// The host of the calls. The mock server does not know it, so all of its paths are below the root.
const BASE_URI: &str = "http://api.test";

/// The definitions below a folder that can be used: the documents that are one by their first lines.
fn definitions(folder: &Path) -> Vec<(PathBuf, Arc<Definition>)> {
    let mut files = Vec::new();
    gather(folder, &mut files);
    files.sort();
    let load = |path: PathBuf| {
        let mut loaded = load_with(&Address::File(path.display().to_string()), Arc::new(Files), Detail::Origins);
        loaded.read_all();
        Some((path, Arc::new(loaded.definition?)))
    };
    files.into_iter().filter_map(load).collect()
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            if !entry.ends_with("node_modules") {
                gather(&entry, files);
            }
        } else if entry.extension().is_some_and(|end| ["raml", "yaml", "json"].iter().any(|known| end == *known))
            && fs::read_to_string(&entry).is_ok_and(|text| is_root(&text))
        {
            files.push(entry);
        }
    }
}

/// Whether a document is a whole definition, and not a fragment of one.
fn is_root(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let raml = ["#%RAML 0.8", "#%RAML 1.0", "#%RAML 1.0 Overlay", "#%RAML 1.0 Extension"];
    let has_key = |line: &str| {
        let line = line.trim_start_matches(['{', ' ', '"']);
        line.starts_with("openapi") || line.starts_with("swagger")
    };
    raml.contains(&first.trim()) || !first.starts_with('#') && text.lines().take(3).any(has_key)
}

fn exchange(request: &Request, answer: &Answer, number: usize) -> Exchange {
    let text = String::from_utf8(answer.body.clone());
    Exchange {
        method: request.method.to_owned(),
        url: format!("{BASE_URI}{}", request.target),
        request: Message {
            headers: request.headers.clone(),
            body: if request.body.is_empty() { Body::Empty } else { Body::Text(request.body.clone()) },
        },
        status: answer.status,
        response: Message {
            headers: answer.headers.clone(),
            body: text.map_or(Body::Unknown, |text| if text.is_empty() { Body::Empty } else { Body::Text(text) }),
        },
        mocked: true,
        place: ExchangePlace { number, ..ExchangePlace::default() },
    }
}

/// Calls every operation with the required parameters, and with all of them; what is deleted, last.
fn called(definition: &Arc<Definition>) -> (Contract, Vec<String>) {
    let api = Api::of(vec![Arc::clone(definition)]);
    let contract = apinb_contract::api::Api::new(Arc::clone(definition), String::new());
    let mut check = ContractCheck::new(Severities::default(), false);
    check.add(Arc::new(contract), Bases::only(BASE_URI));
    let mut refused = Vec::new();
    let mut all = requests(definition, false);
    all.extend(requests(definition, true));
    all.sort_by_key(|request| request.method == "DELETE");
    for (request, number) in all.iter().zip(1..) {
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = api.send(request.method, &request.target, &headers, request.body.as_bytes());
        assert!(!answer.origin().is_empty(), "{request:?}");
        let is_gone = request.method == "DELETE" && answer.status == 404;
        if answer.status >= 400 && !is_gone {
            refused.push(format!("{} {}: {} {}", request.method, request.target, answer.status, answer.text()));
        }
        check.check(&exchange(request, &answer, number));
    }
    (check.finish(), refused)
}

fn line(finding: &ContractFinding) -> String {
    let ContractFinding { severity, rule, operation, message, definition, value, first, .. } = finding;
    let place = definition.as_ref().map(|place| format!("{}:{}", place.position.file, place.position.line));
    let value = value.as_ref().map(|value| format!("{} {} = {:?}", value.part.noun(), value.path, value.excerpt));
    format!("{severity:?} {rule} {operation:?} {message} | {value:?} | {place:?} | {} {}", first.url, first.status)
}

/// What the mock server does wrong for the definitions of a folder. Of what it does because the definition says so, a
/// deprecated operation is a warning, and an example that breaks its own schema a note.
fn wrong(folder: &Path) -> (BTreeSet<String>, usize) {
    let all = definitions(folder);
    let mut wrong = BTreeSet::new();
    for (path, definition) in &all {
        let (contract, refused) = called(definition);
        let name = path.strip_prefix(folder).unwrap_or(path).display();
        wrong.extend(refused.into_iter().map(|refused| format!("{name}: {refused}")));
        let is_right = |finding: &&ContractFinding| {
            finding.rule == "contract/deprecated"
                || finding.rule == "contract/response-body" && finding.severity == Severity::Note
        };
        let findings = contract.findings.iter().filter(|finding| !is_right(finding));
        wrong.extend(findings.map(|finding| format!("{name}: {}", line(finding))));
        wrong.extend(contract.unchecked.iter().map(|unchecked| format!("{name}: {unchecked:?}")));
    }
    (wrong, all.len())
}

fn print(wrong: &BTreeSet<String>) -> String {
    let short = |text: &String| text.chars().take(500).collect::<String>();
    wrong.iter().map(short).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_response_breaks_its_definition() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["notebooks", "tests", "runtime/contract/tests", "runtime/definition/tests"];
    let (mut all, mut total) = (BTreeSet::new(), 0);
    for folder in folders {
        let (wrong, definitions) = wrong(&root.join(folder));
        all.extend(wrong);
        total += definitions;
    }
    assert!(all.is_empty(), "{}", print(&all));
    assert!(total >= 30, "{total} definitions");
}

#[test]
#[ignore = "needs the folder of published definitions in APINB_DEFINITIONS"]
fn no_response_breaks_its_published_definition() {
    let folder =
        std::env::var("APINB_DEFINITIONS").expect("APINB_DEFINITIONS names the folder of published definitions");
    let (wrong, definitions) = wrong(Path::new(&folder));
    assert!(wrong.is_empty(), "{}", print(&wrong));
    assert!(definitions >= crate::published::ROOTS.len(), "{definitions} definitions");
}
