//! `apinb cassette`.

mod check;
mod export;
mod folder;
mod scan;

use std::path::PathBuf;

use apinb_record::cassette_show::{Cassettes, VERSION};

use crate::cli::arguments::CassetteCommand;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::streams::Streams;

pub(in crate::cli) fn cassette(command: &CassetteCommand, streams: Streams) -> Result<Exit, Failure> {
    match command {
        CassetteCommand::Show { cassettes, json } => show(cassettes, *json, streams),
        CassetteCommand::Check(arguments) => check::check(arguments, streams),
        CassetteCommand::Scan { paths, allow, json } => scan::scan(paths, allow, *json, streams),
        CassetteCommand::Export { cassette, to } => export::export(cassette, *to, streams),
    }
}

fn show(cassettes: &[PathBuf], json: bool, streams: Streams) -> Result<Exit, Failure> {
    let mut shown = Cassettes { version: VERSION, cassettes: Vec::new() };
    for folder in folder::cassettes(cassettes)? {
        shown.cassettes.push(folder.read()?.shown(&folder.name));
    }
    let stdout = streams.stdout;
    if json {
        stdout.write_json(&shown)?;
    } else {
        stdout.write(&apinb_report::cassette::show(&shown, stdout.page_width(), stdout.color))?;
    }
    Ok(Exit::Passed)
}
