//! The settings of a notebook with their sources: the data of `apinb config show --json`.

use serde::Serialize;
use serde_json::Value;

/// The version of [`Settings`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// The settings that a run of a notebook would have.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Settings {
    /// [`VERSION`].
    pub version: u32,
    /// Settings with a value, by section.
    pub settings: Vec<SettingRecord>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SettingRecord {
    /// The key in `apinb.toml`, with dots: `network.retry`.
    pub key: String,
    /// The value; `[secret]` for a secret. Absent if the variable or the file that holds it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The kind of source.
    pub origin: SettingOrigin,
    /// The flag, the variable, or the file with its line.
    pub from: String,
}

/// The kind of source of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettingOrigin {
    /// A flag of the command line.
    Flag,
    /// An environment variable.
    Environment,
    /// A variable of a `.env` file.
    EnvFile,
    /// `apinb.toml`.
    File,
    /// No source has the setting.
    Default,
}
