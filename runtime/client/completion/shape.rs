//! The shape of a value that the definition describes: a response, its body, and what is within them.

use crate::completion::candidate::{Candidate, CompletionHost, Found};
use crate::completion::text::described;
use crate::explain::response_fields;
use crate::walk::{ClientPath, Step};
use apinb_record::explanation::{Field, Outline};

/// A value without its data.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// The type in words, as in an [`Outline`].
    kind: String,
    /// The properties; of a list, those of its items.
    fields: Vec<Field>,
}

/// The methods of lists that return an item.
const ITEM_METHODS: [&str; 6] = ["find", "findLast", "at", "pop", "shift", "reduce"];

/// The methods of lists that return such a list again.
const LIST_METHODS: [&str; 9] =
    ["filter", "slice", "concat", "reverse", "sort", "toSorted", "toReversed", "splice", "toSpliced"];

/// The methods of strings that return a string.
const TEXT_METHODS: [&str; 12] = [
    "trim",
    "trimStart",
    "trimEnd",
    "toUpperCase",
    "toLowerCase",
    "slice",
    "substring",
    "replace",
    "replaceAll",
    "padStart",
    "padEnd",
    "concat",
];

impl Shape {
    /// The shape of what a call of this method returns.
    pub(super) fn of_response(method: &ClientPath) -> Self {
        Self { kind: "object".to_owned(), fields: response_fields(method) }
    }

    /// A value of a built-in class, and nothing more is known of it.
    pub(super) fn of_class(class: &str) -> Option<Self> {
        let kind = match class {
            "String" => "string",
            "Array" => "array",
            "Number" => "number",
            "Boolean" => "boolean",
            _ => return None,
        };
        Some(Self { kind: kind.to_owned(), fields: Vec::new() })
    }

    /// The part that `steps` lead to.
    pub(super) fn follow(&self, steps: &[Step<'_>]) -> Option<Self> {
        match steps {
            [] => Some(self.clone()),
            [Step::Property(method), Step::Call { .. }, rest @ ..] => self.returned(method)?.follow(rest),
            [Step::Property(name), rest @ ..] => self.property(name)?.follow(rest),
            [Step::Call { .. }, ..] => None,
        }
    }

    fn property(&self, name: &str) -> Option<Self> {
        if let Some(item) = self.item() {
            let is_index = name.bytes().all(|byte| byte.is_ascii_digit());
            return if is_index { Some(item) } else { Self::of_class("Number").filter(|_| name == "length") };
        }
        if name == "length" && self.class() == Some("String") {
            return Self::of_class("Number");
        }
        let field = self.fields.iter().find(|field| field.name == name)?;
        let Outline { kind, fields, alternatives, .. } = field.outline.clone();
        let of_alternatives = alternatives.into_iter().flat_map(|alternative| alternative.fields);
        Some(Self { kind, fields: fields.into_iter().chain(of_alternatives).collect() })
    }

    fn returned(&self, method: &str) -> Option<Self> {
        if let Some(item) = self.item() {
            return match method {
                _ if ITEM_METHODS.contains(&method) => Some(item),
                _ if LIST_METHODS.contains(&method) => Some(self.clone()),
                "map" | "flatMap" => Self::of_class("Array"),
                "join" => Self::of_class("String"),
                _ => None,
            };
        }
        match self.class()? {
            "String" if TEXT_METHODS.contains(&method) => Self::of_class("String"),
            "String" if matches!(method, "split" | "match") => {
                Some(Self { kind: "array of string".to_owned(), fields: Vec::new() })
            }
            "Number" if matches!(method, "toFixed" | "toString") => Self::of_class("String"),
            _ => None,
        }
    }

    /// The item of a list; none for any other value.
    fn item(&self) -> Option<Self> {
        let kinds = self.kinds();
        let of = kinds.strip_prefix("array")?;
        let kind = of.strip_prefix(" of ").unwrap_or("any").to_owned();
        Some(Self { kind, fields: self.fields.clone() })
    }

    /// The type in words, without `null`.
    fn kinds(&self) -> &str {
        self.kind.strip_suffix(" or null").unwrap_or(&self.kind)
    }

    /// The built-in class of a value whose properties the definition does not describe.
    fn class(&self) -> Option<&'static str> {
        let kind = self.kinds();
        match kind.split(' ').next().unwrap_or_default() {
            "array" => Some("Array"),
            _ if !self.fields.is_empty() || kind.contains(" or ") => None,
            "string" | "date" | "date-time" | "date-only" | "time" | "time-only" | "datetime" | "datetime-only" => {
                Some("String")
            }
            "integer" | "number" => Some("Number"),
            "boolean" => Some("Boolean"),
            _ => None,
        }
    }

    /// The properties that start with `typed`: names as they are, not quoted.
    pub(super) fn properties(&self, typed: &str, host: &mut dyn CompletionHost) -> Vec<Candidate> {
        if let Some(class) = self.class() {
            return match host.look_up(&[class, "prototype"], typed) {
                Found::Value(candidates) => candidates,
                Found::Client { .. } | Found::Nothing => Vec::new(),
            };
        }
        let fields = self.fields.iter().filter(|field| field.name.starts_with(typed));
        // Names such as `/^x-/` and `[any name]` are not names of properties.
        let named = fields.filter(|field| !field.name.starts_with(['/', '[']));
        named
            .map(|field| {
                let outline = &field.outline;
                Candidate::plain(field.name.clone(), described(false, &outline.kind, outline.description.as_deref()))
            })
            .collect()
    }
}
