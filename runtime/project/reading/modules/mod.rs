//! ES modules and CommonJS modules: where a specifier leads, and what is there.
//!
//! A module is a file of the project, a file of a package in `node_modules`, or a URL. Each file is read by the rules for
//! scripts, which [`ReadScope`] has. The engine runs the modules; a check looks only whether they exist.

mod builtins;
pub mod error;
mod import_map;
mod package;
mod specifier;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use apinb_files::beneath::normal;
use apinb_files::bounded;
use apinb_text::javascript::common_js::is_common_js;
use apinb_text::source::loader::LoadError;
use url::Url;

use super::scope::{ReadScope, check_text, not_read, unreadable};
use crate::settings::{Settings, Source};
use error::ResolveError;
use package::{Conditions, Package, Target};
pub use specifier::Kind;
use specifier::Specifier;

/// The largest file of a module, in bytes.
pub const MAX_MODULE_BYTES: u64 = 32 << 20;

/// The largest `package.json`, in bytes.
const MAX_PACKAGE_BYTES: u64 = 1 << 20;

/// The most `package.json` that are read for one notebook.
const MAX_PACKAGES: usize = 20_000;

/// The folder of packages.
const PACKAGES: &str = "node_modules";

/// What names a module.
#[derive(Clone, Copy, Debug)]
pub enum Referrer<'a> {
    Notebook,
    /// A module at a URL: `file:`, `http:` or `https:`.
    Module(&'a Url),
}

/// The language of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Module,
    CommonJs,
    Json,
}

/// The modules that a notebook may read.
#[derive(Debug)]
pub struct Modules {
    /// The URL of the notebook's folder, or of the remote notebook.
    base: Option<Url>,
    is_remote: bool,
    imports: Vec<(String, Source)>,
    /// The files of the notebook, then those of each file that the import map names.
    scopes: Vec<ReadScope>,
    packages: RefCell<HashMap<PathBuf, Option<Rc<Package>>>>,
    read: Cell<usize>,
}

