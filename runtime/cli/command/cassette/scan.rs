//! `apinb cassette scan`.

use std::path::{Path, PathBuf};

use apinb_cassette::cassette::Cassette;
use apinb_cassette::scan::{Allowed, Known, UnknownRule};
use apinb_files::bounded;
use apinb_project::reading::root::display_name;
use apinb_record::scan::{Scan, VERSION};
use apinb_text::diagnostic::Diagnostic;

use super::folder::{CassetteFolder, search, unreadable};
use crate::cli::arguments::OverrideArguments;
use crate::cli::command::load;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::job::{Loaded, here, load_layers};
use crate::cli::settings::table::SCAN_ALLOW;
use crate::cli::streams::Streams;

/// Maximum size of a scanned file, in bytes.
const MAX_FILE: u64 = 512 << 20;

/// `--allow` names no rule.
#[derive(Debug, thiserror::Error)]
#[error("`--allow {entry}`: {cause}")]
struct NotAllowed {
    entry: String,
    cause: UnknownRule,
}

impl Diagnostic for NotAllowed {
    fn help(&self) -> Option<String> {
        Some(self.cause.help())
    }
}

pub(super) fn scan(paths: &[PathBuf], allow: &[String], json: bool, streams: Streams) -> Result<Exit, Failure> {
    for entry in allow {
        Allowed::new([entry.as_str()])
            .map_err(|cause| Failure::unusable(NotAllowed { entry: entry.clone(), cause }))?;
    }
    let here = here()?;
    let mut scan = Scan { version: VERSION, ..Scan::default() };
    let paths = if paths.is_empty() { vec![here.clone()] } else { paths.iter().map(|path| here.join(path)).collect() };
    for path in paths {
        if path.is_dir() {
            let mut cassettes = Vec::new();
            search(&path, &mut cassettes)?;
            for cassette in &cassettes {
                of_cassette(cassette, allow, &mut scan)?;
            }
        } else {
            let folder = path.parent().unwrap_or(&here);
            let known = Known { allowed: allowed(folder, allow)?, ..Known::default() };
            let bytes = bounded::bytes(&path, MAX_FILE).map_err(|cause| unreadable(&path, cause))?;
            add(&display_name(&path), &bytes, &known, &mut scan);
        }
    }
    let stdout = streams.stdout;
    if json {
        stdout.write_json(&scan)?;
    } else {
        stdout.write(&apinb_report::cassette::scan(&scan, stdout.page_width(), stdout.color))?;
    }
    Ok(if scan.findings.is_empty() { Exit::Passed } else { Exit::Failed })
}

/// All files of a cassette but its documents, which everybody may read at their URLs, as its definitions.
fn of_cassette(folder: &CassetteFolder, allow: &[String], scan: &mut Scan) -> Result<(), Failure> {
    let beside = folder.path.parent().unwrap_or(&folder.path);
    let allowed = allowed(beside, allow)?;
    let files = folder.files()?;
    let (documents, rest): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| path.starts_with("documents/"));
    let mut published: Vec<String> =
        documents.into_iter().filter_map(|(_, bytes)| String::from_utf8(bytes.to_vec()).ok()).collect();
    // A broken cassette is scanned, too.
    if let Ok(cassette) = Cassette::read(&folder.name, files.clone()) {
        let sources = cassette.head.definitions.values().map(|definition| beside.join(&definition.source));
        for source in sources.filter(|source| source.is_file()) {
            published.extend(texts(&source)?);
        }
    }
    let published: Vec<&str> = published.iter().map(String::as_str).collect();
    let known = Known { allowed, published: &published, marked: &[] };
    for (path, bytes) in rest {
        add(&format!("{}/{path}", folder.name), bytes, &known, scan);
    }
    Ok(())
}

/// The documents of a definition.
fn texts(definition: &Path) -> Result<Vec<String>, Failure> {
    let mut loaded = load::load(&definition.display().to_string(), &[])?;
    loaded.read_all();
    Ok(loaded.sources.iter().map(|source| source.text().to_owned()).collect())
}

/// Scans a file, unless it is not text.
fn add(name: &str, bytes: &[u8], known: &Known<'_>, scan: &mut Scan) {
    scan.files += 1;
    if let Ok(text) = std::str::from_utf8(bytes) {
        scan.findings.extend(apinb_cassette::scan::scan(name, text, known));
    }
}

/// What the command line and the settings of a folder allow.
fn allowed(folder: &Path, allow: &[String]) -> Result<Allowed, Failure> {
    let here = here()?;
    let overrides = OverrideArguments::default();
    let Loaded { layers, .. } = load_layers(true, folder, &overrides, &[], &here, &Default::default())?;
    let mut problems = Vec::new();
    let of_settings = layers.value(&SCAN_ALLOW, &mut problems).unwrap_or_default();
    if !problems.is_empty() {
        return Err(Failure::unusable_problems(problems));
    }
    let of_command = Allowed::new(allow.iter().map(String::as_str)).unwrap_or_default();
    Ok(of_settings.and(of_command))
}
