//! What the values of an `apinb.toml` reach beyond the files of its project.

use std::path::{Component, Path, PathBuf};

use apinb_files::beneath::normal;
use apinb_project::overrides::value::Value;
use apinb_project::reading::project::Project;
use apinb_project::settings::Source;
use apinb_record::trust::TrustReach;
use apinb_text::web::display_url::DisplayUrl;
use secrecy::ExposeSecret as _;
use url::Url;

use crate::cli::settings::job::LoadedFile;
use crate::cli::settings::layers::{Assignment, Origin};
use crate::cli::settings::parse;
use crate::cli::settings::setting::{SEPARATOR, Trust};

/// The folder of a repository's own data, which may have credentials: it counts as outside of the project.
const REPOSITORY: &str = ".git";

/// Whether a value of `file` needs trust.
pub(crate) fn is_request(file: &LoadedFile, assignment: &Assignment) -> bool {
    matches!(assignment.origin, Origin::File(_)) && Reaches::new(file).of(assignment).is_some()
}

/// Decides about the values of one file.
pub(super) struct Reaches<'a> {
    file: &'a LoadedFile,
    /// The top of the project; none: no file is inside.
    root: Option<PathBuf>,
}

impl<'a> Reaches<'a> {
    pub(super) fn new(file: &'a LoadedFile) -> Self {
        Self { file, root: Project::of(file.folder()).root().map(Path::to_owned) }
    }

    /// What a value reaches: the kind, and the variable, path or value as messages show it.
    pub(super) fn of(&self, assignment: &Assignment) -> Option<(TrustReach, String)> {
        let text = match &assignment.value {
            Value::Environment { name, .. } => match self.of_own_variable(name) {
                Some(text) => text,
                None => return Some((TrustReach::Variable, name.clone())),
            },
            Value::File(path) => match self.outside(path) {
                Some(shown) => return Some((TrustReach::File, shown)),
                // What the project's own file says is read only where it matters.
                None if assignment.setting.entry().trust == Trust::NotNeeded => return None,
                None => assignment.value.resolve().ok()?,
            },
            Value::Text(text) => text.clone(),
        };
        match assignment.setting.entry().trust {
            Trust::NotNeeded => None,
            Trust::Unless(harmless) => (harmless != Some(text.as_str())).then(|| (TrustReach::Setting, shown(&text))),
            Trust::OutsideFile => {
                let is_list = assignment.setting.entry().is_list();
                let outside = text.split(|character| is_list && character == SEPARATOR).filter_map(|text| {
                    match parse::source(text, self.file.folder()) {
                        Source::Url(_) => None,
                        Source::File(path) => self.outside(&path),
                    }
                });
                let outside: Vec<String> = outside.collect();
                (!outside.is_empty()).then(|| (TrustReach::File, outside.join("`, `")))
            }
        }
    }

    /// The value of a variable in the project's own `.env`, if that is the value that a run uses.
    fn of_own_variable(&self, name: &str) -> Option<String> {
        let own = self.file.variables.get(name)?.value.expose_secret();
        // The real environment overrides the file.
        match std::env::var_os(name) {
            Some(real) if real != own => None,
            _ => Some(own.to_owned()),
        }
    }

    /// The path as messages show it, if it is not one of the project's own files.
    fn outside(&self, path: &Path) -> Option<String> {
        let written = path.strip_prefix(self.file.folder()).unwrap_or(path);
        let real = resolved(path);
        let inside = self.root.as_ref().and_then(|root| real.as_deref()?.strip_prefix(root).ok());
        let is_own = inside.is_some_and(|inside| inside.components().all(|part| part.as_os_str() != REPOSITORY));
        if is_own {
            return None;
        }
        Some(match real {
            // A link that leads elsewhere tomorrow is another request.
            Some(real) if normal(path) != real => format!("{} -> {}", written.display(), real.display()),
            _ => written.display().to_string(),
        })
    }
}

/// The absolute path without symbolic links, of a file that may not exist; none for one that cannot be resolved.
fn resolved(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|above| {
        let real = above.canonicalize().ok()?;
        let rest = path.strip_prefix(above).ok()?;
        let is_plain = rest.components().all(|part| matches!(part, Component::Normal(_)));
        // Joining nothing would add a separator.
        let joined = || if rest.as_os_str().is_empty() { real.clone() } else { real.join(rest) };
        is_plain.then(joined)
    })
}

/// A value without a password in it; as it is written, if there is none.
fn shown(text: &str) -> String {
    let displayed = Url::parse(text).ok().map(|url| (DisplayUrl(&url).to_string(), url));
    match displayed {
        Some((displayed, url)) if displayed != url.as_str() => displayed,
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn values_are_shown_without_passwords() {
        for (text, expected) in [
            ("http://ann:pass@proxy.test:3128", "http://ann:[secret]@proxy.test:3128/"),
            ("http://key@proxy.test", "http://[secret]@proxy.test/"),
            ("HTTP://proxy.test:3128", "HTTP://proxy.test:3128"),
            ("true", "true"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
