//! The notebooks of the command line, given as files, folders or URLs, and the selection of their cells.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use apinb_notebook::selection::{Pick, Selection};
use apinb_project::job::NotebookLocation;
use apinb_project::reading::notebook::read;
use apinb_record::run::{ShardRecord, SkippedFile};
use apinb_text::diagnostic::Diagnostic as _;
use url::Url;

use super::folder::{FolderFiles, FolderSearch};
use crate::cli::arguments::{ChoiceArguments, NotebookChoice};
use crate::cli::failure::Failure;
use crate::cli::jobs::web;
use crate::cli::settings::problem::UsageProblem;

/// Maximum number of notebooks in parallel: each has its own JavaScript engine.
const MAX_THREADS: usize = 64;

/// A notebook that is to run.
#[derive(Debug)]
pub(crate) struct Named {
    /// Its name in messages.
    pub(crate) name: String,
    pub(crate) origin: Origin,
    /// The folder of its relative paths.
    pub(crate) folder: PathBuf,
}

#[derive(Debug)]
pub(crate) enum Origin {
    File(PathBuf),
    Stdin,
    Nowhere,
    Web(Url),
}

impl Named {
    /// The file that it is in.
    pub(crate) fn file(&self) -> Option<&PathBuf> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Stdin | Origin::Nowhere | Origin::Web(_) => None,
        }
    }
}

/// The notebooks that a command line names.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) notebooks: Vec<Named>,
    /// Notebooks that tags leave out.
    pub(crate) others: Vec<Named>,
    /// Files of folders that do not run because of their names.
    pub(crate) documents: Vec<SkippedFile>,
    pub(crate) warnings: Vec<String>,
}

/// The notebooks that `names` stand for, in their order: each file, each of a folder, stdin.
///
/// # Errors
/// All diagnostics: stdin twice, a folder without notebooks.
pub(crate) fn notebooks(names: &[String], search: &FolderSearch<'_>, allow_empty: bool) -> Result<Found, Failure> {
    let here = search.here;
    let mut problems = Vec::new();
    let mut found = Found::default();
    if names.iter().filter(|name| *name == "-").count() > 1 {
        problems.push(UsageProblem::Twice { what: "the notebook on stdin" });
    }
    for name in names {
        let path = here.join(name);
        let notebooks = &mut found.notebooks;
        if name == "-" {
            notebooks.push(Named { name: "<stdin>".to_owned(), origin: Origin::Stdin, folder: here.to_owned() });
        } else if let Some(url) = web::url(name) {
            notebooks.push(Named { name: web::shown(&url).into(), origin: Origin::Web(url), folder: here.to_owned() });
        } else if path.is_dir() {
            let FolderFiles { notebooks: files, documents } = search.files(&path)?;
            let documents = documents.into_iter().map(|(file, cells)| (shown(name, &path, &file), cells));
            let documents: Vec<SkippedFile> = documents.map(|(path, cells)| SkippedFile { path, cells }).collect();
            if files.is_empty() {
                let document = documents.first().map(|document| document.path.clone());
                let problem = UsageProblem::NoNotebook { folder: name.clone(), document };
                if allow_empty {
                    found.warnings.push(problem.to_string());
                } else {
                    problems.push(problem);
                }
            }
            notebooks.extend(files.into_iter().map(|file| file_in(name, &path, file)));
            found.documents.extend(documents);
        } else {
            let folder = path.parent().unwrap_or(here).to_owned();
            notebooks.push(Named { name: name.clone(), origin: Origin::File(path), folder });
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Failure::all_unusable(problems)) }
}

