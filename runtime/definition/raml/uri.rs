//! Checks of URI templates, and of the values of their parameters ("Template URIs and URI Parameters").

use crate::raml::context::Context;
use crate::tree::node::{Node, NodeKind, NodeLocation};

/// Reports a template whose braces do not match.
pub(super) fn check_template(cx: &mut Context<'_, '_>, key: &str, template: &str, location: NodeLocation) {
    if !has_matching_braces(template) && !cx.any_keys {
        cx.documents.invalid(key, template, location, "matching braces around the name of each parameter");
    }
}

/// Reports the values of path parameters that contain a slash. `declared`: the map of their declarations.
pub(super) fn check_values(cx: &mut Context<'_, '_>, declared: &Node) {
    for parameter in declared.entries() {
        for part in parameter.value.entries() {
            if matches!(&*part.key, "example" | "examples" | "default" | "enum") {
                check_value(cx, &part.key, &part.value);
            }
        }
    }
}

fn check_value(cx: &mut Context<'_, '_>, key: &str, node: &Node) {
    match &node.kind {
        NodeKind::Scalar { text, .. } if !text.is_document() && text.as_str().contains('/') => {
            cx.documents.invalid(key, text.as_str(), node.location, "a value without `/`, which separates segments");
        }
        NodeKind::Sequence(items) => items.iter().for_each(|item| check_value(cx, key, item)),
        NodeKind::Mapping(_) if node.get("value").is_some() => {
            node.get("value").into_iter().for_each(|value| check_value(cx, key, value));
        }
        NodeKind::Mapping(entries) if key == "examples" => {
            entries.iter().for_each(|entry| check_value(cx, "example", &entry.value));
        }
        _ => {}
    }
}

fn has_matching_braces(template: &str) -> bool {
    let mut open = None;
    for (at, byte) in template.bytes().enumerate() {
        match (byte, open) {
            (b'{', None) => open = Some(at),
            (b'}', Some(start)) if at > start + 1 => open = None,
            (b'{' | b'}', _) => return false,
            _ => {}
        }
    }
    open.is_none()
}

#[cfg(test)]
mod tests {
    use super::has_matching_braces;

    #[test]
    fn braces_surround_names() {
        for template in ["", "/users", "/{a}/{b}", "/{a}{b}.json"] {
            assert!(has_matching_braces(template), "{template}");
        }
        for template in ["/{a", "/a}", "/{}", "/{a{b}}", "}{"] {
            assert!(!has_matching_braces(template), "{template}");
        }
    }
}
