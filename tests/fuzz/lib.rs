//! The code of the fuzz targets and their invariants: a violation panics.
//!
//! libFuzzer limits the memory of an input; `run` sets the limit.

mod definition;
mod documents;
mod notebook;
mod record;
mod redactor;
mod traffic;

pub use notebook::notebook;
pub use record::record;
pub use redactor::redactor;
pub use traffic::traffic;

/// Whether an input is worth adding to the corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It is of the target's kind.
    Kept,
    /// It is of another kind, or of none.
    Dropped,
}

/// Runs a target for libFuzzer. An input that takes more than a second is a finding, and its bytes are saved: the alarm
/// of libFuzzer allocates memory to write them, and deadlocks if it interrupts the allocator.
#[cfg(feature = "libfuzzer")]
pub fn fuzz(target: fn(&[u8]) -> Worth, data: &[u8]) -> libfuzzer_sys::Corpus {
    let start = std::time::Instant::now();
    let worth = target(data);
    let taken = start.elapsed();
    assert!(taken.as_secs() < 1, "it took {taken:?}");
    match worth {
        Worth::Kept => libfuzzer_sys::Corpus::Keep,
        Worth::Dropped => libfuzzer_sys::Corpus::Reject,
    }
}

/// RAML of either version, with the documents that it includes.
pub fn raml(data: &[u8]) -> Worth {
    definition::check(data, |root| root.starts_with("#%RAML"))
}

/// OpenAPI of any version, in YAML or JSON, with the documents that it references.
pub fn openapi(data: &[u8]) -> Worth {
    let named = |root: &str| ["swagger", "openapi"].iter().any(|name| root.contains(name));
    definition::check(data, |root| !root.starts_with("#%RAML") && named(root))
}

/// JSON of an already parsed definition, and other JSON.
pub fn json_definition(data: &[u8]) -> Worth {
    definition::check(data, |root| root.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Worth, json_definition, notebook, openapi, raml, record, redactor, traffic};

    fn check(name: &str, target: fn(&[u8]) -> Worth) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let mut seeds = 0;
        for entry in fs::read_dir(&folder).expect("the target's seeds") {
            let path = entry.expect("an entry").path();
            let data = fs::read(&path).expect("a seed");
            assert_eq!(target(&data), Worth::Kept, "{}", path.display());
            seeds += 1;
        }
        assert!(seeds > 0, "{} is empty", folder.display());
    }

    #[test]
    fn the_corpus_passes() {
        check("notebook", notebook);
        check("raml", raml);
        check("openapi", openapi);
        check("json_definition", json_definition);
        check("redactor", redactor);
        check("record", record);
        check("traffic", traffic);
    }
}
