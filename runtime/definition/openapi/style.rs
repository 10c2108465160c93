//! {style}, {explode} and {allowReserved} of a parameter, and 2.0's {collectionFormat}.

use crate::model::{ParameterKind, Style, StyleForm};
use crate::tree::node::Node;
use crate::tree::value::boolean;

use crate::openapi::context::Context;
use crate::openapi::request_parameter::In;
use crate::openapi::version::Version;

/// The serialization of a parameter; `None` for a single value with the default style.
pub(super) fn style(cx: &mut Context<'_, '_>, node: &Node, location: In, kind: ParameterKind) -> Option<Style> {
    if cx.version == Version::V2 {
        return collection_format(cx, node, location, kind);
    }
    let flag = |key: &str| node.get(key).and_then(|value| boolean(value.as_str()?));
    let declared = node.entry("style").and_then(|entry| {
        let text = cx.text(entry)?;
        if text == "cookie" && location == In::Cookie && cx.version >= Version::V32 {
            cx.ignored("style: cookie", "apinb reads it as `form`, which encodes values.", entry.value.location);
            return Some(StyleForm::Form);
        }
        let form = form(&text).filter(|form| allowed(location).contains(form));
        if form.is_none() {
            cx.documents.invalid(&entry.key, &text, entry.value.location, expected(location));
        }
        form
    });
    let (explode, reserved) = (flag("explode"), flag("allowReserved"));
    let structured = matches!(kind, ParameterKind::Array | ParameterKind::Object | ParameterKind::Any);
    if declared.is_none() && explode.is_none() && reserved.is_none() && !structured {
        return None;
    }
    let form = declared.unwrap_or(match location {
        In::Path | In::Header => StyleForm::Simple,
        _ => StyleForm::Form,
    });
    let explode = explode.unwrap_or(matches!(form, StyleForm::Form | StyleForm::DeepObject));
    Some(Style { form, explode, reserved: reserved.unwrap_or_default() && location == In::Query })
}

fn form(text: &str) -> Option<StyleForm> {
    match text {
        "form" => Some(StyleForm::Form),
        "simple" => Some(StyleForm::Simple),
        "matrix" => Some(StyleForm::Matrix),
        "label" => Some(StyleForm::Label),
        "spaceDelimited" => Some(StyleForm::SpaceDelimited),
        "pipeDelimited" => Some(StyleForm::PipeDelimited),
        "deepObject" => Some(StyleForm::DeepObject),
        _ => None,
    }
}

fn allowed(location: In) -> &'static [StyleForm] {
    match location {
        In::Path => &[StyleForm::Simple, StyleForm::Label, StyleForm::Matrix],
        In::Header => &[StyleForm::Simple],
        In::Cookie => &[StyleForm::Form],
        In::Query | In::QueryString | In::Body | In::FormData => {
            &[StyleForm::Form, StyleForm::SpaceDelimited, StyleForm::PipeDelimited, StyleForm::DeepObject]
        }
    }
}

fn expected(location: In) -> &'static str {
    match location {
        In::Path => "`simple`, `label` or `matrix` in a path",
        In::Header => "`simple` in a header",
        In::Cookie => "`form` in a cookie",
        In::Query | In::QueryString | In::Body | In::FormData => {
            "`form`, `spaceDelimited`, `pipeDelimited` or `deepObject` in a query"
        }
    }
}

/// 2.0: only for lists; `csv` by default.
fn collection_format(cx: &mut Context<'_, '_>, node: &Node, location: In, kind: ParameterKind) -> Option<Style> {
    if kind != ParameterKind::Array {
        return None;
    }
    let plain = match location {
        In::Path | In::Header => StyleForm::Simple,
        _ => StyleForm::Form,
    };
    let entry = node.entry("collectionFormat");
    let text = entry.and_then(|entry| cx.text(entry)).unwrap_or_else(|| "csv".to_owned());
    let (form, explode) = match (text.as_str(), entry) {
        ("ssv", _) => (StyleForm::SpaceDelimited, false),
        ("tsv", _) => (StyleForm::TabDelimited, false),
        ("pipes", _) => (StyleForm::PipeDelimited, false),
        ("multi", _) if matches!(location, In::Query | In::FormData) => (StyleForm::Form, true),
        ("csv", _) | (_, None) => (plain, false),
        (other, Some(entry)) => {
            let expected = "`csv`, `ssv`, `tsv`, `pipes`, or `multi` in a query or a form";
            cx.documents.invalid(&entry.key, other, entry.value.location, expected);
            (plain, false)
        }
    };
    Some(Style { form, explode, reserved: false })
}
