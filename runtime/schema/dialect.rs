//! Which draft of JSON Schema a text is written in.

use serde_json::Value;

/// A draft, as far as its words differ from those of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dialect {
    /// 3.
    Draft3,
    /// Not said. The texts that do not say are mostly drafts 3 and 4, and mix the two.
    Unsaid,
    /// 4.
    Draft4,
    /// 6 and 7.
    Draft7,
    /// 2019-09.
    Draft201909,
    /// 2020-12.
    Draft202012,
}

impl Dialect {
    /// What `$schema` says. The meta-schema's host and path differ in the wild; the draft's name does not.
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

    /// Whether drafts 3 and 4 are meant. They are read alike: many texts that name one have words of the other.
    pub(super) fn is_old(self) -> bool {
        self <= Self::Draft4
    }

    /// Whether what stands beside a `$ref` counts. Before 2019-09 it does not.
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
