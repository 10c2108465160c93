//! Whole checks: a definition and recorded traffic.

mod hostile;
mod rules;
mod shop;

use std::collections::HashMap;
use std::sync::Arc;

use apinb_definition::load::{Detail, load_with};
use apinb_record::contract::Contract;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

use crate::ContractCheck;
use crate::api::Api;
use crate::base::Bases;
use crate::exchange::Exchange;
use crate::severities::Severities;

/// Documents in memory, by path.
struct Memory(HashMap<String, String>);

impl Loader for Memory {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let address = address.to_string();
        self.0.get(&address).cloned().ok_or(LoadError::NotFound { address })
    }
}

/// The API of the first document, which may include the others.
fn api(documents: &[(&str, &str)]) -> Arc<Api> {
    let all = documents.iter().map(|(name, text)| (format!("/d/{name}"), (*text).to_owned())).collect();
    let root = Address::file(&format!("/d/{}", documents[0].0));
    let mut loaded = load_with(&root, Arc::new(Memory(all)), Detail::Origins);
    loaded.read_all();
    let messages: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    assert!(messages.is_empty(), "{messages:#?}");
    Arc::new(Api::new(Arc::new(loaded.definition.unwrap()), root.to_string()))
}

fn checked(api: &Arc<Api>, calls: &[Exchange]) -> Contract {
    let mut check = ContractCheck::new(Severities::default(), true);
    check.add(Arc::clone(api), Bases::declared());
    calls.iter().for_each(|call| check.check(call));
    check.finish()
}
