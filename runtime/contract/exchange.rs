//! A call with its response, as data, wherever it was recorded.

use apinb_record::position::FilePosition;

/// A call with its response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// In upper case.
    pub method: String,
    pub url: String,
    pub request: Message,
    pub status: u16,
    pub response: Message,
    /// Whether a mock server responded.
    pub mocked: bool,
    pub place: ExchangePlace,
}

/// Headers and body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Pairs of name and value in order.
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

/// A body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    #[default]
    Empty,
    /// The whole body.
    Text(String),
    /// There is one, but it is binary, truncated or not recorded.
    Unknown,
    /// There is one that takes too much memory to check.
    TooLarge,
}

/// Where a call was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangePlace {
    /// From 1: in the cell, or in the recorded traffic.
    pub number: usize,
    pub notebook: Option<String>,
    pub cell: Option<usize>,
    pub position: Option<FilePosition>,
}

impl Message {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    /// All values of a header.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
