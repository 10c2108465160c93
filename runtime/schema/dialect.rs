//! Determines the draft of a JSON Schema.

use serde_json::Value;

/// A draft, or a group of drafts with the same keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dialect {
    Draft3,
    /// Unknown. Most schemas without `$schema` use draft 3 or 4, or mix them.
    Unsaid,
    Draft4,
    /// Drafts 6 and 7.
    Draft7,
    Draft201909,
    Draft202012,
}

impl Dialect {
    /// The draft in `$schema`. Published schemas use various hosts and paths for the meta-schemas, but always the name
    /// of the draft.
    pub(super) fn of(schema: &Value) -> Self {
        let said = schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
        let names = [
            ("draft-03", Self::Draft3),
            ("draft-04", Self::Draft4),
            ("draft-06", Self::Draft7),
            ("draft-07", Self::Draft7),
            ("2019-09", Self::Draft201909),
            ("2020-12", Self::Draft202012),
        ];
        names.iter().find(|(name, _)| said.contains(name)).map_or(Self::Unsaid, |(_, dialect)| *dialect)
    }

    /// Whether it is draft 3 or 4. Both are treated alike, because many schemas of one use keywords of the other.
    pub(super) fn is_old(self) -> bool {
        self <= Self::Draft4
    }

    /// Whether keywords next to a `$ref` apply, as they do since 2019-09.
    pub(super) fn reads_beside_reference(self) -> bool {
        self == Self::Unsaid || self >= Self::Draft201909
    }

    /// Whether `items` may be a list of schemas.
    pub(super) fn has_lists_of_items(self) -> bool {
        self != Self::Draft202012
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Dialect;

    #[test]
    fn the_draft_is_named_by_the_meta_schema() {
        for (said, expected) in [
            ("http://json-schema.org/draft-03/schema", Dialect::Draft3),
            ("http://json-schema.org/draft-04/schema#", Dialect::Draft4),
            ("https://json-schema.org/draft-06/schema#", Dialect::Draft7),
            ("https://json-schema.org/draft/2020-12/schema", Dialect::Draft202012),
            ("http://json-schema.org/schema#", Dialect::Unsaid),
        ] {
            assert_eq!(Dialect::of(&json!({"$schema": said})), expected, "{said}");
        }
        assert_eq!(Dialect::of(&json!({"$schema": 1})), Dialect::Unsaid);
        assert_eq!(Dialect::of(&json!(true)), Dialect::Unsaid);
    }
}
