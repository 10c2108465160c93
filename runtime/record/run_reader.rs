//! Reads a JSON report of a run, one notebook at a time: it may be larger than memory, and comes from anywhere.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::contract::Contract;
use crate::run::{NotebookRecord, ShardRecord, SkippedFile, Summary, VERSION};

/// Maximum size of a notebook, and of everything between two notebooks, in bytes.
const MAX_PIECE: u64 = 512 << 20;

/// A run without its notebooks.
#[derive(Debug, Default)]
pub struct RunHead {
    /// When it started.
    pub started: String,
    /// Its duration in milliseconds.
    pub milliseconds: f64,
    /// The files that were not run.
    pub skipped_files: Vec<SkippedFile>,
    /// The totals of the notebooks that were read.
    pub summary: Summary,
    /// The shard that it ran.
    pub shard: Option<ShardRecord>,
    /// The calls held against the definitions of their APIs.
    pub contract: Option<Contract>,
}

/// Why a text is not a report of a run.
#[derive(Debug, thiserror::Error)]
pub enum RunReadError {
    /// Not JSON, or not the JSON of a report.
    #[error("{message}")]
    Invalid {
        /// Why.
        message: String,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    /// A report of another version of apinb.
    #[error("it has version {0} of the format; this apinb reads version {VERSION}")]
    Version(u64),
    /// It is a report of something else, or none.
    #[error("it has no `version`")]
    NoVersion,
    /// A part of it is too large.
    #[error("a part of it is larger than {} MB", MAX_PIECE >> 20)]
    TooLarge,
    /// It cannot be read, or what was read cannot be stored.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What stopped the reader before the end of the text.
#[derive(Clone, Copy, Debug, Default)]
enum Stop {
    #[default]
    None,
    Version(u64),
    NoVersion,
}

/// Reads a report, and passes each of its notebooks to `visit`.
///
/// # Errors
/// See [`RunReadError`]; the first error of `visit`.
pub fn read(
    source: impl Read,
    visit: &mut dyn FnMut(NotebookRecord) -> io::Result<()>,
) -> Result<RunHead, RunReadError> {
    read_limited(source, MAX_PIECE, visit)
}

fn read_limited(
    source: impl Read,
    limit: u64,
    visit: &mut dyn FnMut(NotebookRecord) -> io::Result<()>,
) -> Result<RunHead, RunReadError> {
    let left = Rc::new(Cell::new(limit));
    let source = io::BufReader::new(Limited { source, left: Rc::clone(&left) });
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    let mut state = State { visit, left: &left, limit, stop: Stop::None, failed: None };
    let read = Run(&mut state).deserialize(&mut deserializer);
    let read = read.and_then(|head| deserializer.end().map(|()| head));
    let State { stop, failed, .. } = state;
    match (stop, failed, read) {
        (Stop::Version(version), ..) => Err(RunReadError::Version(version)),
        (Stop::NoVersion, ..) => Err(RunReadError::NoVersion),
        (_, Some(error), _) => Err(RunReadError::Io(error)),
        (_, _, Ok(head)) => Ok(head),
        (_, _, Err(_)) if left.get() == 0 => Err(RunReadError::TooLarge),
        (_, _, Err(error)) if error.is_io() => Err(RunReadError::Io(error.into())),
        (_, _, Err(error)) => {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let place = format!(" at line {line} column {column}");
            let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
            Err(RunReadError::Invalid { message, line, column })
        }
    }
}

/// A source that ends when nothing is left of a budget.
struct Limited<R> {
    source: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.source.read(buffer.get_mut(..length).unwrap_or_default())?;
        self.left.set(left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX)));
        Ok(read)
    }
}

struct State<'v> {
    visit: &'v mut dyn FnMut(NotebookRecord) -> io::Result<()>,
    left: &'v Cell<u64>,
    limit: u64,
    stop: Stop,
    failed: Option<io::Error>,
}

struct Run<'s, 'v>(&'s mut State<'v>);

