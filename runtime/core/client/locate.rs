//! Finds a place of a client by its text: `users.{id}.get`, `users.id(5).groups`, `/users/{id}`, `GET /users/5`.
//!
//! Both ways of writing lead through the same tree as the client's properties; what is written of a tag (its name, a
//! value, nothing) does not matter. Reading JavaScript is left to V8: of what stands between parentheses only the number
//! of arguments counts.

mod step;
#[cfg(test)]
mod tests;
mod unknown;

use super::explain;
use super::segment::access;
use super::tree::{Draft, DraftFunction, Place, pattern};
use crate::definition::model::Definition;
use crate::definition::model::EXTENSION_TAG;
use crate::explanation::Explanation;
use step::{Step, Written};
pub use unknown::Unknown;

/// How many ways to read a text are followed at once.
const MAX_READINGS: usize = 32;

/// What the definition says of the place that `text` names, of the API where it names none; `client` is the name of the
/// client in the line of JavaScript.
///
/// # Errors
/// When there is no such place.
pub fn explain_text(definition: &Definition, text: &str, client: &str) -> Result<Explanation, Unknown> {
    let written = Written::parse(text);
    let found = match find(definition, &written) {
        Err(unknown) => match written.without_client(client) {
            Some(rest) => find(definition, &rest).map_err(|inner| if rest.by_name { inner } else { unknown })?,
            None => return Err(unknown),
        },
        Ok(found) => found,
    };
    match found {
        Found::Api => Ok(explain::api(definition)),
        Found::Node(places) => Ok(explain::node(definition, &places, client)),
        Found::Method { resource, index } => match explain::method(definition, &resource, index, client) {
            Some(explanation) => Ok(explanation),
            // The tree gives out nothing that is not there.
            None => Ok(explain::api(definition)),
        },
    }
}

/// Where a text leads.
enum Found {
    Api,
    Node(Vec<Place>),
    Method { resource: Vec<u32>, index: u32 },
}

/// Where a text stops to lead on.
enum Lost {
    /// At this step, below these nodes.
    Step(usize, Vec<Vec<Place>>),
    /// At the method, on these nodes.
    Method(Vec<Vec<Place>>),
}

fn find(definition: &Definition, written: &Written) -> Result<Found, Unknown> {
    walk(definition, written).map_err(|lost| match lost {
        Lost::Step(index, readings) => Unknown::step(definition, written, index, &readings),
        Lost::Method(readings) => {
            Unknown::method(definition, written, written.verb.as_deref().unwrap_or_default(), &readings)
        }
    })
}

/// Follows the steps, without a thought for what was meant where they lead nowhere.
fn walk(definition: &Definition, written: &Written) -> Result<Found, Lost> {
    let mut readings = vec![Place::roots(definition)];
    for (index, step) in written.steps.iter().enumerate() {
        if index + 1 == written.steps.len()
            && let Step::Property { name, .. } = step
            && let Some(method) = readings.iter().find_map(|places| method(definition, places, name))
        {
            return Ok(method);
        }
        let mut next: Vec<_> = readings.iter().flat_map(|places| follow(definition, places, step)).collect();
        if next.is_empty() {
            return Err(Lost::Step(index, readings));
        }
        next.truncate(MAX_READINGS);
        readings = next;
    }
    if let Some(verb) = &written.verb {
        let found = readings.iter().find_map(|places| method(definition, places, verb));
        return found.ok_or(Lost::Method(readings));
    }
    if written.steps.is_empty() {
        return Ok(Found::Api);
    }
    let with_methods = readings.iter().position(|places| Draft::of(definition, places).methods().next().is_some());
    Ok(Found::Node(readings.swap_remove(with_methods.unwrap_or(0))))
}

/// A method of a node; of its extension where the node itself has none of that name.
fn method(definition: &Definition, places: &[Place], name: &str) -> Option<Found> {
    let draft = Draft::of(definition, places);
    let own = draft.get(name).and_then(|property| property.method.clone());
    let shape = own.or_else(|| Draft::of(definition, &draft.extension).get(name)?.method.clone())?;
    Some(Found::Method { resource: shape.resource, index: shape.index })
}

