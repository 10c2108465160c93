//! Output files that the command line names: reports and exports. They never replace what the command reads, nor a
//! notebook, a definition or settings; anything else that apinb did not write only with `--force`.

use std::io;
use std::path::{Path, PathBuf};

use apinb_files::bounded;
use apinb_files::identity::Identity;
use apinb_files::whole::{self, Options};
use apinb_notebook::model::Notebook;
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::reading::root;
use apinb_project::settings::Source;

use crate::cli::settings::env_file;
use crate::cli::settings::problem::UsageProblem;

/// How much of an existing file is read to recognize it, in bytes.
const HEAD: u64 = 64 << 10;

/// The files that a command reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct InputFiles(Vec<Identity>);

impl InputFiles {
    /// The files of these jobs and those that the command line names beside them.
    pub(crate) fn new(jobs: &[Job], named: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut paths: Vec<PathBuf> = named.into_iter().collect();
        for job in jobs {
            let settings = &job.settings;
            if let NotebookLocation::File(path) = &job.location {
                paths.push(path.clone());
            }
            let config = root::find(&settings.folder);
            let beside = config.as_deref().and_then(Path::parent).into_iter().chain([settings.folder.as_path()]);
            paths.extend(beside.map(|folder| folder.join(env_file::NAME)));
            paths.extend(config);
            paths.extend(job.files.iter().cloned());
            let definitions = settings.definitions_by_client.values().chain(settings.definitions_by_url.values());
            let sources = definitions.chain(settings.scripts.values()).chain(settings.imports.values());
            paths.extend(sources.filter_map(|source| match source {
                Source::File(path) => Some(path.clone()),
                Source::Url(_) => None,
            }));
        }
        paths.sort();
        paths.dedup();
        Self(paths.iter().filter_map(|path| Identity::of(path)).collect())
    }
}

/// A file to write.
pub(crate) struct Output<'a> {
    pub(crate) path: &'a Path,
    /// Whether to replace a file that apinb did not write, and to write through a link.
    pub(crate) force: bool,
    /// Whether the beginning of a file is that of an earlier output of this kind.
    pub(crate) is_own: fn(&str) -> bool,
}

impl Output<'_> {
    /// Checks that the file may be written.
    ///
    /// # Errors
    /// When it is there and may not be replaced.
    pub(crate) fn check(&self, inputs: &InputFiles) -> Result<(), UsageProblem> {
        let problem = |what, help: &str| {
            Err(UsageProblem::Unfit { value: self.path.display().to_string(), what, help: help.to_owned() })
        };
        if Identity::of(self.path).is_some_and(|identity| inputs.0.contains(&identity)) {
            return problem("is read by this command and would be replaced", "Write to another file.");
        }
        let is_link = self.path.is_symlink();
        if is_link && !self.force && (self.path.is_file() || !self.path.exists()) {
            let help = "Name the file that it leads to, or pass `--force` to write there.";
            return problem("is a symbolic link", help);
        }
        // A pipe or a device has no content to lose.
        if !self.path.is_file() {
            return Ok(());
        }
        let unreadable = |cause| UsageProblem::Unreadable { path: self.path.display().to_string(), cause };
        let head = bounded::head(self.path, HEAD).map_err(unreadable)?;
        let head = String::from_utf8_lossy(&head);
        let head = head.trim_start_matches('\u{feff}');
        if head.is_empty() || (self.is_own)(head) {
            return Ok(());
        }
        if let Some(what) = source(self.path, head) {
            return problem(what, "Write to another file.");
        }
        if !self.force {
            let help = "Write to another file, or pass `--force` to replace it.";
            return problem("exists, and apinb did not write it", help);
        }
        Ok(())
    }

    /// Writes the file, if it still may be written.
    ///
    /// # Errors
    /// Those of [`Self::check`], and those of the system.
    pub(crate) fn write(
        &self,
        inputs: &InputFiles,
        content: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), UsageProblem> {
        self.check(inputs)?;
        let is_replaced = !self.path.exists() || self.path.is_file();
        let options = Options { follow_links: self.force || !is_replaced, ..Options::OUTPUT };
        let unwritable = |cause| UsageProblem::Unwritable { path: self.path.display().to_string(), cause };
        whole::write_with(self.path, options, content).map_err(unwritable)
    }
}

/// What makes a file a source of apinb's, which no output replaces.
fn source(path: &Path, head: &str) -> Option<&'static str> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if name == root::NAME || name.starts_with(env_file::NAME) {
        return Some("is a file of settings");
    }
    let begins = |line: &str| ["openapi", "swagger"].iter().any(|key| line.trim_matches(['"', '\'']) == *key);
    let is_yaml = || head.lines().filter_map(|line| line.split_once(':')).any(|(key, _)| begins(key));
    let is_json = || {
        let inside = head.trim_start().strip_prefix('{').unwrap_or_default();
        inside.split(',').take(3).filter_map(|member| member.split_once(':')).any(|(key, _)| begins(key.trim()))
    };
    if head.starts_with("#%RAML") || is_yaml() || is_json() {
        return Some("is an API definition");
    }
    let is_markdown = name.ends_with(".md") || name.ends_with(".markdown");
    if is_markdown && Notebook::parse("", head).cells().next().is_some() {
        return Some("is a notebook");
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::source;

    #[test]
    fn sources_are_recognized() {
        for (name, head, expected) in [
            ("apinb.toml", "", Some("is a file of settings")),
            (".env.local", "A=1", Some("is a file of settings")),
            ("a.txt", "#%RAML 1.0\ntitle: a", Some("is an API definition")),
            ("a", "# ours\nopenapi: 3.1.0", Some("is an API definition")),
            ("a.json", "{\n  \"swagger\": \"2.0\"", Some("is an API definition")),
            ("a.json", "{\"info\": {}, \"openapi\": \"3.0.0\"", Some("is an API definition")),
            ("a.json", "{\"a\": 1, \"b\": \"openapi\"}", None),
            ("a.md", "# a\n\n```js\n1\n```\n", Some("is a notebook")),
            ("a.md", "# a\n\ntext", None),
            ("a.html", "<p>openapi: x", None),
        ] {
            assert_eq!(source(Path::new(name), head), expected, "{name} {head}");
        }
    }
}
