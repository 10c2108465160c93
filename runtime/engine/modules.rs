//! The modules that a notebook has loaded: where a specifier leads, the text of a file, and why an import failed.
//!
//! [`Modules`] decides where a specifier leads, and reads files. A CommonJS module is wrapped in an ES module that runs it
//! when it is evaluated (`js/prelude/17_common_js.js`).

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::rc::Rc;

use apinb_http::hosts::Refusal;
use apinb_project::reading::modules::error::ResolveError;
use apinb_project::reading::modules::{Format, Kind, Modules, Referrer};
use apinb_project::reading::root::display_name;
use apinb_project::reading::scripts::ScriptCache;
use apinb_project::settings::Settings;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_text::javascript::common_js;
use apinb_text::javascript::literal::string_literal;
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::loader::LoadError;
use apinb_text::source::span::{Position, SourceFile};
use url::Url;

use crate::host::Host;

/// Maximum number of modules of a notebook.
const MAX_MODULES: usize = 10_000;

/// Maximum number of CommonJS modules whose exports are those of another one.
const MAX_REEXPORTS: usize = 1000;

/// Maximum number of failed imports whose help is kept.
const MAX_FAILURES: usize = 1000;

/// The module that runs CommonJS modules, for their wrappers only.
pub(crate) const RUNNER: &str = "apinb:common-js";

/// The import attribute of [`RUNNER`].
pub(crate) const RUNNER_TYPE: &str = "apinb";

/// The modules that an engine has loaded.
pub(crate) struct LoadedModules {
    modules: Modules,
    /// Their URLs, and whether they are CommonJS modules.
    loaded: RefCell<HashMap<String, bool>>,
    /// The size of their texts.
    bytes: Cell<usize>,
    /// The limit of it.
    max_bytes: usize,
    script_cache: Option<PathBuf>,
    redactor: Redactor,
    host: Rc<dyn Host>,
    /// The imports that failed, by their messages: V8 throws a TypeError that has nothing else.
    failures: RefCell<HashMap<String, (ErrorKind, String)>>,
}

/// Why a module cannot be imported.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
pub(crate) enum ImportError {
    #[class("PolicyError")]
    #[error("cannot import `{specifier}`{from}: {message}")]
    Refused { specifier: String, from: String, message: String, help: String },
    #[class("ModuleError")]
    #[error("cannot import `{specifier}`{from}: {message}")]
    Failed { specifier: String, from: String, message: String, help: String },
}

impl ImportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { .. } => ErrorKind::Policy,
            Self::Failed { .. } => ErrorKind::Thrown,
        }
    }

    fn help(&self) -> String {
        match self {
            Self::Refused { help, .. } | Self::Failed { help, .. } => help.clone(),
        }
    }
}

impl LoadedModules {
    pub(crate) fn new(settings: &Settings, redactor: Redactor, host: Rc<dyn Host>) -> Self {
        Self {
            modules: Modules::new(settings),
            loaded: RefCell::default(),
            bytes: Cell::default(),
            max_bytes: settings.max_heap / 2,
            failures: RefCell::default(),
            script_cache: settings.script_cache.clone(),
            redactor,
            host,
        }
    }

    /// Records why an import fails.
    pub(crate) fn record(&self, error: &ImportError) {
        let mut failures = self.failures.borrow_mut();
        if failures.len() < MAX_FAILURES {
            failures.insert(error.to_string(), (error.kind(), error.help()));
        }
    }

    /// Gives the error of a failed import its kind and help.
    pub(crate) fn explain(&self, error: &mut ErrorRecord) {
        let failures = self.failures.borrow();
        let Some((kind, help)) = failures.get(&error.message).filter(|_| error.name == "TypeError") else { return };
        error.kind = *kind;
        error.name = if *kind == ErrorKind::Policy { "PolicyError" } else { "Error" }.to_owned();
        error.help = Some(help.clone()).filter(|help| !help.is_empty());
    }

    /// The text of the module at a URL, for a message. It is read again: V8 has its own copy.
    pub(crate) fn source(&self, url: &str) -> Option<SourceFile> {
        if !self.loaded.borrow().contains_key(url) {
            return None;
        }
        let parsed = Url::parse(url).ok()?;
        let text = match parsed.scheme() {
            "file" => self.modules.read(&parsed).ok()?,
            _ => ScriptCache::open(self.script_cache.as_ref()?).get(&parsed)?.text,
        };
        Some(SourceFile::new(shown_url(url), text))
    }

    /// The name of the module at a URL in messages; none if it is not a module.
    pub(crate) fn shown(&self, url: &str) -> Option<String> {
        self.loaded.borrow().contains_key(url).then(|| shown_url(url))
    }

    /// Where a module names another one: ` (in lib.js:1:15)`. Empty for the notebook, whose errors have a position.
    fn place_of(&self, specifier: &str, referrer: &str) -> String {
        let Some(name) = self.shown(referrer) else { return String::new() };
        let source = self.source(referrer);
        let offset = source.as_ref().and_then(|source| {
            let quoted = ['\'', '"'].map(|quote| format!("{quote}{specifier}{quote}"));
            quoted.iter().filter_map(|quoted| source.text().find(quoted.as_str())).min()
        });
        match source.zip(offset) {
            Some((source, offset)) => {
                let Position { line, column } = source.position(offset);
                format!(" (in {name}:{line}:{column})")
            }
            None => format!(" (in {name})"),
        }
    }

