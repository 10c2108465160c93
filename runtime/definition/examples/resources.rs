//! Prints the resources of a definition as JSON, `[{ "path", "methods" }]`; prints its diagnostics and the loading time
//! on stderr.
//!
//! `cargo run --release -p apinb_definition --example resources -- FILE [REPEATS]`

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use apinb_definition::overview;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use serde_json::{Value, json};

struct Files;

impl Loader for Files {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let name = address.to_string();
        match std::fs::read_to_string(&name) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(LoadError::NotFound { address: name }),
            Err(error) => Err(LoadError::Unreadable { address: name, cause: Box::new(error) }),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: resources FILE [REPEATS]")?;
    let repeats: u32 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let path = std::path::absolute(Path::new(&file))?;
    let root = Address::file(&path.to_string_lossy());
    let start = Instant::now();
    for _ in 1..repeats {
        let _ = apinb_definition::load::load(&root, Arc::new(Files));
    }
    let loaded = apinb_definition::load::load(&root, Arc::new(Files));
    let time = start.elapsed() / repeats.max(1);
    let mut report = std::io::stderr().lock();
    for problem in &loaded.diagnostics {
        writeln!(report, "{}", line(problem.as_ref()))?;
    }
    writeln!(report, "loaded in {time:.1?}, {} documents, {} faults", loaded.sources.len(), loaded.diagnostics.len())?;
    let definition = loaded.definition.ok_or("cannot read the definition")?;
    let resources = overview::resources_by_path(&definition).into_iter().map(|(path, resource)| {
        let methods: Vec<&str> = resource.methods.iter().map(|method| method.verb.name()).collect();
        json!({ "path": path, "methods": methods })
    });
    let json = Value::from_iter(resources);
    writeln!(std::io::stdout().lock(), "{json}")?;
    Ok(())
}

fn line(problem: &dyn Diagnostic) -> String {
    let place = problem.location().map(|location| {
        let position = location.position();
        format!("{}:{}:{}: ", location.file.name(), position.line, position.column)
    });
    let cause = problem.source().map(|cause| format!(": {cause}"));
    let help = problem.help().map(|help| format!(" ({help})"));
    [place.unwrap_or_default(), problem.to_string(), cause.unwrap_or_default(), help.unwrap_or_default()].concat()
}
