//! Rows as JSON: a list of objects. `null` gives no answer.

use std::fmt;

use apinb_text::source::span::{Position, SourceFile, Span};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::cli::jobs::rows::cells::{Cell, Cells, MAX_ROWS, PlacedCells};
use crate::cli::jobs::rows::problem::RowFault;

/// # Errors
/// The first error: the rest of the text is unknown.
pub(crate) fn parse(text: &str) -> Result<Vec<PlacedCells>, Vec<(Span, RowFault)>> {
    match serde_json::from_str::<Rows>(text) {
        Ok(rows) => Ok(rows.0.into_iter().map(|row| (Span::default(), row.0)).collect()),
        Err(error) => {
            let file = SourceFile::new("", text);
            let at = file.offset(Position { line: error.line(), column: 1 }) + error.column().saturating_sub(1);
            let message = error.to_string();
            // The position is part of the diagnostic.
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).to_owned();
            Err(vec![(Span::new(at, at), RowFault::Syntax { message })])
        }
    }
}

struct Rows(Vec<Row>);
struct Row(Cells);
struct Scalar(Value);

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RowsVisitor)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RowVisitor)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

/// Serde's messages repeat the value, which may be a secret; these only say what is expected.
macro_rules! refuse {
    ($what:literal: $($visit:ident($kind:ty)),+) => {
        $(fn $visit<E: serde::de::Error>(self, _: $kind) -> Result<Self::Value, E> {
            Err(E::custom($what))
        })+
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Err(E::custom($what))
        }
    };
}

struct RowsVisitor;

impl<'de> Visitor<'de> for RowsVisitor {
    type Value = Rows;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rows, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = list.next_element()? {
            if rows.len() == MAX_ROWS {
                return Err(A::Error::custom(format!("more than {MAX_ROWS} rows")));
            }
            rows.push(row);
        }
        Ok(Rows(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Rows, A::Error> {
        Err(A::Error::custom("expected a list of objects, got an object"))
    }

    refuse!("expected a list of objects": visit_str(&str), visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64));
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut cells = Cells::new();
        while let Some(key) = map.next_key::<String>()? {
            if cells.iter().any(|cell: &Cell| cell.key == key) {
                return Err(A::Error::custom(format!("duplicate key `{key}`")));
            }
            let Scalar(value) = map.next_value()?;
            cells.push(Cell::scalar(key, value));
        }
        Ok(Row(cells))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Row, A::Error> {
        Err(A::Error::custom("expected an object for each row, got a list"))
    }

    refuse!("expected an object for each row": visit_str(&str), visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64));
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a string, a number or a boolean")
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar(Value::from(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar(Value::from(value)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar(Value::from(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar(Value::from(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar(Value::from(number)))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Scalar, A::Error> {
        Err(A::Error::custom("expected a string, a number or a boolean, got a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Scalar, A::Error> {
        Err(A::Error::custom("expected a string, a number or a boolean, got an object"))
    }
}
