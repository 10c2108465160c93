//! Documents that are read when their text is first needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::limits::MAX_TOTAL_BYTES;
use crate::load::{Loaded, load};
use crate::tests::{lines, raml};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

/// Documents in memory; records loads and prefetches.
#[derive(Default)]
struct RecordingLoader {
    documents: HashMap<String, String>,
    loaded: Mutex<Vec<String>>,
    prefetched: Mutex<Vec<String>>,
}

impl Loader for RecordingLoader {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let address = address.to_string();
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).push(address.clone());
        self.documents.get(&address).cloned().ok_or(LoadError::NotFound { address })
    }

    fn prefetch(&self, addresses: &[Address]) {
        self.prefetched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(addresses.iter().map(ToString::to_string));
    }
}

impl RecordingLoader {
    fn new(root: &str, others: &[(&str, &str)]) -> Arc<Self> {
        Self::with_root(&raml(root), others)
    }

    fn with_root(root: &str, others: &[(&str, &str)]) -> Arc<Self> {
        let others = others.iter().map(|(name, text)| (format!("/d/{name}"), (*text).to_owned()));
        let documents = others.chain([("/d/api.raml".to_owned(), root.to_owned())]).collect();
        Arc::new(Self { documents, ..Self::default() })
    }

    fn load(self: &Arc<Self>) -> Loaded {
        load(&Address::file("/d/api.raml"), Arc::<Self>::clone(self))
    }

