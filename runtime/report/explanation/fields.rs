//! Parameters and schema fields: a line each with name and constraints, followed by the description.

use apinb_record::explanation::{Field, Outline, Parameter};
use serde_json::Value;

use super::super::layout::{CYAN, DIM, Line, PLAIN, YELLOW, cut, one_line};
use super::markdown::plain;

/// Maximum width of a value, in columns.
const MAX_VALUE: usize = 60;
/// Maximum number of listed enumeration values.
const MAX_VALUES: usize = 20;
/// Maximum number of description lines per field.
const MAX_DESCRIPTION: usize = 12;

/// How to render fields.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) width: usize,
    pub(super) color: bool,
}

impl Fields {
    pub(super) fn parameters(self, parameters: &[Parameter], indent: usize) -> String {
        let mut text = String::new();
        for parameter in parameters {
            let mut notes: Vec<&str> = Vec::new();
            // A parameter with a default or a single value may be omitted.
            let filled = parameter.outline.default.is_some() || parameter.outline.values.len() == 1;
            if parameter.required && !filled {
                notes.push("required");
            }
            if parameter.repeat {
                notes.push("may be repeated");
            }
            self.entry(&mut text, &parameter.name, &parameter.outline, &notes, parameter.deprecated, indent);
        }
        text
    }

    /// The fields of an outline, below a line for the outline itself.
    pub(super) fn outline(self, outline: &Outline, indent: usize) -> String {
        let mut text = String::new();
        let mut line = Line::default();
        line.push(PLAIN, &" ".repeat(indent)).push(PLAIN, &outline.kind);
        line.push(DIM, &joined(&facets(outline)));
        text.push_str(&line.render(None, self.color));
        self.description(&mut text, outline, indent + 2);
        self.inner(&mut text, outline, indent + 2);
        text
    }

    fn inner(self, text: &mut String, outline: &Outline, indent: usize) {
        for Field { name, required, outline } in &outline.fields {
            let notes: &[&str] = if *required { &["required"] } else { &[] };
            self.entry(text, name, outline, notes, false, indent);
        }
        for (index, alternative) in outline.alternatives.iter().enumerate() {
            let mut line = Line::default();
            let word = if index == 0 && outline.fields.is_empty() { "either " } else { "or " };
            line.push_as_it_is(PLAIN, &" ".repeat(indent)).push(DIM, word).push_as_it_is(PLAIN, " ");
            line.push(PLAIN, &alternative.kind);
            text.push_str(&line.render(None, self.color));
            self.inner(text, alternative, indent + 2);
        }
        if outline.more {
            text.push_str(&format!("{}…\n", " ".repeat(indent)));
        }
    }

    fn entry(self, text: &mut String, name: &str, outline: &Outline, notes: &[&str], deprecated: bool, indent: usize) {
        let mut facts: Vec<String> = notes.iter().map(|note| (*note).to_owned()).collect();
        facts.extend(facets(outline));
        let mut line = Line::default();
        line.push_as_it_is(PLAIN, &" ".repeat(indent)).push(CYAN, name).push_as_it_is(PLAIN, "  ");
        line.push(PLAIN, &outline.kind).push(DIM, &joined(&facts));
        if deprecated {
            line.push_as_it_is(PLAIN, "  ").push(YELLOW, "deprecated");
        }
        text.push_str(&line.render(None, self.color));
        self.description(text, outline, indent + 4);
        self.inner(text, outline, indent + 2);
    }

    fn description(self, text: &mut String, outline: &Outline, indent: usize) {
        let Some(description) = &outline.description else { return };
        let lines = plain(description, self.width.saturating_sub(indent));
        for line in lines.iter().take(MAX_DESCRIPTION) {
            text.push_str(format!("{}{line}", " ".repeat(indent)).trim_end());
            text.push('\n');
        }
        if lines.len() > MAX_DESCRIPTION {
            text.push_str(&format!("{}…\n", " ".repeat(indent)));
        }
    }
}

fn joined(facts: &[String]) -> String {
    facts.iter().map(|fact| format!(", {fact}")).collect()
}

fn facets(outline: &Outline) -> Vec<String> {
    let mut facts = Vec::new();
    for (is_so, text) in [(outline.read_only, "read-only"), (outline.write_only, "write-only")] {
        facts.extend(is_so.then(|| text.to_owned()));
    }
    if !outline.values.is_empty() {
        let mut values: Vec<String> = outline.values.iter().take(MAX_VALUES).map(value).collect();
        if outline.values.len() > MAX_VALUES {
            values.push("…".to_owned());
        }
        facts.push(match values.as_slice() {
            [only] => format!("always {only}"),
            _ => format!("one of {}", values.join(", ")),
        });
    }
    let bounds = [
        ("from", &outline.minimum),
        ("above", &outline.exclusive_minimum),
        ("to", &outline.maximum),
        ("below", &outline.exclusive_maximum),
    ];
    let bounds: Vec<String> =
        bounds.into_iter().filter_map(|(word, bound)| Some(format!("{word} {}", bound.as_ref()?))).collect();
    if !bounds.is_empty() {
        facts.push(bounds.join(" "));
    }
    match (outline.min_length, outline.max_length) {
        (Some(least), Some(most)) if least == most => facts.push(characters("", most)),
        (Some(least), Some(most)) => facts.push(characters(&format!("{least} to "), most)),
        (Some(least), None) => facts.push(characters("at least ", least)),
        (None, Some(most)) => facts.push(characters("at most ", most)),
        (None, None) => {}
    }
    if let Some(pattern) = &outline.pattern {
        facts.push(format!("pattern {}", cut(&one_line(pattern), MAX_VALUE)));
    }
    // The only allowed value is also the default.
    if let Some(default) = outline.default.as_ref().filter(|default| outline.values.as_slice() != [(*default).clone()])
    {
        facts.push(format!("default {}", value(default)));
    }
    // The fields of an object have their own examples.
    if let Some(example) = outline.example.as_ref().filter(|example| !example.is_object()) {
        facts.push(format!("example {}", value(example)));
    }
    facts
}

fn characters(words: &str, number: u64) -> String {
    format!("{words}{number} character{}", if number == 1 { "" } else { "s" })
}

fn value(value: &Value) -> String {
    let text = match value {
        Value::String(text) if !text.is_empty() => one_line(text),
        other => one_line(&other.to_string()),
    };
    cut(&text, MAX_VALUE).into_owned()
}
