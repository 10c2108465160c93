//! The text of a script that is on this machine, for a look at what it may do.

use std::path::Path;

use apinb_files::bounded;
use apinb_text::source::address::Address;

use super::scripts::{MAX_SCRIPT_BYTES, ScriptCache};
use super::source;
use crate::settings::Settings;

/// The text of the script that `load` names: of a file that the notebook may read, or in the cache.
#[must_use]
pub fn text(settings: &Settings, reference: &str) -> Option<String> {
    let source = source::script(settings, reference).ok()?;
    match &source.address {
        Address::File(path) => {
            let path = Path::new(path);
            let may_read = source.named || source.scope.has(path);
            let bytes = may_read.then(|| bounded::regular(path, MAX_SCRIPT_BYTES).ok())??;
            String::from_utf8(bytes).ok()
        }
        Address::Url(url) => {
            let cache = ScriptCache::open(settings.script_cache.clone()?);
            cache.get(url).map(|script| script.text)
        }
    }
}
