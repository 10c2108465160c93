//! The least coverage of the definitions: `--coverage-min`.

use std::io;
use std::path::Path;

use apinb_project::reading::root::display_name;
use apinb_record::contract::coverage::{Counts, DefinitionCoverage, Measure, PartKind, totals};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;

use super::failure::Failure;
use super::streams::Streams;

/// The least coverage of some kinds of parts, in percent of those of all definitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CoverageMinimum(Vec<(PartKind, usize)>);

/// Why a text is not a minimum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MinimumError {
    #[error("expected `KIND=PERCENT`, got `{0}`")]
    NoPair(String),
    #[error("`{0}` is not a kind of coverage")]
    Kind(String),
    #[error("expected a number of percent from 0 to 100 for `{kind}`, got `{text}`")]
    Percent { kind: &'static str, text: String },
    #[error("`{0}` is there twice")]
    Twice(&'static str),
}

impl Diagnostic for MinimumError {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoPair(_) | Self::Percent { .. } => Some("Write it as in `operations=80,statuses=50`.".to_owned()),
            Self::Kind(name) => {
                let names = PartKind::ALL.map(PartKind::key);
                let meant = suggest(name, names).map(|meant| format!("Did you mean `{meant}`? ")).unwrap_or_default();
                Some(format!("{meant}{}", use_one_of(&names, usize::MAX)))
            }
            Self::Twice(_) => None,
        }
    }
}

impl CoverageMinimum {
    /// The minimum of a command's flag.
    ///
    /// # Errors
    /// Those of [`Self::parse`].
    pub(crate) fn of_flag(text: Option<&str>) -> Result<Option<Self>, Failure> {
        text.map(Self::parse).transpose().map_err(Failure::unusable)
    }

    /// Reads `operations=80,statuses=50`.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn parse(text: &str) -> Result<Self, MinimumError> {
        let mut all: Vec<(PartKind, usize)> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (name, percent) = part.split_once('=').ok_or_else(|| MinimumError::NoPair(part.to_owned()))?;
            let (name, percent) = (name.trim(), percent.trim());
            let kind = PartKind::ALL.into_iter().find(|kind| kind.key() == name);
            let kind = kind.ok_or_else(|| MinimumError::Kind(name.to_owned()))?;
            let number = percent.strip_suffix('%').unwrap_or(percent).trim_end().parse().ok();
            let wrong = || MinimumError::Percent { kind: kind.key(), text: percent.to_owned() };
            let number = number.filter(|number| *number <= 100).ok_or_else(wrong)?;
            if all.iter().any(|(known, _)| *known == kind) {
                return Err(MinimumError::Twice(kind.key()));
            }
            all.push((kind, number));
        }
        Ok(Self(all))
    }

    /// A message for each kind that is below.
    pub(crate) fn below(&self, definitions: &[DefinitionCoverage], measure: Measure) -> Vec<String> {
        let totals = totals(definitions);
        let counts = |kind: PartKind| totals.iter().find(|counts| counts.kind == kind);
        let is_below = |(kind, least): &(PartKind, usize)| {
            let counts: &Counts = counts(*kind)?;
            // Not the rounded share: 2 of 3 are more than 66 %.
            let is_below = counts.covered(measure) * 100 < least * counts.total;
            is_below.then(|| {
                let (share, covered) = (counts.percent(measure), counts.covered(measure));
                format!("coverage of {} is {share} % ({covered}/{}), below {least} %", kind.plural(), counts.total)
            })
        };
        self.0.iter().filter_map(is_below).collect()
    }
}

/// Files below the working directory are shown from there on.
pub(crate) fn shorten_files(definitions: &mut [DefinitionCoverage]) {
    definitions.iter_mut().for_each(|definition| definition.rename_files(|file| display_name(Path::new(file))));
}

/// Whether the coverage is not below `minimum`; says on stderr what is.
///
/// # Errors
/// Those of writing.
pub(crate) fn is_reached(
    minimum: Option<&CoverageMinimum>,
    definitions: &[DefinitionCoverage],
    measure: Measure,
    streams: Streams,
) -> io::Result<bool> {
    let below = minimum.map(|minimum| minimum.below(definitions, measure)).unwrap_or_default();
    for message in &below {
        streams.stderr.write(&format!("error: {message}\n"))?;
    }
    Ok(below.is_empty())
}

#[cfg(test)]
mod tests {
    use apinb_record::contract::coverage::{DefinitionCoverage, Measure, OperationCoverage, Shown};
    use apinb_text::diagnostic::Diagnostic as _;

    use super::CoverageMinimum;

    #[test]
    fn a_minimum_has_kinds_and_percents() {
        for (text, message, help) in [
            ("operation=80", "`operation` is not a kind of coverage", "Did you mean `operations`?"),
            ("operations", "expected `KIND=PERCENT`, got `operations`", "operations=80,statuses=50"),
            ("operations=80,", "expected `KIND=PERCENT`, got ``", "operations=80"),
            (
                "operations=101",
                "expected a number of percent from 0 to 100 for `operations`, got `101`",
                "operations=80",
            ),
            ("statuses=-1", "expected a number of percent from 0 to 100 for `statuses`, got `-1`", "operations=80"),
            ("operations=1,operations=2", "`operations` is there twice", ""),
        ] {
            let error = CoverageMinimum::parse(text).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(error.help().unwrap_or_default().contains(help), "{text}: {:?}", error.help());
        }
    }

    #[test]
    fn what_is_below_is_named() {
        let operation =
            |called| OperationCoverage { shown: Shown { called, ..Shown::default() }, ..OperationCoverage::default() };
        let definition = |operations: &[bool]| DefinitionCoverage {
            operations: operations.iter().map(|called| operation(*called)).collect(),
            ..DefinitionCoverage::default()
        };
        let all = [definition(&[true, true]), definition(&[false])];
        let below = |text: &str, measure| CoverageMinimum::parse(text).unwrap().below(&all, measure);
        assert!(below(" operations = 66 %, statuses=100", Measure::Called).is_empty());
        assert_eq!(below("operations=67", Measure::Called), ["coverage of operations is 66 % (2/3), below 67 %"]);
        assert_eq!(below("operations=1", Measure::Documented), ["coverage of operations is 0 % (0/3), below 1 %"]);
    }
}
