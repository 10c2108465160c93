//! The command line: arguments, configuration, commands, and the one place that prints an error and picks the exit
//! code.

pub mod arguments;
pub mod command;
pub mod exit;
pub mod jobs;
pub mod settings;

mod examples;
mod failure;
mod github;
mod interrupt;
mod person;
mod progress;
mod screen;
mod silent;
mod spinner;
mod streams;

use std::ffi::OsString;
use std::io;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::render::render;
use clap::{CommandFactory as _, FromArgMatches as _};

use arguments::{Arguments, Color, Command};
use exit::Exit;
use failure::Failure;
use github::GitHub;
use streams::Streams;

use crate::report::github::commands;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> Exit {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let color = asked_color(&arguments);
    let streams = Streams::new(color);
    match parse(arguments, color).and_then(|arguments| dispatch(&arguments.command, streams)) {
        Ok(exit) => exit,
        Err(failure) => report(&failure, streams),
    }
}

fn parse(arguments: Vec<OsString>, color: Color) -> Result<Arguments, Failure> {
    let choice = match color {
        Color::Auto => clap::ColorChoice::Auto,
        Color::Always => clap::ColorChoice::Always,
        Color::Never => clap::ColorChoice::Never,
    };
    let matches = Arguments::command().color(choice).try_get_matches_from(arguments)?;
    Ok(Arguments::from_arg_matches(&matches)?)
}

/// The value of `--color`, or `--no-color`, known before clap reads the command line, so that its own messages follow it.
fn asked_color(arguments: &[OsString]) -> Color {
    let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let of = |value: &str| match value {
        "always" => Some(Color::Always),
        "never" => Some(Color::Never),
        "auto" => Some(Color::Auto),
        _ => None,
    };
    let before_end = texts.iter().take_while(|text| **text != "--").count();
    let texts = texts.get(..before_end).unwrap_or_default();
    let mut asked = texts.iter().enumerate().filter_map(|(at, text)| match *text {
        "--no-color" => Some(Color::Never),
        "--color" => of(texts.get(at + 1)?),
        text => of(text.strip_prefix("--color=")?),
    });
    asked.next_back().unwrap_or_default()
}

fn dispatch(command: &Command, streams: Streams) -> Result<Exit, Failure> {
    match command {
        Command::Run(arguments) => command::run::run(arguments, streams),
        Command::Check(arguments) => command::check::check(arguments, streams),
        Command::Export(arguments) => command::export::export(arguments, streams),
        Command::Port(arguments) => command::port::port(arguments, streams),
        Command::Repl(arguments) => command::repl::repl(arguments, streams),
        Command::Mock(arguments) => command::mock::mock(arguments, streams),
        Command::Definition(command) => command::definition::definition(command, streams),
        Command::Auth(command) => command::auth::auth(command, streams),
        Command::Cache(command) => command::cache::cache(command, streams),
        Command::Config(command) => command::config::config(command, streams),
        Command::Man(arguments) => command::man::man(arguments, streams),
        Command::Completions { shell } => command::completions::completions(*shell, streams),
    }
}

/// Prints why a command failed. A reader who went away is no error.
fn report(failure: &Failure, streams: Streams) -> Exit {
    let shown = match failure {
        Failure::Problems(exit, problems) => show(problems.iter().map(|problem| &**problem), streams).map(|()| *exit),
        Failure::Arguments(error) if error.use_stderr() => error.print().map(|()| Exit::Unusable),
        Failure::Arguments(error) => error.print().map(|()| Exit::Passed),
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Passed),
        Failure::Output(error) => {
            streams.stderr.write(&format!("error: cannot write the output: {error}\n")).map(|()| Exit::Unusable)
        }
    };
    shown.unwrap_or(match failure {
        Failure::Problems(exit, _) => *exit,
        Failure::Arguments(error) if !error.use_stderr() => Exit::Passed,
        Failure::Arguments(_) | Failure::Output(_) => Exit::Unusable,
    })
}

/// Writes problems to stderr, with an empty line between two.
fn show<'a>(problems: impl Iterator<Item = &'a dyn Diagnostic>, streams: Streams) -> io::Result<()> {
    let texts: Vec<String> = problems.map(|problem| render(problem, streams.stderr.colour)).collect();
    let text = texts.join("\n");
    // They quote files.
    let text = if GitHub::detect().is_some() { commands::inert(&text) } else { text.into() };
    streams.stderr.write(&text)
}
