//! `apinb rules`.

use apinb_record::rule::RuleRecord;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::suggest::suggest;

use crate::cli::arguments::RulesArguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::rules;
use crate::cli::streams::Streams;
use crate::report;

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
            Some(code) => format!("did you mean `{code}`?"),
            None => "`apinb rules` lists the rules".to_owned(),
        })
    }
}

pub(in crate::cli) fn rules(arguments: &RulesArguments, streams: Streams) -> Result<Exit, Failure> {
    let stdout = streams.stdout;
    match (&arguments.code, arguments.json) {
        (Some(code), true) => stdout.write_json(&find(code)?)?,
        (Some(code), false) => {
            stdout.write(&report::rules::page(&find(code)?, stdout.page_width(), stdout.color))?;
        }
        (None, true) => stdout.write_json(&all())?,
        (None, false) => stdout.write(&report::rules::list(&all(), stdout.color))?,
    }
    Ok(Exit::Passed)
}

fn all() -> Vec<RuleRecord> {
    rules::all().map(RuleRecord::from).collect()
}

fn find(code: &str) -> Result<RuleRecord, Failure> {
    rules::all().find(|rule| rule.code == code).map(RuleRecord::from).ok_or_else(|| {
        let named = |rule: &&Rule| rule.code.split_once('/').is_some_and(|(_, name)| name == code);
        let named = rules::all().find(named).map(|rule| rule.code);
        let suggestion = named.or_else(|| suggest(code, rules::all().map(|rule| rule.code)));
        Failure::unusable(UnknownRule { code: code.to_owned(), suggestion })
    })
}
