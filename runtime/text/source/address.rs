//! Addresses of documents, and references from one document to another.
//!
//! The [`Loader`](crate::source::loader::Loader) decides which addresses may be read, and reads them.

use std::fmt;

use crate::web::display_url::DisplayUrl;

/// The address of a document: an absolute file path, or an `http` or `https` URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// An absolute path with `/` as separator and no `.` or `..` in it.
    File(String),
    /// An absolute URL.
    Url(url::Url),
}

impl Address {
    /// The file at an absolute `path`; `\` counts as a separator, `.` and `..` are resolved.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self::File(normal(path))
    }

    /// Resolves `reference`, which is written in this document. `root` is the root definition: a reference
    /// with a leading `/` starts at its folder, every other one at this document's folder. `http` and `https` URLs
    /// are complete.
    ///
    /// A document that came over the network never names a local file: there a leading `/` is the server's root.
    #[must_use]
    pub fn resolve(&self, reference: &str, root: &Self) -> Self {
        let reference = reference.trim();
        if let Some(url) = absolute_url(reference) {
            return Self::Url(url);
        }
        let reference = reference.replace('\\', "/");
        let below = reference.trim_start_matches('/');
        let base = if below.len() < reference.len() { root } else { self };
        match (self, base) {
            (Self::File(_), Self::File(path)) => Self::File(normal(&format!("{}/{below}", folder(path)))),
            (_, Self::Url(url)) => Self::Url(joined(url, &format!("./{below}"))),
            (Self::Url(url), Self::File(_)) => Self::Url(joined(url, &format!("/{below}"))),
        }
    }

    /// The text after the last `.` of the last path segment, in lower case; empty if there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        let path = match self {
            Self::File(path) => path.as_str(),
            Self::Url(url) => url.path(),
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
    }
}

/// As messages show it: a URL without its password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(path),
            Self::Url(url) => DisplayUrl(url).fmt(f),
        }
    }
}

fn absolute_url(reference: &str) -> Option<url::Url> {
    let url = url::Url::parse(reference).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// `reference` starts with `/` or `./`, so that no part of it can pass for a scheme or a host.
fn joined(base: &url::Url, reference: &str) -> url::Url {
    base.join(reference).unwrap_or_else(|_| base.clone())
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn normal(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    // A path that starts with a drive (`C:/…`) has no `/` before it.
    let drive = segments.first().is_some_and(|first| first.len() == 2 && first.ends_with(':'));
    let slash = if drive { "" } else { "/" };
    format!("{slash}{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn check(root: &str, from: &str, reference: &str, expected: &str) {
        let address = |text: &str| match text.starts_with("http") {
            true => Address::Url(text.parse().unwrap()),
            false => Address::file(text),
        };
        assert_eq!(address(from).resolve(reference, &address(root)).to_string(), expected, "{from} + {reference}");
    }

    #[test]
    fn references_resolve_against_the_including_file_or_the_root_folder() {
        check("/d/api.raml", "/d/api.raml", "a/b.raml", "/d/a/b.raml");
        check("/d/api.raml", "/d/a/b.raml", "../x.json", "/d/x.json");
        check("/d/api.raml", "/d/a/b.raml", "/x.json", "/d/x.json");
        check("/d/api.raml", "/d/a/b.raml", "\\s\\x.json", "/d/s/x.json");
        check("/d/api.raml", "/d/a/b.raml", "../../../../x", "/x");
        check("C:\\d\\api.raml", "C:\\d\\api.raml", "x/./y", "C:/d/x/y");
        check("/d/api.raml", "/d/api.raml", "https://h.test/a.raml", "https://h.test/a.raml");
        check("https://h.test/d/api.raml", "https://h.test/d/s/a.raml", "b c.raml", "https://h.test/d/s/b%20c.raml");
        check("https://h.test/d/api.raml", "https://h.test/d/s/a.raml", "/b.raml", "https://h.test/d/b.raml");
        check(
            "https://h.test/d/api.raml",
            "https://h.test/d/api.raml",
            "//evil.test/b",
            "https://h.test/d/evil.test/b",
        );
        check(
            "https://h.test/d/api.raml",
            "https://h.test/d/api.raml",
            "file:///etc/x",
            "https://h.test/d/file:///etc/x",
        );
        check("/d/api.raml", "https://h.test/d/a.raml", "/etc/passwd", "https://h.test/etc/passwd");
    }

    #[test]
    fn extensions_are_lower_case() {
        assert_eq!(Address::file("/a.b/C.RAML").extension(), "raml");
        assert_eq!(Address::file("/a.b/c").extension(), "");
        assert_eq!(Address::Url("https://h.test/a.json?x=.y".parse().unwrap()).extension(), "json");
    }
}
