//! Thrown values as data: name, message, position in the notebook and frames.

use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::position::FilePosition;
use apinb_text::secret::redactor::Redacted;
use deno_core::error::{CoreError, CoreErrorKind, JsError};
use deno_core::{JsRuntime, v8};
use serde::Deserialize;

use crate::frames::{self, frame_position, frames};
use crate::missed::{self, Missed};
use crate::placed_cell::PlacedCell;
use crate::session::Session;
use crate::v8_messages::{is_out_of_memory, redeclared_name, without_uncaught};

/// Maximum length of a recorded text of an error, in bytes.
const MAX_TEXT: usize = 16 << 10;

/// Maximum length of a recorded code of an error, in characters.
const MAX_CODE: usize = 100;

/// Where deno_core looks for the frames of an error.
const FRAMES: &str = "deno_core::call_site_evals";

/// How a cell failed.
pub(crate) enum Failure {
    /// It threw, or its promise was rejected.
    Thrown(Box<Thrown>),
    /// The prelude has an error that the notebook did not handle.
    Uncaught,
    /// It was terminated; the watchdog or the heap's guard has the reason.
    Terminated,
    /// Its promise can never settle, and it has no time limit.
    NeverSettled,
}

impl Failure {
    pub(crate) fn thrown(thrown: Thrown) -> Self {
        Self::Thrown(Box::new(thrown))
    }
}

/// A thrown value.
pub(crate) struct Thrown {
    /// The value, if JavaScript threw it.
    pub(crate) value: Option<v8::Global<v8::Value>>,
    /// The record so far, without inspecting the value.
    pub(crate) record: ErrorRecord,
    /// The position according to V8, as script and line; for syntax errors there is nothing else.
    pub(crate) position: Option<FilePosition>,
    /// The name that kept the cell from starting: an earlier cell declared it otherwise.
    pub(crate) redeclared: Option<String>,
}

impl Thrown {
    /// An error that no JavaScript threw.
    pub(crate) fn message(name: &str, message: &str) -> Self {
        Self {
            value: None,
            record: ErrorRecord::new(ErrorKind::Thrown, name, message),
            position: None,
            redeclared: None,
        }
    }

    /// An error of the event loop: an unhandled rejection, a callback that threw.
    pub(crate) fn core(error: CoreError) -> Self {
        match error.into_kind() {
            CoreErrorKind::Js(error) => {
                Self { value: None, record: from_js_error(&error), position: None, redeclared: None }
            }
            other => Self::message("Error", &other.to_string()),
        }
    }
}

/// Writes an error's `stack`, in V8's own form. Frames of a script that names itself by `sourceURL`, as cells in REPL
/// mode do, have that name.
pub(crate) fn stack_text<'s, 'i>(
    scope: &mut v8::PinScope<'s, 'i>,
    error: v8::Local<'s, v8::Value>,
    frames: v8::Local<'s, v8::Array>,
) -> v8::Local<'s, v8::Value> {
    v8::tc_scope!(let scope, scope);
    let mut text = String::new();
    for index in 0..frames.length() {
        let frame = frames.get_index(scope, index).and_then(|frame| frame.to_string(scope));
        if let Some(frame) = frame {
            text.push_str("\n    at ");
            text.push_str(&frame.to_rust_string_lossy(scope));
        }
    }
    if frames.length() > 0 {
        // deno_core replaces an error of a module that has no frames here by another one that names its place.
        if let (Some(key), Ok(object)) = (v8::String::new(scope, FRAMES), v8::Local::<v8::Object>::try_from(error)) {
            let key = v8::Private::for_api(scope, Some(key));
            object.set_private(scope, key, frames.into());
        }
    }
    let empty = v8::String::empty(scope);
    let frames = v8::String::new(scope, &text).unwrap_or(empty);
    let head = heading(scope, error).unwrap_or(empty);
    v8::String::concat(scope, head, frames).unwrap_or(frames).into()
}

/// `name: message`.
fn heading<'s>(scope: &v8::PinScope<'s, '_>, error: v8::Local<'s, v8::Value>) -> Option<v8::Local<'s, v8::String>> {
    let error = v8::Local::<v8::Object>::try_from(error).ok()?;
    let text = |name: &str| {
        let name = v8::String::new(scope, name)?;
        let value = error.get(scope, name.into())?;
        if value.is_undefined() { None } else { value.to_string(scope) }
    };
    match (text("name"), text("message").filter(|message| message.length() > 0)) {
        (Some(name), Some(message)) => {
            let colon = v8::String::new(scope, ": ")?;
            let name = v8::String::concat(scope, name, colon)?;
            v8::String::concat(scope, name, message)
        }
        (name, message) => name.or(message),
    }
}

