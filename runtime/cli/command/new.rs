//! `apinb new`.

mod proof;

use std::io;
use std::path::{Component, Path, PathBuf};

use apinb_files::whole::{self, Access, Existing, Options};
use apinb_project::reading::project::Project;
use apinb_project::reading::root::NAME;
use apinb_text::display::plural::pluralize;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::load::usable;
use crate::cli::arguments::NewArguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::settings::job::here;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::import::project::{DEFINITION, SETTINGS, WORKFLOW};
use crate::import::starter::{Purpose, Source, client_name};

use self::proof::{Definition, Proof, Proven};

/// A new file, and its text.
type NewFile = (PathBuf, String);

pub(in crate::cli) fn new(arguments: &NewArguments, streams: Streams) -> Result<Exit, Failure> {
    let cancel = CancellationToken::new();
    interrupt::on_interrupt({
        let cancel = cancel.clone();
        move || cancel.cancel()
    })?;
    match (&arguments.project, &arguments.definition) {
        (Some(folder), definition) => new_project(folder, definition.as_deref(), arguments, &cancel, streams),
        (None, Some(definition)) => new_notebook(definition, arguments, &cancel, streams),
        // clap requires one of them.
        (None, None) => Ok(Exit::Unusable),
    }
}

fn new_notebook(
    definition: &str,
    arguments: &NewArguments,
    cancel: &CancellationToken,
    streams: Streams,
) -> Result<Exit, Failure> {
    let output = match arguments.output.as_deref() {
        Some("-") => None,
        Some(path) => Some(PathBuf::from(path)),
        None => Some(PathBuf::from(format!("{}.md", stem(definition)))),
    };
    output.iter().try_for_each(|path| absent(path))?;
    let folder = output.as_ref().and_then(|path| path.parent()).unwrap_or(Path::new(""));
    let file = output.as_ref().map_or_else(|| "NOTEBOOK".to_owned(), |path| path.display().to_string());
    let Some(proven) = proven(definition, folder, &file, arguments, cancel, streams)? else {
        return Ok(interrupt::exit());
    };
    match &output {
        None => streams.stdout.write(&proven.text)?,
        Some(path) => write(&[(path.clone(), proven.text.clone())])?,
    }
    streams.stderr.write(&told(&proven, output.as_ref().map_or("the notebook", |_| file.as_str())))?;
    Ok(Exit::Passed)
}

fn new_project(
    folder: &str,
    definition: Option<&str>,
    arguments: &NewArguments,
    cancel: &CancellationToken,
    streams: Streams,
) -> Result<Exit, Failure> {
    let folder = Path::new(folder);
    if folder.is_file() {
        let help = format!("Write the definition first: `apinb new {} --project`.", folder.display());
        return Err(Failure::unusable(UsageProblem::Unfit {
            value: folder.display().to_string(),
            what: "is a file",
            help,
        }));
    }
    let at = |name: &str| if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) };
    let mut files: Vec<NewFile> = vec![(at(NAME), SETTINGS.to_owned()), (at(WORKFLOW.0), WORKFLOW.1.to_owned())];
    let notebook = at(&format!("{}.md", stem(definition.unwrap_or(DEFINITION.0))));
    if definition.is_none() {
        files.push((at(DEFINITION.0), DEFINITION.1.to_owned()));
    }
    files.iter().try_for_each(|(path, _)| absent(path))?;
    absent(&notebook)?;
    let file = notebook.display().to_string();
    let proven = match definition {
        Some(definition) => proven(definition, folder, &file, arguments, cancel, streams)?,
        None => {
            // The proof reads the definition.
            write(&files)?;
            proven_as(&at(DEFINITION.0).display().to_string(), DEFINITION.0, &file, arguments, cancel)?
        }
    };
    let Some(proven) = proven else { return Ok(interrupt::exit()) };
    let notebook: NewFile = (notebook, proven.text.clone());
    if definition.is_some() {
        write(&files)?;
    }
    write(std::slice::from_ref(&notebook))?;
    files.push(notebook);
    let mut text: String = files.iter().map(|(path, _)| format!("{}\n", path.display())).collect();
    text.push_str(&told(&proven, &file));
    streams.stderr.write(&text)?;
    Ok(Exit::Passed)
}

/// The notebook of a definition, in `folder`. None if the user has interrupted it.
fn proven(
    definition: &str,
    folder: &Path,
    file: &str,
    arguments: &NewArguments,
    cancel: &CancellationToken,
    streams: Streams,
) -> Result<Option<Proven>, Failure> {
    let here = here()?;
    let folder = here.join(folder);
    let reference = match Url::parse(definition) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => definition.to_owned(),
        _ => {
            let path = here.join(definition);
            let project = Project::of(&folder);
            let is_outside = |root: &Path| !path.canonicalize().is_ok_and(|real| real.starts_with(root));
            if project.folder().and_then(|root| root.canonicalize().ok()).is_some_and(|root| is_outside(&root)) {
                streams.stderr.write(&format!(
                    "warning: {definition} is not in the project of the notebook, which may not read it\nhelp: Pass \
                     `--definition {}={definition}` to the run.\n",
                    client_name(&stem(definition)),
                ))?;
            }
            relative(&path, &folder)
        }
    };
    proven_as(definition, &reference, file, arguments, cancel)
}

