//! `apinb definition check` and `apinb definition tree`.

use std::fmt::Write as _;

use apinb_core::definition::tree;

use super::load::{count, counted, load, plural, shown, usable};
use crate::cli::arguments::DefinitionCommand;
use crate::cli::exit::Exit;
use crate::cli::{Failure, Streams};

pub(in crate::cli) fn definition(command: &DefinitionCommand, streams: Streams) -> Result<Exit, Failure> {
    match command {
        DefinitionCommand::Check { definitions } => {
            let mut exit = Exit::Passed;
            for definition in definitions {
                exit = exit.max(check(definition, streams)?);
            }
            Ok(exit)
        }
        DefinitionCommand::Tree { definition, json } => show_tree(definition, *json, streams),
    }
}

fn check(place: &str, streams: Streams) -> Result<Exit, Failure> {
    let mut loaded = load(place)?;
    loaded.read_all();
    let mut text = String::new();
    for problem in &loaded.problems {
        text.push_str(&shown(&**problem, streams.stdout.colour));
        text.push('\n');
    }
    let count = count(&loaded.problems);
    // Writing into a String cannot fail.
    let _ = write!(text, "{place}: {}", counted(count));
    if let Some(definition) = &loaded.definition {
        let tree::Counts { resources, methods } = tree::counts(definition);
        let _ = write!(text, "; {}, {}", plural(resources, "resource"), plural(methods, "method"));
    }
    text.push('\n');
    streams.stdout.write(&text)?;
    Ok(match (count, loaded.sources.is_empty()) {
        (_, true) => Exit::Unusable,
        ((0, _), false) => Exit::Passed,
        _ => Exit::Failed,
    })
}

fn show_tree(place: &str, json: bool, streams: Streams) -> Result<Exit, Failure> {
    let (definition, problems) = usable(place)?;
    let text = if json {
        let paths = tree::resource_paths(&definition);
        let mut text = serde_json::to_string_pretty(&paths).map_err(std::io::Error::other)?;
        text.push('\n');
        text
    } else {
        tree::tree(&definition)
    };
    streams.stdout.write(&if json { text } else { apinb_core::diagnostic::visible(&text).into_owned() })?;
    if !problems.is_empty() {
        let counted = counted(count(&problems));
        streams.stderr.write(&format!("{counted}; `apinb definition check {place}` lists them\n"))?;
    }
    Ok(Exit::Passed)
}
