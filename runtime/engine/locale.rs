//! The default locale of the process.

use std::sync::{Mutex, OnceLock, PoisonError};

use apinb_record::determinism::Locale;
use deno_core::v8;

/// Sets the default locale of the process, which the next isolate reads; none: that of the system.
pub(crate) fn set(locale: Option<&Locale>) {
    static OF_SYSTEM: OnceLock<String> = OnceLock::new();
    static CHANGED: Mutex<bool> = Mutex::new(false);
    let mut is_changed = CHANGED.lock().unwrap_or_else(PoisonError::into_inner);
    if locale.is_none() && !*is_changed {
        return;
    }
    let of_system = OF_SYSTEM.get_or_init(v8::icu::get_language_tag);
    v8::icu::set_default_locale(locale.map_or(of_system, |locale| locale.tag()));
    *is_changed = locale.is_some();
}
