//! Recorded traffic, held against a definition: nothing panics, and a finding is short, without secrets, and the same
//! each time.

use std::sync::{Arc, LazyLock};

use apinb_contract::ContractCheck;
use apinb_contract::api::Api;
use apinb_contract::base::Bases;
use apinb_contract::har;
use apinb_contract::severities::Severities;
use apinb_definition::load::{Detail, load_with};
use apinb_record::contract::Contract;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

use crate::Worth;

/// An API with a part of each kind that the check reads.
const API: &str = include_str!("traffic.yaml");
/// The most characters of a text of a finding.
const MAX_TEXT: usize = 2_000;

struct Document;

impl Loader for Document {
    fn load(&self, _: &Address) -> Result<String, LoadError> {
        Ok(API.to_owned())
    }
}

static CHECKED: LazyLock<Arc<Api>> = LazyLock::new(|| {
    let mut loaded = load_with(&Address::file("/api.yaml"), Arc::new(Document), Detail::Origins);
    loaded.read_all();
    let messages: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    assert!(messages.is_empty(), "{messages:?}");
    let Some(definition) = loaded.definition else { panic!("the definition cannot be used") };
    Arc::new(Api::new(Arc::new(definition), "api.yaml".to_owned()))
});

/// An HTTP archive.
pub fn traffic(data: &[u8]) -> Worth {
    let Ok(text) = std::str::from_utf8(data) else { return Worth::Dropped };
    let Ok(calls) = har::read(text) else { return Worth::Dropped };
    let checked = || {
        let mut check = ContractCheck::new(Severities::default(), true);
        check.add(Arc::clone(&CHECKED), Bases::declared());
        calls.iter().for_each(|call| check.check(call));
        check.finish()
    };
    let contract = checked();
    assert_eq!(contract.calls + contract.other_calls, calls.len());
    invariants(&contract);
    assert_eq!(contract, checked(), "the second check differs");
    Worth::Kept
}

fn invariants(contract: &Contract) {
    let mut keys: Vec<&str> = contract.findings.iter().map(|finding| finding.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), contract.findings.len(), "two findings have one key");
    for finding in &contract.findings {
        let excerpt = finding.value.as_ref().and_then(|value| value.excerpt.as_deref()).unwrap_or_default();
        for text in [finding.message.as_str(), &finding.first.url, excerpt] {
            assert!(text.chars().count() <= MAX_TEXT, "a text of {} characters: {text}", text.len());
        }
        assert!(finding.calls >= 1 && finding.calls <= contract.calls, "{finding:?}");
        if let Some(place) = &finding.definition {
            let line = API.lines().nth(place.position.line.saturating_sub(1));
            assert_eq!(line, Some(place.source_line.as_str()), "{finding:?}");
        }
        // A value of a secret name.
        assert!(!excerpt.contains("hunter22"), "{finding:?}");
    }
    let text = apinb_report::contract::text(contract, Some(80), false);
    let acts = |character: char| character.is_control() && character != '\n';
    assert!(!text.contains(acts), "a control character in {text:?}");
}
