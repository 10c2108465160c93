//! Made-up samples in place of personal data: the parts of JSON bodies that `redact` names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use apinb_text::secret::redactor::Redactor;
use serde_json::Value;

use crate::live::Exchange;
use crate::operations::Operations;
use crate::path::JsonPath;
use crate::shape::Shape;

/// Shorter texts are replaced where they are named only: elsewhere they would match by chance.
const SHORTEST: usize = 4;

/// The samples of all values that `redact` names, by value, and adds the values to the redactor, so that they are replaced
/// wherever they are.
pub(crate) fn of(
    exchanges: &[Exchange],
    redact: &[JsonPath],
    operations: &Operations,
    redactor: &Redactor,
) -> BTreeMap<String, String> {
    let mut samples = BTreeMap::new();
    if redact.is_empty() {
        return samples;
    }
    for exchange in exchanges.iter().filter(|exchange| exchange.cell.is_some()) {
        let is_allowed = |sample: &Value, path: &[crate::path::Step]| {
            let located = operations.locate(&exchange.method, &exchange.url);
            located.is_none_or(|located| allows(&located, exchange.status, path, sample))
        };
        for body in [&exchange.request_body, &exchange.response_body] {
            let Some(mut value) = parsed((**body).as_ref()) else { continue };
            for path in redact {
                path.each(&mut value, &mut |at, part| {
                    if let Value::String(text) = part
                        && !text.is_empty()
                        && !samples.contains_key(text)
                    {
                        let sample = sample(text, samples.len() + 1, &|sample| is_allowed(&Value::from(sample), at));
                        if text.chars().count() >= SHORTEST {
                            redactor.add(text);
                        }
                        samples.insert(text.clone(), sample);
                    }
                });
            }
        }
    }
    samples
}

/// Whether the schema of a body allows a sample at a path. An unknown schema allows all.
fn allows(located: &crate::operations::Located<'_>, status: u16, path: &[crate::path::Step], sample: &Value) -> bool {
    let method = located.operation.method;
    let responses = method.responses.iter().filter(|response| response.status.includes(status));
    let bodies = responses.flat_map(|response| &response.bodies).chain(&method.bodies);
    let schemas = &located.api.definition().schemas;
    bodies.filter_map(|body| body.schema.as_ref()).all(|schema| {
        let Some(part) = crate::comparable::schema_at(schema, schemas, path) else { return true };
        let schema = apinb_schema::schema::Schema::from_json(part);
        schema.validate(schemas, sample).is_ok_and(|violations| violations.is_empty())
    })
}

/// A sample like a text: one that is allowed, else one of the same shape.
fn sample(text: &str, number: usize, is_allowed: &dyn Fn(&str) -> bool) -> String {
    let shape = Shape::of(text).made_up(&format!("sample-{number}"));
    let candidates = [
        text.contains('@').then(|| format!("person-{number}@example.org")),
        (text.starts_with("http://") || text.starts_with("https://")).then(|| format!("https://example.org/{number}")),
        text.starts_with('+').then(|| format!("+1555{number:07}")),
        is_date(text).then(|| format!("2000-01-01{}", text.get(10..).unwrap_or_default())),
        Some(format!("Sample {number}")).filter(|_| text.contains(' ')),
        Some(shape.clone()),
        Some(format!("sample-{number}")),
    ];
    candidates.into_iter().flatten().find(|candidate| is_allowed(candidate)).unwrap_or(shape)
}

/// Whether a text begins with a date.
fn is_date(text: &str) -> bool {
    text.len() >= 10
        && text.bytes().take(10).enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// A body with samples in the places that `redact` names. Numbers become 1.
pub(crate) fn replaced<'b>(body: &'b [u8], redact: &[JsonPath], samples: &BTreeMap<String, String>) -> Cow<'b, [u8]> {
    if redact.is_empty() {
        return Cow::Borrowed(body);
    }
    let Some(mut value) = parsed(body) else { return Cow::Borrowed(body) };
    let mut is_changed = false;
    for path in redact {
        path.each(&mut value, &mut |_, part| {
            is_changed = true;
            match part {
                Value::String(text) => {
                    if let Some(sample) = samples.get(text) {
                        text.clone_from(sample);
                    }
                }
                Value::Number(number) => *number = 1.into(),
                _ => {}
            }
        });
    }
    if is_changed { Cow::Owned(value.to_string().into_bytes()) } else { Cow::Borrowed(body) }
}

fn parsed(body: &[u8]) -> Option<Value> {
    let is_json = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    is_json.then(|| serde_json::from_slice(body).ok()).flatten()
}
