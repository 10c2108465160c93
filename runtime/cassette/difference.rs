//! The differences between a recorded request and one that is sent.

use std::collections::{BTreeMap, BTreeSet};

use apinb_text::display::timestamp;
use apinb_text::display::truncate::truncate;
use serde_json::Value;

use crate::comparable::Comparable;
use crate::content::Content;
use crate::ignore::Ignore;
use crate::path::{Step, shown};

/// Maximum number of differences of two requests; further ones are not collected.
const MOST: usize = 50;

/// The longest value in a message, in characters.
const LONGEST: usize = 80;

/// A part that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `operation`, `path`, `query`, `header` or `body`.
    pub part: &'static str,
    /// The name of the parameter or header, the JSON path in the body.
    pub name: String,
    /// None: it is not in the recorded request.
    pub recorded: Option<String>,
    /// None: it is not in the request that is sent.
    pub sent: Option<String>,
}

impl Difference {
    /// The setting with which a replay does not compare the part, if there is one.
    #[must_use]
    pub fn ignore(&self) -> Option<String> {
        match self.part {
            "query" | "header" => Some(format!("{}:{}", self.part, self.name)),
            "body" if self.name.starts_with("$.") || self.name.starts_with("$[") => Some(format!("body:{}", self.name)),
            _ => None,
        }
    }

    /// How much a difference says that the requests have nothing to do with each other.
    pub(crate) fn weight(&self) -> usize {
        match self.part {
            "operation" => 100,
            "path" => 20,
            _ => 1,
        }
    }
}

/// What is compared less strictly.
pub(crate) struct Rules<'a> {
    pub(crate) ignore: &'a [Ignore],
    /// The lists without order in the body, as paths with `0` for any index.
    pub(crate) unordered: &'a BTreeSet<String>,
    /// When the clock of the notebook starts, in milliseconds since 1970.
    pub(crate) start: Option<u64>,
}

/// How long the clock of a replayed notebook runs at most, in milliseconds.
const DAY: u64 = 24 * 3600 * 1000;

impl Rules<'_> {
    /// Whether both values are times that the notebook may have taken from its clock: that of a recording is real, that of
    /// a replay starts at the same time and advances with calls and waits only.
    fn are_clock_times(&self, recorded: &str, sent: &str) -> bool {
        let (Some(start), Some(recorded), Some(sent)) = (self.start, clock_time(recorded), clock_time(sent)) else {
            return false;
        };
        let from = start.saturating_sub(1_000);
        recorded >= from && (from..start.saturating_add(DAY)).contains(&sent)
    }
}

/// A time in RFC 3339, or in seconds or milliseconds since 1970, in milliseconds.
fn clock_time(text: &str) -> Option<u64> {
    let text = text.trim().trim_matches('"');
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: u64 = text.parse().ok()?;
        return match text.len() {
            10 => number.checked_mul(1_000),
            13 => Some(number),
            _ => None,
        };
    }
    let since = timestamp::parse(text)?.duration_since(std::time::SystemTime::UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok()
}

/// The differences between two requests; empty if they are the same.
pub(crate) fn differences(recorded: &Comparable, sent: &Comparable, rules: &Rules<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    if recorded.method != sent.method || recorded.target != sent.target {
        let (recorded, sent) = (recorded.target.clone(), sent.target.clone());
        found.push(Difference { part: "operation", name: String::new(), recorded: Some(recorded), sent: Some(sent) });
    }
    let single = |values: &BTreeMap<String, String>| {
        values.iter().map(|(name, value)| (name.clone(), vec![value.clone()])).collect::<BTreeMap<_, _>>()
    };
    maps("path", &single(&recorded.path), &single(&sent.path), &|_| false, rules, &mut found);
    let is_query = |name: &str| rules.ignore.iter().any(|ignore| *ignore == Ignore::Query(name.to_owned()));
    maps("query", &recorded.query, &sent.query, &is_query, rules, &mut found);
    let is_header = |name: &str| rules.ignore.iter().any(|ignore| *ignore == Ignore::Header(name.to_owned()));
    maps("header", &recorded.headers, &sent.headers, &is_header, rules, &mut found);
    contents(&recorded.content, &sent.content, rules, &mut found);
    found.truncate(MOST);
    found
}

fn maps(
    part: &'static str,
    recorded: &BTreeMap<String, Vec<String>>,
    sent: &BTreeMap<String, Vec<String>>,
    is_ignored: &dyn Fn(&str) -> bool,
    rules: &Rules<'_>,
    found: &mut Vec<Difference>,
) {
    let names: BTreeSet<&String> = recorded.keys().chain(sent.keys()).collect();
    for name in names.into_iter().filter(|name| !is_ignored(name)) {
        let (one, other) = (recorded.get(name), sent.get(name));
        let are_times = |(one, other): (&String, &String)| one == other || rules.are_clock_times(one, other);
        let is_same = match (one, other) {
            (Some(one), Some(other)) => one.len() == other.len() && one.iter().zip(other).all(are_times),
            (one, other) => one == other,
        };
        if !is_same {
            let value = |values: Option<&Vec<String>>| values.map(|values| truncate(&values.join(", "), LONGEST));
            found.push(Difference { part, name: name.clone(), recorded: value(one), sent: value(other) });
        }
    }
}