/// The same; the notebook names the definition `reference`.
fn proven_as(
    definition: &str,
    reference: &str,
    file: &str,
    arguments: &NewArguments,
    cancel: &CancellationToken,
) -> Result<Option<Proven>, Failure> {
    let (loaded, _) = usable(definition, arguments.read.folders())?;
    let client = client_name(&stem(definition));
    let name = Path::new(file).file_name().map_or_else(|| file.into(), |name| name.to_string_lossy());
    let source = Source { definition: &loaded, reference, client: &client, file: &name };
    let proof = Proof { definition: Definition::of(definition)?, allow_read: arguments.read.folders(), cancel };
    proof.proven(source)
}

/// What the notebook has, and what it leaves out.
fn told(proven: &Proven, file: &str) -> String {
    let mut text = String::new();
    for (purpose, message) in &proven.left_out {
        let what = match purpose {
            Purpose::Call(_, path) => path.clone(),
            Purpose::SignIn(scheme) => format!("API.authenticate with {scheme}"),
            Purpose::Client => "API.createClient".to_owned(),
        };
        text.push_str(&format!("left out, since it fails on the mock server: {what}: {message}\n"));
    }
    if proven.omitted > 0 {
        text.push_str(&format!(
            "left out: {} more kinds of things; the notebook has {}\n",
            proven.omitted, proven.kinds
        ));
    }
    let (cells, calls) = (pluralize(proven.cells, "cell"), pluralize(proven.calls, "call"));
    text.push_str(&format!("{file}: {cells}, {calls}; all cells pass on the mock server\n"));
    text
}

/// An error if something is at `path`.
fn absent(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(Failure::unusable(exists(path)))
}

fn exists(path: &Path) -> UsageProblem {
    let help = "apinb replaces no file here: remove it, or choose another name or folder.".to_owned();
    UsageProblem::Unfit { value: path.display().to_string(), what: "exists", help }
}

fn write(files: &[NewFile]) -> Result<(), Failure> {
    for (path, text) in files {
        let unwritable = |cause: io::Error| {
            Failure::unusable(match cause.kind() {
                io::ErrorKind::AlreadyExists => exists(path),
                _ => UsageProblem::Unwritable { path: path.display().to_string(), cause },
            })
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.map_or(Ok(()), std::fs::create_dir_all).map_err(unwritable)?;
        let options = Options { existing: Existing::Keep, access: Access::Shared, ..Options::PRIVATE };
        whole::write(path, text.as_bytes(), options).map_err(unwritable)?;
    }
    Ok(())
}

/// The name of a definition, without its folder and its extension.
fn stem(definition: &str) -> String {
    let path = Url::parse(definition).ok().filter(Url::has_host).map(|url| url.path().to_owned());
    let path = path.unwrap_or_else(|| definition.to_owned());
    let stem = Path::new(&path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.is_empty() { "notebook".to_owned() } else { stem }
}

/// `path` as a file in `folder` writes it, both absolute.
fn relative(path: &Path, folder: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        let mut parts = Vec::new();
        for part in path.components() {
            match part {
                Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
                Component::ParentDir => {
                    parts.pop();
                }
                Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
            }
        }
        parts
    };
    let (path, folder) = (parts(path), parts(folder));
    let common = path.iter().zip(&folder).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..".to_owned(), folder.len() - common);
    let down = path.into_iter().skip(common);
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{relative, stem};

    #[test]
    fn notebooks_name_definitions_from_their_folder() {
        for (path, folder, expected) in [
            ("/p/api.yaml", "/p", "api.yaml"),
            ("/p/apis/api.yaml", "/p", "apis/api.yaml"),
            ("/p/api.yaml", "/p/notebooks", "../api.yaml"),
            ("/p/x/../api.yaml", "/p/./", "api.yaml"),
        ] {
            assert_eq!(relative(Path::new(path), Path::new(folder)), expected, "{path} {folder}");
        }
    }

    #[test]
    fn notebooks_are_called_as_their_definitions() {
        for (definition, expected) in [
            ("todo.yaml", "todo"),
            ("../apis/todo.v1.raml", "todo.v1"),
            ("https://h.test/apis/todo.json?x=/y", "todo"),
            ("https://h.test", "notebook"),
        ] {
            assert_eq!(stem(definition), expected);
        }
    }
}
