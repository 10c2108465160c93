//! Generates strings by format, by pattern, or from the property name.

use serde_json::{Map, Value};

use crate::sample::pattern;
use crate::sample::sampler::Sampler;

/// Maximum number of characters generated for `minLength`.
const MAX_CHARACTERS: usize = 20_000;
/// Maximum number of patterns checked for one string.
const MAX_PATTERNS: usize = 10;

impl Sampler<'_> {
    /// The `variant`-th string for a property with this name.
    pub(super) fn text(&mut self, fields: &Map<String, Value>, name: &str, variant: usize) -> String {
        let text = self.text_of(fields, name, variant);
        self.characters_left = self.characters_left.saturating_sub(text.len());
        text
    }

    fn text_of(&mut self, fields: &Map<String, Value>, name: &str, variant: usize) -> String {
        let whole = |word: &str| fields.get(word).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
        let least = whole("minLength").unwrap_or(0).min(MAX_CHARACTERS).min(self.characters_left);
        let most = whole("maxLength").unwrap_or(usize::MAX).max(least);
        let patterns = fields.get("pattern").and_then(Value::as_array).into_iter().flatten();
        let patterns: Vec<&str> = patterns.filter_map(Value::as_str).take(MAX_PATTERNS).collect();
        let format = fields.get("format").and_then(Value::as_str).unwrap_or_default();
        let formatted = of_format(format, variant);
        let plain = fitted(if name.is_empty() { "text" } else { name }, variant, least, most);
        if let Some(formatted) = formatted {
            if patterns.is_empty() || self.fits(&formatted, &patterns, least, most) {
                return formatted;
            }
        } else if patterns.is_empty() || self.fits(&plain, &patterns, least, most) {
            return plain;
        }
        let mut first = None;
        for pattern in &patterns {
            if self.characters_left == 0 || !self.step(pattern.len()) {
                break;
            }
            let Some(made) = pattern::text(pattern, least, most, variant) else { continue };
            if self.fits(&made, &patterns, least, most) {
                return made;
            }
            first.get_or_insert(made);
        }
        first.unwrap_or(plain)
    }

    /// Whether a string conforms; patterns that cannot be compiled are left to validation.
    fn fits(&mut self, text: &str, patterns: &[&str], least: usize, most: usize) -> bool {
        (least..=most).contains(&text.chars().count())
            && patterns.iter().all(|pattern| self.pattern(pattern).is_none_or(|pattern| pattern.is_match(text)))
    }
}

/// A string with an allowed length, and a number at the end that makes it distinct.
fn fitted(name: &str, variant: usize, least: usize, most: usize) -> String {
    let number = if variant == 0 { String::new() } else { (variant + 1).to_string() };
    let kept = most.saturating_sub(number.len());
    let mut text: String = name.chars().take(kept).collect();
    while text.chars().count() + number.len() < least {
        text.push('x');
    }
    text.push_str(&number);
    if most == 1 {
        // Too short for a number.
        let letter = char::from(b'a' + u8::try_from(variant % 26).unwrap_or_default());
        text = if variant == 0 { text.chars().take(1).collect() } else { letter.to_string() };
    }
    if most == 0 { String::new() } else { text }
}

/// A string in a format of JSON Schema, OpenAPI or RAML; `None` for an unknown format.
fn of_format(format: &str, variant: usize) -> Option<String> {
    let date = format!("{}-{:02}-{:02}", 2015 + variant / 336 % 1000, 1 + variant / 28 % 12, 1 + variant % 28);
    let time = format!("{:02}:{:02}:00", (12 + variant / 60) % 24, variant % 60);
    let number = variant + 1;
    let more = if variant == 0 { String::new() } else { number.to_string() };
    Some(match format {
        "date-time" | "datetime" | "rfc3339" => format!("{date}T12:00:00Z"),
        "date" | "date-only" => date,
        "time" => time + "Z",
        "time-only" => time,
        "datetime-only" => format!("{date}T12:00:00"),
        "rfc2616" | "datetime-rfc2616" => format!("Thu, 01 Jan 2015 {time} GMT"),
        "duration" => format!("P{number}D"),
        "email" | "idn-email" => format!("someone{more}@example.org"),
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => format!("https://example.org/{more}"),
        "uri-template" => format!("https://example.org/{{id}}{more}"),
        "hostname" | "host-name" | "idn-hostname" => format!("example{more}.org"),
        "ipv4" | "ip-address" => format!("192.0.2.{}", 1 + variant % 250),
        "ipv6" => format!("2001:db8::{number:x}"),
        "uuid" => format!("00000000-0000-4000-8000-{number:012x}"),
        "json-pointer" => format!("/a{more}"),
        "relative-json-pointer" => format!("{variant}"),
        "regex" => format!("^a{more}$"),
        "byte" => {
            if variant == 0 {
                "dGV4dA==".to_owned()
            } else {
                format!("dGV4{:04}", variant % 10_000)
            }
        }
        "color" => format!("#{:06x}", 0x33_66_99 + variant),
        "phone" => format!("+1 555 01{:02}", variant % 100),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::convert::Converter;
    use crate::sample::sampler::Sampler;
    use crate::schema::{Schema, Schemas};

    #[test]
    fn texts_are_within_their_bounds() {
        let check = |fields: Value, expected: [&str; 2]| {
            let fields = fields.as_object().cloned().unwrap_or_default();
            let (schema, schemas) = (Schema::from_json(json!({})), Schemas::default());
            let mut sampler = Sampler::new(Converter::new(&schema, &schemas).unwrap());
            sampler.attempt(&json!({}));
            let found = [0, 1].map(|variant| sampler.text(&fields, "title", variant));
            assert_eq!(found, expected, "{fields:?}");
        };
        check(json!({}), ["title", "title2"]);
        check(json!({"minLength": 8}), ["titlexxx", "titlexx2"]);
        check(json!({"maxLength": 3}), ["tit", "ti2"]);
        check(json!({"maxLength": 1}), ["t", "b"]);
        check(json!({"maxLength": 0}), ["", ""]);
        check(json!({"format": "email"}), ["someone@example.org", "someone2@example.org"]);
        check(json!({"pattern": ["^[a-z]+$"]}), ["title", "b"]);
        check(json!({"pattern": ["^[A-Z]{3}-\\d+$"]}), ["ABC-5", "BCD-6"]);
        check(json!({"pattern": ["("]}), ["title", "title2"]);
    }
}