    /// The names recorded since the last call.
    fn take_names(list: &Mutex<Vec<String>>) -> String {
        let list = std::mem::take(&mut *list.lock().unwrap());
        list.iter().map(|name| name.trim_start_matches("/d/")).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(&self, prefetched: &str, loaded: &str) {
        assert_eq!(
            (Self::take_names(&self.prefetched).as_str(), Self::take_names(&self.loaded).as_str()),
            (prefetched, loaded)
        );
    }
}

const TEXTS: &str = "schemas: [ user: !include user.json, group: !include group.xsd ]\n\
     documentation: [ { title: Start, content: !include start.md } ]\n\
     /users:\n  type: !include plain.raml\n  post:\n    body:\n      application/json:\n        schema: user\n        \
     example: !include one.json\n      application/xml:\n        schema: !include user.xsd\n";

#[test]
fn texts_are_read_on_demand() {
    let loader = RecordingLoader::new(TEXTS, &[("user.json", "{}"), ("one.json", "{\"id\": 1}"), ("plain.raml", "")]);
    let loaded = loader.load();
    loader.check("plain.raml", "api.raml plain.raml");
    assert_eq!((lines(&loaded).as_str(), loaded.deferred.len()), ("", 5));
    let definition = loaded.definition.unwrap();
    let body = &definition.resources[0].methods[0].bodies[0];
    let clone = body.examples[0].text.clone();
    assert_eq!(clone.as_str(), "{\"id\": 1}");
    assert_eq!(body.examples[0].text.as_str(), "{\"id\": 1}");
    assert!(body.schema.as_ref().unwrap().json().is_some());
    loader.check("", "one.json user.json");
    assert_eq!((loaded.deferred.len(), loaded.deferred.take_diagnostics().len()), (3, 0));
}

#[test]
fn texts_of_every_language_are_deferred() {
    let raml = "#%RAML 1.0\ntitle: T\nmediaType: application/json\ntypes:\n  A: !include a.json\n  B:\n    properties: { x: string }\n\
                /a:\n  get:\n    responses:\n      200:\n        body:\n          type: B\n          example: !include b.json\n";
    let loader = RecordingLoader::with_root(raml, &[]);
    let loaded = loader.load();
    assert_eq!((lines(&loaded).as_str(), loaded.deferred.len()), ("", 2));
    loader.check("", "api.raml");
    let openapi = "openapi: 3.0.0\ninfo: { title: T, version: '1' }\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          \
                   description: d\n          content:\n            application/json:\n              examples: { one: { externalValue: one.json } }\n";
    let loader = RecordingLoader::with_root(openapi, &[]);
    let loaded = loader.load();
    assert_eq!((lines(&loaded).as_str(), loaded.deferred.len()), ("", 1));
    loader.check("", "api.raml");
}

#[test]
fn inspecting_the_model_reads_no_deferred_document() {
    let loader = RecordingLoader::new(TEXTS, &[("plain.raml", "")]);
    let loaded = loader.load();
    assert!(format!("{loaded:?}").contains("one.json"));
    loader.check("plain.raml", "api.raml plain.raml");
}

#[test]
fn an_unreadable_document_is_empty_and_reported_once() {
    let loader = RecordingLoader::new(TEXTS, &[("plain.raml", "")]);
    let loaded = loader.load();
    let definition = loaded.definition.as_ref().unwrap();
    let example = &definition.resources[0].methods[0].bodies[0].examples[0].text;
    assert_eq!((example.as_str(), example.as_str()), ("", ""));
    loader.check("plain.raml", "api.raml plain.raml one.json");
    let diagnostics = loaded.deferred.take_diagnostics();
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(
        crate::tests::line(diagnostics[0].as_ref()),
        "api.raml:11:18: cannot include `one.json`: there is no file at `/d/one.json` (Check the path, which is case-sensitive.)"
    );
    assert!(loaded.deferred.take_diagnostics().is_empty());
}

#[test]
fn reading_all_reports_every_error_and_document() {
    let loader = RecordingLoader::new(TEXTS, &[("user.json", "{}"), ("one.json", "{}"), ("plain.raml", "")]);
    let mut loaded = loader.load();
    loader.check("plain.raml", "api.raml plain.raml");
    loaded.read_all();
    let rest = "user.json group.xsd start.md one.json user.xsd";
    loader.check(rest, rest);
    let missing = |name: &str, at: &str| {
        format!(
            "api.raml:{at}: cannot include `{name}`: there is no file at `/d/{name}` (Check the path, which is case-sensitive.)"
        )
    };
    assert_eq!(
        lines(&loaded),
        [missing("group.xsd", "3:45"), missing("start.md", "4:43"), missing("user.xsd", "13:17")].join("\n")
    );
    let names: Vec<_> = loaded.sources.iter().map(|file| file.name().trim_start_matches("/d/")).collect();
    assert_eq!(names, ["api.raml", "plain.raml", "user.json", "one.json"]);
    loaded.read_all();
    loader.check("", "");
    assert_eq!(loaded.sources.len(), 4);
}

#[test]
fn documents_named_by_a_template_are_read_on_demand() {
    let root = "traits: [ t: { body: { application/json: { example: !include <<name>>.json, schema: !include s.json } } } ]\n\
                /a: { post: { is: [ t: { name: one } ] } }\n";
    let loader = RecordingLoader::new(root, &[("one.json", "<<name>> of <<other>>"), ("s.json", "{}")]);
    let loaded = loader.load();
    assert_eq!(lines(&loaded), "");
    let body = &loaded.definition.unwrap().resources[0].methods[0].bodies[0];
    assert_eq!(body.examples[0].text.as_str(), "one of <<other>>");
    loader.check("", "api.raml one.json s.json");
}

#[test]
fn fragments_share_their_document() {
    let root = "schemas: [ a: !include s.json#/definitions/a, b: !include s.json ]\n/a: !include none.raml#x\n";
    let loader = RecordingLoader::new(root, &[("s.json", "{}")]);
    let mut loaded = loader.load();
    loader.check("none.raml#x", "api.raml none.raml#x");
    loaded.read_all();
    loader.check("s.json", "s.json");
    assert_eq!((loaded.diagnostics.len(), loaded.sources.len()), (1, 2));
}

#[test]
fn a_document_is_read_once_across_threads() {
    let loader = RecordingLoader::new(TEXTS, &[("one.json", "1"), ("plain.raml", "")]);
    let definition = Arc::new(loader.load().definition.unwrap());
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let definition = Arc::clone(&definition);
            std::thread::spawn(move || {
                definition.resources[0].methods[0].bodies[0].examples[0].text.as_str().to_owned()
            })
        })
        .collect();
    assert!(readers.into_iter().all(|reader| reader.join().unwrap() == "1"));
    loader.check("plain.raml", "api.raml plain.raml one.json");
}

#[test]
fn deferred_documents_use_the_same_budget() {
    let large = "x".repeat(30 << 20);
    let names: Vec<String> = (0..6).map(|at| format!("{at}.txt")).collect();
    let others: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), large.as_str())).collect();
    let root: String = (0..6)
        .map(|at| format!("/a{at}: {{ post: {{ body: {{ text/plain: {{ example: !include {at}.txt }} }} }} }}\n"))
        .collect();
    let mut loaded = RecordingLoader::new(&root, &others).load();
    loaded.read_all();
    let reported = lines(&loaded);
    assert!(reported.contains(&MAX_TOTAL_BYTES.to_string()) && reported.starts_with("api.raml:7:"), "{reported}");
    assert_eq!(loaded.diagnostics.len(), 1, "reported once");
}
