//! How much of a definition calls and notebooks show: each operation with its parts, and the cells that cover it.
//!
//! `union.rs` merges what several runs show.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// The version of [`CoverageReport`]; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// Maximum number of cells of an operation.
pub const MAX_CELLS: usize = 20;

/// How much of its definitions a run shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CoverageReport<'a> {
    /// [`VERSION`].
    pub version: u32,
    /// The program that wrote it, such as `apinb 0.1.0`.
    pub generator: &'a str,
    /// The definitions, by title and file.
    pub definitions: Vec<CountedDefinition<'a>>,
}

impl<'a> CoverageReport<'a> {
    /// The report of these definitions.
    #[must_use]
    pub fn new(generator: &'a str, definitions: &'a [DefinitionCoverage]) -> Self {
        let counted = |coverage: &'a DefinitionCoverage| CountedDefinition { counts: coverage.counts(), coverage };
        Self { version: VERSION, generator, definitions: definitions.iter().map(counted).collect() }
    }
}

/// A definition with the numbers of its parts.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CountedDefinition<'a> {
    /// The numbers of parts, one for each kind.
    pub counts: [Counts; 7],
    /// The parts.
    #[serde(flatten)]
    pub coverage: &'a DefinitionCoverage,
}

/// How much of a definition calls and notebooks show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DefinitionCoverage {
    /// The title of the API.
    pub title: String,
    /// The file or URL of the definition; definitions of the same title differ in it.
    pub definition: String,
    /// The operations, in the order of the definition.
    pub operations: Vec<OperationCoverage>,
    /// Whether the definition has more parts than are listed. Absent if it has not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// How much of an operation calls and notebooks show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OperationCoverage {
    /// Its method and path, such as `GET /users/{id}`.
    pub operation: String,
    /// Where it is.
    #[serde(flatten)]
    pub place: PartPlace,
    /// What shows it.
    #[serde(flatten)]
    pub shown: Shown,
    /// The number of calls.
    pub calls: usize,
    /// Its parts, in the order of the definition.
    pub parts: Vec<PartCoverage>,
    /// The cells that call it, or show a call of it, by notebook and number; the first ones of many.
    pub cells: Vec<CellPlace>,
    /// Whether more cells do. Absent if none does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more_cells: bool,
}

/// A part of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartCoverage {
    /// The kind of part.
    pub kind: PartKind,
    /// Identifies it among the parts of its kind: `200`, `200 application/json`, `query sort`, `query sort=asc`,
    /// `$.name`, `200 $.items[*].id`.
    pub name: String,
    /// Where it is.
    #[serde(flatten)]
    pub place: PartPlace,
    /// What shows it.
    #[serde(flatten)]
    pub shown: Shown,
}

/// The kinds of parts of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// An operation.
    Operation,
    /// A declared status of a response.
    Status,
    /// A declared media type of a response.
    MediaType,
    /// A parameter, header or cookie of a request.
    Parameter,
    /// A value of a parameter with an `enum`.
    EnumValue,
    /// A property of a request body.
    RequestProperty,
    /// A property of a response body.
    ResponseProperty,
}

impl PartKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Operation,
        Self::Status,
        Self::MediaType,
        Self::Parameter,
        Self::EnumValue,
        Self::RequestProperty,
        Self::ResponseProperty,
    ];

    /// The name for settings: `operations`, `media-types`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Operation => "operations",
            Self::Status => "statuses",
            Self::MediaType => "media-types",
            Self::Parameter => "parameters",
            Self::EnumValue => "enum-values",
            Self::RequestProperty => "request-properties",
            Self::ResponseProperty => "response-properties",
        }
    }

    /// The name for people: `operations`, `media types`.
    #[must_use]
    pub fn plural(self) -> String {
        self.key().replace('-', " ")
    }
}

/// A place in a definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartPlace {
    /// The file or URL. Absent if it is that of the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line, from 1. Absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: Option<usize>,
}

