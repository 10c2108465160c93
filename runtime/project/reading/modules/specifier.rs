//! What a module specifier names, by its form, and how a module is named.

use url::Url;

use super::builtins;
use super::error::ResolveError;

/// How a module names another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `import`, static or dynamic.
    Import,
    /// `require` of a CommonJS module.
    Require,
}

/// A module specifier.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Specifier<'a> {
    /// It begins with `./`, `../` or `/`.
    Relative(&'a str),
    Url(Url),
    /// A package, and what follows its name: empty, or a path with its `/`.
    Package {
        name: &'a str,
        subpath: &'a str,
    },
    /// A name of the package itself: `#name`.
    Internal(&'a str),
}

impl<'a> Specifier<'a> {
    pub(super) fn parse(specifier: &'a str) -> Result<Self, ResolveError> {
        if specifier == "." || specifier == ".." || ["./", "../", "/"].iter().any(|start| specifier.starts_with(start))
        {
            return Ok(Self::Relative(specifier));
        }
        if let Some(name) = specifier.strip_prefix("node:") {
            let instead = builtins::instead_of(name).unwrap_or(builtins::NOTHING).to_owned();
            return Err(ResolveError::Builtin { name: specifier.to_owned(), instead });
        }
        if let Some((registry @ ("npm" | "jsr"), name)) = specifier.split_once(':') {
            let (registry, name) = (registry.to_owned(), name.to_owned());
            return Err(ResolveError::Registry { registry, name });
        }
        if let Ok(url) = Url::parse(specifier) {
            return Ok(Self::Url(url));
        }
        if specifier.starts_with('#') {
            return Ok(Self::Internal(specifier));
        }
        package(specifier).ok_or_else(|| ResolveError::Invalid { specifier: specifier.to_owned() })
    }
}

/// `name`, `name/path`, `@scope/name`, `@scope/name/path`.
fn package(specifier: &str) -> Option<Specifier<'_>> {
    let mut ends = specifier.match_indices('/').map(|(at, _)| at);
    let end = if specifier.starts_with('@') {
        ends.next()?;
        ends.next()
    } else {
        ends.next()
    };
    let (name, subpath) = specifier.split_at(end.unwrap_or(specifier.len()));
    let is_part = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '%', ':', '\0']) && part.trim() == part
    };
    let parts = name.strip_prefix('@').unwrap_or(name);
    let has_parts = parts.split('/').all(is_part) && parts != "node_modules";
    // `name/` is the package, for a browser's version of one of Node's modules.
    let subpath = if subpath == "/" { "" } else { subpath };
    has_parts.then_some(Specifier::Package { name, subpath })
}

#[cfg(test)]
mod tests {
    use super::Specifier;

    #[test]
    fn the_form_tells_what_is_named() {
        let shown = |specifier: &str| match Specifier::parse(specifier) {
            Ok(Specifier::Relative(path)) => format!("relative {path}"),
            Ok(Specifier::Url(url)) => format!("url {url}"),
            Ok(Specifier::Package { name, subpath }) => format!("package {name} {subpath}").trim_end().to_owned(),
            Ok(Specifier::Internal(name)) => format!("internal {name}"),
            Err(error) => format!("error {}", error.code()),
        };
        for (specifier, expected) in [
            ("./a.js", "relative ./a.js"),
            ("../a.js", "relative ../a.js"),
            ("/a.js", "relative /a.js"),
            (".", "relative ."),
            ("https://a.test/b.js", "url https://a.test/b.js"),
            ("data:text/javascript,1", "url data:text/javascript,1"),
            ("zod", "package zod"),
            ("zod/v4/core", "package zod /v4/core"),
            ("@faker-js/faker", "package @faker-js/faker"),
            ("@faker-js/faker/locale/de", "package @faker-js/faker /locale/de"),
            ("punycode/", "package punycode"),
            ("#internal", "internal #internal"),
            ("node:fs", "error module/builtin"),
            ("npm:zod", "error module/registry"),
            (".bin/x", "error module/invalid"),
            ("@scope", "error module/invalid"),
            ("@/x", "error module/invalid"),
            ("a\\b", "error module/invalid"),
            ("%2e%2e/a", "error module/invalid"),
            ("", "error module/invalid"),
        ] {
            assert_eq!(shown(specifier), expected, "{specifier}");
        }
    }
}
