//! Resolves a chain in the text: to a part of a client, another value, or nothing.

use super::candidate::{AWAITED, Candidate, CompletionHost, Found};
use super::shape::Shape;
use crate::walk::{ClientPath, Step};

pub(super) enum Resolved {
    Nothing,
    Value(Vec<Candidate>),
    Path(ClientPath),
    /// A value that the definition describes, or one of a built-in class.
    Shape(Shape),
}

/// The value of a chain. Only the chains of clients, and of values whose shape is known, may contain calls.
pub(super) fn resolve(chain: &[Step<'_>], typed: &str, host: &mut dyn CompletionHost) -> Resolved {
    if let [Step::Property(class), Step::Property("prototype"), rest @ ..] = chain
        && let Some(shape) = Shape::of_class(class)
    {
        return shape.follow(&settled(rest)).map_or(Resolved::Nothing, Resolved::Shape);
    }
    let names: Vec<&str> = chain
        .iter()
        .map_while(|step| match step {
            Step::Property(name) => Some(*name),
            Step::Call { .. } => None,
        })
        .collect();
    match host.look_up(&names, typed) {
        Found::Value(candidates) if names.len() == chain.len() => Resolved::Value(candidates),
        Found::Client { path, names } => follow(path, &settled(chain.get(names..).unwrap_or_default())),
        Found::Value(_) | Found::Nothing => Resolved::Nothing,
    }
}

/// The steps without `await`, which changes neither responses of clients nor values of built-in classes.
fn settled<'a>(steps: &[Step<'a>]) -> Vec<Step<'a>> {
    steps.iter().copied().filter(|step| *step != Step::Property(AWAITED)).collect()
}

/// Follows a client, and the responses to its calls.
fn follow(mut path: ClientPath, steps: &[Step<'_>]) -> Resolved {
    for (index, step) in steps.iter().enumerate() {
        if matches!(step, Step::Call { .. }) && path.method().is_some() {
            let rest = steps.get(index + 1..).unwrap_or_default();
            return Shape::of_response(&path).follow(rest).map_or(Resolved::Nothing, Resolved::Shape);
        }
        match path.step(*step) {
            Some(next) => path = next,
            None => return Resolved::Nothing,
        }
    }
    Resolved::Path(path)
}

/// The part of a client that a chain leads to.
pub(super) fn client_path(chain: &[Step<'_>], host: &mut dyn CompletionHost) -> Option<ClientPath> {
    match resolve(chain, "", host) {
        Resolved::Path(path) => Some(path),
        Resolved::Nothing | Resolved::Value(_) | Resolved::Shape(_) => None,
    }
}
