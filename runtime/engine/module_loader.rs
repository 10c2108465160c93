//! Loads modules for V8: files at once, URLs while the event loop runs.

use std::cell::OnceCell;
use std::rc::Rc;
use std::time::Duration;

use apinb_http::exchange::HttpError;
use apinb_project::reading::modules::{Format, Kind};
use apinb_project::reading::scripts::{Script, ScriptError};
use apinb_project::reading::web_script;
use apinb_record::call::CallPurpose;
use apinb_text::diagnostic::causes::with_causes;
use deno_core::error::ModuleLoaderError;
use deno_core::{
    CustomModuleEvaluationKind, FastString, ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader,
    ModuleSource, ModuleSourceCode, ModuleSpecifier, ModuleType, RequestedModuleType, ResolutionKind, v8,
};
use deno_error::JsErrorBox;
use url::Url;

use crate::modules::{ImportError, RUNNER, RUNNER_TYPE, Unloadable, shown_url};
use crate::session::Session;

/// Loads modules for V8.
#[derive(Default)]
pub(crate) struct Loader {
    session: OnceCell<Rc<Session>>,
    runner: OnceCell<v8::Global<v8::Function>>,
}

impl Loader {
    /// Before the first cell: the session, and the function of the prelude that runs a CommonJS module.
    pub(crate) fn start(&self, session: Rc<Session>, runner: v8::Global<v8::Function>) {
        let _ = self.session.set(session);
        let _ = self.runner.set(runner);
    }

    /// The value of [`RUNNER`].
    pub(crate) fn runner(&self, scope: &mut v8::PinScope) -> Result<CustomModuleEvaluationKind, JsErrorBox> {
        let runner = self.runner.get().ok_or_else(|| JsErrorBox::generic("not started"))?;
        let value: v8::Local<v8::Value> = v8::Local::new(scope, runner).into();
        Ok(CustomModuleEvaluationKind::Synthetic(v8::Global::new(scope, value)))
    }

    fn load_file(session: &Session, url: &Url, requested: &RequestedModuleType) -> Result<ModuleSource, Unloadable> {
        let (text, format) = session.modules.file(url)?;
        let is_json = check_type(format == Format::Json, requested, url)?;
        if is_json {
            return Ok(source(ModuleType::Json, text.into(), url, url));
        }
        let is_common_js = format == Format::CommonJs;
        session.modules.add(url.as_str(), &text, is_common_js)?;
        let code = if is_common_js { session.modules.wrapper(url, &text) } else { text };
        Ok(source(ModuleType::JavaScript, code.into(), url, url))
    }

    /// Checks the policy; then fetches the module without blocking.
    fn load_url(
        session: &Rc<Session>,
        url: &Url,
        requested: RequestedModuleType,
        from: String,
    ) -> Result<ModuleLoadResponse, Unloadable> {
        session.ask_for(url);
        session.network.check(url, false).map_err(|refusal| Unloadable::from(&refusal))?;
        let (session, url) = (Rc::clone(session), url.clone());
        Ok(ModuleLoadResponse::Async(Box::pin(async move {
            let loaded = match fetch(&session, &url).await {
                Ok(script) => Self::fetched(&session, &url, script, &requested),
                Err(error) => Err(error),
            };
            loaded.map_err(|error| failed(&error.about(url.to_string(), from, &session.redactor), &session))
        })))
    }

    fn fetched(
        session: &Session,
        url: &Url,
        script: Script,
        requested: &RequestedModuleType,
    ) -> Result<ModuleSource, Unloadable> {
        let location = script.location.as_ref().unwrap_or(url);
        if check_type(*requested == RequestedModuleType::Json, requested, url)? {
            return Ok(source(ModuleType::Json, script.text.into(), url, location));
        }
        session.modules.add(location.as_str(), &script.text, false)?;
        Ok(source(ModuleType::JavaScript, script.text.into(), url, location))
    }
}

