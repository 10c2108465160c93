//! `apinb man`: a manual page for each command, made of what `--help` says.

use std::io;
use std::path::Path;

use apinb_files::whole::{self, Options};
use apinb_report::Syntax;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::suggest::suggest;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::arguments::{Arguments, ManArguments};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::run::GENERATOR;

/// Where pages of commands belong.
const SECTION: &str = "1";

/// An unknown command.
#[derive(Debug, thiserror::Error)]
#[error("unknown command `{name}`")]
struct NoCommand {
    name: String,
    meant: Option<String>,
}

impl Diagnostic for NoCommand {
    fn help(&self) -> Option<String> {
        Some(match &self.meant {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => "Run `apinb --help` for a list of the commands.".to_owned(),
        })
    }
}

pub(in crate::cli) fn man(arguments: &ManArguments, streams: Streams) -> Result<Exit, Failure> {
    let mut program = Arguments::command();
    program.build();
    match &arguments.dir {
        Some(folder) => write_all(&program, folder)?,
        None => {
            let command = find(&program, &arguments.command).map_err(Failure::unusable)?;
            streams.stdout.write_document(Syntax::Text, &page(command)?)?;
        }
    }
    Ok(Exit::Passed)
}

fn find<'a>(program: &'a Command, names: &[String]) -> Result<&'a Command, NoCommand> {
    names.iter().try_fold(program, |command, name| {
        command.find_subcommand(name).ok_or_else(|| {
            let known = command.get_subcommands().map(Command::get_name);
            NoCommand { name: name.clone(), meant: suggest(name, known).map(str::to_owned) }
        })
    })
}

/// Writes the page of each command to `folder`, which is made where it is not there.
fn write_all(program: &Command, folder: &Path) -> Result<(), Failure> {
    let unwritable =
        |path: &Path, cause| Failure::unusable(UsageProblem::Unwritable { path: path.display().to_string(), cause });
    std::fs::create_dir_all(folder).map_err(|cause| unwritable(folder, cause))?;
    let mut commands = vec![program];
    while let Some(command) = commands.pop() {
        let path = folder.join(format!("{}.{SECTION}", name(command)));
        let options = Options { follow_links: false, ..Options::OUTPUT };
        whole::write(&path, page(command)?.as_bytes(), options).map_err(|cause| unwritable(&path, cause))?;
        commands.extend(command.get_subcommands().filter(|command| !command.is_hide_set()));
    }
    Ok(())
}

/// `apinb-auth-login`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page, in the language of man.
fn page(command: &Command) -> io::Result<String> {
    let source = GENERATOR;
    // It has a section of its own.
    let man = Man::new(command.clone().after_help(None::<&str>)).section(SECTION).source(source).manual("apinb");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    if let Some(examples) = command.get_after_help() {
        let examples = examples.to_string();
        let mut roff = Roff::new();
        roff.control("SH", ["EXAMPLES"]);
        // Their line breaks are intended.
        roff.control("nf", []);
        for line in examples.strip_prefix("Examples:\n").unwrap_or(&examples).lines() {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
        // The text before it is at the top of the page already.
        let section = roff.render();
        page.push_str(section.find(".SH ").and_then(|at| section.get(at..)).unwrap_or_default());
    }
    Ok(page)
}
