//! A chain of properties and calls on a client has the same target in a run, in completion, in a check and in
//! `apinb definition show`.
//!
//! All chains of the definitions in `tests/definitions` and `notebooks`, and of a few small definitions with hard
//! cases, are followed in an engine; then the results of the other readers of chains are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb::export::requests::{KnownClients, requests};
use apinb_analysis::analyse;
use apinb_analysis::model::Analysis;
use apinb_check::uses::{Resolution, UseResolver};
use apinb_client::completion::candidate::Found;
use apinb_client::locate::explain_text;
use apinb_client::walk::{self, ClientPath};
use apinb_definition::model::Definition;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_notebook::model::Notebook;
use apinb_project::reading::documents::Documents;
use apinb_project::reading::source::ResolvedSource;
use apinb_project::settings::Source;
use apinb_record::explanation::Explanation;
use apinb_record::piece::Piece;
use apinb_text::source::address::Address;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::{Cells, Server, root};

/// Maximum number of properties of a chain.
const MAX_DEPTH: usize = 4;

/// A property that is in none of the definitions.
const ABSENT: &str = "absentProperty";

const METHODS: [&str; 6] = ["get", "head", "put", "post", "patch", "delete"];

/// A step of a chain: a property, or a call with a number of arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Property(String),
    Call(usize),
}

/// The target of a chain according to a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Nothing,
    /// A node, or a function of tags, with these properties.
    Node(BTreeSet<String>),
    /// A call that sends this request; the arguments of a chain are `v1`, `v2`, …
    Request(String),
    /// A call that sends no request, since this tag has no value.
    WithoutValue(String),
}

/// A target as reported by the JavaScript in the engine, and the index of the node in `nodes`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    names: Option<BTreeSet<String>>,
    node: usize,
    sends: Option<String>,
    without: Option<String>,
}

/// The cell that follows chains: a name is a string, a call is its number of arguments.
const FOLLOW: &str = r"
API.set(client, { baseUri: 'http://test', beforeSend(request) { throw { sends: `${request.method} ${request.url.replace(/\?.*/, '')}` }; } });
var nodes;
var follow = (chain) => {
  let [self, at, count] = [undefined, client, 0];
  try {
    for (const step of chain) {
      if (typeof step === 'string') {
        [self, at] = [at, at[step]];
      } else {
        at = at.apply(self, Array.from({ length: step }, () => `v${++count}`));
      }
    }
  } catch (error) {
    const tag = /^URI parameter \x22(.*)\x22 is missing$/.exec(error.message);
    return error.sends ? error : tag ? { without: tag[1] } : {};
  }
  return at === undefined ? {} : { names: Object.keys(at), node: nodes.push(at) - 1 };
};";

/// A definition, and an engine with a client for it.
struct Api {
    definition: Arc<Definition>,
    cells: Cells,
    /// The differences between readers.
    differences: Vec<String>,
}

impl Api {
    fn of(file: &Path) -> Self {
        let network = Network::start(Policy::default()).unwrap();
        let address = Address::file(&file.to_string_lossy());
        let source = ResolvedSource::named(address.clone(), &[], &[]);
        let documents = Documents::of(&source, &network, CancellationToken::new());
        let definition = apinb_definition::load::load(&address, Arc::new(documents)).definition.unwrap();
        let mut cells = Cells::with_settings(Server::start(), |settings| {
            settings.definitions_by_client.insert("client".to_owned(), Source::File(file.to_owned()));
        });
        cells.run("API.createClient('client', 'api')");
        cells.run(FOLLOW);
        Self { definition: Arc::new(definition), cells, differences: Vec::new() }
    }

