//! Overrides of the settings of notebooks: the flags of all settings, and the sources to read.

use clap::{Args, ValueHint};

use crate::cli::settings::flags::SettingFlags;
use crate::cli::settings::table::OVERRIDES;

/// The same for all notebooks of a run.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = OVERRIDES)]
pub struct OverrideArguments {
    /// Apply the sections `[env.NAME…]` of `apinb.toml` over the others [default: `APINB_ENV`]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub env: Option<String>,
    /// Read environment variables from this file instead of `.env` beside the notebook and beside `apinb.toml`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub env_file: Option<String>,
    /// Read no `.env`
    #[arg(long, conflicts_with = "env_file")]
    pub no_env_file: bool,
    /// The flags of `apinb.toml`'s settings.
    #[command(flatten)]
    pub flags: SettingFlags,
}
