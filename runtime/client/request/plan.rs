//! Plans the request of a call from a method or path and the call's values. Used by runs, where all values are known,
//! and by exports, where only the notebook's text is known.
//!
//! The caller reads the values, serializes the body and sends the request.

use std::collections::BTreeMap;

use super::error::PlanError;
use super::inputs::{CallInputs, Missing, field};
use super::server::BaseUri;
use super::style;
use crate::method::{MethodShape, PathParameter};
use apinb_definition::model::{EXTENSION_PARAMETER, Style};
use apinb_record::piece::{Piece, append, known_text, push_literal};
use apinb_record::plan::RequestPlan;
use apinb_record::value::{Fields, PlannedValue};
use apinb_text::web::escape::Escape;
use apinb_text::web::uri;

/// The target of a call.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// A method of the definition.
    Method {
        method: &'a MethodShape,
        /// The values that the client path sets, by parameter index. `{mediaTypeExtension}` may be missing.
        values: &'a BTreeMap<u32, PlannedValue>,
    },
    /// A path below the base URI: `client('/users/{id}', {id: 5})`.
    Path {
        path: &'a str,
        /// The values of the path's parameters.
        parameters: &'a Fields,
        /// Whether each of them needs a value, even if its segment has other text.
        required: bool,
    },
}

/// Plans the request of a call, without its body.
///
/// # Errors
/// If a value is missing or would change the path.
pub fn plan(base: &BaseUri, target: Target<'_>, inputs: &CallInputs) -> Result<RequestPlan, PlanError> {
    let (path, method) = match target {
        Target::Method { method, values } => (method_path(method, values, inputs)?, Some(method)),
        Target::Path { path, parameters, required } => (free_path(path, parameters, required, inputs)?, None),
    };
    let server = base.fill(inputs, method)?;
    let declared = method.map_or(&[][..], |method| &method.query);
    // As `JSON.stringify` does with a property.
    let query = inputs.query.iter().filter(|(_, value)| *value != PlannedValue::Undefined);
    let query = query.flat_map(|(name, value)| {
        let style = declared.iter().find(|declared| declared.name == *name).and_then(|declared| declared.style);
        style::query_pairs(name, value, style)
    });
    Ok(RequestPlan {
        server,
        path,
        query: query.collect(),
        headers: headers(inputs, method),
        content_type: method.and_then(|method| method.content_type.clone()),
        only_content_type: method.and_then(|method| method.only_content_type.clone()),
    })
}

/// A path under construction.
struct Path {
    segments: Vec<Segment>,
}

#[derive(Default)]
struct Segment {
    text: Vec<Piece>,
    /// The parameter in this segment, whose value must not change the path.
    parameter: Option<String>,
    /// The parameter without a value, which must not leave the segment empty.
    blank: Option<String>,
    /// As `blank`, if it was left out: its value may be known later.
    omitted: Option<String>,
}

impl Path {
    fn new() -> Self {
        Self { segments: vec![Segment::default()] }
    }

    fn literal(&mut self, text: &str) {
        for (index, text) in text.split('/').enumerate() {
            if index > 0 {
                self.segments.push(Segment::default());
            }
            if let Some(last) = self.segments.last_mut() {
                push_literal(&mut last.text, text);
            }
        }
    }

    fn parameter(&mut self, name: &str, text: Vec<Piece>, blank: bool) {
        let Some(last) = self.segments.last_mut() else { return };
        append(&mut last.text, text);
        if blank {
            last.blank.get_or_insert_with(|| name.to_owned());
        }
        if name != EXTENSION_PARAMETER {
            last.parameter.get_or_insert_with(|| name.to_owned());
        }
    }

    /// A parameter without a value, which leaves only the rest of its segment.
    fn omit(&mut self, name: &str) {
        if let Some(last) = self.segments.last_mut() {
            last.omitted.get_or_insert_with(|| name.to_owned());
            last.parameter.get_or_insert_with(|| name.to_owned());
        }
    }

