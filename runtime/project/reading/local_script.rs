//! The text of a script that is on this machine, for a look at what it may do.

use apinb_text::source::address::Address;

use super::scripts::ScriptCache;
use super::{documents, source};
use crate::settings::Settings;

/// The text of the script that `load` names: of a file that the notebook may read, or in the cache.
#[must_use]
pub fn text(settings: &Settings, reference: &str) -> Option<String> {
    let source = source::script(settings, reference).ok()?;
    match &source.address {
        Address::File(path) => documents::read_file(&source.scope, path, source.named).ok(),
        Address::Url(url) => {
            let cache = ScriptCache::open(settings.script_cache.clone()?);
            cache.get(url).map(|script| script.text)
        }
    }
}
