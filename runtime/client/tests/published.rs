//! Definitions of public APIs, which are not part of the project: `APINB_DEFINITIONS` names their folder, which has one
//! folder per API. Run with `cargo test -p apinb_client -- --ignored`.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use crate::walk::{ClientPath, Step};
use apinb_definition::load::load;
use apinb_definition::overview;
use apinb_text::diagnostic::causes::one_line;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

struct Files;

impl Loader for Files {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let address = address.to_string();
        let bytes = std::fs::read(&address).map_err(|_| LoadError::NotFound { address: address.clone() })?;
        String::from_utf8(bytes).map_err(|_| LoadError::NotText { address })
    }
}

/// The methods reachable through properties of a client, each as its resource and its index there.
fn reach(path: &ClientPath, reached: &mut HashSet<(Vec<u32>, u32)>) {
    reached.extend(path.method().map(|method| (method.resource.clone(), method.index)));
    let named = path.names().filter_map(|one| path.step(Step::Property(one.name)));
    let called = path.functions().iter().map(|function| path.called(function));
    for next in named.chain(called) {
        reach(&next, reached);
    }
    let extended = path.extended();
    if extended.names().next().is_some() {
        reach(&extended, reached);
    }
}

#[test]
#[ignore = "needs published definitions: APINB_DEFINITIONS=FOLDER"]
fn every_published_definition_loads() {
    let folder = std::env::var("APINB_DEFINITIONS").expect("APINB_DEFINITIONS names the folder of the definitions");
    let mut found = 0;
    for api in std::fs::read_dir(Path::new(&folder)).unwrap() {
        let Ok(files) = std::fs::read_dir(api.unwrap().path()) else { continue };
        for file in files {
            let path = file.unwrap().path();
            let is_root = path.extension().is_some_and(|extension| extension == "raml")
                && std::fs::read_to_string(&path).unwrap().starts_with("#%RAML 0.8");
            if !is_root {
                continue;
            }
            found += 1;
            let loaded = load(&Address::file(&path.to_string_lossy()), Arc::new(Files));
            let diagnostics: Vec<String> =
                loaded.diagnostics.iter().map(|problem| one_line(problem.as_ref())).collect();
            // Their documentation was not published with them, and two have misspelled names.
            assert!(diagnostics.len() < 5, "{}: {diagnostics:#?}", path.display());
            assert!(loaded.diagnostics.iter().all(|problem| problem.location().is_some()));
            let definition = Arc::new(loaded.definition.unwrap());
            let counts = overview::counts(&definition);
            assert!(counts.resources > 0 && counts.methods > 0, "{}: {counts:?}", path.display());
            let mut reached = HashSet::new();
            reach(&ClientPath::client(definition), &mut reached);
            assert_eq!(reached.len(), counts.methods, "{}", path.display());
        }
    }
    assert!(found > 0, "there is no definition in {folder}");
}
