//! Follows the steps of a text, starting at the client. A text may be ambiguous; all readings are followed in parallel.

use super::written::{Written, WrittenStep};
use crate::children::{Function, pattern};
use crate::segment::access;
use crate::walk::{ClientPath, Step, Target};
use apinb_definition::model::EXTENSION_PARAMETER;

/// Maximum number of readings followed in parallel.
const MAX_READINGS: usize = 32;

/// The target of a text.
pub(super) enum Found {
    Path(ClientPath),
    Method { resource: Vec<u32>, index: u32 },
}

/// The step that cannot be followed.
pub(super) enum Lost {
    /// The index of the step, and the paths before it.
    Step(usize, Vec<ClientPath>),
    /// The method, and the paths that do not have it.
    Method(Vec<ClientPath>),
}

/// Follows all steps.
pub(super) fn follow_all(root: &ClientPath, written: &Written) -> Result<Found, Lost> {
    let mut readings = vec![root.clone()];
    for (index, step) in written.steps.iter().enumerate() {
        if index + 1 == written.steps.len()
            && let WrittenStep::Property { name, .. } = step
            && let Some(method) = readings.iter().find_map(|path| method(path, name))
        {
            return Ok(method);
        }
        let mut next: Vec<_> = readings.iter().flat_map(|path| follow(path, step)).collect();
        if next.is_empty() {
            return Err(Lost::Step(index, readings));
        }
        next.truncate(MAX_READINGS);
        readings = next;
    }
    if let Some(verb) = &written.verb {
        let found = readings.iter().find_map(|path| method(path, verb));
        return found.ok_or(Lost::Method(readings));
    }
    let with_methods = readings.iter().position(|path| path.children().methods().next().is_some());
    Ok(Found::Path(readings.swap_remove(with_methods.unwrap_or(0))))
}

/// The method of a path, or of its extension if the path has no such method.
fn method(path: &ClientPath, name: &str) -> Option<Found> {
    let of = |path: &ClientPath| path.step(Step::Property(name))?.method().cloned();
    let found = of(path).or_else(|| of(&path.extended()))?;
    Some(Found::Method { resource: found.resource, index: found.index })
}

/// The paths after a step, likeliest first.
fn follow(path: &ClientPath, step: &WrittenStep) -> Vec<ClientPath> {
    let found = follow_exactly(path, step);
    if found.is_empty() {
        // Users write `users.x` for `/users{mediaTypeExtension}/x`.
        return follow_exactly(&path.extended(), step);
    }
    found
}

fn follow_exactly(path: &ClientPath, step: &WrittenStep) -> Vec<ClientPath> {
    match step {
        WrittenStep::Property { name, arguments } => property(path, name, *arguments),
        WrittenStep::Segment(text) => segment(path, text),
    }
}

/// A property, or the result of calling it. Users may omit the call.
fn property(path: &ClientPath, name: &str, arguments: Option<usize>) -> Vec<ClientPath> {
    let Some(next) = path.step(Step::Property(name)) else { return Vec::new() };
    if matches!(next.target(), Target::Extension(_)) {
        return next.step(Step::Call { arguments: 1 }).into_iter().collect();
    }
    let mut functions: Vec<&Function> = next.functions().iter().collect();
    functions.sort_by_key(|function| arguments.is_some_and(|count| function.parameters.len() != count));
    let mut found: Vec<ClientPath> = functions.into_iter().map(|function| next.called(function)).collect();
    if !next.positions().is_empty() {
        match arguments {
            None => found.insert(0, next),
            Some(_) if path.children().extension_value(name).is_some() => found.push(next),
            Some(_) => {}
        }
    }
    found
}

fn segment(path: &ClientPath, text: &str) -> Vec<ClientPath> {
    let stem = text.strip_suffix(&format!("{{{EXTENSION_PARAMETER}}}"));
    if let Some(stem) = stem {
        let stems = if stem.is_empty() { vec![path.clone()] } else { segment(path, stem) };
        return extended(&stems);
    }
    let access = access(text);
    if access.parameters.is_empty() {
        // A path distinguishes segments from extensions: `/users/json`, `/users.json`.
        let own = path.children().get(access.name).map(|property| property.positions.clone()).unwrap_or_default();
        return if own.is_empty() { by_value(path, text) } else { vec![path.at(own)] };
    }
    let wanted = pattern(text);
    let functions = functions(path).filter(|function| function.pattern == wanted);
    let alike: Vec<_> = functions.map(|function| path.called(function)).collect();
    if alike.is_empty() { by_value(path, text) } else { alike }
}

/// Matches a segment with parameter values: `5`, `users.json`, `{id}.json`.
fn by_value(path: &ClientPath, text: &str) -> Vec<ClientPath> {
    if let Some((stem, value)) = text.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        let mut stems = segment(path, stem);
        stems.retain(|path| path.children().extension_names().any(|known| known == value));
        if !stems.is_empty() {
            return extended(&stems);
        }
    }
    let mut fitting: Vec<&Function> = functions(path).filter(|function| fits(&function.pattern, text)).collect();
    // Patterns with more literal text are more specific.
    fitting.sort_by_key(|function| std::cmp::Reverse(function.pattern.len()));
    fitting.into_iter().map(|function| path.called(function)).collect()
}

fn functions(path: &ClientPath) -> impl Iterator<Item = &Function> {
    path.children().properties().iter().flat_map(|property| &property.functions)
}

/// The paths after the extensions of `paths`.
fn extended(paths: &[ClientPath]) -> Vec<ClientPath> {
    paths.iter().map(ClientPath::extended).filter(|path| !path.positions().is_empty()).collect()
}

/// Whether `text` matches a segment pattern; `{}` matches a value.
fn fits(pattern: &str, text: &str) -> bool {
    let mut literals = pattern.split("{}");
    let Some(mut rest) = literals.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut literals = literals.peekable();
    while let Some(literal) = literals.next() {
        // A value has at least one character.
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