    /// Compares the readers on all chains, and returns their number.
    fn compare(&mut self) -> usize {
        let mut count = 0;
        let mut chains: Vec<Vec<Step>> = vec![Vec::new()];
        while !chains.is_empty() {
            count += chains.len();
            let targets = self.compare_each(&chains);
            let mut longer = Vec::new();
            // A call with two arguments and the target of a call with one argument is not followed.
            let mut called: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (chain, target) in chains.iter().zip(targets) {
                let Target::Node(names) = target else { continue };
                let is_new = match chain.split_last() {
                    Some((Step::Call(0), _)) => false,
                    Some((Step::Call(_), callee)) => called.insert(text(callee), names.clone()) != Some(names.clone()),
                    _ => true,
                };
                if !is_new {
                    continue;
                }
                if chain.iter().filter(|step| matches!(step, Step::Property(_))).count() < MAX_DEPTH {
                    let names = names.into_iter().chain([ABSENT.to_owned()]);
                    longer.extend(names.map(|name| with(chain, Step::Property(name))));
                }
                // The second argument of a method is not the value of a tag.
                let is_method = matches!(chain.last(), Some(Step::Property(name)) if METHODS.contains(&name.as_str()));
                let most = if is_method { 1 } else { 2 };
                longer.extend((0..=most).map(|arguments| with(chain, Step::Call(arguments))));
            }
            chains = longer;
        }
        count
    }

    /// The target of each chain in a run; a node has the names that any reader lists.
    fn compare_each(&mut self, chains: &[Vec<Step>]) -> Vec<Target> {
        let mut in_run = self.run(chains);
        let in_check = self.check(chains);
        for ((chain, target), checked) in chains.iter().zip(&mut in_run).zip(in_check) {
            let mut say = |reader: &str, says: String| {
                self.differences.push(format!("{}: a run {target:?}, {reader} {says}", text(chain)));
            };
            let completed = completed(&self.definition, chain);
            if !agrees_with_completed(&completed, target) {
                say("completion", format!("{completed:?}"));
            }
            if let Some(checked) = checked.filter(|checked| !agrees_with_checked(checked, target)) {
                say("a check", format!("{checked:?}"));
            }
            // `show` also finds similar texts for an absent member.
            let is_free = matches!(chain.first(), Some(Step::Call(_)));
            if let Some(shown) =
                Some(shown(&self.definition, chain)).filter(|shown| !is_free && !agrees_with_shown(shown, target))
            {
                say("show", format!("{shown:?}"));
            }
            if let (Target::Node(names), Some(completed)) = (target, completed) {
                names.extend(completed);
            }
        }
        in_run
    }

    /// The targets of chains in a run. Completion at a prompt, which sees the live values, has the same names.
    fn run(&mut self, chains: &[Vec<Step>]) -> Vec<Target> {
        let step = |step: &Step| match step {
            Step::Property(name) => json!(name),
            Step::Call(arguments) => json!(arguments),
        };
        let steps: Vec<Vec<_>> = chains.iter().map(|chain| chain.iter().map(step).collect()).collect();
        self.cells.file("chains.js", &format!("nodes = []; var chains = {};", json!(steps)));
        let outcome = self.cells.outcome("load('chains.js'); console.log(JSON.stringify(chains.map(follow)))").console;
        let outcomes: Vec<Outcome> = serde_json::from_str(&outcome[0].text).unwrap();
        assert_eq!(outcomes.len(), chains.len());
        let mut targets = Vec::new();
        for (chain, outcome) in chains.iter().zip(outcomes) {
            targets.push(match outcome {
                Outcome { sends: Some(sent), .. } => Target::Request(sent.replace("http://test", "")),
                Outcome { without: Some(tag), .. } => Target::WithoutValue(tag),
                Outcome { names: Some(names), node, .. } => {
                    if let Found::Client { path, .. } = self.cells.look_up(&["nodes", &node.to_string()]) {
                        let live: BTreeSet<String> = path.members("").into_iter().map(|member| member.name).collect();
                        if live != names {
                            self.differences.push(format!("{}: a run {names:?}, a prompt {live:?}", text(chain)));
                        }
                    }
                    Target::Node(names)
                }
                Outcome { .. } => Target::Nothing,
            });
        }
        targets
    }

