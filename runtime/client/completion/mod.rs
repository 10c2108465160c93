//! Completion at a prompt: turns the text before the cursor into candidates, each with a short description.
//!
//! Evaluates nothing. The members of a client come from its definition; a [`candidate::CompletionHost`] provides the
//! properties of live objects and the names of files. The prompt displays the candidates.

mod call;
pub mod candidate;
mod context;
mod file;
mod members;
mod resolve;
mod shape;
#[cfg(test)]
mod tests;
mod text;

use crate::walk::Step;
use apinb_text::javascript::literal::{listed_member, member, placeholders};
use candidate::{Base, Candidate, CommandArgument, Completion, CompletionHost};
use context::{CompletionKind, context};
use members::Member;
use resolve::{Resolved, resolve};
use text::{is_identifier, is_plain, variables};

/// The variable with the last result.
const LAST_RESULT: &str = "$_";

/// The names of the settings of a client and of the options of a call.
#[must_use]
pub fn settings() -> [&'static str; 8] {
    call::SETTINGS.map(|(name, _)| name)
}

/// Maximum number of candidates to return.
const MAX_CANDIDATES: usize = 500;

/// The candidates at the end of `text`.
pub fn complete(text: &str, host: &mut dyn CompletionHost) -> Completion {
    let mut completion = command(text, host).unwrap_or_else(|| javascript(text, host));
    completion.candidates.truncate(MAX_CANDIDATES);
    completion
}

/// The candidates for a command or its argument.
fn command(text: &str, host: &mut dyn CompletionHost) -> Option<Completion> {
    let line = text.trim_start();
    let start = text.len() - line.len();
    let named =
        line.strip_prefix('.').filter(|name| !name.starts_with(|next: char| next == '.' || next.is_ascii_digit()))?;
    let Some(space) = named.find(char::is_whitespace) else {
        let commands = host.commands();
        let meant = commands.iter().filter(|command| command.name.starts_with(line));
        let candidates: Vec<Candidate> =
            meant.map(|command| Candidate::plain(command.name, Some(command.description.to_owned()))).collect();
        return Some(if candidates.is_empty() { chain(line, start, host) } else { Completion { start, candidates } });
    };
    let (name, rest) = line.split_at(space + 1);
    let Some(argument) = host.commands().iter().find(|command| command.name == name).map(|command| command.argument)
    else {
        return Some(chain(line, start, host));
    };
    let rest = rest.trim_start();
    let at = text.len() - rest.len();
    let completion = match argument {
        CommandArgument::None => Completion { start: text.len(), candidates: Vec::new() },
        CommandArgument::File => file::files(Base::Program, rest, host),
        CommandArgument::Code => javascript(rest, host),
    };
    let start = if argument == CommandArgument::None { completion.start } else { at + completion.start };
    Some(Completion { start, ..completion })
}

/// The candidates for a chain that continues from the last result; `start`: where it starts in the text.
fn chain(line: &str, start: usize, host: &mut dyn CompletionHost) -> Completion {
    let completion = javascript(&format!("{LAST_RESULT}{line}"), host);
    Completion { start: (start + completion.start).saturating_sub(LAST_RESULT.len()), ..completion }
}

fn javascript(text: &str, host: &mut dyn CompletionHost) -> Completion {
    let context = context(text);
    let typed = context.typed;
    let candidates = match &context.kind {
        CompletionKind::Nothing => Vec::new(),
        CompletionKind::Member(chain) => {
            return after_dot(text, context.start, members(chain, typed, host, true));
        }
        CompletionKind::Index(chain) => members(chain, typed, host, false),
        CompletionKind::Key { argument, quoted } => call::keys(argument, typed, *quoted, host),
        CompletionKind::Text(argument) => match call::text(argument, typed, host) {
            call::Texts::Values(candidates) => candidates,
            call::Texts::Files => {
                let files = file::files(Base::Notebook, typed, host);
                return Completion { start: context.start + files.start, ..files };
            }
        },
        CompletionKind::Name(argument) => {
            let values = argument.as_ref().map(|argument| call::values(argument, typed, host)).unwrap_or_default();
            let is_enough = typed.is_empty() && !values.is_empty();
            let locals = context.locals.iter().filter(|name| name.starts_with(typed) && !is_enough);
            let mut all: Vec<Candidate> = values;
            all.extend(locals.map(|name| Candidate::plain(*name, Some("in this entry".to_owned()))));
            if !is_enough {
                let mut others = variables(typed, host);
                others.retain(|other| !context.locals.contains(&other.text.as_str()));
                all.extend(others);
            }
            all
        }
    };
    Completion { start: context.start, candidates }
}

/// The members after the dot before `start`. A name that is not an identifier is in brackets, which replace the dot: then all
/// candidates start there.
fn after_dot(text: &str, start: usize, mut candidates: Vec<Candidate>) -> Completion {
    let is_bracketed = |one: &Candidate| one.text.starts_with('[');
    if !candidates.iter().any(is_bracketed) {
        return Completion { start, candidates };
    }
    let before = text.get(..start).unwrap_or_default().trim_end();
    let dot = if before.ends_with("?.") { "?." } else { "." };
    let Some(chain) = before.strip_suffix(dot) else {
        // A comment follows the dot.
        candidates.retain(|one| !is_bracketed(one));
        return Completion { start, candidates };
    };
    for one in &mut candidates {
        if !is_bracketed(one) || dot == "?." {
            one.text.insert_str(0, dot);
        }
    }
    Completion { start: chain.len(), candidates }
}

/// The members of a chain, after a dot or in brackets.
fn members(chain: &[Step<'_>], typed: &str, host: &mut dyn CompletionHost, dotted: bool) -> Vec<Candidate> {
    if let [Step::Property(name)] = chain
        && *name == "API"
    {
        return call::api_methods(typed);
    }
    match resolve(chain, typed, host) {
        Resolved::Nothing => Vec::new(),
        Resolved::Value(candidates) => properties(candidates, dotted),
        Resolved::Shape(shape) => properties(shape.properties(typed, host), dotted),
        Resolved::Path(path) => path
            .members(typed)
            .into_iter()
            .filter(|member| is_plain(&member.name))
            .map(|Member { name, takes, description }| match (takes, dotted) {
                (_, false) => Candidate { text: name.clone(), label: name, description },
                (None, true) => Candidate { text: behind_dot(&name), label: listed_member(&name), description },
                (Some(takes), true) => {
                    let label = format!("{}({})", listed_member(&name), placeholders(&takes));
                    Candidate { text: format!("{}(", behind_dot(&name)), label, description }
                }
            })
            .collect(),
    }
}

/// Names of properties as they are written.
fn properties(candidates: Vec<Candidate>, dotted: bool) -> Vec<Candidate> {
    let plain = candidates.into_iter().filter(|one| is_plain(&one.text));
    plain.map(|one| if dotted { Candidate { text: behind_dot(&one.text), ..one } } else { one }).collect()
}

/// A name behind a dot, or brackets that replace the dot.
fn behind_dot(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { member(name) }
}