fn contents(recorded: &Content, sent: &Content, rules: &Rules<'_>, found: &mut Vec<Difference>) {
    match (recorded, sent) {
        (Content::Json(recorded), Content::Json(sent)) => {
            json(Some(recorded), Some(sent), rules, &mut Vec::new(), found);
        }
        (Content::Fields(recorded), Content::Fields(sent)) => {
            let is_ignored = |name: &str| covers(rules, &[Step::Name(name.to_owned())]);
            // Forms are sets: the order of fields of one name does not matter either.
            let sorted = |fields: &BTreeMap<String, Vec<String>>| {
                let mut fields = fields.clone();
                fields.values_mut().for_each(|values| values.sort());
                fields
            };
            let before = found.len();
            maps("body", &sorted(recorded), &sorted(sent), &is_ignored, rules, found);
            for difference in found.iter_mut().skip(before) {
                difference.name = shown(&[Step::Name(std::mem::take(&mut difference.name))]);
            }
        }
        (recorded, sent) if recorded == sent => {}
        (recorded, sent) => {
            let body = Ignore::Body;
            if rules.ignore.iter().any(|ignore| "$".parse().map(body).as_ref() == Ok(ignore)) {
                return;
            }
            let (recorded, sent) = (summary(recorded), summary(sent));
            found.push(Difference { part: "body", name: "$".to_owned(), recorded, sent });
        }
    }
}

/// A body in a message; none without one.
fn summary(content: &Content) -> Option<String> {
    match content {
        Content::Empty => None,
        Content::Json(value) => Some(truncate(&value.to_string(), LONGEST)),
        Content::Fields(fields) => Some(format!("a form with {} fields", fields.len())),
        Content::Xml(parts) => Some(truncate(&parts.concat(), LONGEST)),
        Content::Text(text) => Some(truncate(text, LONGEST)),
        Content::Bytes(hash, length) => {
            Some(format!("{length} bytes, SHA-256 {}…", hash.get(..12).unwrap_or_default()))
        }
    }
}

fn covers(rules: &Rules<'_>, at: &[Step]) -> bool {
    rules.ignore.iter().any(|ignore| matches!(ignore, Ignore::Body(path) if path.covers(at)))
}

/// Compares two values of JSON, of which one may be missing; their depth is limited by their reader.
fn json(
    recorded: Option<&Value>,
    sent: Option<&Value>,
    rules: &Rules<'_>,
    at: &mut Vec<Step>,
    found: &mut Vec<Difference>,
) {
    if found.len() >= MOST || covers(rules, at) {
        return;
    }
    let mut differ = |at: &[Step]| {
        let text = |value: Option<&Value>| value.map(|value| truncate(&value.to_string(), LONGEST));
        found.push(Difference { part: "body", name: shown(at), recorded: text(recorded), sent: text(sent) });
    };
    let (Some(recorded), Some(sent)) = (recorded, sent) else { return differ(at) };
    match (recorded, sent) {
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for name in names {
                at.push(Step::Name(name.clone()));
                json(one.get(name), other.get(name), rules, at, found);
                at.pop();
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            let pattern: Vec<Step> =
                at.iter().map(|step| if let Step::Index(_) = step { Step::Index(0) } else { step.clone() }).collect();
            if rules.unordered.contains(&shown(&pattern)) && same_items(one, other, rules, at) {
                return;
            }
            for index in 0..one.len().max(other.len()) {
                at.push(Step::Index(index));
                json(one.get(index), other.get(index), rules, at, found);
                at.pop();
            }
        }
        (Value::Number(one), Value::Number(other))
            if one == other || (one.as_f64() == other.as_f64() && !(is_whole(one) && is_whole(other))) => {}
        (one, other) if one == other => {}
        (Value::String(_) | Value::Number(_), Value::String(_) | Value::Number(_))
            if recorded.is_string() == sent.is_string()
                && rules.are_clock_times(&recorded.to_string(), &sent.to_string()) => {}
        _ => differ(at),
    }
}

/// Whether a number is exact.
fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64() || number.is_u64()
}

/// Whether two lists have the same items in any order.
fn same_items(one: &[Value], other: &[Value], rules: &Rules<'_>, at: &mut Vec<Step>) -> bool {
    // The number of comparisons is the square of the length.
    if one.len() != other.len() || one.len() > 1_000 {
        return false;
    }
    let mut left: Vec<&Value> = other.iter().collect();
    at.push(Step::Index(0));
    let same = one.iter().all(|item| {
        let is_same = |candidate: &&Value| {
            let mut found = Vec::new();
            json(Some(item), Some(candidate), rules, at, &mut found);
            found.is_empty()
        };
        left.iter().position(is_same).map(|position| left.swap_remove(position)).is_some()
    });
    at.pop();
    same
}