/// The result of the prelude's `describe`.
#[derive(Deserialize)]
struct Description {
    name: String,
    message: String,
    stack: String,
    /// The kind, if the engine made the error.
    kind: Option<ErrorKind>,
    help: Option<String>,
    /// Its own `code`.
    code: Option<String>,
    causes: Vec<String>,
    /// The values that an assertion compared.
    compared: Option<Compared>,
    /// Missing properties that were read on nodes of clients, the newest first.
    missed: Vec<Missed>,
}

/// The values that an assertion compared.
#[derive(Deserialize)]
struct Compared {
    actual: String,
    expected: String,
}

/// The exception that a scope has caught.
pub(crate) fn caught(scope: &mut v8::PinnedRef<'_, v8::TryCatch<'_, '_, v8::HandleScope<'_>>>) -> Failure {
    if scope.has_terminated() {
        return Failure::Terminated;
    }
    let Some(value) = scope.exception() else { return Failure::Terminated };
    let position = scope.message().and_then(|message| {
        let script = message.get_script_resource_name(scope)?.to_rust_string_lossy(scope);
        let line = message.get_line_number(scope)?;
        Some(FilePosition { file: script, line, column: message.get_start_column() + 1 })
    });
    // An error at the very first character means that nothing of the script has run.
    let redeclared = scope.message().filter(|message| message.get_start_position() == 0).and_then(|message| {
        let text = message.get(scope).to_rust_string_lossy(scope);
        redeclared_name(&text).map(str::to_owned)
    });
    Failure::thrown(Thrown { value: Some(v8::Global::new(scope, value)), record: unknown(), position, redeclared })
}

/// The result of a promise; none while it is pending.
pub(crate) fn settled(
    js: &mut JsRuntime,
    promise: &v8::Global<v8::Promise>,
) -> Option<Result<v8::Global<v8::Value>, Failure>> {
    deno_core::scope!(scope, js);
    let promise = v8::Local::new(scope, promise);
    match promise.state() {
        v8::PromiseState::Pending => None,
        v8::PromiseState::Fulfilled => {
            let value = promise.result(scope);
            Some(Ok(v8::Global::new(scope, value)))
        }
        v8::PromiseState::Rejected => {
            let value = promise.result(scope);
            promise.mark_as_handled();
            let record = unknown();
            let value = Some(v8::Global::new(scope, value));
            Some(Err(Failure::thrown(Thrown { value, record, position: None, redeclared: None })))
        }
    }
}

/// Converts the result of `describe`.
pub(crate) fn from_description<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    value: v8::Local<'s, v8::Value>,
    session: &Session,
) -> Option<ErrorRecord> {
    let description: Description = deno_core::serde_v8::from_v8(scope, value).ok()?;
    let kind = description.kind.unwrap_or(ErrorKind::Thrown);
    let mut record = ErrorRecord::new(kind, &description.name, description.message);
    record.stack = frames(&description.stack);
    // A cause that the message already contains is left out.
    record.causes = description.causes.into_iter().filter(|cause| !record.message.contains(cause.as_str())).collect();
    record.help = description.help.filter(|help| !help.is_empty());
    record.code = description.code.filter(|code| !code.is_empty());
    if let Some(Compared { actual, expected }) = description.compared {
        (record.actual, record.expected) = (Some(actual), Some(expected));
    }
    if record.help.is_none() && is_out_of_memory(&record.message) {
        record.help = Some("Pass `--max-heap MB` for more.".to_owned());
    }
    if record.help.is_none() {
        record.help = missing_library(&record);
    }
    missed::explain(&mut record, &description.stack, &description.missed, session);
    Some(record)
}

/// Help for a name that a library for assertions defines, where the notebook has not loaded one.
fn missing_library(error: &ErrorRecord) -> Option<String> {
    let name = error.message.strip_suffix(" is not defined").filter(|_| error.name == "ReferenceError")?;
    let example = match name {
        "chai" => "",
        "expect" => ", then `expect = chai.expect`",
        "should" => ", then `should = chai.should()`",
        _ => return None,
    };
    Some(format!(
        "Load a library that defines it, such as chai: `load('https://…/chai.js')`{example}; or use the built-in `assert`, such as `assert.equal(actual, expected)`."
    ))
}

