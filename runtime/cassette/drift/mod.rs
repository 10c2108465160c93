//! How a live response differs from the recorded one.
//!
//! [`compare`] holds two responses to the same request against each other. `shape.rs` makes one shape of all items of a
//! list, `facts.rs` has what the schema says of a place, `order.rs` knows by which properties a list is sorted.
//! [`Collector`] makes one finding of the same difference in many calls.
//!
//! What changes from call to call is never a difference: dates, times, UUIDs, read-only ids, entity tags.

mod collect;
mod difference;
mod facts;
mod order;
mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apinb_contract::ContractCheck;
use apinb_contract::api::Api;
use apinb_contract::base::Bases;
use apinb_contract::exchange::{Body, Exchange, Message};
use apinb_contract::severities::Severities;
use apinb_definition::model::{Method, Response};
use apinb_record::contract::{ContractFinding, MessagePart};
use apinb_record::drift::DriftClass;
use apinb_text::diagnostic::Severity;
use apinb_text::display::truncate::truncate;
use serde_json::Value;

pub use collect::Collector;
pub use difference::Difference;
use difference::LONGEST;
use facts::Facts;
use shape::Shape;

/// How many times as long or as short a list or a text is reported, and the least length of the longer one.
const TIMES: usize = 10;
const LEAST_ITEMS: usize = 10;
const LEAST_TEXT: usize = 1024;
/// Headers that are compared if the recorded response has them.
const HEADERS: [&str; 2] = ["link", "location"];

/// What is known of the operation of a call.
#[derive(Clone, Debug, Default)]
pub struct Operation<'a> {
    /// The definition, and where the API is.
    pub api: Option<(Arc<Api>, Bases)>,
    pub method: Option<&'a Method>,
}

/// The differences between the responses of two exchanges of the same request, worst first. Values are among them.
#[must_use]
pub fn compare(recorded: &Exchange, live: &Exchange, operation: &Operation<'_>) -> Vec<Difference> {
    let mut found = contract(recorded, live, operation);
    let mut others = Vec::new();
    if recorded.status == live.status {
        let status = live.status;
        let response = operation.method.and_then(|method| declared(method, status));
        others.extend(headers(&recorded.response, &live.response));
        match (media_type(&recorded.response), media_type(&live.response)) {
            (recorded, live) if recorded != live => {
                let message = "another media type".to_owned();
                let difference =
                    Difference::new(DriftClass::Shape, MessagePart::ResponseHeader, "content-type", message);
                others.push(difference.between(recorded, live));
            }
            (media_type, _) => {
                let schemas = operation.api.as_ref().map(|(api, _)| &api.definition().schemas);
                let facts = Facts::of(response, media_type.as_deref(), schemas);
                others.extend(bodies(&recorded.response.body, &live.response.body, &facts));
            }
        }
    } else {
        let difference = Difference::new(DriftClass::Shape, MessagePart::Status, "", "another status");
        others.push(difference.between(Some(recorded.status.to_string()), Some(live.status.to_string())));
    }
    for difference in others {
        let same = found.iter().position(|one: &Difference| is_same_place(one, &difference));
        match same.and_then(|at| found.get_mut(at)) {
            // Of the same place, the worse one counts.
            Some(known) if known.severity >= difference.severity => {}
            Some(known) => *known = difference,
            None => found.push(difference),
        }
    }
    found.sort_by(|one, other| (one.class, &one.path).cmp(&(other.class, &other.path)));
    found
}

/// A part that is missing is a finding of the contract at the part, or at the object around it.
fn is_same_place(contract: &Difference, other: &Difference) -> bool {
    contract.contract.is_some()
        && contract.part == other.part
        && (contract.path.eq_ignore_ascii_case(&other.path)
            || other.path.strip_prefix(&contract.path).is_some_and(|rest| {
                contract.message.contains("required")
                    && rest.trim_start_matches(['.', '[', '*', ']']).find('.').is_none()
            }))
}

