//! What may come next at a prompt: from the text before the cursor to candidates, each with a short description.
//!
//! Nothing is evaluated. What a client has is found in its definition; what live objects have, and which files there
//! are, is asked of [`Surroundings`], since this is pure. How candidates are shown is left to the prompt.

mod asked;
mod call;
mod file;
#[cfg(test)]
mod tests;

use crate::client::explain::first_line;
use crate::client::spot::{Spot, Step};
use asked::{What, asked};

/// How many candidates there are at most; nobody reads more.
const MAX_CANDIDATES: usize = 500;

/// What may take the place of the text from `start` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// An offset in the text, in bytes.
    pub start: usize,
    /// In the order in which they are shown.
    pub candidates: Vec<Candidate>,
}

/// Something that may come next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// What is put into the text.
    pub text: String,
    /// What is shown for it: `id(id)`.
    pub label: String,
    /// What it is, in a line.
    pub description: Option<String>,
}

impl Candidate {
    /// A candidate that is shown as it is written.
    #[must_use]
    pub fn plain(text: impl Into<String>, description: Option<String>) -> Self {
        let text = text.into();
        Self { label: text.clone(), text, description }
    }
}

/// What the names of a path lead to.
#[derive(Clone, Debug)]
pub enum Found {
    /// Nothing that can be told without running code.
    Nothing,
    /// A part of a client, reached by the first `names` of the path.
    Client {
        /// The part.
        spot: Spot,
        /// How many names led to it.
        names: usize,
    },
    /// Another value: its properties.
    Value(Vec<Candidate>),
}

/// Where paths begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// In the notebook's folder: those in code.
    Notebook,
    /// In the folder that the program was started in: those of commands.
    Program,
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// What comes after a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandArgument {
    /// Nothing.
    None,
    /// A file.
    File,
    /// JavaScript.
    Code,
}

/// A command of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// With its dot.
    pub name: &'a str,
    /// What it does, in a line.
    pub description: &'a str,
    /// What comes after it.
    pub argument: CommandArgument,
}

/// What only the caller knows. None of it may run code of the notebook.
pub trait Surroundings {
    /// What `path`, the names from a variable on, leads to. Of a value, the properties that begin with `typed`.
    fn look_up(&mut self, path: &[&str], typed: &str) -> Found;
    /// The variables that begin with `typed`.
    fn names(&mut self, typed: &str) -> Vec<Candidate>;
    /// What is in a folder, which is written as seen from `base`; empty: what is there itself.
    fn files(&mut self, base: Base, folder: &str) -> Vec<Entry>;
    /// The commands of the prompt.
    fn commands(&self) -> Vec<Command<'_>>;
}

/// What may come at the end of `text`.
pub fn complete(text: &str, surroundings: &mut dyn Surroundings) -> Completion {
    let mut completion = command(text, surroundings).unwrap_or_else(|| javascript(text, surroundings));
    completion.candidates.truncate(MAX_CANDIDATES);
    completion
}

/// A command, or what comes after one.
fn command(text: &str, surroundings: &mut dyn Surroundings) -> Option<Completion> {
    let line = text.trim_start();
    let start = text.len() - line.len();
    let named =
        line.strip_prefix('.').filter(|name| !name.starts_with(|next: char| next == '.' || next.is_ascii_digit()))?;
    let Some(space) = named.find(char::is_whitespace) else {
        let commands = surroundings.commands();
        let meant = commands.iter().filter(|command| command.name.starts_with(line));
        let candidates =
            meant.map(|command| Candidate::plain(command.name, Some(command.description.to_owned()))).collect();
        return Some(Completion { start, candidates });
    };
    let (name, rest) = line.split_at(space + 1);
    let argument = surroundings.commands().iter().find(|command| command.name == name)?.argument;
    let rest = rest.trim_start();
    let at = text.len() - rest.len();
    let completion = match argument {
        CommandArgument::None => Completion { start: text.len(), candidates: Vec::new() },
        CommandArgument::File => file::files(Base::Program, rest, surroundings),
        CommandArgument::Code => javascript(rest, surroundings),
    };
    let start = if argument == CommandArgument::None { completion.start } else { at + completion.start };
    Some(Completion { start, ..completion })
}