    /// Counts a module that is about to be loaded.
    pub(crate) fn add(&self, url: &str, text: &str, is_common_js: bool) -> Result<(), Unloadable> {
        let mut loaded = self.loaded.borrow_mut();
        if loaded.contains_key(url) {
            return Ok(());
        }
        let bytes = self.bytes.get().saturating_add(text.len());
        if bytes > self.max_bytes {
            return Err(Unloadable::failed(
                format!("out of memory: the modules of the notebook need more than {} MB", self.max_bytes >> 20),
                "Pass `--max-heap MB` for more: modules may take a half of it.",
            ));
        }
        if loaded.len() >= MAX_MODULES {
            return Err(Unloadable::failed(
                format!("the notebook imports more than {MAX_MODULES} modules"),
                "Import fewer modules, or a bundle of them.",
            ));
        }
        self.bytes.set(bytes);
        loaded.insert(url.to_owned(), is_common_js);
        Ok(())
    }

    pub(crate) fn is_common_js(&self, url: &str) -> bool {
        self.loaded.borrow().get(url).is_some_and(|is_common_js| *is_common_js)
    }

    /// The URL that `specifier` names in the script or module called `referrer`.
    pub(crate) fn resolve(&self, specifier: &str, referrer: &str, kind: Kind) -> Result<Url, ImportError> {
        let url = Url::parse(referrer).ok().filter(|url| {
            // A script from the web has a URL, too. Any other script is a cell, or belongs to the notebook's folder.
            matches!(url.scheme(), "http" | "https") || self.loaded.borrow().contains_key(referrer)
        });
        let from = url.as_ref().map_or(Referrer::Notebook, Referrer::Module);
        self.modules.resolve(specifier, from, kind).map_err(|error| {
            let from = self.place_of(specifier, referrer);
            Unloadable::from(error).about(specifier.to_owned(), from, &self.redactor)
        })
    }

    /// The text and language of the file at a URL.
    pub(crate) fn file(&self, url: &Url) -> Result<(String, Format), Unloadable> {
        let path = url.to_file_path().ok();
        self.host.files_read(&path.iter().map(|path| path.to_string_lossy().into_owned()).collect::<Vec<_>>());
        let text = self.modules.read(url)?;
        let format = self.modules.format(url, &text);
        Ok((text, format))
    }

    /// A file that a CommonJS module requires: its text, and whether it is JSON.
    pub(crate) fn required(&self, url: &Url) -> Result<(String, bool), ImportError> {
        let required = self.file(url).and_then(|(text, format)| match format {
            Format::Json => Ok((text, true)),
            Format::CommonJs => {
                self.add(url.as_str(), &text, true)?;
                Ok((text, false))
            }
            Format::Module => Err(Unloadable::failed(
                "it is an ES module, and a CommonJS module requires it",
                "Import the ES module itself, or another version of the package.",
            )),
        });
        required.map_err(|error| error.about(shown_url(url.as_str()), String::new(), &self.redactor))
    }

    /// An ES module that runs a CommonJS module and has its exports.
    pub(crate) fn wrapper(&self, url: &Url, text: &str) -> String {
        let mut names = BTreeSet::new();
        self.collect_names(url, text, &mut names, &mut BTreeSet::new());
        let mut code = format!(
            "import run from '{RUNNER}' with {{ type: '{RUNNER_TYPE}' }}; const exports = run({}); ",
            string_literal(url.as_str())
        );
        code.push_str("export { exports as default, exports as 'module.exports' };");
        names.remove("default");
        names.remove("module.exports");
        for (index, name) in names.iter().enumerate() {
            let name = string_literal(name);
            code.push_str(&format!(" const $${index} = exports?.[{name}]; export {{ $${index} as {name} }};"));
        }
        code
    }

    /// Collects the names that a CommonJS module exports, also those of modules whose exports are its own.
    fn collect_names(&self, url: &Url, text: &str, names: &mut BTreeSet<String>, seen: &mut BTreeSet<String>) {
        if seen.len() >= MAX_REEXPORTS || !seen.insert(url.to_string()) {
            return;
        }
        let exports = common_js::exports(text);
        names.extend(exports.names);
        for specifier in exports.from {
            let Ok(other) = self.modules.resolve(&specifier, Referrer::Module(url), Kind::Require) else { continue };
            if let Ok((text, Format::CommonJs)) = self.file(&other) {
                self.collect_names(&other, &text, names, seen);
            }
        }
    }
}

/// Why the module at a URL cannot be loaded, before it is known what names it.
pub(crate) enum Unloadable {
    Refused { message: String, help: String },
    Failed { message: String, help: String },
}

impl Unloadable {
    pub(crate) fn failed(message: impl Into<String>, help: &str) -> Self {
        Self::Failed { message: message.into(), help: help.to_owned() }
    }

    pub(crate) fn about(self, specifier: String, from: String, redactor: &Redactor) -> ImportError {
        let redacted = |text: String| redactor.redact(&text).into_owned();
        match self {
            Self::Refused { message, help } => {
                let (message, help) = (redacted(message), redacted(help));
                ImportError::Refused { specifier: redacted(specifier), from, message, help }
            }
            Self::Failed { message, help } => {
                let (message, help) = (redacted(message), redacted(help));
                ImportError::Failed { specifier: redacted(specifier), from, message, help }
            }
        }
    }
}

impl From<ResolveError> for Unloadable {
    fn from(error: ResolveError) -> Self {
        let (message, help) = (error.to_string(), error.help());
        if error.is_refusal() { Self::Refused { message, help } } else { Self::Failed { message, help } }
    }
}

impl From<LoadError> for Unloadable {
    fn from(error: LoadError) -> Self {
        ResolveError::Load(error).into()
    }
}

impl From<&Refusal> for Unloadable {
    fn from(refusal: &Refusal) -> Self {
        Self::Refused { message: refusal.to_string(), help: refusal.help() }
    }
}

/// A URL in messages: the path of a file.
pub(crate) fn shown_url(url: &str) -> String {
    let path = Url::parse(url).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
    path.map_or_else(|| url.to_owned(), |path| display_name(&path))
}