/// What the live response breaks of the definition and the recorded one does not.
fn contract(recorded: &Exchange, live: &Exchange, operation: &Operation<'_>) -> Vec<Difference> {
    let Some((api, bases)) = &operation.api else { return Vec::new() };
    let findings = |exchange: &Exchange| {
        let mut check = ContractCheck::new(Severities::default(), false);
        check.add(Arc::clone(api), bases.clone());
        check.check(exchange);
        check.finish().findings
    };
    let is_of_response = |finding: &ContractFinding| {
        use MessagePart::{ResponseBody, ResponseHeader, Status};
        finding.value.as_ref().is_some_and(|value| matches!(value.part, ResponseBody | ResponseHeader | Status))
    };
    // The status is part of the key: what a response of another status breaks is new.
    let before: Vec<String> = findings(recorded).into_iter().map(|finding| finding.key).collect();
    let new = findings(live).into_iter().filter(|finding| {
        !before.contains(&finding.key) && is_of_response(finding) && finding.severity > Severity::Note
    });
    let difference = |finding: ContractFinding| {
        let value = finding.value.as_ref();
        let part = value.map_or(MessagePart::Status, |value| value.part);
        let path = value.map(|value| any_index(&value.path)).filter(|_| part != MessagePart::Status);
        Difference {
            severity: finding.severity,
            live: value.and_then(|value| value.excerpt.clone()),
            ..Difference::new(DriftClass::Contract, part, path.unwrap_or_default(), finding.message.clone())
        }
        .with(finding)
    };
    new.map(difference).collect()
}

/// `$.items[3].id` as `$.items[*].id`.
fn any_index(path: &str) -> String {
    let mut any = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        any.push_str(before);
        let Some((index, end)) = after.split_once(']') else {
            any.push('[');
            rest = after;
            continue;
        };
        let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        any.push_str(if is_number { "[*]" } else { "[" });
        if !is_number {
            any.push_str(index);
            any.push(']');
        }
        rest = end;
    }
    any.push_str(rest);
    any
}

fn declared(method: &Method, status: u16) -> Option<&Response> {
    use apinb_definition::model::Status;
    let with = |wanted: Status| method.responses.iter().find(|response| response.status == wanted);
    let class = u8::try_from(status / 100).unwrap_or_default();
    with(Status::Code(status)).or_else(|| with(Status::Class(class))).or_else(|| with(Status::Default))
}