    /// Joins the segments. Only an explicit `''` may leave a segment empty, and a value must not be a dot segment.
    fn end(self, missing: Missing) -> Result<Vec<Piece>, PlanError> {
        let mut pieces = Vec::new();
        for (index, Segment { text, parameter, blank, omitted }) in self.segments.into_iter().enumerate() {
            push_literal(&mut pieces, if index > 0 { "/" } else { "" });
            match (known_text(&text).as_deref(), parameter, blank, omitted) {
                (Some(""), _, Some(name), _) => return Err(PlanError::UriParameter { name }),
                (Some(""), _, None, Some(name)) if missing == Missing::Unknown => {
                    append(&mut pieces, style::unstyled(&PlannedValue::Unknown(name)));
                }
                (Some(""), _, None, Some(name)) => return Err(PlanError::UriParameter { name }),
                (Some(text @ ("." | "..")), Some(name), ..) => {
                    return Err(PlanError::DotSegment { name, text: text.to_owned() });
                }
                _ => {}
            }
            append(&mut pieces, text);
        }
        Ok(pieces)
    }
}

/// The path of a method of the definition.
fn method_path(
    method: &MethodShape,
    values: &BTreeMap<u32, PlannedValue>,
    inputs: &CallInputs,
) -> Result<Vec<Piece>, PlanError> {
    let mut path = Path::new();
    let literal = |index: usize| method.literals.get(index).map_or("", String::as_str);
    path.literal(literal(0));
    for (index, parameter) in method.parameters.iter().enumerate() {
        match u32::try_from(index).ok().and_then(|index| values.get(&index).cloned()) {
            None if parameter.name == EXTENSION_PARAMETER => extension(&mut path, inputs),
            value => {
                let value = value.filter(|value| *value != PlannedValue::Undefined);
                let value = value.or_else(|| parameter.only.clone().map(PlannedValue::Text));
                let PathParameter { name, default, required, style, .. } = parameter;
                // A call of `extension` is for its value.
                let required = *required || name == EXTENSION_PARAMETER;
                let default = default.as_deref();
                fill(&mut path, Filled { name, value, default, required, style: *style }, inputs)?;
            }
        }
        path.literal(literal(index + 1));
    }
    path.end(inputs.missing)
}

/// The parameters of a path below the base URI that get no value from `parameters`, and need one.
#[must_use]
pub fn missing_in_path(path: &str, parameters: &Fields, required: bool) -> Vec<String> {
    let mut parameters = parameters.clone();
    let mut missing: Vec<String> = Vec::new();
    // A plan stops at the first one.
    while let Err(PlanError::UriParameter { name }) = free_path(path, &parameters, required, &CallInputs::default())
        && !missing.contains(&name)
    {
        parameters.push((name.clone(), PlannedValue::Unknown(name.clone())));
        missing.push(name);
    }
    missing
}

/// A path below the base URI.
fn free_path(written: &str, parameters: &Fields, required: bool, inputs: &CallInputs) -> Result<Vec<Piece>, PlanError> {
    let mut path = Path::new();
    path.literal("/");
    for piece in uri::pieces(written.trim_start_matches('/')) {
        match piece {
            uri::Piece::Literal(text) => path.literal(text),
            uri::Piece::Parameter(name) => match field(parameters, name) {
                None if name == EXTENSION_PARAMETER => extension(&mut path, inputs),
                value => fill(&mut path, Filled { name, value, default: None, required, style: None }, inputs)?,
            },
        }
    }
    path.end(inputs.missing)
}

/// A parameter of a path that is filled in.
struct Filled<'a> {
    name: &'a str,
    /// The value of the call.
    value: Option<PlannedValue>,
    default: Option<&'a str>,
    required: bool,
    style: Option<Style>,
}

