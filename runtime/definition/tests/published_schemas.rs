//! Schemas of public APIs, which are not part of the project: `APINB_DEFINITIONS` names their folder. Run with
//! `cargo test -p apinb_definition -- --ignored`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::load::load;
use crate::model::{Body, Resource};
use apinb_schema::error::SchemaError;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

struct Files;

impl Loader for Files {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let address = address.to_string();
        std::fs::read_to_string(&address).map_err(|_| LoadError::NotFound { address })
    }
}

/// The definitions two levels below `folder`.
fn roots(folder: &Path) -> Vec<PathBuf> {
    let files = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = files(folder).flat_map(|api| files(&api).collect::<Vec<_>>());
    let is_root = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.starts_with("#%RAML 0.8"));
    files.filter(|path| path.extension().is_some_and(|extension| extension == "raml") && is_root(path)).collect()
}

fn bodies(resources: &[Resource]) -> Vec<Body> {
    let mut all = Vec::new();
    for resource in resources {
        for method in &resource.methods {
            all.extend(method.bodies.iter().chain(method.responses.iter().flat_map(|r| &r.bodies)).cloned());
        }
        all.extend(bodies(&resource.resources));
    }
    all
}

/// The test lists the invalid schemas; there are few.
#[test]
#[ignore = "needs published definitions: APINB_DEFINITIONS=FOLDER"]
fn every_published_schema_has_a_valid_sample() {
    let folder = std::env::var("APINB_DEFINITIONS").expect("APINB_DEFINITIONS names the folder of the definitions");
    let (mut valid, mut failures) = (0, Vec::new());
    for path in roots(Path::new(&folder)) {
        let definition = load(&Address::file(&path.to_string_lossy()), Arc::new(Files)).definition.unwrap();
        for body in bodies(&definition.resources) {
            let Some(schema) = body.schema.filter(|schema| schema.text().trim_start().starts_with('{')) else {
                continue;
            };
            let place = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match schema.validator(&definition.schemas) {
                Ok(validator) => {
                    let sample = schema.sample(&definition.schemas).unwrap();
                    let violations = validator.validate(&sample).unwrap();
                    assert_eq!(violations, [], "{place}: {sample} by {}", schema.text());
                    valid += 1;
                }
                Err(error @ (SchemaError::TooMuchWork | SchemaError::TooLarge { .. })) => panic!("{place}: {error}"),
                Err(error) => {
                    let start: String = schema.text().chars().take(200).collect();
                    failures.push(format!("{place}: {error}: {start}"));
                }
            }
        }
    }
    failures.sort();
    failures.dedup();
    assert!(valid > 100 && failures.len() < 20, "{valid} valid, failures: {failures:#?}");
}
