//! `apinb definition check`, `tree`, `show` and `search`.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use apinb_client::explain::tree::tree;
use apinb_client::locate::explain_text;
use apinb_definition::overview;
use apinb_record::explanation::Document;
use apinb_report::explanation;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::Message;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::quote::quote_each;

use super::load::{Problems, count, errors_and_warnings, load, message, usable, usable_lazily};
use crate::cli::arguments::DefinitionCommand;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::jobs::outputs::InputFiles;
use crate::cli::sarif::{FindingReports, files};
use crate::cli::streams::{Stream, Streams};
use apinb_report::ReportKind;

/// The name of the client in the printed JavaScript.
const CLIENT: &str = "client";

pub(in crate::cli) fn definition(command: &DefinitionCommand, streams: Streams) -> Result<Exit, Failure> {
    match command {
        DefinitionCommand::Check { definitions, strict, report, read } => {
            let reports =
                FindingReports::new(report, false, &[ReportKind::Sarif], InputFiles::new(&[], files(definitions)))?;
            let (mut exit, mut messages) = (Exit::Passed, Vec::new());
            for definition in definitions {
                exit = exit.max(check(definition, read.folders(), *strict, reports.text(streams), &mut messages)?);
            }
            reports.write(streams, &[], |log| log.messages(&messages))?;
            Ok(exit)
        }
        DefinitionCommand::Tree { definition, json, read } => show_tree(definition, read.folders(), *json, streams),
        DefinitionCommand::Search { definition, words, limit, json, read } => {
            search(definition, read.folders(), &words.join(" "), *limit, *json, streams)
        }
        DefinitionCommand::Show { definition, path, json, read } => {
            show(definition, read.folders(), &path.join(" "), *json, streams)
        }
    }
}

/// Writes the diagnostics of a definition to `out`, and adds them to `messages`.
fn check(
    place: &str,
    allowed: &[PathBuf],
    strict: bool,
    out: Stream,
    messages: &mut Vec<Message>,
) -> Result<Exit, Failure> {
    let mut loaded = load(place, allowed)?;
    loaded.read_all();
    let mut text = String::new();
    let mut count = (0, 0);
    for problem in &loaded.diagnostics {
        let mut message = message(&**problem);
        if strict {
            message.severity = Severity::Error;
        }
        if message.severity == Severity::Error {
            count.0 += 1;
        } else {
            count.1 += 1;
        }
        text.push_str(&message.render(out.width(), out.color));
        text.push('\n');
        messages.push(message);
    }
    // Writing into a String cannot fail.
    let _ = write!(text, "{place}: {}", errors_and_warnings(count));
    if let Some(definition) = &loaded.definition {
        let _ = write!(text, "; {}", overview::counts(definition));
    }
    text.push('\n');
    out.write(&text)?;
    Ok(match (count, loaded.sources.is_empty()) {
        (_, true) => Exit::Unusable,
        ((0, _), false) => Exit::Passed,
        _ => Exit::Failed,
    })
}

fn show_tree(place: &str, allowed: &[PathBuf], json: bool, streams: Streams) -> Result<Exit, Failure> {
    let (definition, problems) = usable(place, allowed)?;
    if json {
        streams.stdout.write_json(&tree(&definition))?;
    } else {
        streams.stdout.write(&escape_controls(&overview::tree(&definition)))?;
    }
    mention(&problems, place, streams)?;
    Ok(Exit::Passed)
}

fn show(file: &str, allowed: &[PathBuf], place: &str, json: bool, streams: Streams) -> Result<Exit, Failure> {
    let (definition, mut problems, deferred) = usable_lazily(file, allowed)?;
    let explained = explain_text(&definition, place, CLIENT).map_err(Failure::unusable)?;
    problems.extend(deferred.take_diagnostics());
    let stdout = streams.stdout;
    if json {
        stdout.write_json(&Document::from(explained))?;
    } else {
        stdout.write(&explanation::text(&explained, stdout.page_width(), stdout.color))?;
    }
    mention(&problems, file, streams)?;
    Ok(Exit::Passed)
}

fn search(
    file: &str,
    allowed: &[PathBuf],
    words: &str,
    limit: usize,
    json: bool,
    streams: Streams,
) -> Result<Exit, Failure> {
    let (definition, problems) = usable(file, allowed)?;
    let found = apinb_client::search::search(&definition, words, CLIENT, limit);
    let stdout = streams.stdout;
    if json {
        stdout.write_json(&found)?;
    } else {
        stdout.write(&apinb_report::search::text(&found, stdout.page_width(), stdout.color))?;
    }
    mention(&problems, file, streams)?;
    if found.methods.is_empty() && found.omitted == 0 {
        let words = quote_each(&found.words.iter().map(|one| &one.word).collect::<Vec<_>>(), ", ");
        streams.stderr.write(&format!("no method of {file} matches {words}; `apinb definition tree` lists all\n"))?;
        return Ok(Exit::Failed);
    }
    Ok(Exit::Passed)
}

/// Says that there are problems, and how to see them.
fn mention(problems: &Problems, place: &str, streams: Streams) -> io::Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let found = errors_and_warnings(count(problems));
    streams.stderr.write(&format!("{found}; `apinb definition check {place}` lists them\n"))
}
