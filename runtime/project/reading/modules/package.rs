//! `package.json`: the files of a package by `exports`, `imports` and `main`, as Node resolves them.

use serde_json::{Map, Value};

use super::error::ResolveError;
use super::specifier::Kind;

/// The name of the file.
pub(super) const FILE: &str = "package.json";

/// How deeply conditions may be nested.
const MAX_DEPTH: usize = 32;

/// The conditions of a package that apply, beside `default`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions(&'static str);

impl Conditions {
    pub(super) fn of(kind: Kind) -> Self {
        Self(match kind {
            Kind::Import => "import",
            Kind::Require => "require",
        })
    }

    fn has(self, name: &str) -> bool {
        name == self.0 || name == "default"
    }
}

/// What an entry of `exports` or `imports` leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A path in the package, without `./`.
    Inside(String),
    /// Another package, for `imports`.
    Package(String),
}

/// The fields of a `package.json` that matter.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: Option<String>,
    fields: Map<String, Value>,
}

impl Package {
    /// None: it is not a JSON object.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let Value::Object(mut fields) = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()? else {
            return None;
        };
        fields.retain(|key, _| matches!(key.as_str(), "name" | "type" | "main" | "module" | "exports" | "imports"));
        let name = fields.get("name").and_then(Value::as_str).map(str::to_owned);
        Some(Self { name, fields })
    }

    /// Whether its `.js` files are ES modules; none if it does not tell.
    pub(super) fn is_module(&self) -> Option<bool> {
        match self.fields.get("type")?.as_str()? {
            "module" => Some(true),
            "commonjs" => Some(false),
            _ => None,
        }
    }

    pub(super) fn main(&self) -> Option<&str> {
        self.fields.get("main")?.as_str()
    }

    pub(super) fn module(&self) -> Option<&str> {
        self.fields.get("module")?.as_str()
    }

    pub(super) fn has_exports(&self) -> bool {
        self.fields.get("exports").is_some_and(|exports| !exports.is_null())
    }

    /// What `exports` has for a path of the package called `name`.
    pub(super) fn exported(&self, name: &str, subpath: &str, conditions: Conditions) -> Result<Target, ResolveError> {
        let path = format!(".{subpath}");
        let exports = self.fields.get("exports").unwrap_or(&Value::Null);
        let entries = exports.as_object().filter(|entries| entries.keys().all(|key| key.starts_with('.')));
        let found = match entries {
            Some(entries) if !entries.is_empty() => matching(entries, &path, name, conditions),
            // The shorthand for the main export.
            _ if path == "." => target(exports, None, name, conditions, false, 0),
            _ => Ok(None),
        };
        found?.ok_or_else(|| ResolveError::NotExported {
            package: name.to_owned(),
            path: path.clone(),
            known: entries.into_iter().flat_map(Map::keys).cloned().collect(),
        })
    }

    /// What `imports` has for a name of the package itself.
    pub(super) fn imported(&self, specifier: &str, conditions: Conditions) -> Result<Target, ResolveError> {
        let name = self.name.as_deref().unwrap_or_default();
        let entries = self.fields.get("imports").and_then(Value::as_object);
        let found = entries.map_or(Ok(None), |entries| matching_with(entries, specifier, name, conditions, true));
        found?.ok_or_else(|| ResolveError::NotImported { specifier: specifier.to_owned(), package: self.name.clone() })
    }
}

fn matching(
    entries: &Map<String, Value>,
    path: &str,
    package: &str,
    conditions: Conditions,
) -> Result<Option<Target>, ResolveError> {
    matching_with(entries, path, package, conditions, false)
}

/// The entry of `path`: by its whole text, else by the pattern with the longest beginning.
fn matching_with(
    entries: &Map<String, Value>,
    path: &str,
    package: &str,
    conditions: Conditions,
    other_packages: bool,
) -> Result<Option<Target>, ResolveError> {
    if let Some(value) = entries.get(path).filter(|_| !path.contains('*') && !path.ends_with('/')) {
        return target(value, None, package, conditions, other_packages, 0);
    }
    let patterns = entries.iter().filter_map(|(key, value)| {
        let (start, end) = key.split_once('*').filter(|(_, end)| !end.contains('*'))?;
        let part = path.strip_prefix(start)?.strip_suffix(end).filter(|part| !part.is_empty())?;
        Some((start.len(), key.len(), part, value))
    });
    match patterns.max_by_key(|(start, length, ..)| (*start, *length)) {
        Some((_, _, part, value)) => target(value, Some(part), package, conditions, other_packages, 0),
        None => Ok(None),
    }
}

