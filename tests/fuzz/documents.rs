//! An input consists of several documents: a line `@@ NAME` starts the next one. The first is the root.

use std::collections::HashMap;

use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};

/// The prefix of the line that names a document.
const MARK: &str = "@@ ";
/// Maximum number of documents; the rest is part of the last one.
const MOST: usize = 100;

/// Documents in memory, by address.
pub struct Documents {
    all: HashMap<String, String>,
}

impl Documents {
    /// The address of the first document.
    pub fn root() -> Address {
        Address::file("/d/api")
    }

    /// Splits `text`, and returns the first document as well.
    pub fn new(text: &str) -> (Self, &str) {
        let mut all = HashMap::new();
        let (root, mut rest) = cut(text);
        while let Some((name, more)) = rest.filter(|_| all.len() < MOST).map(name) {
            let (document, next) = cut(more);
            all.insert(address(name), document.to_owned());
            rest = next;
        }
        all.insert(Self::root().to_string(), root.to_owned());
        (Self { all }, root)
    }
}

impl Loader for Documents {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let address = address.to_string();
        self.all.get(&address).cloned().ok_or(LoadError::NotFound { address })
    }
}

/// A document, and the text after its end marker.
fn cut(text: &str) -> (&str, Option<&str>) {
    let mut from = 0;
    while let Some(at) = text[from..].find(MARK).map(|at| from + at) {
        if at == 0 || text[..at].ends_with('\n') {
            return (&text[..at], Some(&text[at + MARK.len()..]));
        }
        from = at + MARK.len();
    }
    (text, None)
}

/// The name up to the end of its line, and the rest.
fn name(text: &str) -> (&str, &str) {
    let (name, rest) = text.split_once('\n').unwrap_or((text, ""));
    (name.trim(), rest)
}

/// A URL is unchanged; anything else is a path below the folder of the root.
fn address(name: &str) -> String {
    match name.starts_with("http") {
        true => name.to_owned(),
        false => Address::file(&format!("/d/{name}")).to_string(),
    }
}
