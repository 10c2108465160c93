//! The messages between a run and its worker processes, and the frames in which they travel.
//!
//! A frame is its length in bytes (four bytes, big endian) and a message in JSON. The worker redacts every text before
//! it sends it, but for answers to requests and secrets themselves.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Read, Write};

use apinb_auth::store::key::{StoredTokens, TokenKey};
use apinb_notebook::selection::Selection;
use apinb_project::job::Job;
use apinb_project::overrides::question::Question;
use apinb_record::call::CallRecord;
use apinb_record::contract::Contract;
use apinb_record::error::ErrorRecord;
use apinb_record::part::PartRecord;
use apinb_record::run::{CellStatus, ConsoleRecord, OmittedRecord, PromptRecord, ResultValue};
use apinb_text::secret::redactor::KnownSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use url::Url;

use super::cassette::{CassetteTask, Recording};
use super::observer::NotebookHead;
use apinb_record::drift::Drift;

/// The largest frame, in bytes: the text of a notebook of 64 MB with every character escaped.
const MAX_FRAME_BYTES: u32 = 512 << 20;

/// A message to a worker.
#[allow(clippy::large_enum_variant, reason = "one value at a time, read from or written to a pipe")]
#[derive(Serialize, Deserialize)]
pub(super) enum ToWorker<'a> {
    /// The first message: what all its notebooks share.
    Setup(Setup),
    /// Run this notebook. The next one is sent when it has ended.
    Run(Cow<'a, Task>),
    /// Secrets that the run has learned elsewhere.
    Secrets(Vec<KnownSecret>),
    /// The reply to the request with this number.
    Reply { number: u64, value: Box<RawValue> },
    /// End the running cell, and skip all others.
    Cancel,
}

/// What all notebooks of a worker share.
#[derive(Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) selection: Selection,
    pub(super) allow_empty: bool,
    /// Whether there is a person to ask.
    pub(super) person: bool,
    /// See [`super::Run::browser`].
    pub(super) browser: bool,
    /// The process of the run, with which the worker ends.
    pub(super) run: u32,
    /// What it keeps of its rights to read files; none: all.
    pub(super) readable: Option<Vec<OsString>>,
}

/// A notebook to run.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) job: Job,
    /// Whether the run stores tokens.
    pub(super) stores_tokens: bool,
    /// Whether all cells are skipped.
    pub(super) stopped: bool,
    /// The cassette, if it is replayed or recorded.
    pub(super) cassette: Option<CassetteTask>,
}

/// A message of a worker.
#[derive(Serialize, Deserialize)]
pub(super) enum FromWorker<'a> {
    /// What the system does not restrict, as sentences.
    Unrestricted(Vec<String>),
    /// Secrets that the worker has learned. They come before any text in which they were redacted.
    Secrets(Vec<KnownSecret>),
    Event(Event<'a>),
    /// The worker waits for the reply.
    Request {
        number: u64,
        request: Request,
    },
}

