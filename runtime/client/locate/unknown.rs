//! Unknown client paths, with suggestions.

use std::collections::HashSet;

use super::super::segment::{access, segments};
use super::super::walk::ClientPath;
use super::follow::follow_all;
use super::written::{Written, WrittenStep};
use apinb_definition::model::Definition;
use apinb_definition::overview::resources_by_path;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::quote::{quote_each, use_one_of};
use apinb_text::display::suggest::suggest;

/// Maximum number of known names in a message.
const MAX_NAMED: usize = 12;
/// Maximum number of suggestions of the same name elsewhere.
const MAX_ELSEWHERE: usize = 3;

/// A client path that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct Unknown {
    /// The unknown step.
    pub step: String,
    /// The path before it, as written; empty at the start.
    pub above: String,
    /// Whether the step is a method.
    pub method: bool,
    /// Suggested complete paths.
    pub meant: Vec<String>,
    pub has: Vec<String>,
}

impl Unknown {
    pub(super) fn step(root: &ClientPath, written: &Written, index: usize, readings: &[ClientPath]) -> Self {
        let (above, rest) = written.steps.split_at(index);
        let step = rest.first().map(WrittenStep::text).unwrap_or_default();
        let is_path = matches!(rest.first(), Some(WrittenStep::Segment(_))) && written.text.contains('/');
        let has = offered(readings, is_path);
        let above = shown(above, is_path);
        let join = |name: &str| {
            let step = WrittenStep::Segment(name.to_owned());
            if above.is_empty() && !is_path { name.to_owned() } else { follow_on(&above, &step, is_path) }
        };
        let names = has.iter().map(|name| if is_path { name } else { name.split('(').next().unwrap_or(name) });
        let meant: Vec<String> = match suggest(access(step).name, names) {
            Some(name) => {
                let short = join(name);
                let whole = rest.iter().skip(1).fold(short.clone(), |text, step| follow_on(&text, step, is_path));
                let whole = written.verb.iter().fold(whole, |text, verb| format!("{} {text}", verb.to_uppercase()));
                // Includes the following steps if they exist.
                vec![if follow_all(root, &Written::parse(&whole)).is_ok() { whole } else { short }]
            }
            None => match elsewhere(root.definition(), step) {
                paths if paths.is_empty() => method_names(root.definition(), &written.text),
                paths => paths,
            },
        };
        Self { step: step.to_owned(), above, method: false, meant, has }
    }

    pub(super) fn method(written: &Written, verb: &str, readings: &[ClientPath]) -> Self {
        let mut has: Vec<String> = Vec::new();
        for path in readings {
            let behind = path.extended();
            for one in path.names().chain(behind.names()).filter(|one| one.is_method) {
                if !has.iter().any(|known| known == one.name) {
                    has.push(one.name.to_owned());
                }
            }
        }
        Self { step: verb.to_owned(), above: shown(&written.steps, true), method: true, meant: Vec::new(), has }
    }

    fn message(&self) -> String {
        let Self { step, above, method, .. } = self;
        match (above.as_str(), method) {
            ("", false) => format!("the API has no `{step}`"),
            ("", true) => format!("`/` has no method `{step}`"),
            (_, true) => format!("`{above}` has no method `{step}`"),
            (_, false) => format!("`{above}` has no `{step}`"),
        }
    }
}

impl Diagnostic for Unknown {
    fn help(&self) -> Option<String> {
        if !self.meant.is_empty() {
            return Some(format!("Did you mean {}?", quote_each(&self.meant, " or ")));
        }
        if self.has.is_empty() {
            return Some("Use a shorter path: it has no members.".to_owned());
        }
        Some(use_one_of(&self.has, MAX_NAMED))
    }
}

/// The names of members: segments for a path, or else properties.
fn offered(readings: &[ClientPath], is_path: bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    let mut add = |name: String| {
        if known.insert(name.clone()) {
            names.push(name);
        }
    };
    for children in readings.iter().map(ClientPath::children) {
        for property in children.properties() {
            if !property.positions.is_empty() || (property.method.is_some() && !is_path) {
                add(property.name.clone());
            }
            for function in &property.functions {
                let parameters = function.parameters.join(", ");
                add(if is_path { function.segment.clone() } else { format!("{}({parameters})", property.name) });
            }
        }
        if !is_path {
            children.extension_names().for_each(|name| add(name.to_owned()));
        }
    }
    names
}

/// The paths that end in a segment with this name.
fn elsewhere(definition: &Definition, step: &str) -> Vec<String> {
    let name = access(step).name;
    let leads = |path: &String| segments(path).last().is_some_and(|last| access(last).name == name);
    let paths = resources_by_path(definition).into_iter().map(|(path, _)| path);
    paths.filter(leads).take(MAX_ELSEWHERE).collect()
}

/// The name of a method in the definition (`operationId`, `displayName`) that is similar to a text.
fn method_names(definition: &Definition, text: &str) -> Vec<String> {
    let resources = resources_by_path(definition);
    let methods = resources.iter().flat_map(|(_, resource)| &resource.methods);
    let names = methods.filter_map(|method| method.display_name.as_deref());
    suggest(text, names).map(str::to_owned).into_iter().collect()
}

fn follow_on(text: &str, step: &WrittenStep, is_path: bool) -> String {
    format!("{text}{}{}", if is_path { '/' } else { '.' }, step.text())
}

fn shown(steps: &[WrittenStep], is_path: bool) -> String {
    let texts: Vec<&str> = steps.iter().map(WrittenStep::text).collect();
    if is_path { texts.iter().map(|text| format!("/{text}")).collect() } else { texts.join(".") }
}