/// Adds a parameter, with the value of the call, else that of the settings, else its default.
fn fill(path: &mut Path, filled: Filled<'_>, inputs: &CallInputs) -> Result<(), PlanError> {
    let Filled { name, value, default, required, style } = filled;
    let default = || default.map(|default| PlannedValue::Text(default.to_owned()));
    let value = match value.or_else(|| field(&inputs.uri_parameters, name)).or_else(default) {
        Some(value) => value,
        None if !required => {
            path.omit(name);
            return Ok(());
        }
        None if inputs.missing == Missing::Unknown => PlannedValue::Unknown(name.to_owned()),
        None => return Err(PlanError::UriParameter { name: name.to_owned() }),
    };
    let is_blank = value.is_blank();
    match style {
        Some(_) if !is_blank => path.parameter(name, style::path_parameter(name, &value, style), false),
        _ if name == EXTENSION_PARAMETER => path.parameter(name, extension_text(&value), is_blank),
        _ => path.parameter(name, style::path_parameter(name, &value, None), is_blank),
    }
    Ok(())
}

/// Adds the optional extension from the settings, if any.
fn extension(path: &mut Path, inputs: &CallInputs) {
    let text =
        field(&inputs.uri_parameters, EXTENSION_PARAMETER).map(|value| extension_text(&value)).unwrap_or_default();
    path.parameter(EXTENSION_PARAMETER, text, false);
}

/// The value of `{mediaTypeExtension}`, with its dot.
fn extension_text(value: &PlannedValue) -> Vec<Piece> {
    if value.is_blank() || *value == PlannedValue::Text(String::new()) {
        return Vec::new();
    }
    let mut text = value.string();
    if let Some(Piece::Literal(first)) = text.first_mut()
        && let Some(rest) = first.strip_prefix('.')
    {
        *first = rest.to_owned();
    }
    let mut pieces = vec![Piece::Literal(".".to_owned())];
    append(&mut pieces, style::escaped(text, Escape::Component));
    pieces
}

/// The headers: the last one of each name, serialized by its style. Declared cookies are moved to `cookie`, and a list
/// becomes one line per item.
fn headers(inputs: &CallInputs, method: Option<&MethodShape>) -> Vec<(String, Vec<Piece>)> {
    let styled = |name: &str| {
        let declared = method.map_or(&[][..], |method| &method.headers);
        declared.iter().rev().find(|one| one.name.eq_ignore_ascii_case(name)).and_then(|one| one.style)
    };
    let cookie = |name: &str| {
        let declared = method.map_or(&[][..], |method| &method.cookies);
        declared.iter().rev().find(|one| one.name == name).map(|one| one.style.unwrap_or(style::COOKIE))
    };
    let mut headers: Vec<(String, Vec<Vec<Piece>>)> = Vec::new();
    let mut crumbs: Vec<Vec<Piece>> = Vec::new();
    let mut add = |name: &str, values: Vec<Vec<Piece>>| {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.to_owned(), values));
    };
    for (name, value) in &inputs.headers {
        match (styled(name), cookie(name)) {
            _ if value.is_nullish() => add(name, Vec::new()),
            (Some(style), _) => add(name, vec![style::header(value, style)]),
            (None, Some(style)) => crumbs.extend(style::cookie_pairs(name, value, style)),
            (None, None) => add(
                name,
                match value.items() {
                    Some(items) => items.iter().map(PlannedValue::string).collect(),
                    None => vec![value.string()],
                },
            ),
        }
    }
    if !crumbs.is_empty() {
        let (given, others): (Vec<_>, Vec<_>) =
            headers.into_iter().partition(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        headers = others;
        let mut cookies = Vec::new();
        for (index, crumb) in given.into_iter().flat_map(|(_, values)| values).chain(crumbs).enumerate() {
            push_literal(&mut cookies, if index > 0 { "; " } else { "" });
            append(&mut cookies, crumb);
        }
        headers.push(("cookie".to_owned(), vec![cookies]));
    }
    headers.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value))).collect()
}