/// What shows a part of a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Shown {
    /// Whether a call has it. Absent if none has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub called: bool,
    /// Whether the contract has an error about it. Absent if it has none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub violated: bool,
    /// Whether the code of a notebook has it, run or not. Absent if none has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub documented: bool,
}

impl Shown {
    /// Whether calls have it, and none differs from the definition.
    #[must_use]
    pub fn is_as_declared(self) -> bool {
        self.called && !self.violated
    }
}

/// What has to show a part so that it counts as covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A call has it.
    Called,
    /// The code of a notebook has it.
    Documented,
}

impl Shown {
    /// Whether this shows it.
    #[must_use]
    pub const fn by(self, measure: Measure) -> bool {
        match measure {
            Measure::Called => self.called,
            Measure::Documented => self.documented,
        }
    }
}

/// A cell of a notebook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellPlace {
    /// The notebook, with its row if it has one.
    pub notebook: String,
    /// The number of the cell, from 0.
    pub cell: usize,
}

/// The numbers of parts of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counts {
    /// The kind.
    pub kind: PartKind,
    /// All parts.
    pub total: usize,
    /// Those that calls have.
    pub called: usize,
    /// Those that calls have, and of which none differs from the definition.
    pub as_declared: usize,
    /// Those that the code of notebooks has.
    pub documented: usize,
}

impl Counts {
    fn new(kind: PartKind) -> Self {
        Self { kind, total: 0, called: 0, as_declared: 0, documented: 0 }
    }

    /// Those that this shows.
    #[must_use]
    pub const fn covered(&self, measure: Measure) -> usize {
        match measure {
            Measure::Called => self.called,
            Measure::Documented => self.documented,
        }
    }

    /// The share of those in percent, rounded down, so that only all are 100 %.
    #[must_use]
    pub fn percent(&self, measure: Measure) -> usize {
        (self.covered(measure) * 100).checked_div(self.total).unwrap_or(100)
    }

    fn add(&mut self, shown: Shown) {
        self.total += 1;
        self.called += usize::from(shown.called);
        self.as_declared += usize::from(shown.is_as_declared());
        self.documented += usize::from(shown.documented);
    }

    /// With the parts of another definition.
    fn plus(self, other: Self) -> Self {
        Self {
            kind: self.kind,
            total: self.total + other.total,
            called: self.called + other.called,
            as_declared: self.as_declared + other.as_declared,
            documented: self.documented + other.documented,
        }
    }
}

impl DefinitionCoverage {
    /// Renames its files.
    pub fn rename_files(&mut self, name: impl Fn(&str) -> String) {
        self.definition = name(&self.definition);
        let mut names: HashMap<String, Option<String>> = HashMap::new();
        let mut rename = |place: &mut PartPlace| {
            if let Some(file) = place.file.take() {
                let renamed = || Some(name(&file)).filter(|name| *name != self.definition);
                place.file = names.entry(file.clone()).or_insert_with(renamed).clone();
            }
        };
        for operation in &mut self.operations {
            rename(&mut operation.place);
            operation.parts.iter_mut().for_each(|part| rename(&mut part.place));
        }
    }

    /// The numbers of parts of each kind.
    #[must_use]
    pub fn counts(&self) -> [Counts; 7] {
        let mut counts = PartKind::ALL.map(Counts::new);
        let mut add = |kind: PartKind, shown: Shown| {
            if let Some(counts) = counts.iter_mut().find(|counts| counts.kind == kind) {
                counts.add(shown);
            }
        };
        for operation in &self.operations {
            add(PartKind::Operation, operation.shown);
            operation.parts.iter().for_each(|part| add(part.kind, part.shown));
        }
        counts
    }
}

/// The numbers of parts of all definitions, by kind.
#[must_use]
pub fn totals(definitions: &[DefinitionCoverage]) -> [Counts; 7] {
    let none = PartKind::ALL.map(Counts::new);
    definitions.iter().fold(none, |all, definition| {
        let mut counts = definition.counts().into_iter();
        all.map(|sum| counts.next().map_or(sum, |counts| sum.plus(counts)))
    })
}
