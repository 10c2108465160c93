//! `apinb cassette check`: recorded calls held against the definitions of today.

use std::collections::BTreeSet;

use apinb_contract::exchange::Exchange;
use url::Url;

use super::folder::{CassetteFolder, cassettes};
use crate::cli::arguments::CassetteCheckArguments;
use crate::cli::command::contract::{CallCheck, hold};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;

pub(super) fn check(arguments: &CassetteCheckArguments, streams: Streams) -> Result<Exit, Failure> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut definitions: Vec<String> = arguments.definition.clone();
    let mut recorded = BTreeSet::new();
    let folders = cassettes(&arguments.cassettes)?;
    for folder in &folders {
        let cassette = folder.read()?;
        exchanges.extend(cassette.exchanges(&folder.name));
        recorded.extend(cassette.head.definitions.values().map(|definition| source(folder, &definition.source)));
    }
    if definitions.is_empty() {
        definitions = recorded.into_iter().collect();
    }
    if definitions.is_empty() {
        return Err(Failure::unusable(UsageProblem::Unfit {
            value: folders.first().map(|folder| folder.name.clone()).unwrap_or_default(),
            what: "names no definition",
            help: "Pass the definition: `--definition api.yaml`.".to_owned(),
        }));
    }
    hold(CallCheck { exchanges, definitions, options: &arguments.options, read: &[] }, streams)
}

/// The definition of a recording as the command line would name it: relative to the notebook beside the cassette.
fn source(folder: &CassetteFolder, source: &str) -> String {
    if Url::parse(source).is_ok_and(|url| url.has_host()) {
        return source.to_owned();
    }
    let beside = folder.path.parent().unwrap_or(&folder.path);
    apinb_project::reading::root::display_name(&beside.join(source))
}
