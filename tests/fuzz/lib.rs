//! What the fuzz targets do with their bytes, and what has to hold afterwards: a broken promise panics.
//!
//! How much memory an input may use is libFuzzer's to watch; `run` says how much.

mod definition;
mod documents;
mod notebook;

pub use notebook::notebook;

/// Whether an input is worth to be kept, and varied further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It is of the target's kind.
    Kept,
    /// It is another target's, or nothing at all.
    Dropped,
}

/// A target as libFuzzer runs it. An input that takes over a second is a finding like any other, and its bytes are kept:
/// libFuzzer's own alarm asks for memory to write them, and waits for ever when it interrupts the allocator.
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

/// OpenAPI of any version, in YAML or JSON, with the documents that it refers to.
pub fn openapi(data: &[u8]) -> Worth {
    let named = |root: &str| ["swagger", "openapi"].iter().any(|name| root.contains(name));
    definition::check(data, |root| !root.starts_with("#%RAML") && named(root))
}

/// JSON of an already parsed definition, and JSON that is none.
pub fn json_definition(data: &[u8]) -> Worth {
    definition::check(data, |root| root.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Worth, json_definition, notebook, openapi, raml};

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
    fn the_seeds_hold_what_is_promised() {
        check("notebook", notebook);
        check("raml", raml);
        check("openapi", openapi);
        check("json_definition", json_definition);
    }
}