/// An event of the running notebook.
#[derive(Serialize, Deserialize)]
pub(super) enum Event<'a> {
    /// It was read; its cells run now.
    Started {
        head: NotebookHead,
        parts: Vec<PartRecord>,
    },
    /// It cannot be read.
    Unreadable(ErrorRecord),
    /// The engine does not start: no cell runs.
    NotStarted(ErrorRecord),
    CellStarted {
        number: usize,
    },
    /// The time that is left to the running cell, in milliseconds, from now on; none: no limit.
    TimeLeft(Option<u64>),
    /// It has read these files, or tried to.
    FilesRead(Cow<'a, [String]>),
    /// It creates a client of this name.
    ClientNamed(String),
    Console(Cow<'a, ConsoleRecord>),
    Prompt(Cow<'a, PromptRecord>),
    Call(Cow<'a, CallRecord>),
    /// The user must sign in at `url`, with `code` if there is one.
    SignIn {
        url: String,
        code: Option<String>,
    },
    CellEnded(CellEnd),
    /// A cell that had passed has failed, as the end of the notebook shows.
    CellFailed {
        number: usize,
        error: ErrorRecord,
    },
    /// How its live responses differ from the recorded ones.
    Drifted(Box<Drift>),
    /// What the notebook has recorded; its end follows.
    Recorded(Recording),
    /// The calls of the notebook, held against the definitions of their APIs.
    Contract(Box<Contract>),
    /// The notebook has ended. Cells without an event are skipped.
    Ended,
}

/// How a cell ended; what it did was sent before.
#[derive(Serialize, Deserialize)]
pub(super) struct CellEnd {
    pub(super) number: usize,
    pub(super) status: CellStatus,
    pub(super) milliseconds: f64,
    pub(super) result: Option<String>,
    pub(super) result_full: Option<String>,
    pub(super) value: Option<ResultValue>,
    pub(super) error: Option<ErrorRecord>,
    pub(super) refused: bool,
    pub(super) omitted: OmittedRecord,
}

/// What a worker asks the run for. The comment names the type of the reply.
#[allow(clippy::large_enum_variant, reason = "one value at a time, read from or written to a pipe")]
#[derive(Serialize, Deserialize)]
pub(super) enum Request {
    /// The input that answers a question: `Result<Option<Found>, ValueError>`.
    Input(Question),
    /// The values of the row of `--inputs`: `Option<Map<String, Value>>`.
    Row,
    /// The person's answer: `Result<Option<String>, NoAnswer>`.
    Prompt { question: String, default: Option<String>, secret: bool },
    /// `Result<bool, NoAnswer>`.
    Confirm { question: String },
    /// Whether a remote notebook may call these hosts: `Result<bool, NoAnswer>`.
    Agree { hosts: Vec<String> },
    /// Opens a page in the person's browser: `Result<(), String>`.
    Open { url: Url },
    /// `Option<StoredTokens>`.
    Tokens(TokenKey),
    /// `Result<(), StoreError>`.
    KeepTokens(StoredTokens),
    /// `Result<bool, StoreError>`.
    ForgetTokens(TokenKey),
    /// Waits for the lock of tokens: `Result<(), StoreError>`. The number of the request identifies the lock.
    LockTokens(TokenKey),
    /// Gives back the lock of that request, or ends the wait for it: `()`.
    UnlockTokens(u64),
    /// Stores a downloaded script: `Result<(), String>`.
    StoreScript { url: Url, location: Option<Url>, text: String },
    /// Saves a file of the notebook: `Result<Saved, SaveError>`.
    Save { path: String, bytes: SavedBytes },
    /// Writes the checksum of a script into the lock of the project: `Result<(), String>`.
    PinScript { url: Url, sha256: String },
}

/// The content of a file, in base64.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedBytes(#[serde(with = "base64_bytes")] pub(super) Vec<u8>);

mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The value of a reply. None of the replies can fail to be serialized.
pub(super) fn reply_value(value: &impl Serialize) -> Option<Box<RawValue>> {
    to_raw_value(value).ok()
}

/// Writes a message.
///
/// # Errors
/// When the other process is gone, or the message is too large.
pub(super) fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message)?;
    let length = u32::try_from(frame.len() - 4).ok().filter(|length| *length <= MAX_FRAME_BYTES);
    let length = length.ok_or_else(|| io::Error::other("the message is too large"))?;
    if let Some(header) = frame.first_chunk_mut() {
        *header = length.to_be_bytes();
    }
    to.write_all(&frame)?;
    to.flush()
}

/// Reads a message; none: the other process has closed its end.
///
/// # Errors
/// When it cannot be read, or is not a message.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut header = [0; 4];
    match from.read(&mut header)? {
        0 => return Ok(None),
        read => from.read_exact(header.get_mut(read..).unwrap_or_default())?,
    }
    let length = u32::from_be_bytes(header);
    if length > MAX_FRAME_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the message is too large"));
    }
    // The length is not trusted: memory is allocated as bytes arrive.
    let mut frame = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut frame)?;
    if frame.len() as u64 != u64::from(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(serde_json::from_slice(&frame)?))
}

#[cfg(test)]
mod tests {
    use super::{Event, FromWorker, MAX_FRAME_BYTES, read, write};

    fn check(bytes: &[u8], expected: &str) {
        let read = read::<FromWorker<'_>>(&mut &*bytes);
        let found = match &read {
            Ok(None) => "the end".to_owned(),
            Ok(Some(FromWorker::Event(Event::CellStarted { number }))) => format!("cell {number}"),
            Ok(Some(_)) => "another message".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expected), "{bytes:?}: {found}");
    }

    #[test]
    fn messages_are_framed() {
        let mut bytes = Vec::new();
        write(&mut bytes, &FromWorker::Event(Event::CellStarted { number: 7 })).unwrap();
        check(&bytes, "cell 7");
        check(&[], "the end");
        for end in 1..bytes.len() {
            check(&bytes[..end], "fill whole buffer|unexpected end".split('|').nth(usize::from(end >= 4)).unwrap());
        }
        check(&(MAX_FRAME_BYTES + 1).to_be_bytes(), "too large");
        check(&[0, 0, 0, 2, b'{', b'}'], "expected value");
        check(&[0xff; 64], "too large");
    }
}
