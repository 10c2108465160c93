//! Generates numbers within their bounds.

use serde_json::{Map, Number, Value, json};

/// The `variant`-th number within the bounds, starting at 1 if allowed, or else at the minimum. Any number if the
/// bounds exclude each other.
pub(crate) fn number(fields: &Map<String, Value>, is_integer: bool, variant: usize) -> Value {
    let bound = |word: &str| fields.get(word).and_then(Value::as_f64);
    let is_whole = |word: &str| bound(word).is_none_or(|bound| bound.fract() == 0.0);
    let words = ["minimum", "exclusiveMinimum", "multipleOf"];
    if (is_integer || words.iter().all(|word| is_whole(word)))
        && let Some(value) = integer(fields, variant)
    {
        return value;
    }
    if is_integer {
        return json!(1 + variant);
    }
    let (least, most) =
        (larger(bound("minimum"), bound("exclusiveMinimum")), smaller(bound("maximum"), bound("exclusiveMaximum")));
    let is_outside = |value: f64| {
        bound("minimum").is_some_and(|least| value < least)
            || bound("exclusiveMinimum").is_some_and(|least| value <= least)
            || bound("maximum").is_some_and(|most| value > most)
            || bound("exclusiveMaximum").is_some_and(|most| value >= most)
    };
    let value = match (bound("multipleOf").filter(|step| *step > 0.0), least, most) {
        (Some(step), least, most) => {
            let around = (least.or(most.map(|most| most.min(1.0))).unwrap_or(step) / step).ceil();
            let first = (-2..3).map(|more| around + f64::from(more)).find(|count| !is_outside(decimal(*count, step)));
            let first = first.unwrap_or(around);
            let next = [first + variant as f64, first - variant as f64, first];
            next.into_iter().map(|count| decimal(count, step)).find(|value| !is_outside(*value)).unwrap_or(step)
        }
        (None, Some(least), _) if least <= 1.0 && !is_outside(1.0 + variant as f64) => 1.0 + variant as f64,
        (None, Some(least), _) if !is_outside(least + variant as f64) => least + variant as f64,
        (None, Some(least), Some(most)) => least + (most - least) / (variant as f64 + 2.0),
        (None, Some(least), None) => least + 1.0 + variant as f64,
        (None, None, Some(most)) if !is_outside(most - variant as f64) => most - variant as f64,
        (None, None, Some(most)) => most - 1.0 - variant as f64,
        (None, None, None) => 1.0 + variant as f64,
    };
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return json!(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// An integer within the bounds; `None` if the bounds exclude each other.
fn integer(fields: &Map<String, Value>, variant: usize) -> Option<Value> {
    let least = fields.get("minimum").and_then(|least| whole(least, f64::ceil));
    let above = fields.get("exclusiveMinimum").and_then(|least| Some(whole(least, f64::floor)? + 1));
    let most = fields.get("maximum").and_then(|most| whole(most, f64::floor));
    let below = fields.get("exclusiveMaximum").and_then(|most| Some(whole(most, f64::ceil)? - 1));
    let (least, most) = (least.max(above), smaller(most, below));
    let step = fields.get("multipleOf").and_then(step).unwrap_or(1);
    // The first multiple at or above the minimum or 1; lower if the maximum requires it.
    let from = least.unwrap_or(1).max(if most.is_none_or(|most| most >= 1) { 1 } else { i128::MIN });
    let up = |from: i128| from.div_euclid(step) * step + if from.rem_euclid(step) == 0 { 0 } else { step };
    let first = up(from);
    let first = if most.is_some_and(|most| first > most) { up(least.unwrap_or(1)) } else { first };
    let first = match most {
        Some(most) if least.is_none() && first > most => most.div_euclid(step) * step,
        _ => first,
    };
    let variant = variant as i128;
    let value = match most {
        Some(most) if first > most => return None,
        Some(_) if least.is_none() && first <= 0 => first - variant * step,
        Some(most) => {
            let least = least.map_or(first, &up);
            least + ((first - least) / step + variant).rem_euclid((most - least) / step + 1) * step
        }
        None => first + variant * step,
    };
    let small = i64::try_from(value).map(|value| json!(value));
    small
        .or_else(|_| u64::try_from(value).map(|value| json!(value)))
        .ok()
        .or_else(|| Number::from_f64(value as f64).map(Value::Number))
}

fn whole(value: &Value, round: fn(f64) -> f64) -> Option<i128> {
    let exact = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    exact.or_else(|| value.as_f64().map(|value| round(value) as i128).filter(|value| value.unsigned_abs() < 1 << 100))
}

/// The smallest integer multiple of a step.
fn step(value: &Value) -> Option<i128> {
    if let Some(step) = value.as_u64() {
        return (step > 0).then_some(i128::from(step));
    }
    let step = value.as_f64().filter(|step| *step > 0.0)?;
    let whole =
        (1..=1000).map(|count| step * f64::from(count)).find(|multiple| (multiple - multiple.round()).abs() < 1e-9);
    whole.map(|multiple| multiple.round() as i128).filter(|step| (1..1 << 100).contains(step))
}

/// `count` steps, without binary rounding errors: 3 × 0.1 is 0.3.
fn decimal(count: f64, step: f64) -> f64 {
    let text = step.to_string();
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    format!("{:.places$}", count * step).parse().unwrap_or(count * step)
}

fn larger<T: PartialOrd>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if one > other { one } else { other }),
        (one, other) => one.or(other),
    }
}

fn smaller<T: PartialOrd>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if one < other { one } else { other }),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::number;

    #[test]
    fn numbers_are_within_their_bounds() {
        let check = |fields: Value, is_integer: bool, expected: [Value; 2]| {
            let fields = fields.as_object().cloned().unwrap_or_default();
            let found = [number(&fields, is_integer, 0), number(&fields, is_integer, 1)];
            assert_eq!(found, expected, "{fields:?}");
        };
        check(json!({}), true, [json!(1), json!(2)]);
        check(json!({"minimum": 10}), true, [json!(10), json!(11)]);
        check(json!({"exclusiveMinimum": 10, "maximum": 11}), true, [json!(11), json!(11)]);
        check(json!({"maximum": -3}), true, [json!(-3), json!(-4)]);
        check(json!({"minimum": 11, "multipleOf": 5}), true, [json!(15), json!(20)]);
        check(json!({"minimum": 0.5, "maximum": 2.5}), true, [json!(1), json!(2)]);
        check(json!({"multipleOf": 1e308}), true, [json!(1), json!(2)]);
        check(json!({"multipleOf": 1.5}), true, [json!(3), json!(6)]);
        check(json!({"minimum": u64::MAX}), true, [json!(u64::MAX), json!(u64::MAX as f64)]);
        check(json!({"minimum": 0.5}), false, [json!(1), json!(2)]);
        check(json!({"minimum": 1.5}), false, [json!(1.5), json!(2.5)]);
        check(json!({"minimum": -128, "maximum": 127}), true, [json!(1), json!(2)]);
        check(json!({"minimum": 0, "maximum": 1}), true, [json!(1), json!(0)]);
        check(json!({"exclusiveMinimum": 0, "exclusiveMaximum": 1}), false, [json!(0.5), json!(1.0 / 3.0)]);
        check(json!({"multipleOf": 0.1, "minimum": 0.25}), false, [json!(0.3), json!(0.4)]);
        check(json!({"maximum": 0.5}), false, [json!(0), json!(-1)]);
        check(json!({"minimum": 5, "maximum": 3}), true, [json!(1), json!(2)]);
    }
}