/// The target of an entry; none if no condition applies, or the entry forbids the path.
fn target(
    value: &Value,
    part: Option<&str>,
    package: &str,
    conditions: Conditions,
    other_packages: bool,
    depth: usize,
) -> Result<Option<Target>, ResolveError> {
    if depth > MAX_DEPTH {
        return Ok(None);
    }
    let nested = |value: &Value| target(value, part, package, conditions, other_packages, depth + 1);
    match value {
        Value::String(text) => one(text, part, package, other_packages).map(Some),
        Value::Object(entries) => {
            for (_, value) in entries.iter().filter(|(condition, _)| conditions.has(condition)) {
                if let Some(found) = nested(value)? {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        }
        Value::Array(values) => {
            let mut invalid = None;
            for value in values {
                match nested(value) {
                    Ok(Some(found)) => return Ok(Some(found)),
                    Ok(None) => {}
                    Err(error) => invalid = Some(error),
                }
            }
            invalid.map_or(Ok(None), Err)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(None),
    }
}

fn one(text: &str, part: Option<&str>, package: &str, other_packages: bool) -> Result<Target, ResolveError> {
    let path = part.map_or_else(|| text.to_owned(), |part| text.replace('*', part));
    let outside = || ResolveError::Outside { package: package.to_owned(), path: path.clone() };
    match path.strip_prefix("./") {
        Some(inside) if inside.split(['/', '\\']).all(is_segment) => Ok(Target::Inside(inside.to_owned())),
        None if other_packages && !text.starts_with(['.', '/']) => Ok(Target::Package(path)),
        _ => Err(outside()),
    }
}

/// Whether a segment of a path stays in its folder and package.
fn is_segment(segment: &str) -> bool {
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
    !matches!(decoded.as_str(), "." | ".." | "node_modules")
        && !["%2f", "%5c", "\0"].iter().any(|at| decoded.contains(at))
}

#[cfg(test)]
mod tests {
    use super::{Conditions, Package, Target};
    use crate::reading::modules::specifier::Kind;

    fn shown(target: Result<Target, super::ResolveError>) -> String {
        match target {
            Ok(Target::Inside(path)) => path,
            Ok(Target::Package(name)) => format!("package {name}"),
            Err(error) => error.code().to_owned(),
        }
    }

    #[test]
    fn exports_are_resolved_as_node_does() {
        for (exports, subpath, import, require) in [
            (r#""./a.js""#, "", "a.js", "a.js"),
            (r#""./a.js""#, "/b", "module/export", "module/export"),
            (r#"{ "import": "./a.mjs", "require": "./a.cjs" }"#, "", "a.mjs", "a.cjs"),
            (r#"{ "node": "./n.js", "browser": "./b.js", "default": "./d.js" }"#, "", "d.js", "d.js"),
            (
                r#"{ ".": { "import": { "types": "./a.d.ts", "default": "./a.mjs" }, "default": "./a.cjs" } }"#,
                "",
                "a.mjs",
                "a.cjs",
            ),
            (r#"{ ".": "./a.js", "./b": "./lib/b.js" }"#, "/b", "lib/b.js", "lib/b.js"),
            (r#"{ "./*": "./lib/*.js", "./x/*": "./y/*.js", "./x/no/*": null }"#, "/a/b", "lib/a/b.js", "lib/a/b.js"),
            (r#"{ "./*": "./lib/*.js", "./x/*": "./y/*.js", "./x/no/*": null }"#, "/x/b", "y/b.js", "y/b.js"),
            (
                r#"{ "./*": "./lib/*.js", "./x/*": "./y/*.js", "./x/no/*": null }"#,
                "/x/no/b",
                "module/export",
                "module/export",
            ),
            (r#"{ "./*.js": "./dist/*.js" }"#, "/a.js", "dist/a.js", "dist/a.js"),
            (r#"{ ".": [null, { "worker": "./w.js" }, "./a.js"] }"#, "", "a.js", "a.js"),
            (r#"{ ".": { "node": "./a.js" } }"#, "", "module/export", "module/export"),
            (r#""../a.js""#, "", "module/refused", "module/refused"),
            (r#""./../a.js""#, "", "module/refused", "module/refused"),
            (r#""./a/%2E%2e/%2e./b.js""#, "", "module/refused", "module/refused"),
            (r#""/etc/passwd""#, "", "module/refused", "module/refused"),
            (r#""other""#, "", "module/refused", "module/refused"),
            (r#""./node_modules/b/c.js""#, "", "module/refused", "module/refused"),
            (r#"{ "./*": "./lib/*" }"#, "/../../x.js", "module/refused", "module/refused"),
        ] {
            let package = Package::parse(&format!(r#"{{ "exports": {exports} }}"#)).unwrap();
            for (kind, expected) in [(Kind::Import, import), (Kind::Require, require)] {
                let found = package.exported("p", subpath, Conditions::of(kind));
                assert_eq!(shown(found), expected, "{exports} {subpath} {kind:?}");
            }
        }
    }

    #[test]
    fn imports_may_name_other_packages() {
        let text =
            r##"{ "name": "p", "imports": { "#a": "./a.js", "#b": "b/sub", "#c/*": "./c/*.js", "#d": "../d.js" } }"##;
        let package = Package::parse(text).unwrap();
        for (name, expected) in [
            ("#a", "a.js"),
            ("#b", "package b/sub"),
            ("#c/x", "c/x.js"),
            ("#d", "module/refused"),
            ("#e", "module/export"),
        ] {
            assert_eq!(shown(package.imported(name, Conditions::of(Kind::Import))), expected, "{name}");
        }
    }

    #[test]
    fn other_texts_are_not_packages() {
        for text in ["", "[]", "{", "1"] {
            assert!(Package::parse(text).is_none(), "{text}");
        }
        assert_eq!(Package::parse("\u{feff}{\"type\": \"module\"}").unwrap().is_module(), Some(true));
    }
}
