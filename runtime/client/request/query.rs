//! Parsing of query strings.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use apinb_record::value::{Fields, PlannedValue};

/// Parses the fields of a query string. A repeated key becomes a list.
#[must_use]
pub fn parse_query(text: &str) -> Fields {
    let text = text.strip_prefix('?').unwrap_or(text);
    let mut fields = Fields::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), PlannedValue::Text(decode(value)));
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, PlannedValue::List(values))) => values.push(value),
            Some((_, known)) => *known = PlannedValue::List(vec![std::mem::take(known), value]),
            None => fields.push((name, value)),
        }
    }
    fields
}

/// Decodes a name or value. Returns invalid encodings unchanged.
fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    let is_encoded = |part: &str| part.get(..2).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !text.split('%').skip(1).all(is_encoded) {
        return text;
    }
    let decoded = percent_decode_str(&text).decode_utf8().map(Cow::into_owned);
    decoded.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::parse_query;
    use apinb_record::value::PlannedValue;

    #[test]
    fn a_query_can_be_a_string() {
        let text = |text: &str| PlannedValue::Text(text.to_owned());
        let list = PlannedValue::List(vec![text("1"), text("2"), text("3")]);
        let expected = [
            ("a b", text("c d")),
            ("x", list),
            ("y", text("")),
            ("z", text("1=2")),
            ("w", text("%zz")),
            ("v", text("%ff é")),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value)).to_vec();
        assert_eq!(parse_query("?a+b=c%20d&x=1&x=2&&y&z=1=2&x=3&w=%zz&v=%ff+é"), expected);
    }
}
