//! [`PlannedValue`], and the order of an object's fields.

/// The fields of an object, in their order.
pub type Fields = Vec<(String, PlannedValue)>;

/// A value of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PlannedValue {
    /// `undefined`.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A string.
    Text(String),
    /// Another value without parts: a number, a boolean, a date, …
    Scalar {
        /// In a URL.
        text: String,
        /// In JSON.
        json: String,
    },
    /// An array.
    List(Vec<Self>),
    /// An object that was read in a notebook.
    Object(Fields),
    /// An object of a run, as the JSON that JavaScript made of it.
    Json(String),
    /// An expression that is not evaluated, by its source text on one line.
    Unknown(String),
    /// A function that was read in a notebook.
    Function,
    /// Concatenated texts: `` `a${b}` ``, `'a' + b`.
    Joined(Vec<Self>),
}

impl PlannedValue {
    /// The items of an array.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// Whether it is null or undefined.
    #[must_use]
    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Null | Self::Undefined)
    }

    /// Whether it is null, undefined, or an array of nothing else.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::List(items) => items.iter().all(Self::is_blank),
            value => value.is_nullish(),
        }
    }
}

/// The fields of `{...under, ...over}` in the order of JavaScript: array indices first, in ascending order; a key that
/// both have keeps its position.
#[must_use]
pub fn merge_fields(under: Fields, over: Fields) -> Fields {
    let mut fields = under;
    for (name, value) in over {
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => fields.push((name, value)),
        }
    }
    // The sort is stable.
    fields.sort_by_key(|(name, _)| index(name).map_or(u64::MAX, u64::from));
    fields
}

/// A key that is an array index (ECMA-262, "array index").
fn index(name: &str) -> Option<u32> {
    let index: u32 = name.parse().ok()?;
    (index < u32::MAX && index.to_string() == name).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::{PlannedValue, merge_fields};

    #[test]
    fn merged_fields_are_in_the_order_of_an_object() {
        let fields = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), PlannedValue::Null)).collect();
        let merged = merge_fields(fields(&["b", "10", "a"]), fields(&["c", "2", "b", "01"]));
        let names: Vec<&str> = merged.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["2", "10", "b", "a", "c", "01"]);
    }
}