fn javascript(text: &str, surroundings: &mut dyn Surroundings) -> Completion {
    let asked = asked(text);
    let typed = asked.typed;
    let candidates = match &asked.what {
        What::Nothing => Vec::new(),
        What::Member(chain) => members(chain, typed, surroundings, true),
        What::Index(chain) => members(chain, typed, surroundings, false),
        What::Key { argument, quoted } => call::keys(argument, typed, *quoted, surroundings),
        What::Text(argument) => match call::text(argument, typed, surroundings) {
            call::Texts::Values(candidates) => candidates,
            call::Texts::Files => {
                let files = file::files(Base::Notebook, typed, surroundings);
                return Completion { start: asked.start + files.start, ..files };
            }
        },
        What::Name(argument) => {
            let values = match argument {
                Some(argument) if typed.is_empty() => call::values(argument, surroundings),
                _ => Vec::new(),
            };
            if values.is_empty() { variables(typed, surroundings) } else { values }
        }
    };
    Completion { start: asked.start, candidates }
}

/// The variables that can be written as they are; the global may have others.
fn variables(typed: &str, surroundings: &mut dyn Surroundings) -> Vec<Candidate> {
    let mut names = surroundings.names(typed);
    names.retain(|name| is_identifier(&name.text));
    names
}

/// What stands behind a chain's dot, or in brackets.
fn members(chain: &[Step], typed: &str, surroundings: &mut dyn Surroundings, dotted: bool) -> Vec<Candidate> {
    if let [Step::Name(name)] = chain
        && name == "API"
    {
        return call::api_methods(typed);
    }
    match resolve(chain, typed, surroundings) {
        Resolved::Nothing => Vec::new(),
        Resolved::Value(candidates) => {
            let fits = |one: &Candidate| if dotted { is_identifier(&one.text) } else { is_plain(&one.text) };
            candidates.into_iter().filter(fits).collect()
        }
        Resolved::Spot(spot) => spot
            .members(typed)
            .into_iter()
            .filter(|member| !dotted || is_identifier(&member.name))
            .map(|member| {
                let open = if dotted && member.takes.is_some() { "(" } else { "" };
                let label = match &member.takes {
                    Some(takes) if dotted => format!("{}({})", member.name, takes.join(", ")),
                    _ => member.name.clone(),
                };
                let description = member.description;
                Candidate { text: format!("{}{open}", member.name), label, description }
            })
            .filter(|candidate| is_plain(&candidate.text))
            .collect(),
    }
}

enum Resolved {
    Nothing,
    Value(Vec<Candidate>),
    Spot(Spot),
}

/// Where a chain leads. Only clients are followed through calls.
fn resolve(chain: &[Step], typed: &str, surroundings: &mut dyn Surroundings) -> Resolved {
    let names: Vec<&str> = chain
        .iter()
        .map_while(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::Call(_) => None,
        })
        .collect();
    match surroundings.look_up(&names, typed) {
        Found::Value(candidates) if names.len() == chain.len() => Resolved::Value(candidates),
        Found::Client { spot, names } => {
            chain.get(names..).and_then(|rest| spot.follow(rest)).map_or(Resolved::Nothing, Resolved::Spot)
        }
        Found::Value(_) | Found::Nothing => Resolved::Nothing,
    }
}

/// The part of a client that a chain leads to.
fn spot(chain: &[Step], surroundings: &mut dyn Surroundings) -> Option<Spot> {
    match resolve(chain, "", surroundings) {
        Resolved::Spot(spot) => Some(spot),
        Resolved::Nothing | Resolved::Value(_) => None,
    }
}

/// A name that needs no quotes.
fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '$'));
    starts && characters.all(|character| character.is_alphanumeric() || matches!(character, '_' | '$'))
}

/// A text that may stand in quotes of any kind as it is.
fn is_plain(text: &str) -> bool {
    !text.contains(|character: char| character.is_control() || matches!(character, '\'' | '"' | '`' | '\\'))
}

/// `required`, and the first line of a description.
fn described(required: bool, kind: &str, description: Option<&str>) -> Option<String> {
    let kind = if required { format!("{kind}, required") } else { kind.to_owned() };
    Some(match first_line(description) {
        Some(line) => format!("{kind}: {line}"),
        None => kind,
    })
}
