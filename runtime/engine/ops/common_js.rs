//! `require`: the CommonJS modules that others name.

use std::cell::RefCell;
use std::rc::Rc;

use apinb_project::reading::modules::Kind;
use deno_core::{OpState, op2, v8};
use deno_error::JsErrorBox;
use url::Url;

use crate::modules::ImportError;
use crate::session::Session;

/// The URL of the file that `specifier` names in the CommonJS module at `from`.
#[op2]
#[string]
pub(super) fn op_common_js_resolve(
    state: &OpState,
    #[string] specifier: &str,
    #[string] from: &str,
) -> Result<String, ImportError> {
    let session = Session::of(state);
    Ok(session.modules.resolve(specifier, from, Kind::Require)?.into())
}

/// The function of the CommonJS module at a URL; the text of JSON.
#[allow(clippy::needless_pass_by_value, reason = "operations get their state so")]
#[op2(reentrant)]
pub(super) fn op_common_js_read<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: Rc<RefCell<OpState>>,
    #[string] url: String,
) -> Result<v8::Local<'s, v8::Value>, JsErrorBox> {
    let session = Session::of(&state.borrow());
    let too_long = || JsErrorBox::range_error("the module is too long");
    let parsed = Url::parse(&url).map_err(|error| JsErrorBox::generic(error.to_string()))?;
    let (text, is_json) = session.modules.required(&parsed).map_err(JsErrorBox::from_err)?;
    let code = v8::String::new(scope, &text).ok_or_else(too_long)?;
    if is_json {
        return Ok(code.into());
    }
    let name = v8::String::new(scope, &url).ok_or_else(too_long)?;
    let mut parameters = Vec::new();
    for name in ["exports", "require", "module", "__filename", "__dirname"] {
        parameters.push(v8::String::new(scope, name).ok_or_else(too_long)?);
    }
    let origin = v8::ScriptOrigin::new(scope, name.into(), 0, 0, false, -1, None, false, false, false, None);
    let mut source = v8::script_compiler::Source::new(code, Some(&origin));
    v8::tc_scope!(let scope, scope);
    let function = v8::script_compiler::compile_function(
        scope,
        &mut source,
        &parameters,
        &[],
        v8::script_compiler::CompileOptions::NoCompileOptions,
        v8::script_compiler::NoCacheReason::NoReason,
    );
    match function {
        Some(function) => Ok(function.into()),
        None => {
            let message = scope.message().map(|message| {
                let text = message.get(scope).to_rust_string_lossy(scope);
                let text = text.strip_prefix("Uncaught SyntaxError: ").unwrap_or(&text).to_owned();
                let line = message.get_line_number(scope).unwrap_or(1);
                format!("{text} at {url}:{line}:{}", message.get_start_column() + 1)
            });
            Err(JsErrorBox::new("SyntaxError", message.unwrap_or_else(|| format!("invalid at {url}:1:1"))))
        }
    }
}

/// An operation that never ends, so that a module that waits for ever does not count as an error of the event loop.
#[op2]
pub(super) async fn op_never() {
    std::future::pending::<()>().await;
}
