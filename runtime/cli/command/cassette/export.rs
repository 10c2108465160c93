//! `apinb cassette export`.

use std::path::Path;

use apinb_cassette::cassette::Cassette;
use apinb_contract::exchange::{Body, Exchange, Message};
use apinb_record::call::{CallPurpose, CallRecord, MessageRecord};
use apinb_record::run::{self, CellRecord, CellStatus, NotebookRecord, RunRecord, Summary};
use apinb_report::ReportKind;

use super::folder::{CassetteFolder, only};
use crate::cli::arguments::CassetteFormat;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::lines::Lines;
use crate::cli::sarif::Sarif;
use crate::cli::streams::Streams;
use crate::run::GENERATOR;

pub(super) fn export(named: &Path, to: CassetteFormat, streams: Streams) -> Result<Exit, Failure> {
    let folder = only(named)?;
    let cassette = folder.read()?;
    match to {
        CassetteFormat::Wiremock => streams.stdout.write_json(&apinb_cassette::wiremock::mappings(&cassette))?,
        CassetteFormat::Har => {
            let kind = ReportKind::Har;
            let mut lines = Lines::new(streams.stdout, kind.syntax());
            let record = record(&folder, &cassette);
            Sarif::new()?.context(|context| kind.write(&record, context, &mut lines)).and_then(|()| lines.finish())?;
        }
    }
    Ok(Exit::Passed)
}

/// The cassette as the record of a run that made its calls.
fn record(folder: &CassetteFolder, cassette: &Cassette) -> RunRecord {
    let start = &cassette.head.start;
    let cell = |(number, cell): (usize, &apinb_record::cassette::Cell)| {
        let calls = cell.interactions.iter().map(|interaction| {
            let exchange = cassette.exchange(interaction, Default::default());
            let version = interaction.response.version.as_deref().unwrap_or("HTTP/1.1");
            let body = interaction.response.body.as_ref().and_then(|body| cassette.bytes(body));
            call(exchange, start, version, body.map_or(0, |bytes| bytes.len() as u64))
        });
        CellRecord {
            number,
            line: 1,
            label: cell.cell.clone(),
            status: CellStatus::Passed,
            skip: None,
            milliseconds: 0.0,
            result: None,
            result_full: None,
            value: None,
            error: None,
            console: Vec::new(),
            prompts: Vec::new(),
            calls: calls.collect(),
            refused: false,
            omitted: Default::default(),
        }
    };
    let cells: Vec<CellRecord> = cassette.cells.values().enumerate().map(cell).collect();
    let notebook = NotebookRecord {
        path: folder.name.clone(),
        row: None,
        title: None,
        skip: None,
        mocked: false,
        started: start.clone(),
        error: None,
        cells,
        drift: None,
        summary: Summary::default(),
        milliseconds: 0.0,
        parts: Vec::new(),
    };
    RunRecord {
        version: run::VERSION,
        generator: GENERATOR.to_owned(),
        started: start.clone(),
        milliseconds: 0.0,
        notebooks: Box::new(vec![notebook]),
        skipped_files: Vec::new(),
        summary: Summary::default(),
        shard: None,
        contract: None,
    }
}

fn call(exchange: Exchange, start: &str, version: &str, bytes: u64) -> CallRecord {
    CallRecord {
        method: exchange.method,
        url: exchange.url,
        path: None,
        purpose: CallPurpose::Call,
        mocked: false,
        replayed: false,
        status: Some(exchange.status),
        error: None,
        started: start.to_owned(),
        milliseconds: 0.0,
        waited: Some(0.0),
        http_version: Some(version.to_owned()),
        bytes,
        request: message(exchange.request),
        response: Some(message(exchange.response)),
    }
}

fn message(message: Message) -> MessageRecord {
    let (body, truncated) = match message.body {
        Body::Empty => (None, false),
        Body::Text(text) => (Some(text), false),
        Body::Unknown | Body::TooLarge => (None, true),
    };
    MessageRecord { headers: message.headers, body, truncated }
}
