//! Media types: what a declared one allows, and how a body of it is read.

/// A media type in lower case, without parameters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a body of `actual` may be sent where `declared` is declared. Parameters such as `charset` do not matter, `*`
/// stands for any name, and a type with the suffix `+json` is JSON (RFC 6839).
pub(crate) fn allows(declared: &str, actual: &str) -> bool {
    let (declared, actual) = (essence(declared), essence(actual));
    let (Some((kind, subtype)), Some((own_kind, own_subtype))) = (declared.split_once('/'), actual.split_once('/'))
    else {
        return declared == actual;
    };
    let fits = |pattern: &str, name: &str| pattern == "*" || pattern == name;
    if fits(kind, own_kind) && fits(subtype, own_subtype) {
        return true;
    }
    let suffix =
        subtype.strip_prefix("*+").and_then(|suffix| own_subtype.rsplit_once('+').map(|(_, own)| own == suffix));
    (kind == own_kind && suffix == Some(true))
        || (declared == "application/json" && is_json(&actual) || actual == "application/json" && is_json(&declared))
        || same_xml(&declared, &actual)
}

fn same_xml(one: &str, other: &str) -> bool {
    const XML: [&str; 2] = ["application/xml", "text/xml"];
    XML.contains(&one) && XML.contains(&other)
}

/// How closely a declared type describes an actual one; larger is closer.
pub(crate) fn closeness(declared: &str, actual: &str) -> u8 {
    let (declared, actual) = (essence(declared), essence(actual));
    if declared == actual {
        3
    } else if declared.starts_with("*/") {
        0
    } else {
        1 + u8::from(!declared.contains('*'))
    }
}

/// Whether a body of this type is JSON.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.ends_with("/json") || essence.ends_with("+json")
}

/// How a body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    /// `a=1&b=2`.
    Pairs,
    Multipart,
    Text,
    /// XML, images and others, whose content is not checked.
    Opaque,
}

impl Form {
    pub(crate) fn of(media_type: &str) -> Self {
        let essence = essence(media_type);
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Self::Pairs,
            "multipart/form-data" => Self::Multipart,
            _ if is_json(&essence) => Self::Json,
            "text/plain" => Self::Text,
            _ => Self::Opaque,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn parameters_and_suffixes_do_not_matter() {
        let check = |declared: &str, actual: &str, expected: bool| {
            assert_eq!(allows(declared, actual), expected, "{declared} {actual}");
        };
        check("application/json", "Application/JSON; charset=utf-8", true);
        check("application/json;v=1", "application/json", true);
        check("application/json", "application/problem+json", true);
        check("application/vnd.x+json", "application/json", true);
        check("*/*", "image/png", true);
        check("image/*", "image/png", true);
        check("application/*+json", "application/hal+json", true);
        check("text/xml", "application/xml", true);
        check("application/json", "text/html", false);
        check("application/xml", "application/json", false);
        check("text/*", "image/png", false);
    }
}
