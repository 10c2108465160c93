//! Why no recorded interaction answers a request.

use std::fmt::Write as _;

use crate::difference::Difference;

/// The differences that a message lists.
const LISTED: usize = 8;

/// A request without a recorded response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The request: `POST /users/{id} of `shop``.
    pub request: String,
    /// The nearest recorded interaction; none if nothing is recorded.
    pub nearest: Option<Nearest>,
    /// Whether a request like it is recorded, but was already replayed.
    pub is_used_up: bool,
    /// The number of the cell that calls.
    pub cell: Option<usize>,
}

/// The recorded interaction that is nearest to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The file of its cell, without `.json`.
    pub file: String,
    /// From 1.
    pub number: usize,
    /// Method and URL.
    pub request: String,
    /// Empty if the request is the same.
    pub differences: Vec<Difference>,
}

impl Miss {
    /// What the cassette has instead, in several lines.
    #[must_use]
    pub fn message(&self) -> String {
        let Some(nearest) = &self.nearest else {
            return "the cassette has no interaction".to_owned();
        };
        let Nearest { file, number, request, differences } = nearest;
        let mut message = String::new();
        // Writing into a String cannot fail.
        let _ = if self.is_used_up {
            write!(
                message,
                "the cassette has no further response to it; the last one is interaction {number} of {file}.json"
            )
        } else {
            write!(
                message,
                "the cassette has no response to it; the nearest is interaction {number} of {file}.json, {request}"
            )
        };
        for difference in differences.iter().take(LISTED) {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
            let name = match difference.name.as_str() {
                "" => difference.part.to_owned(),
                name => format!("{} {name}", difference.part),
            };
            let _ = write!(
                message,
                "\n  {name}: recorded {}, sent {}",
                value(&difference.recorded),
                value(&difference.sent)
            );
        }
        if let Some(more) = differences.len().checked_sub(LISTED).filter(|more| *more > 0) {
            let _ = write!(message, "\n  and {more} more differences");
        }
        message
    }

    /// The two ways on.
    #[must_use]
    pub fn help(&self) -> String {
        let only = self.cell.map(|cell| format!(" --only {cell}")).unwrap_or_default();
        let nearest = self.nearest.as_ref().filter(|_| !self.is_used_up);
        let ignored: Option<Vec<String>> =
            nearest.and_then(|nearest| nearest.differences.iter().map(Difference::ignore).collect());
        let record = format!("Record it with `--record=missing{only}`");
        match ignored.filter(|ignored| !ignored.is_empty()) {
            Some(ignored) => {
                let listed: Vec<String> = ignored.iter().take(LISTED).map(|part| format!("{part:?}")).collect();
                format!("{record}, or set `ignore = [{}]` in `[cassette]` of apinb.toml.", listed.join(", "))
            }
            None => format!("{record}, or record the notebook again with `--record`."),
        }
    }
}
