//! Tests of resolution in folders on disk.

use std::fs;
use std::path::Path;
use std::time::Duration;

use apinb_files::whole::{self, Options};
use url::Url;

use super::{Format, Kind, Modules, Referrer};
use crate::settings::Settings;

/// Writes files below a folder.
fn tree(top: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = top.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        whole::write(&path, text.as_bytes(), Options::default()).unwrap();
    }
}

/// A project with a notebook in `notebooks`.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Modules) {
    let top = tempfile::tempdir().unwrap();
    tree(top.path(), &[("p/apinb.toml", ""), ("p/notebooks/n.md", ""), ("outside.js", "1")]);
    tree(&top.path().join("p"), files);
    let folder = top.path().join("p/notebooks");
    let modules = Modules::new(&Settings::new(folder, Duration::MAX, Duration::MAX, 1 << 20));
    (top, modules)
}

/// What the notebook reaches by each specifier: a path in the project, or the code of an error.
fn check(files: &[(&str, &str)], rows: &[(&str, &str)]) {
    let (top, modules) = project(files);
    for (specifier, expected) in rows {
        assert_eq!(shown(&top, modules.resolve(specifier, Referrer::Notebook, Kind::Import)), *expected, "{specifier}");
    }
}

fn shown(top: &tempfile::TempDir, resolved: Result<Url, super::ResolveError>) -> String {
    let root = Url::from_directory_path(top.path().canonicalize().unwrap().join("p")).unwrap();
    match resolved {
        Ok(url) => url.as_str().strip_prefix(root.as_str()).unwrap_or(url.as_str()).to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

#[test]
fn files_of_the_project_are_modules() {
    check(
        &[
            ("lib.js", ""),
            ("notebooks/a b.js", ""),
            ("notebooks/x/index.js", ""),
            ("notebooks/t.ts", ""),
            ("notebooks/.hidden.js", ""),
            (".env.js", ""),
        ],
        &[
            ("./a b.js", "notebooks/a%20b.js"),
            ("/a b.js", "notebooks/a%20b.js"),
            ("../lib.js", "lib.js"),
            ("../lib.js?v=1#x", "lib.js?v=1#x"),
            ("../lib", "module/missing"),
            ("./none.js", "module/missing"),
            ("./x", "module/missing"),
            ("./x/", "module/missing"),
            (".", "module/missing"),
            ("./t.ts", "module/language"),
            ("./t.txt", "module/language"),
            ("./.hidden.js", "module/refused"),
            ("../.env.js", "module/refused"),
            ("../apinb.toml", "module/language"),
            ("../../outside.js", "module/refused"),
            ("file:///etc/passwd", "module/refused"),
            ("file://host/etc/passwd", "module/invalid"),
            ("../%2e%2e/outside.js", "module/refused"),
            ("./..%2f..%2foutside.js", "module/invalid"),
            ("https://a.test/b.js", "https://a.test/b.js"),
            ("data:text/javascript,1", "module/scheme"),
            ("blob:https://a.test/1", "module/scheme"),
        ],
    );
}

#[test]
fn packages_are_in_the_node_modules_of_the_project() {
    check(
        &[
            ("node_modules/a/package.json", r#"{ "exports": { ".": "./a.mjs", "./sub": "./s.js" } }"#),
            ("node_modules/a/a.mjs", ""),
            ("node_modules/a/s.js", ""),
            ("node_modules/b/package.json", r#"{ "main": "lib" }"#),
            ("node_modules/b/lib.js", ""),
            ("node_modules/b/other.js", ""),
            ("node_modules/c/index.js", ""),
            ("node_modules/d/package.json", r#"{ "main": "../../../outside.js" }"#),
            ("node_modules/e/package.json", r#"{ "exports": "./../../../outside.js" }"#),
            ("node_modules/@s/f/package.json", r#"{ "module": "./f.js" }"#),
            ("node_modules/@s/f/f.js", ""),
            ("node_modules/events/package.json", "{}"),
            ("node_modules/events/index.js", ""),
            ("node_modules/.bin/run", ""),
            ("notebooks/node_modules/near/package.json", "{}"),
            ("notebooks/node_modules/near/index.js", ""),
        ],
        &[
            ("a", "node_modules/a/a.mjs"),
            ("a/sub", "node_modules/a/s.js"),
            ("a/s.js", "module/export"),
            ("b", "node_modules/b/lib.js"),
            ("b/other.js", "node_modules/b/other.js"),
            ("b/other", "module/missing"),
            ("b/../../lib.js", "module/refused"),
            ("c", "node_modules/c/index.js"),
            ("d", "module/refused"),
            ("e", "module/refused"),
            ("@s/f", "node_modules/@s/f/f.js"),
            ("near", "notebooks/node_modules/near/index.js"),
            ("events", "node_modules/events/index.js"),
            ("fs", "module/builtin"),
            ("node:events", "module/builtin"),
            ("lost", "module/package"),
            (".bin/run", "module/invalid"),
            ("../node_modules/.bin/run", "module/refused"),
        ],
    );
}

#[test]
fn a_module_resolves_from_its_own_folder() {
    let (top, modules) = project(&[
        (
            "package.json",
            r##"{ "name": "own", "exports": "./lib.js", "imports": { "#in": "./lib.js", "#dep": "dep" } }"##,
        ),
        ("lib.js", ""),
        ("node_modules/dep/package.json", r#"{ "main": "d.js" }"#),
        ("node_modules/dep/d.js", ""),
        ("node_modules/dep/node_modules/deep/index.js", ""),
        ("node_modules/dep/folder/index.js", ""),
        ("node_modules/dep/data.json", "{}"),
    ]);
    let from = modules.resolve("dep", Referrer::Notebook, Kind::Import).unwrap();
    for (specifier, kind, expected) in [
        ("deep", Kind::Import, "node_modules/dep/node_modules/deep/index.js"),
        ("./folder", Kind::Import, "module/missing"),
        ("./folder", Kind::Require, "node_modules/dep/folder/index.js"),
        ("./data", Kind::Require, "node_modules/dep/data.json"),
        (".", Kind::Require, "node_modules/dep/d.js"),
        ("fs", Kind::Require, "module/builtin"),
        ("../../outside", Kind::Require, "module/missing"),
        ("../../../outside", Kind::Require, "module/refused"),
    ] {
        assert_eq!(shown(&top, modules.resolve(specifier, Referrer::Module(&from), kind)), expected, "{specifier}");
    }
    for (specifier, expected) in [("own", "lib.js"), ("#in", "lib.js"), ("#dep", "node_modules/dep/d.js")] {
        assert_eq!(shown(&top, modules.resolve(specifier, Referrer::Notebook, Kind::Import)), expected, "{specifier}");
    }
    let web = Url::parse("https://a.test/b/c.js").unwrap();
    for (specifier, expected) in [
        ("./d.js", "https://a.test/b/d.js"),
        ("/d.js", "https://a.test/d.js"),
        ("//e.test/d.js", "https://e.test/d.js"),
        ("dep", "module/package"),
        ("file:///etc/passwd", "module/refused"),
    ] {
        assert_eq!(
            shown(&top, modules.resolve(specifier, Referrer::Module(&web), Kind::Import)),
            expected,
            "{specifier}"
        );
    }
}

#[test]
fn the_language_follows_from_name_package_and_text() {
    let (_top, modules) = project(&[
        ("m/package.json", r#"{ "type": "module" }"#),
        ("c/package.json", r#"{ "type": "commonjs" }"#),
        ("m/a.js", ""),
        ("m/a.cjs", ""),
        ("m/a.json", ""),
        ("c/a.js", ""),
        ("c/a.mjs", ""),
        ("a.js", ""),
    ]);
    for (path, text, expected) in [
        ("m/a.js", "module.exports = 1", Format::Module),
        ("m/a.cjs", "", Format::CommonJs),
        ("m/a.json", "{}", Format::Json),
        ("c/a.js", "", Format::CommonJs),
        ("c/a.mjs", "", Format::Module),
        ("a.js", "export default 1", Format::Module),
        ("a.js", "module.exports = 1", Format::CommonJs),
        ("a.js", "globalThis.a = 1", Format::Module),
    ] {
        let url = modules.resolve(&format!("../{path}"), Referrer::Notebook, Kind::Import).unwrap();
        assert_eq!(modules.format(&url, text), expected, "{path}: {text}");
    }
}

#[cfg(unix)]
#[test]
fn links_stay_in_the_project() {
    use std::os::unix::fs::symlink;

    let (top, modules) = project(&[
        ("node_modules/.pnpm/a@1/node_modules/a/package.json", r#"{ "main": "a.js" }"#),
        ("node_modules/.pnpm/a@1/node_modules/a/a.js", ""),
        ("node_modules/.pnpm/a@1/node_modules/b/index.js", ""),
    ]);
    let p = top.path().join("p");
    symlink(".pnpm/a@1/node_modules/a", p.join("node_modules/a")).unwrap();
    symlink("../../outside.js", p.join("notebooks/out.js")).unwrap();
    symlink(top.path(), p.join("node_modules/top")).unwrap();
    let resolve = |specifier: &str| modules.resolve(specifier, Referrer::Notebook, Kind::Import);
    assert_eq!(shown(&top, resolve("./out.js")), "module/refused");
    assert_eq!(shown(&top, resolve("top/outside.js")), "module/refused");
    // The packages that pnpm links are real files of the project, and find their own dependencies there.
    let a = resolve("a").unwrap();
    assert_eq!(shown(&top, Ok(a.clone())), "node_modules/.pnpm/a@1/node_modules/a/a.js");
    let b = modules.resolve("b", Referrer::Module(&a), Kind::Import);
    assert_eq!(shown(&top, b), "node_modules/.pnpm/a@1/node_modules/b/index.js");
}