    /// The targets of chains in a check, if known; a check does not list the names of a node.
    fn check(&self, chains: &[Vec<Step>]) -> Vec<Option<Target>> {
        // A node is used, so that a missing one is reported.
        let is_call = |chain: &[Step]| matches!(chain.last(), Some(Step::Call(_)));
        let lines: Vec<String> = chains
            .iter()
            .flat_map(|chain| {
                let call = if is_call(chain) { text(chain) } else { "0".to_owned() };
                [format!("{call};"), format!("{}.{ABSENT}.{ABSENT}();", text(chain))]
            })
            .collect();
        let notebook = Notebook::parse(
            "notebook.md",
            format!("```js\nAPI.createClient('client', 'api');\n{}\n```\n", lines.join("\n")),
        );
        let line = |offset: usize| notebook.source.position(offset).line - 3;
        let analysis = analyse(&notebook);
        assert!(
            analysis.syntax_errors.is_empty() && analysis.uses.len() >= chains.len(),
            "{:?}",
            analysis.syntax_errors
        );
        let mut resolver = UseResolver::new(&self.definition);
        let mistakes = analysis.uses.iter().filter_map(|one| match resolver.resolve(one, one.certain) {
            Resolution::UnknownMember(mistake) | Resolution::NotAFunction(mistake) => Some(mistake.place),
            Resolution::Call(_) | Resolution::PathCall(_) | Resolution::Unknown => None,
        });
        let misuses: BTreeMap<usize, String> = mistakes
            .map(|place| (line(place.start), notebook.source.text()[place.start..place.end].to_owned()))
            .collect();
        let sent = self.requests(&notebook, &analysis, line);
        let target = |(at, chain): (usize, &Vec<Step>)| match (sent.get(&(2 * at)), misuses.get(&(2 * at + 1))) {
            (Some(request), _) if is_call(chain) => Some(request.clone()),
            (_, Some(name)) if name.contains(ABSENT) && chain.last() != Some(&Step::Property(ABSENT.to_owned())) => {
                Some(Target::Node(BTreeSet::new()))
            }
            (_, Some(_)) => Some(Target::Nothing),
            (_, None) => None,
        };
        chains.iter().enumerate().map(target).collect()
    }

    /// The requests of a notebook by the lines of its only cell.
    fn requests(
        &self,
        notebook: &Notebook,
        analysis: &Analysis,
        line: impl Fn(usize) -> usize,
    ) -> BTreeMap<usize, Target> {
        let known = KnownClients {
            definitions: [("client", &self.definition)].into(),
            base_uris: [("client", String::new())].into(),
        };
        let planned = requests(notebook, analysis, &known).requests;
        let at = analysis.calls().map(|call| line(call.place.start));
        at.zip(planned)
            .filter_map(|(line, request)| {
                let call = request.call.ok()?;
                let open = call.plan.path.iter().find_map(|piece| match piece {
                    Piece::Unknown(tag) => Some(Target::WithoutValue(tag.source.clone())),
                    Piece::Literal(_) => None,
                });
                let path: String = call
                    .plan
                    .path
                    .iter()
                    .filter_map(|piece| match piece {
                        Piece::Literal(text) => Some(text.as_str()),
                        Piece::Unknown(_) => None,
                    })
                    .collect();
                Some((line, open.unwrap_or(Target::Request(format!("{} {path}", call.method)))))
            })
            .collect()
    }
}

/// The names that completion offers after a chain.
fn completed(definition: &Arc<Definition>, chain: &[Step]) -> Option<BTreeSet<String>> {
    let steps: Vec<walk::Step<'_>> = chain
        .iter()
        .map(|step| match step {
            Step::Property(name) => walk::Step::Property(name),
            Step::Call(arguments) => walk::Step::Call { arguments: *arguments },
        })
        .collect();
    let path = ClientPath::client(Arc::clone(definition)).follow(&steps)?;
    Some(path.members("").into_iter().map(|member| member.name).collect())
}

fn agrees_with_completed(names: &Option<BTreeSet<String>>, target: &Target) -> bool {
    match (target, names) {
        (Target::Nothing, None) => true,
        (Target::Node(expected), Some(names)) => names == expected,
        (Target::Request(_) | Target::WithoutValue(_), Some(names)) => names.contains("status"),
        _ => false,
    }
}

fn agrees_with_checked(checked: &Target, target: &Target) -> bool {
    match (checked, target) {
        (Target::Node(_), Target::Node(_)) => true,
        _ => checked == target,
    }
}

