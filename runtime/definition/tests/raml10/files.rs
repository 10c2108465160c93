//! The definitions in `tests/definitions/raml10`: one per language feature, and one API with a hundred resources.

use std::path::Path;
use std::sync::Arc;

use crate::load::load;
use crate::overview::{Counts, counts};
use crate::tests::raml10::lines;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

struct Files;

impl Loader for Files {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let name = address.to_string();
        std::fs::read_to_string(&name).map_err(|_| LoadError::NotFound { address: name })
    }
}

#[test]
fn every_definition_is_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/definitions/raml10");
    let folder = folder.canonicalize().unwrap();
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let roots: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "raml")).collect();
    assert!(roots.len() >= 17, "{roots:?}");
    for root in roots {
        counted(&root);
    }
    let harbour = counted(&folder.join("harbour/api.raml"));
    assert_eq!(harbour, Counts { resources: 100, methods: 198 });
}

#[track_caller]
fn counted(root: &Path) -> Counts {
    let mut loaded = load(&Address::file(&root.to_string_lossy()), Arc::new(Files));
    loaded.read_all();
    assert_eq!(lines(&loaded), "", "{}", root.display());
    counts(&loaded.definition.unwrap())
}
