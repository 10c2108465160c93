//! `apinb rules`.

use apinb_check::rules;
use apinb_record::rule::{RuleRecord, Rules, VERSION};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::suggest::suggest;

use crate::cli::arguments::RulesArguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::streams::Streams;

/// A code that no rule has.
#[derive(Debug, thiserror::Error)]
#[error("unknown rule `{code}`")]
struct UnknownRule {
    code: String,
    suggestion: Option<&'static str>,
}

impl Diagnostic for UnknownRule {
    fn help(&self) -> Option<String> {
        Some(match self.suggestion {
            Some(code) => format!("Did you mean `{code}`?"),
            None => "List the rules with `apinb rules`.".to_owned(),
        })
    }
}

pub(in crate::cli) fn rules(arguments: &RulesArguments, streams: Streams) -> Result<Exit, Failure> {
    let stdout = streams.stdout;
    let rules = match &arguments.code {
        Some(code) => vec![find(code)?],
        None => rules::all().map(RuleRecord::from).collect(),
    };
    match (rules.as_slice(), &arguments.code) {
        _ if arguments.json => stdout.write_json(&Rules { version: VERSION, rules })?,
        ([rule], Some(_)) => stdout.write(&apinb_report::rules::page(rule, stdout.page_width(), stdout.color))?,
        (rules, _) => stdout.write(&apinb_report::rules::list(rules, stdout.color))?,
    }
    Ok(Exit::Passed)
}

fn find(code: &str) -> Result<RuleRecord, Failure> {
    rules::all().find(|rule| rule.code == code).map(RuleRecord::from).ok_or_else(|| {
        let named = |rule: &&Rule| rule.code.split_once('/').is_some_and(|(_, name)| name == code);
        let named = rules::all().find(named).map(|rule| rule.code);
        let suggestion = named.or_else(|| suggest(code, rules::all().map(|rule| rule.code)));
        Failure::unusable(UnknownRule { code: code.to_owned(), suggestion })
    })
}
