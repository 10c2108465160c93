//! Coverage as a tracefile of LCOV: the files of a definition as source files, its operations as functions, its parts as
//! lines. Of several parts on a line, the count is the number of those that calls have.

use std::collections::BTreeMap;
use std::io;

use apinb_record::contract::coverage::{DefinitionCoverage, PartPlace};

use super::super::layout::one_line;

/// The first line of a tracefile of apinb: the name of the test.
pub(super) const FIRST_LINE: &str = "TN:apinb\n";

/// A file of a definition.
#[derive(Default)]
struct SourceFile {
    /// Line, name, calls.
    functions: Vec<(usize, String, usize)>,
    lines: BTreeMap<usize, usize>,
}

pub(super) fn write(definitions: &[DefinitionCoverage], out: &mut dyn io::Write) -> io::Result<()> {
    let mut files: BTreeMap<String, SourceFile> = BTreeMap::new();
    for definition in definitions {
        let file_of = |place: &PartPlace| one_line(place.file.as_deref().unwrap_or(&definition.definition));
        for operation in &definition.operations {
            if let Some(line) = operation.place.line {
                let file = files.entry(file_of(&operation.place)).or_default();
                file.functions.push((line, function(&operation.operation), operation.calls));
                let hits = file.lines.entry(line).or_default();
                *hits = hits.saturating_add(operation.calls);
            }
            for part in &operation.parts {
                let Some(line) = part.place.line else { continue };
                let file = files.entry(file_of(&part.place)).or_default();
                let hits = file.lines.entry(line).or_default();
                *hits = hits.saturating_add(usize::from(part.shown.called));
            }
        }
    }
    if files.is_empty() {
        return out.write_all(FIRST_LINE.as_bytes());
    }
    for (name, SourceFile { functions, lines }) in files {
        writeln!(out, "{FIRST_LINE}SF:{name}")?;
        for (line, function, _) in &functions {
            writeln!(out, "FN:{line},{function}")?;
        }
        for (_, function, calls) in &functions {
            writeln!(out, "FNDA:{calls},{function}")?;
        }
        let called = functions.iter().filter(|(_, _, calls)| *calls > 0).count();
        writeln!(out, "FNF:{}\nFNH:{called}", functions.len())?;
        for (line, hits) in &lines {
            writeln!(out, "DA:{line},{hits}")?;
        }
        let hit = lines.values().filter(|hits| **hits > 0).count();
        writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len())?;
    }
    Ok(())
}

/// The name of a function: readers split at commas.
fn function(operation: &str) -> String {
    one_line(operation).trim().replace(',', "%2C")
}
