//! Resolves chains: clients, `API`, `load`, `prompt`.

use std::collections::HashSet;

use crate::alias::{MAX_ALIASES, MAX_STEPS, expanded, global};
use crate::chain::Chain;
use crate::facts::{Facts, Use, name_of, path};
use crate::model::{Analysis, Argument, Client, ClientUse, Question, Script, SignIn, Step, UnsupportedApi};
use crate::open;
use crate::tokens;
use apinb_text::secret::names::is_secret_question;

/// Browser APIs that a notebook does not have.
pub(crate) const ABSENT: [&str; 20] = [
    "document",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "WebSocket",
    "EventSource",
    "Worker",
    "SharedWorker",
    "navigator",
    "location",
    "history",
    "Image",
    "Audio",
    "Notification",
    "MutationObserver",
    "DOMParser",
    "XMLSerializer",
    "requestAnimationFrame",
    "getComputedStyle",
    "matchMedia",
];

/// The analysis that the facts amount to.
pub(super) fn resolve(facts: &Facts) -> Analysis {
    let mut analysis = Analysis {
        syntax_errors: facts.syntax_errors.clone(),
        unsupported_apis: facts.unsupported_apis.clone(),
        unread: facts.unread.clone(),
        modules: facts.modules.clone(),
        sets_uri_parameters: facts.sets_uri_parameters,
        sets_base_uri: facts.sets_base_uri,
        ..Analysis::default()
    };
    for one in &facts.uses {
        let chain = global(facts, one);
        if !facts.is_own(&chain.root, one) {
            globals(facts, one, &chain, &mut analysis);
        }
    }
    let clients = names(facts, &analysis);
    let named: HashSet<String> = analysis.clients.iter().filter_map(|client| client.name.clone()).collect();
    for one in &facts.uses {
        let chain = global(facts, one);
        if facts.is_declared(&chain.root, one) {
            continue;
        }
        if chain.root == "API" && !facts.is_own("API", one) {
            analysis.sign_ins.extend(sign_in(&named, one, &chain));
        }
        analysis.uses.extend(client_use(facts, &clients, one, &expanded(facts, chain)));
    }
    for one in &facts.uses {
        analysis.dissected_tokens.extend(tokens::dissected(facts, &analysis.sign_ins, one));
    }
    analysis.unsupported_apis.sort_by_key(|api| api.place.start);
    (analysis.row_fields, analysis.open) = open::names(facts, &analysis);
    analysis
}

/// The names that certainly are clients.
fn names(facts: &Facts, analysis: &Analysis) -> HashSet<String> {
    if facts.dynamic || analysis.clients.iter().any(|client| client.name.is_none()) {
        return HashSet::new();
    }
    let mut names = HashSet::new();
    for client in &analysis.clients {
        let Some(name) = &client.name else { continue };
        let root = name.split('.').next().unwrap_or_default();
        let same = |other: &Client| other.name.as_deref() == Some(name) && other.reference != client.reference;
        if !facts.bindings.contains_key(root) && !analysis.clients.iter().any(same) {
            names.insert(name.clone());
        }
    }
    names
}

