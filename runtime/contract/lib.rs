//! Calls held against the definitions of their APIs.
//!
//! [`exchange`] is a call as data, which [`har`] reads from recorded traffic. [`api`] finds its operation, `content.rs`
//! and `parameter.rs` read its values, [`rules`] find what breaks the definition. `collect.rs` makes one finding of the
//! same difference in many calls. [`baseline`] separates known findings from new ones, [`coverage`] counts what of a
//! definition the calls show.
//!
//! Invariants: no I/O; no call and no definition makes the check hang or panic.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod api;
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

use std::sync::Arc;

use apinb_record::contract::{Contract, ContractFinding, Unchecked};

use api::{Api, Operation, Route};
use call::Call;
use collect::{Collector, Found};
use coverage::Coverage;
use exchange::Exchange;
use rules::{ContractRule, RULES};
use severities::Severities;
use state::State;

pub use parameter::schema_of as parameter_schema;

/// Checks calls, one after another.
#[derive(Debug)]
pub struct ContractCheck {
    apis: Vec<Arc<Api>>,
    severities: Severities,
    state: State,
    collector: Collector,
    coverage: Vec<Coverage>,
}

impl ContractCheck {
    /// Checks the calls of `apis`; a call belongs to the first one with its host and its path. `counts_coverage`: also
    /// count what of the definitions the calls show.
    #[must_use]
    pub fn new(apis: Vec<Arc<Api>>, severities: Severities, counts_coverage: bool) -> Self {
        let coverage = apis.iter().filter(|_| counts_coverage).map(|_| Coverage::default()).collect();
        Self { apis, severities, state: State::default(), collector: Collector::default(), coverage }
    }

    /// Checks one call.
    pub fn check(&mut self, exchange: &Exchange) {
        let Some((number, route)) = route(&self.apis, exchange) else {
            self.collector.skip();
            return;
        };
        let Some(api) = self.apis.get(number) else { return };
        let call = Call::new(exchange, api, route);
        let found = found(&call, &mut self.state, &self.severities);
        if let Some(coverage) = self.coverage.get_mut(number) {
            coverage.add(&call);
        }
        self.collector.add(&call, found);
    }

    /// The findings of all calls, and how much of the definitions they show.
    #[must_use]
    pub fn finish(self) -> Contract {
        let unchecked: Vec<Unchecked> = self.apis.iter().flat_map(|api| api.unchecked()).collect();
        let coverage = self.apis.iter().zip(&self.coverage).map(|(api, coverage)| coverage.count(api)).collect();
        Contract { coverage, ..self.collector.finish(unchecked) }
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
    for ContractRule { rule, check } in RULES {
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
    collector.finish(Vec::new()).findings
}

/// The API of a call, and its operation there.
fn route<'a>(apis: &'a [Arc<Api>], exchange: &Exchange) -> Option<(usize, Route<'a>)> {
    let mut unknown = None;
    for (number, api) in apis.iter().enumerate() {
        match api.route(exchange) {
            Some(route @ Route::Operation(_)) => return Some((number, route)),
            Some(route) if unknown.is_none() => unknown = Some((number, route)),
            _ => {}
        }
    }
    unknown
}

#[cfg(test)]
mod tests;