/// `GET /users/{id}` of a method, the path of a node, `API`, or the reason why there is none.
fn shown(definition: &Arc<Definition>, chain: &[Step]) -> Result<String, String> {
    match explain_text(definition, &text(chain), "client") {
        Ok(Explanation::Api(_)) => Ok("API".to_owned()),
        Ok(Explanation::Resource(resource)) => Ok(resource.path),
        Ok(Explanation::Method(method)) => Ok(format!("{} {}", method.method, method.path)),
        Err(unknown) => Err(unknown.to_string()),
    }
}

fn agrees_with_shown(shown: &Result<String, String>, target: &Target) -> bool {
    match (target, shown) {
        (Target::Nothing, _) => true,
        (Target::Node(_) | Target::WithoutValue(_), shown) => shown.is_ok(),
        (Target::Request(request), Ok(method)) => fits(method, request),
        (Target::Request(_), Err(_)) => false,
    }
}

/// Whether a path is an expansion of a template.
fn fits(template: &str, path: &str) -> bool {
    let Some((before, (tag, after))) =
        template.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return template == path;
    };
    let Some(rest) = path.strip_prefix(before) else { return false };
    // A parameter may be left out of a segment that has other text.
    let is_alone = tag != "mediaTypeExtension" && before.ends_with('/') && (after.is_empty() || after.starts_with('/'));
    (usize::from(is_alone)..=rest.len())
        .filter_map(|end| rest.split_at_checked(end))
        .any(|(value, rest)| !value.contains('/') && fits(after, rest))
}

fn with(chain: &[Step], step: Step) -> Vec<Step> {
    chain.iter().cloned().chain([step]).collect()
}

/// A chain as JavaScript.
fn text(chain: &[Step]) -> String {
    let mut text = "client".to_owned();
    let mut values = 0;
    for step in chain {
        match step {
            Step::Property(name) if name.chars().all(|one| one.is_ascii_alphabetic() || one == '_') => {
                text.push_str(&format!(".{name}"));
            }
            Step::Property(name) => text.push_str(&format!("[{}]", json!(name))),
            Step::Call(arguments) => {
                let arguments: Vec<String> = (values + 1..=values + arguments).map(|at| format!("'v{at}'")).collect();
                values += arguments.len();
                text.push_str(&format!("({})", arguments.join(", ")));
            }
        }
    }
    text
}

/// The differences in the chains of a definition; none if all readers agree.
fn differences(file: &Path) -> Vec<String> {
    let mut api = Api::of(file);
    let count = api.compare();
    assert!(count > 4, "{}: {count} chains", file.display());
    api.differences
}

/// Checks that all readers agree on the chains of RAML 0.8 definitions with these lines after their title.
#[track_caller]
fn check(definitions: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("api.raml");
    let mut found = Vec::new();
    for (number, raml) in definitions.iter().enumerate() {
        fs::write(&file, format!("#%RAML 0.8\ntitle: Test\n{raml}\n")).unwrap();
        found.extend(differences(&file).into_iter().map(|difference| format!("{number}: {difference}")));
    }
    assert_eq!(found, Vec::<String>::new());
}