/// The notebooks that have one of `tags`, or any, and none of `skipped`.
///
/// # Errors
/// When no notebook has one of `tags`, or none is left; when tags are not known before the notebook runs.
pub(crate) fn select_by_tags(found: &mut Found, choice: &NotebookChoice) -> Result<(), Vec<UsageProblem>> {
    let NotebookChoice { tag: wanted, skip_tag: unwanted, allow_empty, .. } = choice;
    if wanted.is_empty() && unwanted.is_empty() {
        return Ok(());
    }
    let mut problems = Vec::new();
    let mut known = BTreeSet::new();
    let is_any_of = |tags: &[String], those: &[String]| tags.iter().any(|tag| those.contains(tag));
    let before = found.notebooks.len();
    let is_selected = |named: &Named| match &named.origin {
        Origin::File(path) => {
            let options = read(&named.name, &NotebookLocation::File(path.clone())).map(|notebook| notebook.options());
            // The run reports what is wrong with it.
            let Ok(Ok(options)) = options else { return true };
            known.extend(options.tags.iter().cloned());
            (wanted.is_empty() || is_any_of(&options.tags, wanted)) && !is_any_of(&options.tags, unwanted)
        }
        Origin::Nowhere => true,
        Origin::Stdin | Origin::Web(_) => {
            problems.push(UsageProblem::NoTags { notebook: named.name.clone() });
            true
        }
    };
    (found.notebooks, found.others) = std::mem::take(&mut found.notebooks).into_iter().partition(is_selected);
    let known: Vec<String> = known.into_iter().collect();
    let unknown = |tags: &[String]| {
        let tags = tags.iter().filter(|tag| !known.contains(tag)).cloned();
        tags.map(|tag| UsageProblem::NoTag { tag, known: known.clone() }).collect::<Vec<_>>()
    };
    let mut empty = unknown(wanted);
    if empty.is_empty() && found.notebooks.is_empty() && before > 0 {
        empty.push(UsageProblem::NothingTagged);
    }
    let warning = |problem: &UsageProblem| match problem.help() {
        Some(help) => format!("{problem}. {help}"),
        None => problem.to_string(),
    };
    if *allow_empty {
        found.warnings.extend(empty.iter().map(ToString::to_string));
    } else {
        problems.extend(empty);
    }
    // A tag to skip may be in another folder only.
    found.warnings.extend(unknown(unwanted).iter().map(warning));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A file of the folder at `path`, which the command line calls `name`.
fn file_in(name: &str, path: &Path, file: PathBuf) -> Named {
    let folder = file.parent().unwrap_or(path).to_owned();
    Named { name: shown(name, path, &file), origin: Origin::File(file), folder }
}

fn shown(name: &str, path: &Path, file: &Path) -> String {
    let below = file.strip_prefix(path).unwrap_or(file);
    let shown = if name == "." { below.to_owned() } else { Path::new(name).join(below) };
    shown.display().to_string()
}

/// The cells that the command line chooses.
///
/// # Errors
/// Every range that runs backwards, that from `--from` to `--until` included.
pub(crate) fn selection(arguments: &ChoiceArguments) -> Result<Selection, Vec<UsageProblem>> {
    let mut problems = Vec::new();
    let mut pick = |text: &String| {
        let pick = Pick::parse(text).map_err(|error| UsageProblem::Unfit {
            value: error.range,
            what: "is a range whose end is before its start",
            help: format!("Did you mean `{}`?", error.meant),
        });
        pick.map_err(|problem| problems.push(problem)).ok()
    };
    let selection = Selection {
        only: arguments.only.iter().filter_map(&mut pick).collect(),
        from: arguments.from.as_ref().and_then(&mut pick),
        until: arguments.until.as_ref().and_then(&mut pick),
    };
    if let (Some(Pick::Numbers(from)), Some(Pick::Numbers(until))) = (&selection.from, &selection.until)
        && let (Some(first), Some(last)) =
            (from.iter().map(|(first, _)| first).min(), until.iter().map(|(_, last)| last).max())
        && first > last
    {
        problems.push(UsageProblem::Unfit {
            value: format!("--from {first} --until {last}"),
            what: "selects no cell: it ends before it starts",
            help: format!("Did you mean `--from {last} --until {first}`?"),
        });
    }
    if problems.is_empty() { Ok(selection) } else { Err(problems) }
}

/// The number of notebooks to run in parallel.
///
/// # Errors
/// When `text` is neither a number that makes sense nor `auto`.
pub(crate) fn threads(text: &str) -> Result<usize, UsageProblem> {
    if text == "auto" {
        return Ok(std::thread::available_parallelism().map_or(1, NonZero::get));
    }
    text.parse().ok().filter(|threads| (1..=MAX_THREADS).contains(threads)).ok_or_else(|| UsageProblem::Unfit {
        value: text.to_owned(),
        what: "is not a number of jobs",
        help: format!("Write a number from 1 to {MAX_THREADS}, or `auto`."),
    })
}

/// One of several parts of a list. Each entry is in exactly one of them, by its place alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 0.
    index: usize,
    count: usize,
}

impl Shard {
    /// # Errors
    /// When `text` is not `N/M`.
    pub(crate) fn parse(text: &str) -> Result<Self, UsageProblem> {
        let number = |text: &str| text.trim().parse::<usize>().ok();
        let numbers = text.split_once('/').and_then(|(index, count)| Some((number(index)?, number(count)?)));
        match numbers {
            Some((number, count)) if (1..=count).contains(&number) => Ok(Self { index: number - 1, count }),
            Some((_, count)) if count > 0 => Err(UsageProblem::Unfit {
                value: text.to_owned(),
                what: "is not a shard",
                help: format!("Use a shard from `1/{count}` to `{count}/{count}`."),
            }),
            _ => Err(UsageProblem::Unfit {
                value: text.to_owned(),
                what: "is not a shard",
                help: "Write `N/M`, counted from 1, such as `1/3`.".to_owned(),
            }),
        }
    }

    /// As reports have it.
    pub(crate) fn record(self) -> ShardRecord {
        ShardRecord { number: self.index + 1, count: self.count }
    }

    pub(crate) fn of<T>(self, list: Vec<T>) -> Vec<T> {
        list.into_iter().skip(self.index).step_by(self.count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn shards_partition_the_list() {
        for count in 1..6 {
            let mut all: Vec<usize> = (1..=count)
                .flat_map(|number| {
                    Shard::parse(&format!("{number}/{count}")).expect("a shard").of((0..4).collect::<Vec<usize>>())
                })
                .collect();
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2, 3], "{count}");
        }
    }

    #[test]
    fn an_invalid_shard_is_an_error() {
        for (text, help) in [
            ("0/3", "from `1/3` to `3/3`"),
            ("4/3", "from `1/3` to `3/3`"),
            ("1", "such as `1/3`"),
            ("1/0", "such as `1/3`"),
            ("-1/2", "such as `1/3`"),
        ] {
            let problem = Shard::parse(text).expect_err("no shard");
            let shown = apinb_text::diagnostic::render::render(&problem, None, false);
            assert!(shown.contains(help), "{shown}");
        }
    }
}