/// Where a step leads, the likeliest first.
fn follow(definition: &Definition, places: &[Place], step: &Step) -> Vec<Vec<Place>> {
    let draft = Draft::of(definition, places);
    let found = follow_in(definition, &draft, step);
    if found.is_empty() && !draft.extension.is_empty() {
        // `/users{mediaTypeExtension}/x` is `users.x` to whoever asks.
        return follow_in(definition, &Draft::of(definition, &draft.extension), step);
    }
    found
}

fn follow_in(definition: &Definition, draft: &Draft, step: &Step) -> Vec<Vec<Place>> {
    match step {
        Step::Property { name, arguments } => property(draft, name, *arguments),
        Step::Segment(text) => segment(definition, draft, text),
    }
}

fn property(draft: &Draft, name: &str, arguments: Option<usize>) -> Vec<Vec<Place>> {
    let mut found = Vec::new();
    if let Some(property) = draft.get(name) {
        if arguments.is_none() && !property.places.is_empty() {
            found.push(property.places.clone());
        }
        let mut functions: Vec<&DraftFunction> = property.functions.iter().collect();
        functions.sort_by_key(|function| arguments.is_some_and(|count| function.tags.len() != count));
        found.extend(functions.into_iter().map(|function| function.places.clone()));
    }
    let is_value = draft.extension_values.iter().any(|value| value.trim_start_matches('.') == name);
    if !draft.extension.is_empty() && (is_value || name == "extension") {
        found.push(draft.extension.clone());
    }
    found
}

fn segment(definition: &Definition, draft: &Draft, text: &str) -> Vec<Vec<Place>> {
    let stem = text.strip_suffix(&format!("{{{EXTENSION_TAG}}}"));
    if stem == Some("") {
        return if draft.extension.is_empty() { Vec::new() } else { vec![draft.extension.clone()] };
    }
    if let Some(stem) = stem {
        return extended(definition, segment(definition, draft, stem));
    }
    let access = access(text);
    if access.tags.is_empty() {
        let own = draft.get(access.name).map(|property| property.places.clone()).unwrap_or_default();
        return if own.is_empty() { by_value(definition, draft, text) } else { vec![own] };
    }
    let wanted = pattern(text);
    let functions = draft.properties().iter().flat_map(|property| &property.functions);
    let alike: Vec<_> =
        functions.filter(|function| function.pattern == wanted).map(|function| function.places.clone()).collect();
    if alike.is_empty() { by_value(definition, draft, text) } else { alike }
}

/// A segment with values in place of tags: `5`, `users.json`, `{id}.json`.
fn by_value(definition: &Definition, draft: &Draft, text: &str) -> Vec<Vec<Place>> {
    if let Some((stem, value)) = text.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        let stems = segment(definition, draft, stem);
        let with_value: Vec<_> = stems
            .into_iter()
            .filter(|places| {
                let values = Draft::of(definition, places).extension_values;
                values.iter().any(|known| known.trim_start_matches('.') == value)
            })
            .collect();
        if !with_value.is_empty() {
            return extended(definition, with_value);
        }
    }
    let functions = draft.properties().iter().flat_map(|property| &property.functions);
    let mut fitting: Vec<&DraftFunction> = functions.filter(|function| fits(&function.pattern, text)).collect();
    // The more of a pattern is text, the more it says.
    fitting.sort_by_key(|function| std::cmp::Reverse(function.pattern.len()));
    fitting.into_iter().map(|function| function.places.clone()).collect()
}

/// What is behind the extensions of nodes.
fn extended(definition: &Definition, nodes: Vec<Vec<Place>>) -> Vec<Vec<Place>> {
    let behind = nodes.into_iter().map(|places| Draft::of(definition, &places).extension);
    behind.filter(|places| !places.is_empty()).collect()
}

/// Whether `text` is what a segment may be; `{}` stands for a value.
fn fits(pattern: &str, text: &str) -> bool {
    let mut literals = pattern.split("{}");
    let Some(mut rest) = literals.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut literals = literals.peekable();
    while let Some(literal) = literals.next() {
        // A value has a character at least.
        let Some(from) = rest.char_indices().nth(1).map(|(at, _)| at).or((!rest.is_empty()).then_some(rest.len()))
        else {
            return false;
        };
        let after = rest.get(from..).unwrap_or_default();
        if literals.peek().is_none() {
            return after.ends_with(literal);
        }
        match after.find(literal) {
            Some(at) => rest = after.get(at + literal.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.is_empty()
}
