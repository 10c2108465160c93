//! Resolves a chain in the text: to a part of a client, another value, or nothing.

use super::candidate::{Candidate, CompletionHost, Found};
use crate::walk::{ClientPath, Step};

pub(super) enum Resolved {
    Nothing,
    Value(Vec<Candidate>),
    Path(ClientPath),
}

/// The value of a chain. Only the chains of clients may contain calls.
pub(super) fn resolve(chain: &[Step<'_>], typed: &str, host: &mut dyn CompletionHost) -> Resolved {
    let names: Vec<&str> = chain
        .iter()
        .map_while(|step| match step {
            Step::Property(name) => Some(*name),
            Step::Call { .. } => None,
        })
        .collect();
    match host.look_up(&names, typed) {
        Found::Value(candidates) if names.len() == chain.len() => Resolved::Value(candidates),
        Found::Client { path, names } => {
            chain.get(names..).and_then(|rest| path.follow(rest)).map_or(Resolved::Nothing, Resolved::Path)
        }
        Found::Value(_) | Found::Nothing => Resolved::Nothing,
    }
}

/// The part of a client that a chain leads to.
pub(super) fn client_path(chain: &[Step<'_>], host: &mut dyn CompletionHost) -> Option<ClientPath> {
    match resolve(chain, "", host) {
        Resolved::Path(path) => Some(path),
        Resolved::Nothing | Resolved::Value(_) => None,
    }
}
