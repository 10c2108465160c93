//! A segment of a resource's path, and the corresponding member of the parent.

use apinb_definition::model::EXTENSION_PARAMETER;
use apinb_text::web::uri::{Piece, pieces};

/// The non-empty segments of a path; `/users/` has one.
pub fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The member of the parent that corresponds to a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access<'a> {
    /// The name of the property.
    pub name: &'a str,
    /// The parameters of the function, in order. If empty, the property itself is the resource.
    pub parameters: Vec<&'a str>,
    /// Whether `{mediaTypeExtension}` follows.
    pub extension: bool,
}

/// The member for `segment`. Without parameters, it is a property named like the segment. With parameters, it is a
/// function named after the text before them, or after the first parameter. A segment that is only
/// `{mediaTypeExtension}` has an empty name, since it belongs to its parent.
#[must_use]
pub fn access(segment: &str) -> Access<'_> {
    let mut pieces = pieces(segment);
    let extension = pieces.last() == Some(&Piece::Parameter(EXTENSION_PARAMETER));
    if extension {
        pieces.pop();
    }
    let parameters: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Parameter(name) => Some(*name),
            Piece::Literal(_) => None,
        })
        .collect();
    let name = match pieces.as_slice() {
        [] => "",
        [Piece::Literal(text)] => text,
        [Piece::Literal(text), rest @ ..] if rest.iter().all(|piece| matches!(piece, Piece::Parameter(_))) => text,
        _ => parameters.first().copied().unwrap_or(segment),
    };
    Access { name, parameters, extension }
}

#[cfg(test)]
mod tests {
    use super::{access, segments};

    #[test]
    fn segments_are_named_by_their_text_else_by_their_first_parameter() {
        let check = |segment: &str, name: &str, parameters: &[&str], extension: bool| {
            let access = access(segment);
            assert_eq!(
                (access.name, access.parameters.as_slice(), access.extension),
                (name, parameters, extension),
                "{segment}"
            );
        };
        check("users", "users", &[], false);
        check("users{mediaTypeExtension}", "users", &[], true);
        check("{id}", "id", &["id"], false);
        check("{id}{mediaTypeExtension}", "id", &["id"], true);
        check("text{a}{b}", "text", &["a", "b"], false);
        check("{a}{b}", "a", &["a", "b"], false);
        check("{p}.json", "p", &["p"], false);
        check("{x}...{y}", "x", &["x", "y"], false);
        check("mid{x}tail", "x", &["x"], false);
        check("{mediaTypeExtension}", "", &[], true);
        check("open{brace", "open{brace", &[], false);
        check("a}b", "a}b", &[], false);
        // By the same rule as the readers of definitions, so that each placeholder has a parameter.
        check("{a{b}", "{a", &["b"], false);
        check("{}", "{}", &[], false);
        check("{}}", "{}}", &[], false);
        check("{a}}{b}", "a", &["a", "b"], false);
        assert_eq!(segments("/a//b/").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(segments("/").count(), 0);
    }
}
