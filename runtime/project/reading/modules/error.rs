//! Why a specifier leads to no module.

use std::path::PathBuf;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::display::suggest::suggest;
use apinb_text::source::loader::LoadError;

use crate::reading::root::display_name;

/// Why a specifier leads to no module.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error("not a path, a URL or the name of a package")]
    Invalid { specifier: String },
    #[error("`{name}` is a module of Node, which apinb does not provide")]
    Builtin { name: String, instead: String },
    #[error("packages of `{registry}:` are not installed by apinb")]
    Registry { registry: String, name: String },
    #[error("modules of `{scheme}:` URLs are not supported")]
    Scheme { specifier: String, scheme: String },
    /// Counts as denied access.
    #[error("a module from the web may not read files")]
    FileFromWeb { specifier: String },
    #[error("a module from the web has no `node_modules`")]
    PackageFromWeb { specifier: String },
    #[error("no `node_modules` of the project has a package `{name}`")]
    NoPackage { name: String },
    #[error("the package `{name}` has no main file")]
    NoMain { name: String },
    #[error("the package `{package}` does not export `{path}`")]
    NotExported { package: String, path: String, known: Vec<String> },
    #[error("the package does not import `{specifier}`")]
    NotImported { specifier: String, package: Option<String> },
    /// Counts as denied access.
    #[error("`{path}` leads out of the package `{package}`")]
    Outside { package: String, path: String },
    #[error("there is no file `{}`", display_name(path))]
    NotFound { specifier: String, path: PathBuf, similar: Option<String> },
    #[error("it is a folder")]
    Folder { specifier: String, has_index: bool },
    #[error("apinb does not run files with the extension `{extension}`")]
    NotJavaScript { specifier: String, extension: String },
    #[error("the entry `{key}` of the import map ends with `/`, its value does not")]
    ImportMap { key: String },
    #[error("{}", with_causes(.0))]
    Load(LoadError),
}

impl ResolveError {
    /// The stable code of the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "module/invalid",
            Self::Builtin { .. } => "module/builtin",
            Self::Registry { .. } => "module/registry",
            Self::Scheme { .. } => "module/scheme",
            Self::PackageFromWeb { .. } | Self::NoPackage { .. } => "module/package",
            Self::NoMain { .. } | Self::NotExported { .. } | Self::NotImported { .. } => "module/export",
            Self::NotFound { .. } | Self::Folder { .. } => "module/missing",
            Self::NotJavaScript { .. } => "module/language",
            Self::ImportMap { .. } => "module/import-map",
            Self::FileFromWeb { .. } | Self::Outside { .. } | Self::Load(LoadError::NotAllowed { .. }) => {
                "module/refused"
            }
            Self::Load(_) => "module/unreadable",
        }
    }

    /// Whether the notebook asked for something that it may not read.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::FileFromWeb { .. } | Self::Outside { .. } | Self::Load(LoadError::NotAllowed { .. }))
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Invalid { .. } => {
                "Write `./file.js`, `https://…`, or the name of a package in `node_modules`.".to_owned()
            }
            Self::Builtin { instead, .. } => format!("{instead}."),
            Self::Registry { name, .. } => {
                let package = name.trim_start_matches('/');
                format!("Run `npm install {package}`, and import the package by its name.")
            }
            Self::Scheme { .. } => "Import a file of the project, a package, or an `https:` URL.".to_owned(),
            Self::FileFromWeb { .. } => "Import the file in the notebook.".to_owned(),
            Self::PackageFromWeb { specifier } => {
                format!("Map the name to a URL in apinb.toml: [imports] \"{specifier}\" = \"https://…\"")
            }
            Self::NoPackage { name } => format!(
                "Run `npm install {name}` in the project, or map the name in apinb.toml: [imports] \"{name}\" = \"./file.js\""
            ),
            Self::NoMain { .. } => "Import one of its files: `name/file.js`.".to_owned(),
            Self::NotExported { path, known, package } => {
                let known_names = known.iter().map(String::as_str).filter(|known| !known.contains('*'));
                match suggest(path, known_names) {
                    Some(similar) => {
                        format!("Did you mean `{package}{}`?", similar.strip_prefix('.').unwrap_or(similar))
                    }
                    None if known.is_empty() => "Its package.json has nothing for `import`.".to_owned(),
                    None => format!("It exports {}.", shown(known)),
                }
            }
            Self::NotImported { .. } => "Add it to `imports` of the package.json.".to_owned(),
            Self::Outside { .. } => "Use another package: this one is invalid.".to_owned(),
            Self::NotFound { similar: Some(similar), .. } => {
                format!("Did you mean `{similar}`? A specifier has the full name of the file.")
            }
            Self::NotFound { .. } => "Check the path, which is relative to the file that imports it.".to_owned(),
            Self::Folder { specifier, has_index: true } => {
                format!("Import its file: `{}/index.js`.", specifier.trim_end_matches('/'))
            }
            Self::Folder { .. } => "Import a file in it.".to_owned(),
            Self::NotJavaScript { extension, .. } => match extension.as_str() {
                "ts" | "tsx" | "mts" | "cts" | "jsx" => "Compile it to JavaScript, and import that file.".to_owned(),
                _ => "Import a `.js`, `.mjs` or `.cjs` file, or a `.json` file with `{ type: 'json' }`.".to_owned(),
            },
            Self::ImportMap { .. } => "End both with `/`, or neither.".to_owned(),
            Self::Load(error) => error.help().unwrap_or_default(),
        }
    }
}

/// The first of some names.
fn shown(names: &[String]) -> String {
    const MOST: usize = 5;
    let first: Vec<_> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let rest = names.len().saturating_sub(MOST);
    if rest == 0 { first.join(", ") } else { format!("{} and {rest} more", first.join(", ")) }
}
