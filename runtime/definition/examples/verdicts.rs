//! Compares the verdict on each definition below a folder with its name, for conformance kits: a file whose name
//! contains `invalid` must have an error, any other must have none. Prints the files with another verdict.
//!
//! `cargo run -p apinb_definition --example verdicts -- FOLDER`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_definition::load::load;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

struct Files;

impl Loader for Files {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let name = address.to_string();
        std::fs::read_to_string(&name).map_err(|_| LoadError::NotFound { address: name })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: verdicts FOLDER")?;
    let mut files = Vec::new();
    collect(&std::path::absolute(Path::new(&folder))?, &mut files)?;
    files.sort();
    let mut out = std::io::stdout().lock();
    let mut counts = [[0; 2]; 2];
    for file in &files {
        let mut loaded = load(&Address::file(&file.to_string_lossy()), Arc::new(Files));
        loaded.read_all();
        let errors = loaded.diagnostics.iter().filter(|one| one.severity() == Severity::Error);
        let errors: Vec<String> = errors.map(|one| line(one.as_ref())).collect();
        let expected = file.to_string_lossy().contains("invalid");
        let right = expected != errors.is_empty();
        if let Some(count) = counts.get_mut(usize::from(expected)).and_then(|of| of.get_mut(usize::from(right))) {
            *count += 1;
        }
        if !right {
            writeln!(out, "{}: {}", file.display(), if expected { "no error" } else { "errors" })?;
            errors.iter().try_for_each(|error| writeln!(out, "    {error}"))?;
        }
    }
    let [[refused, accepted], [missed, found]] = counts;
    writeln!(out, "valid: {accepted} accepted, {refused} not; invalid: {found} refused, {missed} not")?;
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.extend(is_definition(path).then(|| path.to_owned()));
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

/// Whether the first line is that of an API, an overlay or an extension, rather than of a part of one.
fn is_definition(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let first = text.lines().find(|line| line.starts_with("#%RAML")).unwrap_or_default();
    matches!(first.split_whitespace().nth(2), None | Some("Overlay" | "Extension")) && !first.is_empty()
}

fn line(diagnostic: &dyn Diagnostic) -> String {
    let position = diagnostic.location().map(|location| {
        let position = location.position();
        format!("{}:{}:{}: ", location.file.name(), position.line, position.column)
    });
    let code = diagnostic.rule().map(|rule| rule.code).unwrap_or_default();
    format!("{}[{code}] {diagnostic}", position.unwrap_or_default())
}
