//! The arguments of `apinb rules`.

use std::ffi::OsStr;

use apinb_check::rules;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Command, Error};

/// `apinb rules`.
#[derive(Clone, Debug, Args)]
pub struct RulesArguments {
    /// Rule to explain [default: list all rules]
    #[arg(value_name = "CODE", value_parser = CodeParser, hide_possible_values = true)]
    pub code: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Takes any text, and has the known codes for completions. Those of clap would list all of them for an unknown one.
#[derive(Clone)]
struct CodeParser;

impl TypedValueParser for CodeParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(rules::all().map(|rule| PossibleValue::new(rule.code).help(rule.title))))
    }
}
