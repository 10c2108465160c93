//! The settings of a notebook.

use super::redact;
use crate::settings::{SettingRecord, Settings};

redact! {
    Settings { redacted: settings; kept: version }
    SettingRecord { redacted: key, value, from; kept: origin }
}
