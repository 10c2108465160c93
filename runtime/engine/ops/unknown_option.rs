//! Options that nothing reads: of a call, of `API.authenticate`. A warning with its position, or with `--strict` an error.

use apinb_record::run::ConsoleLevel;
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;
use deno_core::{OpState, op2, v8};

use crate::caller::Caller;
use crate::session::Session;

/// The longest name in a message, in characters.
const MAX_NAME: usize = 60;

/// An unknown option, with `--strict`.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(type)]
#[error("{message}")]
#[property("help" = self.help.clone())]
pub(super) struct UnknownOption {
    message: String,
    pub(super) help: String,
}

/// An option of a call that is not one of `known`, which are separated by commas.
#[op2(fast)]
pub(super) fn op_unknown_option(
    scope: &mut v8::PinScope<'_, '_>,
    state: &OpState,
    #[string] name: &str,
    #[string] known: &str,
) -> Result<(), UnknownOption> {
    let known: Vec<&str> = known.split(',').collect();
    Session::of(state).unknown_option(scope, name, &known)
}

/// The one of `known`, which are separated by commas, that `name` most likely misspells.
#[op2]
#[string]
pub(super) fn op_suggest(#[string] name: &str, #[string] known: &str) -> Option<String> {
    suggest(name, known.split(',')).map(str::to_owned)
}

impl Session {
    /// Reports an option that is not one of `known`: once for each position, since a call may be in a loop.
    pub(super) fn unknown_option(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        name: &str,
        known: &[&str],
    ) -> Result<(), UnknownOption> {
        let shown = self.redactor.redact(name).truncate(MAX_NAME);
        let meant = suggest(name, known.iter().copied());
        let message = match meant {
            Some(meant) => format!("unknown option \"{shown}\", did you mean \"{meant}\"?"),
            None => format!("unknown option \"{shown}\""),
        };
        let help = use_one_of(known, usize::MAX);
        if self.settings.strict {
            return Err(UnknownOption { message, help });
        }
        let position = Caller::new(scope, self).map(|caller| format!("{}: ", caller.shown())).unwrap_or_default();
        let text = match meant {
            Some(_) => format!("{position}{message}"),
            None => format!("{position}{message}. {help}"),
        };
        if self.reported_options.borrow_mut().insert(text.clone()) {
            self.log.write(ConsoleLevel::Warn, &text);
        }
        Ok(())
    }
}
