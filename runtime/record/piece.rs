//! Text of which parts are unknown until a cell runs.

use std::borrow::Cow;

use apinb_text::web::escape::{Escape, escape};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Known text, escaped for its position.
    Literal(String),
    /// The value of an expression that is not evaluated.
    Unknown(UnknownPiece),
}

/// The value of an expression that is not evaluated, and how it becomes text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPiece {
    /// The source text of the expression.
    pub source: String,
    /// Its position in JSON, which is serialized first.
    pub json: JsonPosition,
    /// The escaping after that.
    pub escape: Escape,
}

/// The position of an unknown value in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonPosition {
    /// It is not in JSON.
    None,
    /// A value.
    Value,
    /// A part of a string.
    String,
}

impl Piece {
    /// The piece with its text escaped.
    #[must_use]
    pub fn escaped(self, how: Escape) -> Self {
        match self {
            Self::Literal(text) => Self::Literal(escape(&text, how)),
            Self::Unknown(unknown) => Self::Unknown(UnknownPiece { escape: how, ..unknown }),
        }
    }

    /// The value of an expression, neither in JSON nor escaped.
    #[must_use]
    pub fn unknown(source: &str) -> Self {
        Self::Unknown(UnknownPiece { source: source.to_owned(), json: JsonPosition::None, escape: Escape::None })
    }
}

/// Appends a literal; consecutive literals are one piece.
pub fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Literal(last)) => last.push_str(text),
        _ => pieces.push(Piece::Literal(text.to_owned())),
    }
}

/// Appends pieces; consecutive literals are one piece.
pub fn append(pieces: &mut Vec<Piece>, more: Vec<Piece>) {
    if pieces.is_empty() {
        *pieces = more;
        return;
    }
    for piece in more {
        match piece {
            Piece::Literal(text) => push_literal(pieces, &text),
            unknown @ Piece::Unknown(_) => pieces.push(unknown),
        }
    }
}

/// The text, if no piece is unknown.
#[must_use]
pub fn known_text(pieces: &[Piece]) -> Option<Cow<'_, str>> {
    match pieces {
        [] => Some(Cow::Borrowed("")),
        [Piece::Literal(text)] => Some(Cow::Borrowed(text)),
        _ => pieces
            .iter()
            .map(|piece| if let Piece::Literal(text) = piece { Some(text.as_str()) } else { None })
            .collect(),
    }
}
