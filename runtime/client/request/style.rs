//! Serializes parameter values: as API Notebook did, or by the `style`, `explode` and `allowReserved` of an OpenAPI
//! definition, which follow RFC 6570.

use apinb_definition::model::{Style, StyleForm};
use apinb_record::piece::{Piece, append, push_literal};
use apinb_record::value::{Fields, PlannedValue};
use apinb_text::web::escape::{Escape, escape};

/// The style of cookies without a declared style.
pub(super) const COOKIE: Style = Style { form: StyleForm::Form, explode: true, reserved: false };

/// The parts of a value that are serialized separately.
enum Parts<'a> {
    Items(&'a [PlannedValue]),
    Fields(Fields),
    /// The value has no parts.
    One,
}

fn parts(value: &PlannedValue) -> Parts<'_> {
    match (value.items(), value.fields()) {
        (Some(items), _) => Parts::Items(items),
        (None, Some(mut fields)) => {
            fields.retain(|(_, value)| *value != PlannedValue::Undefined);
            Parts::Fields(fields)
        }
        (None, None) => Parts::One,
    }
}

/// The separator between items without `explode`. `plain`: not percent-encoded.
fn delimiter(form: StyleForm, plain: bool) -> Option<&'static str> {
    match (form, plain) {
        (StyleForm::SpaceDelimited, false) => Some("%20"),
        (StyleForm::PipeDelimited, false) => Some("%7C"),
        (StyleForm::TabDelimited, false) => Some("%09"),
        (StyleForm::SpaceDelimited, true) => Some(" "),
        (StyleForm::PipeDelimited, true) => Some("|"),
        (StyleForm::TabDelimited, true) => Some("\t"),
        _ => None,
    }
}

/// A value as JSON; a string without quotes.
fn json(value: &PlannedValue, how: Escape) -> Vec<Piece> {
    let pieces = match value {
        PlannedValue::Text(_) | PlannedValue::Unknown(_) | PlannedValue::Joined(_) => value.text(),
        PlannedValue::Undefined | PlannedValue::Function => Vec::new(),
        PlannedValue::Scalar { json, .. } | PlannedValue::Json(json) => vec![Piece::Literal(json.clone())],
        value => value.json(),
    };
    escaped(pieces, how)
}

pub(super) fn escaped(pieces: Vec<Piece>, how: Escape) -> Vec<Piece> {
    pieces.into_iter().map(|piece| piece.escaped(how)).collect()
}

fn escape_value(value: &PlannedValue, how: Escape) -> Vec<Piece> {
    escaped(value.text(), how)
}

fn joined(texts: impl IntoIterator<Item = Vec<Piece>>, between: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, text) in texts.into_iter().enumerate() {
        push_literal(&mut pieces, if index > 0 { between } else { "" });
        append(&mut pieces, text);
    }
    pieces
}

fn pair(name: &str, value: Vec<Piece>) -> Vec<Piece> {
    let mut pieces = vec![Piece::Literal(format!("{name}="))];
    append(&mut pieces, value);
    pieces
}

fn component(text: &str) -> String {
    escape(text, Escape::Component)
}

/// The encoded pairs of a query parameter.
pub(super) fn query_pairs(name: &str, value: &PlannedValue, style: Option<Style>) -> Vec<Vec<Piece>> {
    let key = component(name);
    let Some(style) = style else { return repeated(&key, value, Escape::Component) };
    let how = if style.reserved { Escape::Reserved } else { Escape::Component };
    if style.form == StyleForm::Json {
        return vec![pair(&key, json(value, how))];
    }
    let text = |value: &PlannedValue| escape_value(value, how);
    let between = delimiter(style.form, false).unwrap_or(",");
    match parts(value) {
        Parts::Items(items) if style.explode => items.iter().map(|item| pair(&key, text(item))).collect(),
        Parts::Items([]) => Vec::new(),
        Parts::Items(items) => vec![pair(&key, joined(items.iter().map(text), between))],
        Parts::Fields(fields) if style.form == StyleForm::DeepObject => deep_pairs(&key, &fields, how),
        Parts::Fields(fields) if style.explode => {
            fields.iter().map(|(field, item)| pair(&component(field), text(item))).collect()
        }
        Parts::Fields(fields) if fields.is_empty() => Vec::new(),
        Parts::Fields(fields) => {
            let flat = fields.iter().flat_map(|(field, item)| [vec![Piece::Literal(component(field))], text(item)]);
            vec![pair(&key, joined(flat, between))]
        }
        Parts::One => vec![pair(&key, text(value))],
    }
}