/// Handles functions and unsupported properties of the global object.
fn globals(facts: &Facts, one: &Use, chain: &Chain, analysis: &mut Analysis) {
    let (cell, place) = (one.cell, chain.place);
    let text = |arguments: &[Argument], at: usize| {
        arguments
            .get(at)
            .and_then(|argument| argument.value.as_ref())
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    match (chain.root.as_str(), chain.steps.as_slice()) {
        ("API", [Step::Name { name, .. }, Step::Call { arguments, .. }, ..]) if name == "createClient" => {
            analysis.clients.push(Client {
                cell,
                name: text(arguments, 0),
                // A missing argument is an empty text.
                reference: if arguments.len() < 2 { Some(String::new()) } else { text(arguments, 1) },
                settings: arguments.get(2).map(Argument::planned_value),
                place,
            });
        }
        ("load", [Step::Call { arguments, .. }, ..]) => {
            analysis.scripts.push(Script { cell, reference: text(arguments, 0), place });
        }
        ("prompt" | "confirm", [Step::Call { arguments, .. }, ..]) => {
            let (question, variable) = (text(arguments, 0), one.variable.clone());
            // A missing argument is an empty text.
            let question = if arguments.is_empty() { Some(String::new()) } else { question };
            let said = question.iter().chain(&variable);
            analysis.questions.push(Question {
                cell,
                confirm: chain.root == "confirm",
                secret: chain.root == "prompt" && said.into_iter().any(|text| is_secret_question(text)),
                text: question,
                variable,
                default: text(arguments, 1),
                place,
            });
        }
        // `crypto` has random values only.
        ("crypto", [Step::Name { name, .. }, _, ..]) if name == "subtle" => {
            let own = one.chain.steps.len() + 1 - chain.steps.len();
            let known = path(&one.chain.root, one.chain.steps.get(..own).unwrap_or_default());
            if !one.tolerated && !facts.doubtful.contains(&known) {
                let name = "crypto.subtle".to_owned();
                analysis.unsupported_apis.push(UnsupportedApi { cell, name, place: chain.root_place });
            }
        }
        (name, steps) if ABSENT.contains(&name) => {
            // Reading a missing property of `window` is not an error; using it is.
            let global_path = path(&one.chain.root, one.chain.steps.get(..1).unwrap_or_default());
            let used = one.chain.root == name || (!steps.is_empty() && !facts.doubtful.contains(&global_path));
            if used && !one.tolerated && !facts.guarded.contains(name) {
                analysis.unsupported_apis.push(UnsupportedApi { cell, name: name.to_owned(), place: chain.root_place });
            }
        }
        _ => {}
    }
}

fn sign_in(clients: &HashSet<String>, one: &Use, chain: &Chain) -> Option<SignIn> {
    let [Step::Name { name, .. }, Step::Call { arguments, .. }, ..] = chain.steps.as_slice() else { return None };
    if name != "authenticate" {
        return None;
    }
    let value = |at: usize| arguments.get(at).and_then(|argument| argument.value.as_ref());
    let scheme = value(1).and_then(|value| value.as_str()).map(str::to_owned);
    let options = arguments.iter().skip(1).find(|argument| !argument.properties.is_empty());
    let place = match (&scheme, arguments.get(1)) {
        (Some(_), Some(argument)) => argument.place,
        _ => chain.place,
    };
    let client = one.first.clone().filter(|client| clients.contains(client));
    let values = options.and_then(|options| options.planned_value().fields()).unwrap_or_default();
    let options_place = options.map(|options| options.place);
    let names = options.map(|options| options.properties.iter().map(|property| property.name.clone()).collect());
    let options = names.unwrap_or_default();
    Some(SignIn { cell: one.cell, client, scheme, options, values, options_place, place })
}

/// The use of a client in a chain.
fn client_use(facts: &Facts, clients: &HashSet<String>, one: &Use, chain: &Chain) -> Option<ClientUse> {
    if chain.steps.len() > MAX_STEPS {
        return None;
    }
    let (client, own) = client_of(clients, chain)?;
    let steps = chain.steps.get(own..).unwrap_or_default().to_vec();
    if steps.is_empty() {
        return None;
    }
    let mut certain = 0;
    for at in 0..steps.len() {
        let known = path(&chain.root, chain.steps.get(..=own + at).unwrap_or_default());
        if one.tolerated || matches!(steps.get(at), Some(Step::Unknown)) || facts.doubtful.contains(&known) {
            break;
        }
        certain = at + 1;
    }
    if facts.doubtful.contains(&path(&chain.root, chain.steps.get(..own).unwrap_or_default())) {
        certain = 0;
    }
    Some(ClientUse { cell: one.cell, client, steps, certain, place: chain.place })
}

/// The client at the start of a chain, and the number of steps in its name: `acme.users` has a dot.
fn client_of(clients: &HashSet<String>, chain: &Chain) -> Option<(String, usize)> {
    let mut name = chain.root.clone();
    let mut found = None;
    for at in 0..=chain.steps.len() {
        if clients.contains(&name) {
            found = Some((name.clone(), at));
        }
        match chain.steps.get(at).and_then(name_of) {
            Some(next) if at < MAX_ALIASES => name = format!("{name}.{next}"),
            _ => break,
        }
    }
    found
}
