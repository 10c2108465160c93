//! `load`: scripts from elsewhere.

use std::cell::RefCell;
use std::rc::Rc;

use apinb_http::exchange::HttpError;
use apinb_http::hosts::Refusal;
use apinb_http::network;
use apinb_project::reading::documents::Documents;
use apinb_project::reading::scripts::ScriptError;
use apinb_project::reading::source::{self, SourceError};
use apinb_project::reading::web_script;
use apinb_record::call::CallPurpose;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use deno_core::{OpState, op2, v8};

use crate::session::Session;
use crate::v8_messages::{redeclared_name, without_uncaught};

/// Why a script cannot be loaded.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
pub(super) enum LoadScriptError {
    #[class(generic)]
    #[error("cannot load `{reference}`: {cause}")]
    Source { reference: String, cause: SourceError },
    #[class("PolicyError")]
    #[error("cannot load `{reference}`: {message}")]
    Refused { reference: String, message: String, help: String },
    /// The lock of the project does not accept it.
    #[class(generic)]
    #[error("cannot load `{reference}`: {message}")]
    NotLocked { reference: String, message: String, help: String },
    #[class(generic)]
    #[error("cannot load `{reference}`: {message}")]
    Unreadable { reference: String, message: String },
    #[class(generic)]
    #[error("cannot load `{reference}`: {message} ({reference}:{line}:{column})")]
    Syntax { reference: String, message: String, line: usize, column: usize },
    #[class(generic)]
    #[error("cannot load `{reference}`: it declares `{name}`, which already exists")]
    Declared { reference: String, name: String },
    #[class(generic)]
    #[error("{message}")]
    Download { reference: String, message: String },
}

impl LoadScriptError {
    fn refused(reference: &str, refusal: &Refusal, redactor: &Redactor) -> Self {
        let redacted = |text: String| redactor.redact(&text).into_owned();
        let (message, help) = (redacted(refusal.to_string()), redacted(refusal.help()));
        Self::Refused { reference: reference.to_owned(), message, help }
    }

    fn help(&self) -> String {
        match self {
            Self::Refused { help, .. } | Self::NotLocked { help, .. } => help.clone(),
            Self::Source { reference, .. }
            | Self::Unreadable { reference, .. }
            | Self::Syntax { reference, .. } => {
                format!("Pass `--script {reference}=FILE` to load a file in its place.")
            }
            Self::Declared { .. } => {
"Load it once, and under other names than those of the notebook: its `let`, `const` and `class` are global."
                    .to_owned()
            }
            Self::Download { reference, .. } => format!(
                "Pass `--script {reference}=FILE` to load a file in its place, or run `apinb cache add {reference} FILE` to store one for every run."
            ),
        }
    }
}

/// Fetches a script and runs it in the global. What it throws is thrown on.
#[allow(clippy::needless_pass_by_value, reason = "reentrant operations get their state so")]
#[op2(fast, reentrant)]
pub(super) fn op_load_script(
    scope: &mut v8::PinScope<'_, '_>,
    state: Rc<RefCell<OpState>>,
    #[string] reference: String,
) -> Result<(), LoadScriptError> {
    let session = Session::of(&state.borrow());
    let text = read(&session, &reference)?;
    let (Some(code), Some(name)) = (v8::String::new(scope, &text), v8::String::new(scope, &reference)) else {
        let message = "it is too long".to_owned();
        return Err(LoadScriptError::Unreadable { reference, message });
    };
    v8::tc_scope!(let scope, scope);
    let origin = v8::ScriptOrigin::new(scope, name.into(), 0, 0, false, -1, None, false, false, false, None);
    let Some(script) = v8::Script::compile(scope, code, Some(&origin)) else {
        let Some(message) = scope.message() else {
            scope.rethrow();
            return Ok(());
        };
        let text = message.get(scope).to_rust_string_lossy(scope);
        return Err(LoadScriptError::Syntax {
            message: without_uncaught(&text).to_owned(),
            line: message.get_line_number(scope).unwrap_or(1),
            column: message.get_start_column() + 1,
            reference,
        });
    };
    let _ = script.run(scope);
    if !scope.has_caught() {
        return Ok(());
    }
    // Nothing of the script has run when its very first character is at fault.
    let message = scope.message().filter(|message| message.get_start_position() == 0);
    let text = message.map(|message| message.get(scope).to_rust_string_lossy(scope)).unwrap_or_default();
    match redeclared_name(&text) {
        Some(name) => Err(LoadScriptError::Declared { reference, name: name.to_owned() }),
        None => {
            scope.rethrow();
            Ok(())
        }
    }
}

fn read(session: &Session, reference: &str) -> Result<String, LoadScriptError> {
    let source = source::script(&session.settings, reference).map_err(|cause| {
        let reference = reference.to_owned();
        match cause {
            SourceError::Outside { .. } => {
                let help = format!("Pass `--script {reference}=FILE` to load a file in its place.");
                LoadScriptError::Refused { reference, message: cause.to_string(), help }
            }
            SourceError::ReferenceTag { .. } | SourceError::NoReference => LoadScriptError::Source { reference, cause },
        }
    })?;
    match &source.address {
        Address::Url(url) => {
            session.ask_for(url);
            // The cache has scripts of every host.
            session
                .network
                .check(url, false)
                .map_err(|refusal| LoadScriptError::refused(reference, &refusal, &session.redactor))?;
            let (network, recorded) = session.network.recorded();
            let loaded = network::wait(web_script::load(&session.settings, url, &network, &session.cancel()));
            for call in recorded.take() {
                session.log.exchange(call, CallPurpose::Script);
            }
            let failed = |cause| match cause {
                ScriptError::Unreachable { cause: HttpError::Refused { refusal }, .. } => {
                    LoadScriptError::refused(reference, &refusal, &session.redactor)
                }
                ScriptError::NotLocked { cause, .. } => LoadScriptError::NotLocked {
                    reference: reference.to_owned(),
                    message: cause.to_string(),
                    help: cause.help().to_owned(),
                },
                cause => {
                    let message = session.redactor.redact(&cause.to_string()).into_owned();
                    LoadScriptError::Download { reference: reference.to_owned(), message }
                }
            };
            loaded.map(|script| script.text).map_err(failed)
        }
        Address::File(_) => {
            let files = Documents::of(&source, &session.network, session.cancel());
            let text = files.load(&source.address);
            session.log.files_read(&files.files());
            text.map_err(|error| {
                let (reference, message) = (reference.to_owned(), with_causes(&error));
                match error {
                    LoadError::NotAllowed { help, .. } => LoadScriptError::Refused { reference, message, help },
                    _ => LoadScriptError::Unreadable { reference, message },
                }
            })
        }
    }
}
