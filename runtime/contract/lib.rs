//! Calls held against the definitions of their APIs.
//!
//! [`exchange`] is a call as data, which [`har`] reads from recorded traffic. [`base`] says which calls are of an API, [`api`] finds
//! the operation, `content.rs`
//! and `parameter.rs` read its values, [`rules`] find what breaks the definition. `collect.rs` makes one finding of the
//! same difference in many calls. [`baseline`] separates known findings from new ones, [`coverage`] counts what of a
//! definition the calls show.
//!
//! Invariants: no I/O; no call and no definition makes the check hang or panic.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod api;
pub mod base;
pub mod baseline;
mod breach;
mod call;
mod collect;
mod content;
pub mod coverage;
pub mod exchange;
pub mod har;
mod media;
mod parameter;
mod path;
pub mod rules;
pub mod severities;
mod state;

pub use parameter::list_items;

use std::sync::Arc;

use apinb_text::secret::redactor::Redactor;

use apinb_record::contract::union::unite;
use apinb_record::contract::{Contract, ContractFinding};

use api::{Api, Operation, Route};
use base::Bases;
use call::Call;
use collect::{Collector, Found};
use coverage::{Coverage, Extent};
use exchange::Exchange;
use rules::{ContractRule, RULES};
use severities::Severities;
use state::State;

pub use parameter::schema_of as parameter_schema;

/// Checks calls, one after another.
#[derive(Debug, Default)]
pub struct ContractCheck {
    apis: Vec<CheckedApi>,
    severities: Severities,
    counts_coverage: bool,
    /// Of each API.
    coverage: Vec<Coverage>,
    state: State,
    collector: Collector,
}

/// An API whose calls are checked.
#[derive(Debug)]
struct CheckedApi {
    api: Arc<Api>,
    bases: Bases,
}

impl ContractCheck {
    /// A check without APIs. `counts_coverage`: also count what of the definitions the calls show, with the lines of
    /// those APIs that have positions.
    #[must_use]
    pub fn new(severities: Severities, counts_coverage: bool) -> Self {
        Self { severities, counts_coverage, ..Self::default() }
    }

    /// The same, whose findings quote no secret that `redactor` knows.
    #[must_use]
    pub fn redacted(self, redactor: Redactor) -> Self {
        Self { collector: Collector::new(redactor), ..self }
    }

    /// Adds an API, and returns its number. A call belongs to the first API below whose base URIs an operation has its
    /// path.
    pub fn add(&mut self, api: Arc<Api>, bases: Bases) -> usize {
        self.apis.push(CheckedApi { api, bases });
        self.coverage.push(Coverage::default());
        self.apis.len() - 1
    }

    /// Adds a base URI to those of the API with this number.
    pub fn add_base(&mut self, api: usize, base_uri: &str) {
        if let Some(checked) = self.apis.get_mut(api) {
            checked.bases.add(base_uri);
        }
    }

    /// Checks one call, or counts it if it belongs to none of the APIs.
    pub fn check(&mut self, exchange: &Exchange) {
        if !self.check_with(exchange, &mut |_| None) {
            self.collector.skip();
        }
    }

    /// Checks one call; false if it belongs to none of the APIs. The first time that an API without positions has a finding, or that its coverage is counted,
    /// `positions` may return the same API with positions, for which the findings are then made.
    pub fn check_with(&mut self, exchange: &Exchange, positions: &mut dyn FnMut(&Api) -> Option<Arc<Api>>) -> bool {
        let Some((number, route)) = route(&self.apis, exchange) else { return false };
        let Some(CheckedApi { api, .. }) = self.apis.get(number) else { return false };
        let call = Call::new(exchange, api, route);
        let found = found(&call, &mut self.state, &self.severities);
        if (self.counts_coverage || !found.is_empty())
            && !api.has_positions()
            && let Some(with_positions) = positions(api)
        {
            // What the rules remember of the call is the same the second time.
            if let Some(checked) = self.apis.get_mut(number) {
                checked.api = with_positions;
            }
            return self.check_with(exchange, &mut |_| None);
        }
        if let Some(coverage) = self.coverage.get_mut(number).filter(|_| self.counts_coverage) {
            coverage.add(&call, &found);
        }
        self.collector.add(&call, found);
        true
    }

    /// Replaces each API without positions by the same with positions, if `positions` has it.
    pub fn locate(&mut self, positions: &mut dyn FnMut(&Api) -> Option<Arc<Api>>) {
        for checked in self.apis.iter_mut().filter(|checked| !checked.api.has_positions()) {
            if let Some(with_positions) = positions(&checked.api) {
                checked.api = with_positions;
            }
        }
    }

    /// The findings of all calls, and how much of the definitions they show.
    #[must_use]
    pub fn finish(self) -> Contract {
        self.finish_with(&mut |_| Extent::Whole)
    }

    /// The same; `extent` says what the coverage of an API lists.
    #[must_use]
    pub fn finish_with(self, extent: &mut dyn FnMut(&Api) -> Extent) -> Contract {
        let mut coverage = Vec::new();
        for (CheckedApi { api, .. }, shown) in self.apis.iter().zip(&self.coverage).filter(|_| self.counts_coverage) {
            // Several clients may have one definition.
            unite(&mut coverage, vec![shown.count(api, extent(api))]);
        }
        Contract { coverage, ..self.collector.finish() }
    }
}

/// What the request of a call breaks, which is at least a warning.
fn request_breaches(call: &Call<'_>) -> Vec<Found> {
    let rule = &rules::request::RULE.rule;
    let serious = rules::request::check(call).into_iter().filter(|breach| breach.severity.is_none());
    serious.map(|breach| Found { rule, severity: rule.severity, breach }).collect()
}

/// What all rules find in a call.
fn found(call: &Call<'_>, state: &mut State, severities: &Severities) -> Vec<Found> {
    let mut found = Vec::new();
    let operation = call.label();
    let rules = RULES.iter().filter(|rule| !(rule.is_about_response && call.is_mock_state()));
    for ContractRule { rule, check, .. } in rules {
        for breach in check(call, state) {
            if let Some(severity) = severities.of(rule, operation.as_deref(), breach.severity) {
                found.push(Found { rule, severity, breach });
            }
        }
    }
    found
}

/// What a request breaks in the definition of its operation, without its response.
#[must_use]
pub fn request_findings(api: &Api, operation: Operation<'_>, exchange: &Exchange) -> Vec<ContractFinding> {
    let call = Call::new(exchange, api, Route::Operation(operation));
    let mut collector = Collector::default();
    collector.add(&call, request_breaches(&call));
    collector.finish().findings
}

/// The API of a call, and its operation there.
fn route<'a>(apis: &'a [CheckedApi], exchange: &Exchange) -> Option<(usize, Route<'a>)> {
    let mut unknown = None;
    for (number, CheckedApi { api, bases, .. }) in apis.iter().enumerate() {
        match api.route(exchange, bases) {
            Some(route @ Route::Operation(_)) => return Some((number, route)),
            Some(route) if unknown.is_none() => unknown = Some((number, route)),
            _ => {}
        }
    }
    unknown
}

#[cfg(test)]
mod tests;
