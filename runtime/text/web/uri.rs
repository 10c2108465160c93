//! URI templates (RFC 6570, level 1): `https://{domain}.example.com/users/{id}`.
//!
//! The only parser of `{name}`: code that reads definitions, follows clients, matches hosts and routes requests must
//! find the same parameters in a template. Definitions determine the values of parameters.

/// A piece of a URI template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Literal text.
    Literal(&'t str),
    /// The name between braces.
    Parameter(&'t str),
}

/// Splits a template, or a part of one, into its pieces. An unmatched brace is text, and so is `{}`; of nested
/// braces the innermost pair counts.
#[must_use]
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    // The text before `done` is already split.
    let (mut done, mut open) = (0, None);
    for (at, byte) in template.bytes().enumerate() {
        match byte {
            b'{' => open = Some(at),
            b'}' => {
                if let Some(open) = open.take().filter(|open| open + 1 < at) {
                    push_literal(&mut pieces, template.get(done..open));
                    pieces.extend(template.get(open + 1..at).map(Piece::Parameter));
                    done = at + 1;
                }
            }
            _ => {}
        }
    }
    push_literal(&mut pieces, template.get(done..));
    pieces
}

fn push_literal<'t>(pieces: &mut Vec<Piece<'t>>, text: Option<&'t str>) {
    pieces.extend(text.filter(|text| !text.is_empty()).map(Piece::Literal));
}

/// The names of the parameters of a template, in order; a repeated name is repeated.
pub fn parameters(template: &str) -> impl Iterator<Item = &str> {
    pieces(template).into_iter().filter_map(|piece| match piece {
        Piece::Parameter(name) => Some(name),
        Piece::Literal(_) => None,
    })
}

/// A template with each parameter replaced by the result of `value`.
#[must_use]
pub fn fill<'t>(template: &'t str, value: impl Fn(&'t str) -> &'t str) -> String {
    let texts = pieces(template).into_iter().map(|piece| match piece {
        Piece::Literal(text) => text,
        Piece::Parameter(name) => value(name),
    });
    texts.collect()
}

/// A URI template as host and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UriTemplate {
    /// With its port if it has one, in lower case outside parameters; none for a template that is only a path.
    pub host: Option<String>,
    /// Without query and fragment; empty or with a leading `/`.
    pub path: String,
}

impl UriTemplate {
    /// Parses a template; any text is valid.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.find(['?', '#']).and_then(|end| text.get(..end)).unwrap_or(text);
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        if rest.starts_with('/') {
            return Self { host: None, path: rest.trim_end_matches('/').to_owned() };
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = (!host.is_empty()).then(|| lower_literals(host));
        Self { host, path: path.trim_end_matches('/').to_owned() }
    }
}

fn lower_literals(host: &str) -> String {
    let pieces = pieces(host).into_iter().map(|piece| match piece {
        Piece::Literal(text) => text.to_ascii_lowercase(),
        Piece::Parameter(name) => format!("{{{name}}}"),
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::{Piece, UriTemplate, fill, parameters, pieces};

    #[test]
    fn templates_are_split_into_pieces() {
        use Piece::{Literal, Parameter};
        let check = |template: &str, expected: &[Piece<'_>]| assert_eq!(pieces(template), expected, "{template}");
        check("", &[]);
        check("users", &[Literal("users")]);
        check("/{a}é{b}", &[Literal("/"), Parameter("a"), Literal("é"), Parameter("b")]);
        check("text{a}{b}", &[Literal("text"), Parameter("a"), Parameter("b")]);
        check("open{brace", &[Literal("open{brace")]);
        check("a}b{c}", &[Literal("a}b"), Parameter("c")]);
        check("{a{b}", &[Literal("{a"), Parameter("b")]);
        check("{}", &[Literal("{}")]);
        check("{}}", &[Literal("{}}")]);
        check("{a}}{b}", &[Parameter("a"), Literal("}"), Parameter("b")]);
        assert_eq!(parameters("/{a}/{b}/{a}").collect::<Vec<_>>(), ["a", "b", "a"]);
        assert_eq!(fill("/{a}-{b}{", |name| if name == "a" { "1" } else { "" }), "/1-{");
    }

    #[test]
    fn templates_are_parsed() {
        let check = |text: &str, host: Option<&str>, path: &str| {
            let expected = UriTemplate { host: host.map(str::to_owned), path: path.to_owned() };
            assert_eq!(UriTemplate::parse(text), expected, "{text}");
        };
        check("https://{domain}.Zendesk.com/api/{version}/", Some("{domain}.zendesk.com"), "/api/{version}");
        check("https://API.example.com:8443", Some("api.example.com:8443"), "");
        check("{baseUri}/v1?x=1", Some("{baseUri}"), "/v1");
        check("/oauth/token#here", None, "/oauth/token");
        check("http://user@example.com/a", Some("example.com"), "/a");
        check("", None, "");
        check("https://", None, "");
    }
}
