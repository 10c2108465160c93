//! Ids of created entities: similar to the example's, unique, and reproducible.

use serde_json::Value;

/// The `n`-th id after `example`: increments a number, UUID, hexadecimal number or trailing number.
pub(crate) fn nth_after(example: &Value, n: u64) -> Value {
    match example {
        Value::Number(number) => Value::from(number.as_u64().and_then(|last| last.checked_add(n)).unwrap_or(n)),
        Value::String(text) => Value::String(nth_text(text, n)),
        _ => Value::from(n),
    }
}

fn nth_text(example: &str, n: u64) -> String {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = example.len() == 36 && example.split('-').all(hexadecimal);
    let is_hash = example.len() >= 16 && hexadecimal(example) && example.bytes().any(|byte| byte.is_ascii_alphabetic());
    if (is_uuid || is_hash)
        && let Some((start, end)) = example.split_at_checked(example.len() - 12)
        && let Ok(last) = u64::from_str_radix(end, 16)
    {
        return format!("{start}{:012x}", last.wrapping_add(n) & 0xffff_ffff_ffff);
    }
    let start = example.trim_end_matches(|character: char| character.is_ascii_digit());
    let digits = example.get(start.len()..).unwrap_or_default();
    match digits.parse::<u64>() {
        Ok(last) if last < u64::MAX - n => format!("{start}{:0width$}", last + n, width = digits.len()),
        _ if example.is_empty() => n.to_string(),
        _ => format!("{example}-{}", n.saturating_add(1)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::nth_after;

    fn check(example: &Value, first: Value, second: Value) {
        assert_eq!([nth_after(example, 1), nth_after(example, 2)], [first, second], "{example}");
    }

    #[test]
    fn ids_resemble_the_example() {
        check(&json!(35436), json!(35437), json!(35438));
        check(&json!(u64::MAX), json!(1), json!(2));
        check(&json!("181216415"), json!("181216416"), json!("181216417"));
        check(&json!("cus_4fdA"), json!("cus_4fdA-2"), json!("cus_4fdA-3"));
        check(&json!("b-009"), json!("b-010"), json!("b-011"));
        check(
            &json!("550e8400-e29b-41d4-a716-44665544000f"),
            json!("550e8400-e29b-41d4-a716-446655440010"),
            json!("550e8400-e29b-41d4-a716-446655440011"),
        );
        check(&json!("507f1f77bcf86cd799439011"), json!("507f1f77bcf86cd799439012"), json!("507f1f77bcf86cd799439013"));
        check(&json!(null), json!(1), json!(2));
        check(&json!(""), json!("1"), json!("2"));
        check(&json!("é"), json!("é-2"), json!("é-3"));
    }
}