impl Modules {
    /// The modules of the notebook with these settings.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let around = settings.around();
        let mut scopes = Vec::new();
        if settings.web.is_none() {
            scopes.push(ReadScope::of_notebook(settings.project.clone(), &settings.allow_read));
        }
        scopes.extend(settings.imports.values().filter_map(|source| match source {
            Source::File(path) => Some(ReadScope::of_named(path, &around, &settings.allow_read)),
            Source::Url(_) => None,
        }));
        Self {
            base: settings.web.clone().or_else(|| Url::from_directory_path(&settings.folder).ok()),
            is_remote: settings.web.is_some(),
            imports: settings.imports.iter().map(|(name, source)| (name.clone(), source.clone())).collect(),
            scopes,
            packages: RefCell::default(),
            read: Cell::default(),
        }
    }

    /// The URL of the module that `specifier` names, without its links.
    ///
    /// # Errors
    /// See [`ResolveError`].
    pub fn resolve(&self, specifier: &str, referrer: Referrer<'_>, kind: Kind) -> Result<Url, ResolveError> {
        if kind == Kind::Import
            && let Some(mapped) = import_map::find(&self.imports, specifier)
        {
            return match mapped? {
                Source::Url(url) => Ok(url),
                Source::File(path) => self.file(&path, kind, specifier),
            };
        }
        let base = match referrer {
            Referrer::Notebook => self.base.as_ref(),
            Referrer::Module(url) => Some(url),
        };
        let base = base.ok_or_else(|| ResolveError::Invalid { specifier: specifier.to_owned() })?;
        match Specifier::parse(specifier)? {
            Specifier::Url(url) => self.url(url, base, kind, specifier),
            Specifier::Relative(path) => {
                // As in `load`: a notebook has no other root than its folder.
                let path = if base.scheme() == "file" { path.trim_start_matches('/') } else { path };
                let base = if path == specifier { base } else { self.base.as_ref().unwrap_or(base) };
                let joined = if path.is_empty() { Ok(base.clone()) } else { base.join(path) };
                let url = joined.map_err(|_| ResolveError::Invalid { specifier: specifier.to_owned() })?;
                self.url(url, base, kind, specifier)
            }
            Specifier::Package { name, subpath } => {
                let folder = self.folder_of(base, specifier)?;
                let path = self.package_file(&folder, name, subpath, kind)?;
                self.file(&path, kind, specifier)
            }
            Specifier::Internal(name) => {
                let folder = self.folder_of(base, specifier)?;
                let path = self.internal_file(&folder, name, kind)?;
                self.file(&path, kind, specifier)
            }
        }
    }

    /// The text of the file at a URL that [`Modules::resolve`] returned.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn read(&self, url: &Url) -> Result<String, LoadError> {
        let path = url.to_file_path().map_err(|()| LoadError::NotFound { address: url.to_string() })?;
        let text = self.text(&path, MAX_MODULE_BYTES)?;
        check_text(&path.to_string_lossy(), &text)?;
        Ok(text)
    }

    /// The language of a module, by the name of its file, its package, and at last its text.
    #[must_use]
    pub fn format(&self, url: &Url, text: &str) -> Format {
        let extension = extension(url.path());
        if extension == "json" {
            return Format::Json;
        }
        let Some(path) = url.to_file_path().ok().filter(|_| url.scheme() == "file") else { return Format::Module };
        match extension.as_str() {
            "mjs" => Format::Module,
            "cjs" => Format::CommonJs,
            _ => match self.enclosing_package(&path).and_then(|(_, package)| package.is_module()) {
                Some(true) => Format::Module,
                Some(false) => Format::CommonJs,
                None if is_common_js(text) => Format::CommonJs,
                None => Format::Module,
            },
        }
    }

    fn url(&self, url: Url, base: &Url, kind: Kind, specifier: &str) -> Result<Url, ResolveError> {
        match url.scheme() {
            "http" | "https" => Ok(url),
            "file" if base.scheme() == "file" => {
                let invalid = || ResolveError::Invalid { specifier: specifier.to_owned() };
                let encoded = url.path().to_ascii_lowercase();
                if ["%2f", "%5c", "%00"].iter().any(|escape| encoded.contains(escape)) {
                    return Err(invalid());
                }
                let path = url.to_file_path().map_err(|()| invalid())?;
                let mut file = self.file(&path, kind, specifier)?;
                file.set_query(url.query());
                file.set_fragment(url.fragment());
                Ok(file)
            }
            "file" => Err(ResolveError::FileFromWeb { specifier: specifier.to_owned() }),
            scheme => Err(ResolveError::Scheme { specifier: specifier.to_owned(), scheme: scheme.to_owned() }),
        }
    }

    /// The URL of the module in the file at `path`, or near it for `require`.
    fn file(&self, path: &Path, kind: Kind, specifier: &str) -> Result<Url, ResolveError> {
        let path = normal(path);
        let path = match kind {
            Kind::Import => path,
            Kind::Require => self.required_file(&path).unwrap_or(path),
        };
        let extension = extension(&path.to_string_lossy());
        if !matches!(extension.as_str(), "js" | "mjs" | "cjs" | "json") {
            return Err(self.other_file(&path, &extension, specifier));
        }
        let file = match self.open(&path) {
            Err(LoadError::NotFound { .. }) => return Err(self.missing(&path, specifier)),
            other => other.map_err(ResolveError::Load)?,
        };
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(ResolveError::Folder { specifier: specifier.to_owned(), has_index: false });
        }
        // The scope has agreed to the target of each link.
        let real = path.canonicalize().map_err(|cause| ResolveError::Load(unreadable(&path, cause)))?;
        Url::from_file_path(real).map_err(|()| ResolveError::Invalid { specifier: specifier.to_owned() })
    }

    /// Why the file at `path` is not a module: its name is not that of a script.
    fn other_file(&self, path: &Path, extension: &str, specifier: &str) -> ResolveError {
        // A script of that name tells whether the folder may be read.
        let beside = PathBuf::from(format!("{}.js", path.display()));
        if let Some(Err(refusal)) = self.scopes.first().map(|scope| scope.check_name(&beside)) {
            return ResolveError::Load(refusal);
        }
        let (specifier, extension) = (specifier.to_owned(), extension.to_owned());
        match extension.as_str() {
            "ts" | "tsx" | "mts" | "cts" | "jsx" | "wasm" | "node" => {
                ResolveError::NotJavaScript { specifier, extension }
            }
            _ if self.is_file(&path.join("index.js")) => ResolveError::Folder { specifier, has_index: true },
            _ => match self.missing(path, &specifier) {
                ResolveError::NotFound { similar: None, .. } if !extension.is_empty() => {
                    ResolveError::NotJavaScript { specifier, extension }
                }
                missing => missing,
            },
        }
    }

    fn missing(&self, path: &Path, specifier: &str) -> ResolveError {
        let with = |end: &str| self.is_file(&PathBuf::from(format!("{}{end}", path.display())));
        let end = [".js", ".mjs", ".cjs", ".json"].into_iter().find(|end| with(end));
        let specifier = specifier.to_owned();
        let similar = end.map(|end| format!("{specifier}{end}"));
        ResolveError::NotFound { specifier, path: path.to_owned(), similar }
    }

    /// The file that `require` means by `path`: as it is, with an extension, or the main file of a folder.
    fn required_file(&self, path: &Path) -> Option<PathBuf> {
        let with = |end: &str| PathBuf::from(format!("{}{end}", path.display()));
        let main = self.package(path).and_then(|package| package.main().map(|main| normal(&path.join(main))));
        let mains = main.filter(|main| main.starts_with(normal(path))).into_iter().flat_map(|main| {
            let shown = main.display().to_string();
            [main, PathBuf::from(format!("{shown}.js")), PathBuf::from(format!("{shown}/index.js"))]
        });
        let candidates = [path.to_owned(), with(".js"), with(".json"), with(".cjs")].into_iter().chain(mains);
        candidates.chain([with("/index.js"), with("/index.json")]).find(|path| self.is_file(path))
    }

    /// The folder in which a module at `base` finds packages.
    fn folder_of(&self, base: &Url, specifier: &str) -> Result<PathBuf, ResolveError> {
        let folder = base.join(".").ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
        folder
            .filter(|_| !self.is_remote || base.scheme() == "file")
            .ok_or_else(|| ResolveError::PackageFromWeb { specifier: specifier.to_owned() })
    }

    /// The file of a package, from `node_modules` of `folder` or a folder above it within the project.
    fn package_file(&self, folder: &Path, name: &str, subpath: &str, kind: Kind) -> Result<PathBuf, ResolveError> {
        let conditions = Conditions::of(kind);
        if let Some((root, package)) = self.enclosing_package(folder)
            && package.name.as_deref() == Some(name)
            && package.has_exports()
        {
            return package_target(&root, package.exported(name, subpath, conditions)?);
        }
        let mut refused = None;
        for above in folder.ancestors().filter(|above| self.contains(above) && !above.ends_with(PACKAGES)) {
            let root = above.join(PACKAGES).join(name);
            if let Err(error @ LoadError::NotAllowed { .. }) = self.open(&root.join(package::FILE)) {
                refused = refused.or(Some(error));
            }
            let Some(package) = self.package(&root) else {
                if !self.is_file(&root.join("index.js")) {
                    continue;
                }
                let inside = if subpath.is_empty() { "index.js" } else { subpath.trim_start_matches('/') };
                return beneath(&root, inside, name);
            };
            return if package.has_exports() {
                package_target(&root, package.exported(name, subpath, conditions)?)
            } else if subpath.is_empty() {
                self.main_file(&root, name, &package)
            } else {
                beneath(&root, subpath.trim_start_matches('/'), name)
            };
        }
        match (builtins::instead_of(name), refused) {
            (Some(instead), _) => Err(ResolveError::Builtin { name: name.to_owned(), instead: instead.to_owned() }),
            (None, Some(error)) => Err(ResolveError::Load(error)),
            (None, None) => Err(ResolveError::NoPackage { name: name.to_owned() }),
        }
    }

    /// The main file of a package without `exports`.
    fn main_file(&self, root: &Path, name: &str, package: &Package) -> Result<PathBuf, ResolveError> {
        for main in package.main().into_iter().chain(package.module()) {
            let main = main.strip_prefix("./").unwrap_or(main).trim_end_matches('/');
            for end in ["", ".js", ".json", "/index.js", "/index.json"] {
                let path = beneath(root, &format!("{main}{end}"), name)?;
                if self.is_there(&path)? {
                    return Ok(path);
                }
            }
        }
        for index in ["index.js", "index.json"] {
            let path = root.join(index);
            if self.is_there(&path)? {
                return Ok(path);
            }
        }
        Err(ResolveError::NoMain { name: name.to_owned() })
    }

    /// The file of `#name`, by `imports` of the package that `folder` belongs to.
    fn internal_file(&self, folder: &Path, name: &str, kind: Kind) -> Result<PathBuf, ResolveError> {
        let (root, package) = self
            .enclosing_package(folder)
            .ok_or_else(|| ResolveError::NotImported { specifier: name.to_owned(), package: None })?;
        match package.imported(name, Conditions::of(kind))? {
            Target::Inside(path) => package_target(&root, Target::Inside(path)),
            Target::Package(specifier) => match Specifier::parse(&specifier)? {
                Specifier::Package { name, subpath } => self.package_file(folder, name, subpath, kind),
                _ => Err(ResolveError::NotImported { specifier: name.to_owned(), package: package.name.clone() }),
            },
        }
    }

    /// The package that a file or folder belongs to: the nearest `package.json` within the project.
    fn enclosing_package(&self, path: &Path) -> Option<(PathBuf, Rc<Package>)> {
        for folder in path.ancestors().take_while(|folder| self.contains(folder) && !folder.ends_with(PACKAGES)) {
            if let Some(package) = self.package(folder) {
                return Some((folder.to_owned(), package));
            }
        }
        None
    }

    /// The `package.json` in a folder.
    fn package(&self, folder: &Path) -> Option<Rc<Package>> {
        if let Some(known) = self.packages.borrow().get(folder) {
            return known.clone();
        }
        if self.read.get() >= MAX_PACKAGES {
            return None;
        }
        self.read.set(self.read.get() + 1);
        let text = self.text(&folder.join(package::FILE), MAX_PACKAGE_BYTES).ok();
        let package = text.and_then(|text| Package::parse(&text)).map(Rc::new);
        self.packages.borrow_mut().insert(folder.to_owned(), package.clone());
        package
    }

    fn contains(&self, folder: &Path) -> bool {
        self.scopes.iter().flat_map(ReadScope::folders).any(|root| folder.starts_with(root))
    }

    /// Whether there is a file with the extension of a module at `path`; an error where it may not be read.
    fn is_there(&self, path: &Path) -> Result<bool, ResolveError> {
        match self.open(path) {
            Ok(file) => Ok(file.metadata().is_ok_and(|metadata| metadata.is_file())),
            // A name without an extension is not that of a module.
            Err(error @ LoadError::NotAllowed { .. }) if path.extension().is_some() => Err(ResolveError::Load(error)),
            Err(_) => Ok(false),
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.open(path).is_ok_and(|file| file.metadata().is_ok_and(|metadata| metadata.is_file()))
    }

    fn text(&self, path: &Path, limit: u64) -> Result<String, LoadError> {
        let bytes = bounded::regular_file(self.open(path)?, limit).map_err(|error| not_read(path, error))?;
        String::from_utf8(bytes).map_err(|_| LoadError::NotText { address: path.to_string_lossy().into_owned() })
    }

    /// Opens a file by the first scope that has it; the refusal is that of the notebook.
    fn open(&self, path: &Path) -> Result<File, LoadError> {
        let mut refused = None;
        for scope in &self.scopes {
            match scope.open(path) {
                Err(error @ LoadError::NotAllowed { .. }) => refused = refused.or(Some(error)),
                other => return other,
            }
        }
        let (address, help) = (path.to_string_lossy().into_owned(), String::new());
        Err(refused.unwrap_or(LoadError::NotAllowed {
            address,
            why: "may not be read: a remote notebook reads no file".to_owned(),
            help,
        }))
    }
}

/// A target of `exports` or `imports`, which [`package`] has checked to be inside of the package.
fn package_target(root: &Path, target: Target) -> Result<PathBuf, ResolveError> {
    match target {
        Target::Inside(path) => beneath(root, &path, &root.display().to_string()),
        Target::Package(specifier) => Err(ResolveError::Invalid { specifier }),
    }
}

/// A path of a package. It may not lead out of the package.
fn beneath(root: &Path, path: &str, package: &str) -> Result<PathBuf, ResolveError> {
    let joined = normal(&root.join(path.trim_start_matches('/')));
    if joined.starts_with(normal(root)) && !path.contains('\0') {
        Ok(joined)
    } else {
        Err(ResolveError::Outside { package: package.to_owned(), path: path.to_owned() })
    }
}

/// The extension of a path, in lower case.
fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
