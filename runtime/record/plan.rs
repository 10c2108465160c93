//! The request of a call; parts of it may be unknown.

use super::piece::{Piece, append, known_text, push_literal};

/// A request without its body.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestPlan {
    /// The base URI, without a `/` at its end.
    pub server: Vec<Piece>,
    /// The path below the base URI, encoded. A path from a notebook may have a query and a fragment.
    pub path: Vec<Piece>,
    /// The pairs of the query, encoded.
    pub query: Vec<Vec<Piece>>,
    /// Pairs of name and value.
    pub headers: Vec<(String, Vec<Piece>)>,
    /// The media type that the definition prefers for the body.
    pub content_type: Option<String>,
    /// The media type of a body that is sent unchanged and has no type of its own: the only one that the definition
    /// declares.
    pub only_content_type: Option<String>,
}

impl RequestPlan {
    /// The URL without the server: the path, then the query with `more` pairs, before a fragment.
    #[must_use]
    pub fn target(&self, more: impl IntoIterator<Item = Vec<Piece>>) -> Vec<Piece> {
        let mut path = self.path.clone();
        let fragment = split_fragment(&mut path);
        let has_query = self.server.iter().chain(&path).any(|piece| is_literal(piece, |text| text.contains('?')));
        let is_open = path.last().is_some_and(|last| is_literal(last, |text| text.ends_with(['?', '&'])));
        let mut joint = match (has_query, is_open) {
            (false, _) => "?",
            (true, false) => "&",
            (true, true) => "",
        };
        for pair in self.query.iter().cloned().chain(more) {
            push_literal(&mut path, joint);
            append(&mut path, pair);
            joint = "&";
        }
        append(&mut path, fragment);
        path
    }

    /// The URL, if all of it is known.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let mut url = known_text(&self.server)?.into_owned();
        url.push_str(&known_text(&self.target([]))?);
        Some(url)
    }
}

fn is_literal(piece: &Piece, test: impl Fn(&str) -> bool) -> bool {
    matches!(piece, Piece::Literal(text) if test(text))
}

/// Takes the fragment off a path.
fn split_fragment(path: &mut Vec<Piece>) -> Vec<Piece> {
    let Some(at) = path.iter().position(|piece| is_literal(piece, |text| text.contains('#'))) else {
        return Vec::new();
    };
    let mut fragment = path.split_off(at);
    if let Some(Piece::Literal(first)) = fragment.first_mut() {
        let rest = first.split_off(first.find('#').unwrap_or_default());
        push_literal(path, &std::mem::replace(first, rest));
    }
    fragment
}

#[cfg(test)]
mod tests {
    use super::RequestPlan;
    use crate::piece::Piece;

    #[test]
    fn a_query_is_inserted_between_the_query_and_the_fragment_of_the_path() {
        let literal = |text: &str| vec![Piece::Literal(text.to_owned())];
        for (path, url) in [
            ("/a", "http://h/a?x=1&y=2"),
            ("/a?b=1", "http://h/a?b=1&x=1&y=2"),
            ("/a?", "http://h/a?x=1&y=2"),
            ("/a?b=1&", "http://h/a?b=1&x=1&y=2"),
            ("/a#part", "http://h/a?x=1&y=2#part"),
        ] {
            let plan = RequestPlan {
                server: literal("http://h"),
                path: literal(path),
                query: vec![literal("x=1"), literal("y=2")],
                headers: Vec::new(),
                content_type: None,
                only_content_type: None,
            };
            assert_eq!(plan.url().unwrap(), url);
        }
    }
}
