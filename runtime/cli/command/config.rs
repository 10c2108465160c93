//! `apinb config show` and `schema`.

use std::path::{Path, PathBuf};

use apinb_project::reading::root::VirtualFiles;
use apinb_record::settings::SettingRecord;
use apinb_text::display::escape::escape_controls;

use crate::cli::arguments::{ConfigCommand, ShowArguments};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::jobs::web;
use crate::cli::settings::document;
use crate::cli::settings::environment::Choice;
use crate::cli::settings::job::{Loaded, existing, here, load_layers};
use crate::cli::settings::show::settings;
use crate::cli::streams::Streams;

/// Longer entries do not move the column of origins.
const WIDEST: usize = 60;

pub(in crate::cli) fn config(command: &ConfigCommand, streams: Streams) -> Result<Exit, Failure> {
    match command {
        ConfigCommand::Show(arguments) => show_settings(arguments, streams)?,
        ConfigCommand::Schema => streams.stdout.write_json(&document::schema())?,
    }
    Ok(Exit::Passed)
}

fn show_settings(arguments: &ShowArguments, streams: Streams) -> Result<(), Failure> {
    let ShowArguments { notebook, mock, json, overrides } = arguments;
    let here = here()?;
    let (is_local, folder) = place(notebook.as_deref(), &here)?;
    let folder = folder.canonicalize().unwrap_or(folder);
    let flags = overrides.flags.read(&here).map_err(Failure::unusable_problems)?;
    let Loaded { layers, variables, file: _ } =
        load_layers(is_local, &folder, overrides, &flags, &here, &VirtualFiles::default())?;
    let choice = Choice::new(overrides.env.as_deref());
    let settings = settings(&layers, &variables, choice.as_ref(), *mock, here);
    if *json {
        streams.stdout.write_json(&settings)?;
    } else {
        streams.stdout.write(&text(&settings.settings))?;
    }
    Ok(())
}

/// Whether the notebook is on this machine, and where its relative paths start.
fn place(notebook: Option<&str>, here: &Path) -> Result<(bool, PathBuf), Failure> {
    let Some(name) = notebook.filter(|name| *name != "-") else { return Ok((true, here.to_owned())) };
    if web::url(name).is_some() {
        return Ok((false, here.to_owned()));
    }
    let path = existing(name, here)?;
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(here).to_owned() };
    Ok((true, folder))
}

/// A line for each entry: key and value as TOML has them, then where they come from.
fn text(entries: &[SettingRecord]) -> String {
    let shown = |entry: &SettingRecord| match &entry.value {
        Some(value) => escape_controls(&format!("{} = {value}", entry.key)).into_owned(),
        None => escape_controls(&format!("{} is missing", entry.key)).into_owned(),
    };
    let lines: Vec<(String, &str)> = entries.iter().map(|entry| (shown(entry), entry.from.as_str())).collect();
    let widths = lines.iter().map(|(shown, _)| shown.chars().count());
    let width = widths.filter(|width| *width <= WIDEST).max().unwrap_or_default();
    lines.iter().map(|(shown, from)| format!("{shown:width$}  # {}\n", escape_controls(from))).collect()
}