/// The root documents of definitions below a folder.
fn roots(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            let first = text.lines().next().unwrap_or_default().trim();
            let starts = ["#%RAML 0.8", "#%RAML 1.0", "#%RAML 1.0 Overlay", "#%RAML 1.0 Extension"].contains(&first);
            let is_openapi = path.extension().is_some_and(|extension| extension == "yaml" || extension == "json")
                && text.lines().take(3).any(|line| line.contains("openapi") || line.contains("swagger"));
            if starts || is_openapi {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn chains_of_definitions_in_tests_and_notebooks() {
    let files = [roots("tests/definitions"), roots("notebooks")].concat();
    assert!(files.len() > 20, "{files:?}");
    let found: Vec<String> = files.iter().flat_map(|file| differences(file)).collect();
    assert_eq!(found, Vec::<String>::new());
}

const JSON: &str = "uriParameters: { mediaTypeExtension: { enum: [ .json ] } }";
const OPTIONAL: &str = "uriParameters: { mediaTypeExtension: { enum: [ .json, .xml ], required: false } }";

#[test]
fn chains_of_a_segment_beside_an_extension_of_the_same_name() {
    let definitions = [
        format!("/users/json/a:\n  get:\n/users{{mediaTypeExtension}}:\n  {JSON}\n  /a/x:\n    get:"),
        format!("/users{{mediaTypeExtension}}:\n  {JSON}\n  /a/x:\n    get:\n/users/json/a:\n  get:"),
        format!("/users/json/{{id}}:\n  get:\n/users{{mediaTypeExtension}}:\n  {JSON}\n  get:\n  /{{id}}/x:\n    get:"),
        format!("/users/json:\n  put:\n/users{{mediaTypeExtension}}:\n  {OPTIONAL}\n  get:\n  /a:\n    get:"),
    ];
    check(&definitions.each_ref().map(String::as_str));
}

#[test]
fn chains_with_extensions() {
    let definitions = [
        format!("/a{{mediaTypeExtension}}:\n  {OPTIONAL}\n  get:\n  /b{{mediaTypeExtension}}:\n    get:"),
        format!(
            "/a{{mediaTypeExtension}}:\n  {JSON}\n  /b:\n    get:\n/a:\n  get:\n  /{{id}}{{mediaTypeExtension}}:\n    get:"
        ),
        "/a{mediaTypeExtension}:\n  get:\n/a/extension:\n  get:\n/a/extension/b:\n  get:".to_owned(),
        "/{mediaTypeExtension}:\n  get:\n/a:\n  /{mediaTypeExtension}:\n    get:\n    /b:\n      get:".to_owned(),
        format!(
            "/{{id}}{{mediaTypeExtension}}:\n  {JSON}\n  get:\n/{{id}}:\n  put:\n  /c{{mediaTypeExtension}}:\n    get:"
        ),
    ];
    check(&definitions.each_ref().map(String::as_str));
}

#[test]
fn chains_of_functions_with_several_parameters() {
    let definitions = [
        "/t{a}:\n  get:\n  /x:\n    get:\n/t{a}{b}:\n  get:\n  /y:\n    get:\n/t{c}:\n  /z:\n    get:",
        "/{a}{b}/{a}:\n  get:\n/{x}...{y}:\n  get:",
        "/{p}.json:\n  get:\n  /q:\n    get:\n/{p}:\n  put:\n  /r:\n    get:",
        "/{v}:\n  uriParameters: { v: { enum: [ one ] } }\n  get:\n  /{w}:\n    uriParameters: { w: { enum: [ 1, 2 ] } }\n    get:",
    ];
    check(&definitions);
}

#[test]
fn chains_of_names_with_several_meanings() {
    let definitions = [
        "/collection:\n  get:\n  /x:\n    get:\n/{collection}:\n  put:\n  /y:\n    get:",
        "/a:\n  get:\n  /get:\n    get:\n    /post:\n      post:\n  /get{id}:\n    get:",
        "/a/b:\n  get:\n/a:\n  post:\n  /b:\n    put:\n    /c:\n      get:\n/a/:\n  delete:",
        "/:\n  get:\n/users:\n  get:\n  /:\n    get:\n    post:\n    /{id}:\n      get:",
        "/{id}:\n  get:\n/{name}:\n  put:\n  /a:\n    get:\n/{id}/a:\n  put:",
    ];
    check(&definitions);
}

#[test]
fn names_that_are_not_identifiers_are_in_brackets_in_messages() {
    let mut cells = Cells::of("/people-search:\n  /{search-term}:\n    get:\n");
    let of_term = "client['people-search']['search-term']";
    for (code, message) in [
        ("client['people-search'].x.get()", "client['people-search'] has no \"x\"".to_owned()),
        (
            "client['people-search']['search-term'].get()",
            format!("{of_term} has no method \"get\"; {of_term}('search-term') has get"),
        ),
        (
            "client['people-search']['search-term']('a').put()",
            format!("{of_term}(\"a\") has no method \"put\"; it has get"),
        ),
    ] {
        let error = cells.outcome(code).result.expect_err(code);
        assert_eq!(error.message, message, "{code}");
    }
    let shown = cells.run("client");
    assert_eq!(shown, format!("client {{ ['people-search'] }}, for example {of_term}('search-term').get()"));
}
