//! The command line: arguments, settings, jobs and commands, and the exit code.

pub mod arguments;
pub mod exit;

mod command;
mod contract;
mod coverage;
mod jobs;
mod settings;

mod events;
mod examples;
mod failure;
mod github;
mod interrupt;
mod lines;
mod pager;
mod person;
mod progress;
mod sarif;
mod screen;
mod silent;
mod spinner;
mod streams;
mod system;
mod terminal_mode;
mod trust;
mod worker;

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

use arguments::{Arguments, Color, Command};
use exit::Exit;
use failure::Failure;
use streams::Streams;

use crate::run::WORKER_ARGUMENT;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> Exit {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // Before anything else: a worker gives up rights while it has only this thread.
    if arguments.get(1).is_some_and(|argument| argument == WORKER_ARGUMENT) {
        return worker::work();
    }
    let color = asked_color(&arguments);
    let streams = Streams::new(color);
    // Before anything that needs a large stack.
    let prepared = system::prepare().map_err(Failure::all_unusable);
    let parsed = prepared.and_then(|()| parse(arguments, color));
    match parsed.and_then(|arguments| dispatch(&arguments.command, streams)) {
        Ok(exit) => exit,
        Err(failure) => failure.print(streams),
    }
}

fn parse(arguments: Vec<OsString>, color: Color) -> Result<Arguments, Failure> {
    let choice = match color {
        Color::Auto => clap::ColorChoice::Auto,
        Color::Always => clap::ColorChoice::Always,
        Color::Never => clap::ColorChoice::Never,
    };
    let matches = Arguments::command().color(choice).try_get_matches_from(with_help_flag(arguments))?;
    Ok(Arguments::from_arg_matches(&matches)?)
}

/// `apinb help run` as `apinb run --help`.
fn with_help_flag(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|argument| argument == "help") {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    arguments
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
    if matches!(command, Command::Run(_) | Command::Repl(_) | Command::Port(_) | Command::New(_)) {
        system::check_address_space().map_err(Failure::unusable)?;
    }
    match command {
        Command::Run(arguments) => command::run::run(arguments, streams),
        Command::Check(arguments) => command::check::check(arguments, streams),
        Command::Export(arguments) => command::export::export(arguments, streams),
        Command::New(arguments) => command::new::new(arguments, streams),
        Command::Port(arguments) => command::port::port(arguments, streams),
        Command::Repl(arguments) => command::repl::repl(arguments, streams),
        Command::Mock(arguments) => command::mock::mock(arguments, streams),
        Command::Definition(command) => command::definition::definition(command, streams),
        Command::Auth(command) => command::auth::auth(command, streams),
        Command::Cache(command) => command::cache::cache(command, streams),
        Command::Config(command) => command::config::config(command, streams),
        Command::Trust(command) => command::trust::trust(command, streams),
        Command::Cassette(command) => command::cassette::cassette(command, streams),
        Command::Contract(command) => command::contract::contract(command, streams),
        Command::Report(command) => command::report::report(command, streams),
        Command::Rules(arguments) => command::rules::rules(arguments, streams),
        Command::Man(arguments) => command::man::man(arguments, streams),
        Command::Completions { shell } => command::completions::completions(*shell, streams),
    }
}