impl ModuleLoader for Loader {
    fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        _kind: ResolutionKind,
    ) -> Result<ModuleSpecifier, ModuleLoaderError> {
        let session = self.session.get().ok_or_else(|| JsErrorBox::generic("not started"))?;
        if specifier == RUNNER && session.modules.is_common_js(referrer) {
            return Url::parse(RUNNER).map_err(|error| JsErrorBox::generic(error.to_string()));
        }
        let resolved = session.modules.resolve(specifier, referrer, Kind::Import);
        resolved.map_err(|error| failed(&error, session))
    }

    fn load(
        &self,
        url: &ModuleSpecifier,
        referrer: Option<&ModuleLoadReferrer>,
        options: ModuleLoadOptions,
    ) -> ModuleLoadResponse {
        let Some(session) = self.session.get() else {
            return ModuleLoadResponse::Sync(Err(JsErrorBox::generic("not started")));
        };
        if url.as_str() == RUNNER {
            return ModuleLoadResponse::Sync(Ok(source(
                ModuleType::Other(RUNNER_TYPE.into()),
                FastString::from_static(""),
                url,
                url,
            )));
        }
        let from = referrer.map_or_else(String::new, |referrer| {
            let name = shown_url(referrer.specifier.as_str());
            format!(" (in {name}:{}:{})", referrer.line_number, referrer.column_number)
        });
        let requested = options.requested_module_type;
        let loaded = match url.scheme() {
            "file" => Self::load_file(session, url, &requested).map(|source| ModuleLoadResponse::Sync(Ok(source))),
            _ => Self::load_url(session, url, requested, from.clone()),
        };
        loaded.unwrap_or_else(|error| {
            let error = error.about(shown_url(url.as_str()), from, &session.redactor);
            ModuleLoadResponse::Sync(Err(failed(&error, session)))
        })
    }
}

/// Records why an import fails; the error that V8 throws for it.
fn failed(error: &ImportError, session: &Session) -> JsErrorBox {
    let message = error.to_string();
    if matches!(error, ImportError::Refused { .. }) {
        session.log.refused(&message);
    }
    session.modules.record(error);
    JsErrorBox::type_error(message)
}

async fn fetch(session: &Session, url: &Url) -> Result<Script, Unloadable> {
    let (network, recorded) = session.network.recorded();
    let cancel = session.cancel();
    let (outside, arrival) = (session.clock.outside(), session.clock.arrival(Duration::ZERO));
    let fetched = web_script::load(&session.settings, url, &network, &cancel).await;
    drop(outside);
    if let Some(arrival) = arrival {
        arrival.come().await;
    }
    for call in recorded.take() {
        session.log.exchange(call, CallPurpose::Script);
    }
    fetched.map_err(|error| match &error {
        ScriptError::Unreachable { cause: HttpError::Refused { refusal }, .. } => refusal.as_ref().into(),
        ScriptError::NotLocked { cause, .. } => Unloadable::failed(cause.to_string(), cause.help()),
        error => Unloadable::failed(
            with_causes(error),
            "Check the URL. In apinb.toml, `[imports]` maps a module to a file of the project.",
        ),
    })
}

/// Whether a module is JSON, as `with { type: 'json' }` says.
fn check_type(is_json: bool, requested: &RequestedModuleType, url: &Url) -> Result<bool, Unloadable> {
    match requested {
        RequestedModuleType::None if is_json => Err(Unloadable::failed(
            "it is JSON, and imported as JavaScript",
            "Add `with { type: 'json' }` after the specifier; in `import()`, `{ with: { type: 'json' } }`.",
        )),
        RequestedModuleType::Json if !is_json => Err(Unloadable::failed(
            format!("`{}` is JavaScript, and imported as JSON", shown_url(url.as_str())),
            "Remove `with { type: 'json' }`.",
        )),
        RequestedModuleType::None => Ok(false),
        RequestedModuleType::Json => Ok(true),
        other => Err(Unloadable::failed(
            format!("unsupported type `{}`", other.as_str().unwrap_or_default()),
            "Only `with { type: 'json' }` is supported; read other files with `file(path)`.",
        )),
    }
}

fn source(kind: ModuleType, code: FastString, url: &Url, location: &Url) -> ModuleSource {
    ModuleSource::new_with_redirect(kind, ModuleSourceCode::String(code), url, location, None)
}