impl<'de> DeserializeSeed<'de> for Run<'_, '_> {
    type Value = RunHead;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<RunHead, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Run<'_, '_> {
    type Value = RunHead;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON report of a run")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<RunHead, A::Error> {
        let Self(state) = self;
        let mut head = RunHead::default();
        let (mut has_version, mut has_notebooks) = (false, false);
        while let Some(key) = fields.next_key::<String>()? {
            if key != "version" && !has_version {
                state.stop = Stop::NoVersion;
                return Err(A::Error::custom("no version"));
            }
            match key.as_str() {
                "version" => {
                    let version: u64 = fields.next_value()?;
                    if version != u64::from(VERSION) {
                        state.stop = Stop::Version(version);
                        return Err(A::Error::custom("another version"));
                    }
                    has_version = true;
                }
                "started" => head.started = fields.next_value()?,
                "milliseconds" => head.milliseconds = fields.next_value()?,
                "skipped_files" => head.skipped_files = fields.next_value()?,
                "shard" => head.shard = Some(fields.next_value::<ShardRecord>()?).filter(is_shard),
                "contract" => head.contract = Some(fields.next_value()?),
                "notebooks" if has_notebooks => return Err(A::Error::duplicate_field("notebooks")),
                "notebooks" => {
                    has_notebooks = true;
                    head.summary = fields.next_value_seed(NotebookList(state))?;
                }
                _ => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        match (has_version, has_notebooks) {
            (false, _) => {
                state.stop = Stop::NoVersion;
                Err(A::Error::custom("no version"))
            }
            (true, false) => Err(A::Error::missing_field("notebooks")),
            (true, true) => Ok(head),
        }
    }
}

fn is_shard(shard: &ShardRecord) -> bool {
    (1..=shard.count).contains(&shard.number)
}

struct NotebookList<'s, 'v>(&'s mut State<'v>);

impl<'de> DeserializeSeed<'de> for NotebookList<'_, '_> {
    type Value = Summary;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Summary, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for NotebookList<'_, '_> {
    type Value = Summary;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of notebooks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut notebooks: A) -> Result<Summary, A::Error> {
        let Self(state) = self;
        let mut summary = Summary::default();
        while let Some(notebook) = notebooks.next_element::<NotebookRecord>()? {
            state.left.set(state.limit);
            summary += notebook.summary;
            if let Err(error) = (state.visit)(notebook) {
                let message = error.to_string();
                state.failed = Some(error);
                return Err(A::Error::custom(message));
            }
        }
        state.left.set(state.limit);
        Ok(summary)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{RunHead, RunReadError, read, read_limited};

    const NOTEBOOK: &str = r#"{"path":"a.md","mocked":false,"started":"","cells":[],"milliseconds":1,
        "summary":{"cells":1,"passed":1,"failed":0,"skipped":0,"calls":2},"new":{"field":[]}}"#;

    fn read_text(text: &str) -> (Result<RunHead, RunReadError>, Vec<String>) {
        let mut paths = Vec::new();
        let head = read(text.as_bytes(), &mut |notebook| {
            paths.push(notebook.path);
            Ok(())
        });
        (head, paths)
    }

    #[test]
    fn notebooks_are_read_one_at_a_time() {
        let text = format!(
            r#"{{"version":1,"started":"s","notebooks":[{NOTEBOOK},{NOTEBOOK}],"shard":{{"number":2,"count":3}}}}"#
        );
        let (head, paths) = read_text(&text);
        let head = head.unwrap();
        assert_eq!((head.summary.cells, head.summary.calls, paths.len()), (2, 4, 2));
        assert_eq!(head.shard.map(|shard| (shard.number, shard.count)), Some((2, 3)));
    }

    #[test]
    fn other_texts_are_errors() {
        for (text, expected) in [
            ("", "EOF while parsing a value (line 1)"),
            ("[]", "invalid type: sequence, expected a JSON report of a run (line 1)"),
            ("{}", "it has no `version`"),
            (r#"{"log":{}}"#, "it has no `version`"),
            (r#"{"version":2,"notebooks":1}"#, "it has version 2 of the format; this apinb reads version 1"),
            (r#"{"version":1}"#, "missing field `notebooks` (line 1)"),
            ("{\"version\":1,\n\"notebooks\":[{\"path\":1}]}", "invalid type: integer `1`, expected a string (line 2)"),
            (r#"{"version":1,"notebooks":[]} x"#, "trailing characters (line 1)"),
            (r#"{"version":1,"notebooks":[],"notebooks":[]}"#, "duplicate field `notebooks` (line 1)"),
        ] {
            let error = read_text(text).0.unwrap_err();
            let shown = match &error {
                RunReadError::Invalid { message, line, .. } => format!("{message} (line {line})"),
                error => error.to_string(),
            };
            assert_eq!(shown, expected, "{text}");
        }
        let nested = format!(r#"{{"version":1,"x":{}"#, "[".repeat(100_000));
        assert!(matches!(read_text(&nested).0, Err(RunReadError::Invalid { .. })));
    }

    #[test]
    fn what_does_not_end_is_an_error() {
        let start = br#"{"version":1,"notebooks":[{"path":""#.as_slice();
        let text = io::Read::chain(start, io::Read::take(io::repeat(b'x'), 1_000_000));
        assert!(matches!(read_limited(text, 10_000, &mut |_| Ok(())), Err(RunReadError::TooLarge)));
    }

    #[test]
    fn an_error_of_the_visitor_is_returned() {
        let text = format!(r#"{{"version":1,"notebooks":[{NOTEBOOK}]}}"#);
        let error = read(text.as_bytes(), &mut |_| Err(io::Error::other("full"))).unwrap_err();
        assert!(matches!(&error, RunReadError::Io(error) if error.to_string() == "full"), "{error}");
    }
}
