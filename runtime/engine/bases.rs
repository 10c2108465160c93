//! The base URIs that calls were made from: reports show the path of a call below its base URI.

use url::Url;

/// Maximum number of remembered base URIs.
const MAX: usize = 64;

/// The base URIs of a session, without `/` at their ends.
#[derive(Default)]
pub(crate) struct Bases {
    /// As written, the latest last.
    written: Vec<String>,
    /// The same, as URLs are written.
    normalized: Vec<String>,
}

impl Bases {
    /// Adds the base URI of a call.
    pub(crate) fn add(&mut self, base: &str) {
        if self.written.iter().rev().any(|known| known == base) {
            return;
        }
        let Ok(url) = Url::parse(base) else { return };
        if self.written.len() == MAX {
            self.written.remove(0);
            self.normalized.remove(0);
        }
        self.written.push(base.to_owned());
        self.normalized.push(url.as_str().trim_end_matches('/').to_owned());
    }

    /// The path and query of `url` below the longest base URI that it starts with.
    pub(crate) fn below<'a>(&self, url: &'a Url) -> Option<&'a str> {
        let rest = |base: &String| {
            let rest = url.as_str().strip_prefix(base.as_str())?;
            (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
        };
        self.normalized.iter().filter_map(rest).min_by_key(|rest| rest.len())
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::Bases;

    #[test]
    fn the_path_is_below_the_longest_base() {
        let mut bases = Bases::default();
        for base in ["https://A.example:443/v1/", "https://a.example", "not a URL"] {
            bases.add(base);
        }
        let check = |url: &str, below: Option<&str>| {
            assert_eq!(bases.below(&Url::parse(url).unwrap()), below, "{url}");
        };
        check("https://a.example/v1/users?x=1", Some("/users?x=1"));
        check("https://a.example/v1", Some(""));
        check("https://a.example/v12/users", Some("/v12/users"));
        check("https://b.example/v1/users", None);
    }
}
