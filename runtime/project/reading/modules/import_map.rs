//! The import map of `apinb.toml`: a specifier, or the beginning of one, and the file or URL in its place.

use apinb_files::beneath::normal;

use super::error::ResolveError;
use crate::settings::Source;

/// What `imports` has for `specifier`: by its whole text, else by the longest key that ends with `/`.
pub(super) fn find(imports: &[(String, Source)], specifier: &str) -> Option<Result<Source, ResolveError>> {
    if let Some((_, source)) = imports.iter().find(|(key, _)| key == specifier) {
        return Some(Ok(source.clone()));
    }
    let prefixes = imports.iter().filter(|(key, _)| key.ends_with('/') && specifier.starts_with(key.as_str()));
    let (key, source) = prefixes.max_by_key(|(key, _)| key.len())?;
    let rest = specifier.get(key.len()..)?;
    Some(below(key, source, rest))
}

/// The file or URL `rest` below that of an entry.
fn below(key: &str, source: &Source, rest: &str) -> Result<Source, ResolveError> {
    let outside = || ResolveError::Outside { package: key.to_owned(), path: rest.to_owned() };
    match source {
        Source::File(folder) => {
            let path = normal(&folder.join(rest.trim_start_matches('/')));
            let is_below = path.starts_with(normal(folder)) && !rest.contains(['\\', '\0']);
            is_below.then_some(Source::File(path)).ok_or_else(outside)
        }
        Source::Url(url) if !url.path().ends_with('/') => Err(ResolveError::ImportMap { key: key.to_owned() }),
        Source::Url(url) => {
            let joined = url.join(&format!("./{rest}")).ok();
            joined.filter(|joined| joined.as_str().starts_with(url.as_str())).map(Source::Url).ok_or_else(outside)
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::find;
    use crate::settings::Source;

    #[test]
    fn the_longest_key_wins() {
        let url = |text: &str| Source::Url(Url::parse(text).unwrap());
        let map = [
            ("chai".to_owned(), url("https://esm.test/chai@5")),
            ("lib/".to_owned(), Source::File("/p/lib".into())),
            ("lib/deep/".to_owned(), Source::File("/p/deep".into())),
            ("cdn/".to_owned(), url("https://cdn.test/a/")),
            ("bad/".to_owned(), url("https://cdn.test/a")),
        ];
        let found = |specifier: &str| match find(&map, specifier) {
            None => "none".to_owned(),
            Some(Ok(Source::File(path))) => path.display().to_string(),
            Some(Ok(Source::Url(url))) => url.to_string(),
            Some(Err(error)) => error.code().to_owned(),
        };
        for (specifier, expected) in [
            ("chai", "https://esm.test/chai@5"),
            ("chai/x", "none"),
            ("lib/a.js", "/p/lib/a.js"),
            ("lib/deep/a.js", "/p/deep/a.js"),
            ("lib/../../etc/passwd", "module/refused"),
            ("lib//etc/passwd", "/p/lib/etc/passwd"),
            ("cdn/x.js", "https://cdn.test/a/x.js"),
            ("cdn/../x.js", "module/refused"),
            ("cdn/https://b.test/x.js", "https://cdn.test/a/https://b.test/x.js"),
            ("bad/x", "module/import-map"),
        ] {
            assert_eq!(found(specifier), expected, "{specifier}");
        }
    }
}
