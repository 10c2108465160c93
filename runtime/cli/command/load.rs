//! Reads the definitions that the command line names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_definition::documents::deferred::DeferredDocuments;
use apinb_definition::load::{Detail, Loaded};
use apinb_definition::model::Definition;
use apinb_http::policy::Policy;
use apinb_project::reading::project::Project;
use apinb_project::reading::reader::Reader;
use apinb_project::reading::root::display_name;
use apinb_project::reading::source::ResolvedSource;
use apinb_text::diagnostic::render::Message;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::display::plural::pluralize;
use apinb_text::source::address::Address;
use url::Url;

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::job::here;
use crate::cli::settings::problem::UsageProblem;

/// The diagnostics of a definition.
pub(super) type Problems = Vec<Box<dyn Diagnostic + Send + Sync>>;

/// The definition at `place`, a file or a URL, and its diagnostics. It includes files of its project and below the
/// folders `allowed`.
///
/// # Errors
/// When there is no network.
pub(super) fn load(place: &str, allowed: &[PathBuf]) -> Result<Loaded, Failure> {
    load_with(place, allowed, Detail::Plain)
}

fn load_with(place: &str, allowed: &[PathBuf], detail: Detail) -> Result<Loaded, Failure> {
    let reader =
        Reader::start(Policy::default(), true).map_err(|error| Failure::Output(std::io::Error::other(error)))?;
    let real = |folder: &PathBuf| {
        let path = folder.display().to_string();
        folder.canonicalize().map_err(|cause| Failure::unusable(UsageProblem::Unreadable { path, cause }))
    };
    let allowed: Vec<PathBuf> = allowed.iter().map(real).collect::<Result<_, _>>()?;
    let source = ResolvedSource::named(address(place)?, &[Project::of(&here()?)], &allowed);
    Ok(reader.definition_with(&source, detail))
}

/// The definition, and its diagnostics if it is usable.
///
/// # Errors
/// All problems, when nothing of it can be used.
pub(super) fn usable(place: &str, allowed: &[PathBuf]) -> Result<(Arc<Definition>, Problems), Failure> {
    let (definition, problems, _) = usable_lazily(place, allowed)?;
    Ok((definition, problems))
}

/// As [`usable`], with the deferred documents, which have diagnostics of their own.
///
/// # Errors
/// As [`usable`].
pub(super) fn usable_lazily(
    place: &str,
    allowed: &[PathBuf],
) -> Result<(Arc<Definition>, Problems, DeferredDocuments), Failure> {
    used(load(place, allowed)?)
}

/// As [`usable`], with everything that is otherwise read when it is asked for.
///
/// # Errors
/// As [`usable`].
pub(super) fn usable_whole(
    place: &str,
    allowed: &[PathBuf],
    detail: Detail,
) -> Result<(Arc<Definition>, Problems), Failure> {
    let mut loaded = load_with(place, allowed, detail)?;
    loaded.read_all();
    let (definition, problems, _) = used(loaded)?;
    Ok((definition, problems))
}

/// The definition with the source positions of its schemas.
///
/// # Errors
/// As [`usable`].
pub(super) fn usable_with_origins(place: &str, allowed: &[PathBuf]) -> Result<Arc<Definition>, Failure> {
    let (definition, _, _) = used(load_with(place, allowed, Detail::Origins)?)?;
    Ok(definition)
}

fn used(loaded: Loaded) -> Result<(Arc<Definition>, Problems, DeferredDocuments), Failure> {
    let Loaded { definition, diagnostics: problems, deferred, .. } = loaded;
    match definition {
        Some(definition) => Ok((Arc::new(definition), problems, deferred)),
        None => {
            let problems = problems.into_iter().map(|problem| -> Box<dyn Diagnostic> { problem }).collect();
            Err(Failure::Problems(Exit::Unusable, problems))
        }
    }
}

/// How many of the problems are errors, and how many are warnings.
pub(super) fn count(problems: &Problems) -> (usize, usize) {
    let errors = problems.iter().filter(|problem| problem.severity() == Severity::Error).count();
    (errors, problems.len() - errors)
}

/// `1 error, 2 warnings`.
pub(super) fn errors_and_warnings((errors, warnings): (usize, usize)) -> String {
    format!("{}, {}", pluralize(errors, "error"), pluralize(warnings, "warning"))
}

/// A problem as a person reads it; files below the working directory are shown from there on.
pub(super) fn message(problem: &dyn Diagnostic) -> Message {
    let mut message = Message::new(problem);
    if let Some(place) = &mut message.place {
        place.file = display_name(Path::new(&place.file));
    }
    message
}

fn address(place: &str) -> Result<Address, Failure> {
    if let Ok(url) = Url::parse(place)
        && matches!(url.scheme(), "http" | "https")
    {
        return Ok(Address::Url(url));
    }
    let unreadable = |cause| Failure::unusable(UsageProblem::Unreadable { path: place.to_owned(), cause });
    let path = std::path::absolute(place).map_err(unreadable)?;
    match path.to_str() {
        Some(path) => Ok(Address::file(path)),
        None => Err(unreadable(std::io::ErrorKind::InvalidFilename.into())),
    }
}