/// The media type without parameters, in lower case.
fn media_type(message: &Message) -> Option<String> {
    let text = message.header("content-type")?;
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

fn headers(recorded: &Message, live: &Message) -> Vec<Difference> {
    let mut found = Vec::new();
    for name in HEADERS {
        let (before, now) = (recorded.header(name), live.header(name));
        let (class, message) = match (before, now) {
            (Some(_), None) => (DriftClass::Shape, "the header is gone"),
            (Some(before), Some(now)) if before != now => (DriftClass::Value, "another value"),
            _ => continue,
        };
        let difference = Difference::new(class, MessagePart::ResponseHeader, name, message);
        found.push(difference.between(before.map(shown), now.map(shown)));
    }
    found
}

fn shown(text: &str) -> String {
    truncate(text, LONGEST)
}

fn bodies(recorded: &Body, live: &Body, facts: &Facts<'_>) -> Vec<Difference> {
    let part = MessagePart::ResponseBody;
    let (before, now) = match (recorded, live) {
        (Body::Text(before), Body::Text(now)) => (before, now),
        (Body::Empty, Body::Empty) | (Body::Unknown | Body::TooLarge, _) | (_, Body::Unknown | Body::TooLarge) => {
            return Vec::new();
        }
        (Body::Empty, Body::Text(now)) => {
            let difference = Difference::new(DriftClass::Shape, part, "$", "there was no body");
            return vec![difference.between(None, Some(shown(now)))];
        }
        (Body::Text(before), Body::Empty) => {
            let difference = Difference::new(DriftClass::Shape, part, "$", "the body is gone");
            return vec![difference.between(Some(shown(before)), None)];
        }
    };
    match (parsed(before), parsed(now)) {
        (Some(before), Some(now)) => values(&before, &now, facts),
        (None, None) => texts(before, now),
        (before_json, _) => {
            let message = if before_json.is_some() { "not valid JSON any more" } else { "JSON instead of other text" };
            let difference = Difference::new(DriftClass::Shape, part, "$", message);
            vec![difference.between(Some(shown(before)), Some(shown(now)))]
        }
    }
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// Bodies that are not JSON.
fn texts(before: &str, now: &str) -> Vec<Difference> {
    if before == now {
        return Vec::new();
    }
    let class = match is_other_size(before.len(), now.len(), LEAST_TEXT) {
        true => DriftClass::Size,
        false => DriftClass::Value,
    };
    let message = match class {
        DriftClass::Size => format!("{} bytes instead of {}", now.len(), before.len()),
        _ => "another text".to_owned(),
    };
    let difference = Difference::new(class, MessagePart::ResponseBody, "$", message);
    vec![difference.between(Some(shown(before)), Some(shown(now)))]
}

fn is_other_size(before: usize, now: usize, least: usize) -> bool {
    let (small, large) = (before.min(now), before.max(now));
    large >= least && small.max(1).saturating_mul(TIMES) <= large
}

fn values(before: &Value, now: &Value, facts: &Facts<'_>) -> Vec<Difference> {
    let (before, now) = (Shape::of(before), Shape::of(now));
    let mut found = Vec::new();
    let paths: BTreeMap<&str, ()> =
        before.places.keys().chain(now.places.keys()).map(|path| (path.as_str(), ())).collect();
    // Below a place that is gone, new or of another type, nothing else is reported.
    let mut closed: BTreeSet<String> = BTreeSet::new();
    for path in paths.into_keys() {
        if std::iter::successors(shape::parent(path), |path| shape::parent(path)).any(|above| closed.contains(above)) {
            continue;
        }
        if let Some(difference) = place(path, &before, &now, facts) {
            if difference.class == DriftClass::Shape {
                closed.insert(path.to_owned());
            }
            found.push(difference);
        }
    }
    found
}

fn place(path: &str, before: &Shape, now: &Shape, facts: &Facts<'_>) -> Option<Difference> {
    let new = |class, message: String| Difference::new(class, MessagePart::ResponseBody, path, message);
    let (old, live) = match (before.places.get(path), now.places.get(path)) {
        (Some(old), Some(live)) => (old, live),
        (Some(_), None) | (None, Some(_)) if before.is_truncated || now.is_truncated => return None,
        (Some(old), None) => {
            // Of a list without items nothing is known, and what was optional may be absent.
            let may_be_absent = old.is_optional || !now.has_parent(path);
            return (!may_be_absent)
                .then(|| new(DriftClass::Shape, "the property is gone".to_owned()).between(old.example(), None));
        }
        (None, Some(live)) => {
            return before
                .has_parent(path)
                .then(|| new(DriftClass::Shape, "a new property".to_owned()).between(None, live.example()));
        }
        (None, None) => return None,
    };
    if live.is_optional && !old.is_optional {
        let message = "the property is gone from some items".to_owned();
        return Some(new(DriftClass::Shape, message).between(old.example(), None));
    }
    // A value that was null before may be anything.
    let other = live.kinds.iter().find(|kind| !old.kinds.contains(*kind) && (**kind == "null" || !old.is_only_null()));
    if let Some(kind) = other {
        let before = old.kinds.iter().copied().collect::<Vec<_>>().join(" or ");
        let message = format!("{kind} instead of {before}");
        return Some(new(DriftClass::Shape, message).between(old.example(), live.example_of(kind)));
    }
    if facts.is_enumeration(path)
        && let Some(value) = live.scalars.iter().find(|value| value.as_str() != "null" && !old.scalars.contains(*value))
    {
        let message = "a value that was never seen".to_owned();
        let before = old.scalars.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        return Some(new(DriftClass::Shape, message).between(Some(shown(&before)), Some(shown(value))));
    }
    if let (Some(before), Some(now)) = (old.longest, live.longest)
        && is_other_size(before, now, LEAST_ITEMS)
    {
        let message = format!("{now} items instead of {before}");
        return Some(new(DriftClass::Size, message).between(Some(before.to_string()), Some(now.to_string())));
    }
    if let Some(key) = order::lost(&old.sorted, &live.sorted) {
        return Some(new(DriftClass::Order, format!("not sorted by {key} any more")));
    }
    let differs = old.scalars != live.scalars && !old.is_only_null();
    let is_volatile = || facts.is_volatile(path, &old.scalars, &live.scalars);
    (differs && !is_volatile())
        .then(|| new(DriftClass::Value, "another value".to_owned()).between(old.example(), live.example()))
}

#[cfg(test)]
mod tests;