/// An array repeats its key; an empty array sends nothing.
fn repeated(key: &str, value: &PlannedValue, how: Escape) -> Vec<Vec<Piece>> {
    match value.items() {
        Some(items) => items.iter().map(|item| pair(key, escape_value(item, how))).collect(),
        None => vec![pair(key, escape_value(value, how))],
    }
}

fn deep_pairs(key: &str, fields: &Fields, how: Escape) -> Vec<Vec<Piece>> {
    let pairs = |(field, item): &(String, PlannedValue)| {
        let key = format!("{key}%5B{}%5D", component(field));
        match parts(item) {
            Parts::Fields(fields) => deep_pairs(&key, &fields, how),
            Parts::Items(_) | Parts::One => repeated(&key, item, how),
        }
    };
    fields.iter().flat_map(pairs).collect()
}

/// A value without the parameter name, as in paths and headers: `a,b`, `x=1,y=2`.
fn simple(value: &PlannedValue, style: Style, how: Escape, between: &str) -> Vec<Piece> {
    if style.form == StyleForm::Json {
        return json(value, how);
    }
    let text = |value: &PlannedValue| escape_value(value, how);
    let between = delimiter(style.form, how == Escape::None).unwrap_or(between);
    match parts(value) {
        Parts::Items(items) => joined(items.iter().map(text), between),
        Parts::Fields(fields) => {
            let pairs = fields.iter().map(|(field, item)| {
                let field = PlannedValue::Text(field.clone());
                joined([text(&field), text(item)], if style.explode { "=" } else { "," })
            });
            joined(pairs, between)
        }
        Parts::One => text(value),
    }
}

/// The encoded value of a path parameter.
pub(super) fn path_parameter(name: &str, value: &PlannedValue, style: Option<Style>) -> Vec<Piece> {
    let text = |value: &PlannedValue| escape_value(value, Escape::Component);
    let Some(style) = style else { return unstyled(value) };
    let has_parts = !matches!(parts(value), Parts::One);
    match style.form {
        StyleForm::Label => {
            let inner = simple(value, style, Escape::Component, if style.explode { "." } else { "," });
            if inner.is_empty() && has_parts { Vec::new() } else { joined([literal("."), inner], "") }
        }
        StyleForm::Matrix => {
            let name = component(name);
            let named = |value: Vec<Piece>| {
                let head = if value.is_empty() { format!(";{name}") } else { format!(";{name}=") };
                joined([literal(&head), value], "")
            };
            match parts(value) {
                Parts::Items(items) if style.explode => joined(items.iter().map(|item| named(text(item))), ""),
                parts => {
                    let inner = simple(value, style, Escape::Component, if style.explode { ";" } else { "," });
                    match parts {
                        _ if inner.is_empty() && has_parts => Vec::new(),
                        Parts::Fields(_) if style.explode => joined([literal(";"), inner], ""),
                        _ => named(inner),
                    }
                }
            }
        }
        _ => simple(value, style, Escape::Component, ","),
    }
}

fn literal(text: &str) -> Vec<Piece> {
    vec![Piece::Literal(text.to_owned())]
}

/// A value in a path or base URI without a declared style. The items of an array are joined with encoded commas.
pub(super) fn unstyled(value: &PlannedValue) -> Vec<Piece> {
    match value.items() {
        Some(items) => {
            let texts = items.iter().map(|item| escape_value(item, Escape::Component));
            joined(texts, &component(","))
        }
        None => escape_value(value, Escape::Component),
    }
}

/// The value of a header.
pub(super) fn header(value: &PlannedValue, style: Style) -> Vec<Piece> {
    simple(value, style, Escape::None, ",")
}

/// The pairs of a cookie.
pub(super) fn cookie_pairs(name: &str, value: &PlannedValue, style: Style) -> Vec<Vec<Piece>> {
    let text = |value: &PlannedValue| escape_value(value, Escape::Cookie);
    match parts(value) {
        Parts::Items(items) if style.explode => items.iter().map(|item| pair(name, text(item))).collect(),
        Parts::Fields(fields) if style.explode => fields.iter().map(|(field, item)| pair(field, text(item))).collect(),
        _ => vec![pair(name, simple(value, style, Escape::Cookie, ","))],
    }
}