/// An error that cannot be inspected.
fn unknown() -> ErrorRecord {
    ErrorRecord::new(ErrorKind::Thrown, "Error", "the error cannot be inspected")
}

fn from_js_error(error: &JsError) -> ErrorRecord {
    let name = error.name.clone().unwrap_or_else(|| "Error".to_owned());
    let message =
        error.message.clone().unwrap_or_else(|| format!("thrown: {}", without_uncaught(&error.exception_message)));
    let mut record = ErrorRecord::new(ErrorKind::Thrown, &name, message);
    record.stack = frames(error.stack.as_deref().unwrap_or_default());
    let causes = std::iter::successors(error.cause.as_deref(), |error| error.cause.as_deref());
    record.causes =
        causes.map(|cause| cause.message.clone().unwrap_or_else(|| cause.exception_message.clone())).collect();
    let help = error.additional_properties.iter().find(|(name, _)| name == "help");
    record.help = help.map(|(_, help)| help.clone()).filter(|help| !help.is_empty());
    record
}

/// Sets the position of an error in the notebook, and removes secrets and V8's names of scripts from it. `cell`: the one
/// that ran, where an error without a position is; none: no cell ran.
pub(crate) fn place(mut error: ErrorRecord, cell: Option<&PlacedCell>, session: &Session) -> ErrorRecord {
    let from_frames = error.stack.iter().find_map(|frame| {
        let (script, line, column) = frame_position(frame)?;
        session.located(script, line, column)
    });
    // V8's message has the position of a syntax error, which has no frame.
    let from_message = || error.position.as_ref().and_then(|at| session.located(&at.file, at.line, at.column));
    let found =
        if error.is_about_syntax() { from_message().or(from_frames) } else { from_frames.or_else(from_message) };
    let found = found.or_else(|| {
        let cell = cell?;
        let first = cell.code.code.lines().position(|line| !line.trim().is_empty()).unwrap_or(0);
        let indent = cell.code.code.lines().nth(first).map_or(0, |line| line.len() - line.trim_start().len());
        Some((cell.clone(), cell.code.source_position(&cell.source, first + 1, indent + 1)))
    });
    error.source_line = found.as_ref().map(|(own, at)| cut(session.redactor.redact(own.source.line(at.line))));
    error.position =
        found.map(|(own, at)| FilePosition { file: own.source.name().to_owned(), line: at.line, column: at.column });
    error.stack = error
        .stack
        .iter()
        .map(|frame| cut(session.redactor.redact(&frames::in_notebook(frame, cell, session))))
        .collect();
    session.modules.explain(&mut error);
    in_module(&mut error, session);
    error.message = cut(session.redactor.redact(&error.message));
    error.causes = error.causes.iter().map(|cause| cut(session.redactor.redact(cause))).collect();
    error.help = error.help.map(|help| cut(session.redactor.redact(&help)));
    error.code = error.code.map(|code| session.redactor.redact(&code).truncate(MAX_CODE));
    error.actual = error.actual.map(|actual| cut(session.redactor.redact(&actual)));
    error.expected = error.expected.map(|expected| cut(session.redactor.redact(&expected)));
    error
}

/// Shows where in a module an error without frames is: one of its syntax, or of the names that it imports. V8 leaves it to
/// deno_core, which writes the place at the end of the message.
fn in_module(error: &mut ErrorRecord, session: &Session) {
    let Some((message, place)) = error.message.rsplit_once(" at ").filter(|_| error.is_about_syntax()) else { return };
    let Some((url, line, column)) = frame_position(place) else { return };
    let Some(name) = session.modules.shown(url) else { return };
    error.message = match session.modules.source(url) {
        None => format!("{message} ({name}:{line}:{column})"),
        Some(source) => format!("{message} ({name}:{line}:{column})\n{}", excerpt(source.line(line), line, column)),
    };
}

/// A line with its number, and a caret below a column.
fn excerpt(text: &str, line: usize, column: usize) -> String {
    let gutter = line.to_string();
    let before: String = text.chars().take(column.saturating_sub(1)).collect();
    let indent: String = before.chars().map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
    format!("{gutter} | {text}\n{:width$} | {indent}^", "", width = gutter.len())
}

#[expect(clippy::needless_pass_by_value, reason = "the text before redaction is not needed any more")]
fn cut(text: Redacted<'_>) -> String {
    text.truncate_bytes(MAX_TEXT)
}
