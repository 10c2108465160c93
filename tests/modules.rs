//! ES modules and CommonJS modules: of the project, of packages, from the web.

use crate::support::{Answer, Case, Server, package};

/// A case with a project that has some modules.
fn with_modules(case: Case) -> Case {
    case.file("apinb.toml", "")
        .file("lib/a.js", "import { b } from './b.js'\nexport const a = 'a' + b\nexport default function hello(name) { return 'hello ' + name }\nexport let count = 0\nexport function up() { count += 1; return count }\nexport function boom() {\n  throw new TypeError('boom')\n}\n")
        .file("lib/b.js", "export const b = 'b'\n")
        .file("lib/data.json", "{ \"n\": 5 }")
}

#[test]
fn a_cell_imports_modules_of_the_project() {
    let rows = [
        ("import hello, { a, 'up' as up } from './lib/a.js'\n[a, hello('x')]", "[ \"ab\", \"hello x\" ]"),
        // Its variables are those of later cells, too.
        ("hello(a)", "\"hello ab\""),
        ("const all = await import('./lib/a.js'); up(); all.count", "1"),
        ("import * as everything from './lib/../lib/a.js'\neverything === all", "true"),
        ("import('./lib/b.js').then((module) => module.b)", "\"b\""),
        ("import data from './lib/data.json' with { type: 'json' }\ndata.n", "5"),
        ("(await import('./lib/data.json', { with: { type: 'json' } })).default.n", "5"),
        // A cell can import again, and use a name of an earlier cell.
        ("import hello from './lib/a.js'; var v = 1", ""),
        ("import { b as v } from './lib/b.js'\nv", "\"b\""),
        ("const before = up()\nimport { up as more } from './lib/a.js'\n[before, more()]", "[ 2, 3 ]"),
        ("f = () => import('./lib/b.js'); (await f()).b", "\"b\""),
        ("(await import('./lib/b.js?again')).b", "\"b\""),
        ("import 'node:fs'", "! `node:fs` is a module of Node"),
        ("hello = 1", "! Assignment to constant variable"),
    ];
    Case::check_with(&rows, with_modules).exit(1);
}

#[test]
fn lines_and_columns_of_the_rest_of_a_cell_stay() {
    let outcome = Case::check_with(
        &[
            ("import { b } from './lib/b.js'; /* é */ lost.x\n", "! lost is not defined"),
            ("\n  import {\n b } from './lib/b.js'; null.x", "! null"),
        ],
        with_modules,
    );
    assert_eq!(outcome.cell(0).position(), "notebook.md:2:41");
    assert_eq!(outcome.cell(1).position(), "notebook.md:9:30");
}

#[test]
fn errors_name_the_module_and_the_import() {
    let outcome = Case::check_with(
        &[
            (
                "x = 1\nimport './bad.js'",
                "! Unexpected token ';' (bad.js:2:20)\n2 |   export const y = ;\n  |                    ^",
            ),
            ("import './link.js'", "! './lib/b.js' does not provide an export named 'nope' (link.js:1:10)"),
            ("import './dep.js'", "! cannot import `./lost.js` (in dep.js:2:8): there is no file `lost.js`"),
            ("import { a, cuont } from './lib/a.js'", "! the module `./lib/a.js` has no export `cuont`"),
            ("import { b, A } from './lib/a.js'", "! has no export `b`"),
            ("import hello from './lib/b.js'", "! has no export `default`"),
            ("import './throws.js'", "! at start"),
            ("import { boom } from './lib/a.js'; boom()", "! boom"),
            ("import './lib/data.json'", "! it is JSON, and imported as JavaScript"),
            ("import x from './lib/b.js' with { type: 'json' }", "! is JavaScript, and imported as JSON"),
            ("import x from './lib/b.js' with { type: 'css' }", "! unsupported type `css`"),
            ("import './lib/b'", "! there is no file `lib/b`"),
            ("import './lib'", "! there is no file `lib`"),
            ("import './lib/b.ts'", "! extension `ts`"),
            (
                "try { await import('./lost.js') } catch (error) { error.message }",
                "\"cannot import `./lost.js`: there is no file `lost.js`\"",
            ),
        ],
        |case| {
            with_modules(case)
                .file("bad.js", "export const x = 1\n  export const y = ;\n")
                .file("link.js", "import { nope } from './lib/b.js'")
                .file("dep.js", "// The next line fails.\nimport './lost.js'")
                .file("throws.js", "\n  throw new RangeError('at start')")
        },
    );
    for (cell, position, help) in [
        (0, "notebook.md:3:1", ""),
        (3, "notebook.md:15:13", "Did you mean `count`?"),
        (4, "notebook.md:19:10", "It exports `a`, `boom`, `count`, `default`, `up`."),
        (5, "notebook.md:23:8", "Import its names in braces: `import { name } from …`."),
        (11, "notebook.md:47:1", "Did you mean `./lib/b.js`? A specifier has the full name of the file."),
        (13, "notebook.md:55:1", "Compile it to JavaScript, and import that file."),
    ] {
        let found = outcome.cell(cell);
        assert_eq!((found.position().as_str(), found.help()), (position, help), "${cell}");
    }
    let stack = |cell: usize| outcome.cell(cell).cell["error"]["stack"].to_string();
    assert!(stack(6).contains("throws.js:2:9"), "{}", stack(6));
    assert!(stack(7).contains("boom (lib/a.js:7:9)"), "{}", stack(7));
    outcome.stdout_contains("at boom (lib/a.js:7:9)").stdout_contains("at throws.js:2:9");
    outcome.contains_nowhere("file://", &[]);
}

#[test]
fn a_notebook_imports_nothing_beyond_its_project() {
    let refused = [
        "import '../../outside.js'",
        "await import('file:///etc/hosts.js')",
        "import './.hidden.js'",
        "import 'leaves'",
        "import 'main'",
        "import 'linked'",
        "import './inner.js'",
        "import './required.cjs'",
    ];
    for code in refused {
        let case = with_modules(Case::cells([format!("try {{ 1 }} catch {{}}\n{code}")]))
            .file(".hidden.js", "")
            .file("inner.js", "import '/../../etc/hosts.js'\nimport '../outside.js'")
            .file("required.cjs", "require('../../../../etc/hosts.js')")
            .file("node_modules/leaves/package.json", r#"{ "exports": "./../../lib/b.js" }"#)
            .file("node_modules/main/package.json", r#"{ "main": "../../lib/b.js" }"#)
            .file("node_modules/linked/package.json", "{}");
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hosts", case.folder().join("node_modules/linked/index.js")).unwrap();
        let outcome = case.run();
        outcome.exit(3);
        assert_eq!(outcome.cell(0).cell["error"]["kind"], "policy", "{code}");
        assert_eq!(outcome.cell(0).cell["error"]["name"], "PolicyError", "{code}");
    }
    // It counts even if the cell catches the error.
    let caught = "try { await import('../outside.js') } catch (error) { 'caught' }";
    with_modules(Case::cells([caught])).run().exit(3).cell(0).is("\"caught\"");
    for (code, expected) in [
        ("import('data:text/javascript,1')", "modules of `data:` URLs are not supported"),
        ("import('blob:null/1')", "modules of `blob:` URLs are not supported"),
        ("import('apinb:common-js', { with: { type: 'apinb' } })", "modules of `apinb:` URLs are not supported"),
        ("import('ext:core/mod.js')", "modules of `ext:` URLs are not supported"),
        ("import('ext:apinb/00_errors.js')", "modules of `ext:` URLs are not supported"),
        ("import('.bin/x')", "not a path, a URL or the name of a package"),
        ("import('')", "not a path, a URL or the name of a package"),
        ("import('npm:zod')", "packages of `npm:` are not installed by apinb"),
        ("import('lost')", "no `node_modules` of the project has a package `lost`"),
    ] {
        with_modules(Case::cells([code])).run().exit(1).cell(0).fails(expected);
    }
}

#[test]
fn packages_are_resolved_by_their_exports() {
    let rows = [
        ("import esm, { kind } from 'both'\n[kind, esm]", "[ \"import\", \"module\" ]"),
        ("import { sub } from 'both/sub'\nsub", "1"),
        (
            "import common, { f, deep, starred } from 'common'\n[f(), deep, starred, common.dir, common.f === f]",
            "[ \"f\", 5, \"s\", \"string\", true ]",
        ),
        ("import { lost } from 'common'", "! the module `common` has no export `lost`"),
        ("import 'both/hidden.js'", "! the package `both` does not export `./hidden.js`"),
        ("import 'needs-fs'", "! cannot import `fs` (in node_modules/needs-fs/index.js:1:9): `fs` is a module of Node"),
        ("import 'needs-esm'", "! it is an ES module, and a CommonJS module requires it"),
        ("import 'broken'", "! Unexpected token '=' (node_modules/broken/index.js:2:15)"),
        ("import { one } from 'cycle'\none", "\"one two undefined\""),
        ("import x from './data.cjs'\nx", "{ n: 5, main: \"node_modules/both/main.cjs\" }"),
    ];
    let outcome = Case::check_with(&rows, |case| {
        with_modules(case)
            .file("node_modules/both/package.json", r#"{ "type": "module", "exports": { ".": { "import": "./main.js", "require": "./main.cjs" }, "./sub": "./sub.js" } }"#)
            .file("node_modules/both/main.js", "export const kind = 'import'\nexport default 'module'")
            .file("node_modules/both/main.cjs", "exports.kind = 'require'")
            .file("node_modules/both/hidden.js", "")
            .file("node_modules/both/sub.js", "export const sub = 1")
            .file("node_modules/common/package.json", r#"{ "main": "./lib" }"#)
            .file("node_modules/common/lib/index.js", "'use strict'\nexports.f = () => 'f'\nexports.deep = require('./deep').n\n__exportStar(require('../starred'))\nexports.dir = typeof __dirname\nfunction __exportStar(other) { Object.assign(exports, other) }")
            .file("node_modules/common/lib/deep.json", "{ \"n\": 5 }")
            .file("node_modules/common/starred.js", "module.exports = { starred: 's' }")
            .file("node_modules/needs-fs/index.js", "require('fs')")
            .file("node_modules/needs-esm/index.js", "require('both/sub')")
            .file("node_modules/broken/index.js", "module.exports = 1\nlet x = 1 ;;; = 2")
            .file("node_modules/broken/package.json", "{ \"type\": \"commonjs\" }")
            .file("node_modules/cycle/index.js", "exports.one = 'one'; exports.one += ' ' + require('./two').two")
            .file("node_modules/cycle/two.js", "exports.two = 'two ' + require('./index.js').later")
            .file("data.cjs", "module.exports = { n: require('./lib/data.json').n, main: require.resolve('both').slice(__dirname.length + 1) }")
    });
    assert_eq!(outcome.cell(1).cell["status"], "passed");
}

/// A server of modules.
fn site() -> Server {
    Server::with(|request| match request.url.as_str() {
        "/a.js" => Answer::new(200, "text/javascript", "import { b } from './deep/b.js'\nexport const a = 'a' + b"),
        "/deep/b.js" => Answer::new(200, "text/javascript", "export { b } from '/c.js'"),
        "/c.js" => Answer::new(200, "text/javascript", "export const b = 'c'"),
        "/latest" => Answer::Reply(302, vec![("Location".to_owned(), "/v1/main.js".to_owned())], Vec::new()),
        "/v1/main.js" => Answer::new(200, "text/javascript", "import { n } from './n.js'\nexport default n"),
        "/v1/n.js" => Answer::new(200, "text/javascript", "export const n = import.meta.url"),
        "/data.json" => Answer::new(200, "application/json", "{ \"n\": 7 }"),
        "/file.js" => Answer::new(200, "text/javascript", "import 'file:///etc/hosts.js'"),
        "/bare.js" => Answer::new(200, "text/javascript", "import 'lost'"),
        "/bad.js" => Answer::new(200, "text/javascript", "export const x = 1\n= 2"),
        "/away.js" => {
            Answer::Reply(302, vec![("Location".to_owned(), "http://other.test/x.js".to_owned())], Vec::new())
        }
        "/hang.js" => Answer::Hang,
        _ => Answer::new(404, "text/plain", "not here"),
    })
}

#[test]
fn modules_of_the_web_are_cached() {
    let server = site();
    let cache = tempfile::tempdir().unwrap();
    let run = || {
        let url = server.url("");
        let cells = [
            format!("import {{ a }} from '{url}/a.js'\na"),
            format!("import main from '{url}/latest'\nmain.slice({})", url.len()),
            format!("import data from '{url}/data.json' with {{ type: 'json' }}\ndata.n"),
        ];
        Case::cells(cells).env("APINB_CACHE_DIR", cache.path().to_str().unwrap()).run()
    };
    let outcome = run();
    outcome.exit(0).cell(0).is("\"ac\"").cell(1).is("\"/v1/n.js\"").cell(2).is("7");
    assert_eq!(outcome.cell(0).calls().len(), 3);
    assert_eq!(outcome.cell(0).cell["calls"][0]["purpose"], "script");
    let requests = server.requests().len();
    // From the cache, a redirected module has the same URL.
    run().exit(0).cell(0).is("\"ac\"").cell(1).is("\"/v1/n.js\"").cell(2).is("7");
    assert_eq!(server.requests().len(), requests);
}

#[test]
fn modules_of_the_web_follow_the_policy() {
    let server = site();
    let url = server.url("");
    for (path, exit, expected) in [
        ("/file.js", 3, "a module from the web may not read files"),
        ("/bare.js", 1, "a module from the web has no `node_modules`"),
        ("/none.js", 1, "it answered 404"),
        ("/bad.js", 1, "Invalid left-hand side in assignment"),
        ("/away.js", 3, "other.test"),
    ] {
        let case = Case::cells([format!("import '{url}{path}'")]).args(["--allow-host", "127.0.0.1"]);
        case.run().exit(exit).cell(0).fails(expected);
    }
    let case = Case::cells(["import 'https://other.test/x.js'"]).args(["--allow-host", "127.0.0.1"]);
    case.run().exit(3).cell(0).fails("other.test");
    // The time of a download is that of the cell.
    let case = Case::cells([format!("import '{url}/hang.js'"), "1 + 1".to_owned()]).args(["--cell-timeout", "300ms"]);
    case.run().exit(1).cell(0).fails("Timeout of 300ms exceeded").cell(1).is("2");
}

#[test]
fn a_remote_notebook_imports_beside_its_url() {
    let server = Server::with(|request| match request.url.as_str() {
        "/n/notebook.md" => Answer::new(
            200,
            "text/markdown",
            "```js\nimport { x } from './x.js'\nx\n```\n```js\nawait import('/etc/hosts')\n```\n```js\nawait import('file:///etc/hosts.js')\n```\n",
        ),
        "/n/x.js" => Answer::new(200, "text/javascript", "export const x = 'beside'"),
        _ => Answer::new(404, "text/plain", "not here"),
    });
    let case = Case::command(["run", &server.url("/n/notebook.md"), "--yes", "--report", "json=report.json"]);
    let outcome = case.run();
    outcome.exit(3);
    outcome.cell(0).is("\"beside\"").cell(1).fails("it answered 404").cell(2).fails("may not read");
}

#[test]
fn modules_have_the_limits_of_the_cell() {
    let rows = [
        ("import { x } from './loop.js'", "! Timeout of 400ms exceeded"),
        ("import './stall.js'", "! Timeout of 400ms exceeded"),
        // A module that never ends does not concern other cells.
        ("await new Promise((done) => setTimeout(done, 5)); 'still'", "\"still\""),
        ("import { late } from './late.js'\nlate", "\"late\""),
        ("import { a } from './cycle-a.js'\na", "\"a b\""),
    ];
    let outcome = Case::check_with(&rows, |case| {
        case.file("loop.js", "for (;;) {}")
            .file("stall.js", "await new Promise(() => {})")
            .file("late.js", "await new Promise((done) => setTimeout(done, 20)); export const late = 'late'")
            .file("cycle-a.js", "import { b } from './cycle-b.js'\nexport const a = 'a ' + b()")
            .file("cycle-b.js", "import { a } from './cycle-a.js'\nawait null\nexport const b = () => 'b'")
            .args(["--cell-timeout", "400ms"])
    });
    outcome.exit(1);
}

#[test]
fn modules_count_for_the_memory_of_the_notebook() {
    let large = format!("export const x = 1 // {}", "x".repeat(20 << 20));
    let cells = ["for (let i = 0; i < 10; i++) await import('./large.js?' + i)", "1 + 1"];
    let outcome = Case::cells(cells).file("large.js", large).args(["--max-heap", "64"]).run();
    outcome.exit(1).cell(0).fails("out of memory: the modules of the notebook need more than 32 MB").cell(1).is("2");
    // A graph without end.
    let endless = "export const next = () => import('./endless.js?' + Math.random())";
    let cells = ["let m = await import('./endless.js'); for (;;) m = await m.next()", "1 + 1"];
    let outcome = Case::cells(cells).file("endless.js", endless).run();
    outcome.exit(1).cell(0).fails("the notebook imports more than 10000 modules").cell(1).is("2");
}

#[test]
fn a_cell_that_fails_because_of_an_import_names_it() {
    let outcome = with_modules(Case::cells(["import { a } from './lost.js'", "a.length", "1"])).run();
    outcome.exit(1);
    assert_eq!(outcome.cell(1).cell["error"]["caused_by"], 0);
}

#[test]
fn modules_work_in_mocked_and_parallel_runs_and_in_the_repl() {
    let notebook = "```js\nimport { a } from './lib/a.js'\na\n```\n";
    let case = with_modules(Case::command(["run", "one.md", "two.md", "--jobs", "2", "--mock"]));
    case.file("one.md", notebook).file("two.md", notebook).run().exit(0).stdout_contains("\"ab\"");
    let entries = "import {\n  a,\n  up as c\n} from './lib/a.js'\nimport { b } from './lib/b.js'\na + b\nconst m = await import('./lib/b.js'); m.b\n";
    let outcome = with_modules(Case::command(["repl"])).stdin(entries).run();
    outcome.stdout_contains("\"abb\"").stdout_contains("\"b\"");
}

#[test]
fn external_packages_of_npm_are_imported() {
    let packages = [
        "@faker-js/faker",
        "ajv",
        "ajv-8",
        "assertion-error",
        "chai-4",
        "chai-5",
        "chai-6",
        "check-error",
        "deep-eql",
        "fast-deep-equal",
        "fast-json-stable-stringify",
        "fast-uri",
        "get-func-name",
        "json-schema-traverse",
        "loupe",
        "pathval",
        "punycode",
        "require-from-string",
        "type-detect",
        "uri-js",
        "zod",
    ];
    let rows = [
        ("import { expect } from 'chai-5'\nexpect([1]).to.deep.equal([1]); 'chai 5'", "\"chai 5\""),
        ("expect(1).to.equal(2)", "! AssertionError: expected 1 to equal 2"),
        ("import { assert as assert6 } from 'chai-6'\nassert6.deepEqual({ a: 1 }, { a: 1 }); 'chai 6'", "\"chai 6\""),
        (
            "import chai4, { should } from 'chai-4'\nshould(); ({ a: 1 }).should.eql({ a: 1 }); typeof chai4.use",
            "\"function\"",
        ),
        ("import { faker } from '@faker-js/faker'\nfaker.seed(1); typeof faker.person.fullName()", "\"string\""),
        ("import { z } from 'zod'\nz.object({ id: z.number() }).safeParse({ id: 'x' }).success", "false"),
        ("import * as mini from 'zod/mini'\nmini.string().parse('a')", "\"a\""),
        (
            "import Ajv from 'ajv-8'\nconst valid = new Ajv().compile({ type: 'integer' }); [valid(1), valid('a')]",
            "[ true, false ]",
        ),
        ("import Ajv6 from 'ajv'\nnew Ajv6().validate({ type: 'integer' }, 'x')", "false"),
    ];
    let outcome = Case::check_with(&rows, |case| {
        packages.iter().fold(case, |case, name| case.with_folder(&format!("node_modules/{name}"), &package(name)))
    });
    outcome.exit(1);
}

#[test]
fn an_import_map_names_files_and_urls() {
    let server = site();
    let rows = [
        ("import { b } from 'bee'\nb", "\"b\""),
        ("import { a } from 'lib/a.js'\na", "\"ab\""),
        ("import { inner } from './inner.js'\ninner", "\"b\""),
        ("import { a as web } from 'web/a.js'\nweb", "\"ac\""),
        ("import 'lib/../apinb.toml'", "! `../apinb.toml` leads out of the package `lib/`"),
        ("import 'lib/lost.js'", "! there is no file `lib/lost.js`"),
    ];
    let outcome = Case::check_with(&rows, |case| {
        let map = format!("[imports]\nbee = \"lib/b.js\"\n\"lib/\" = \"./lib/\"\n\"web/\" = \"{}/\"\n", server.url(""));
        with_modules(case).file("apinb.toml", map).file("inner.js", "export { b as inner } from 'bee'")
    });
    outcome.exit(3);
}

#[test]
fn check_lists_the_modules_of_a_notebook() {
    let notebook = "```js\nimport { a } from './lib/a.js'\nimport 'chai'\nimport 'https://modules.test/x.js'\nconst m = await import(name)\na + m\n```\n";
    let outcome = with_modules(Case::command(["check", "n.md"])).file("n.md", notebook).run();
    outcome.exit(1);
    outcome.stdout_contains("modules").stdout_contains("./lib/a.js").stdout_contains("on the web only");
    outcome
        .stdout_contains("script/missing-module")
        .stdout_contains("no `node_modules` of the project has a package `chai`");
    outcome.stdout_contains("help: Run `npm install chai` in the project");
    assert!(!outcome.output().contains("javascript/"), "{}", outcome.output());
}

#[test]
fn a_lock_pins_what_comes_from_the_web() {
    let changed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_changed = std::sync::Arc::clone(&changed);
    let server = Server::with(move |request| match request.url.as_str() {
        "/a.js" if is_changed.load(std::sync::atomic::Ordering::SeqCst) => {
            Answer::new(200, "text/javascript", "export const a = 'changed'")
        }
        "/a.js" => Answer::new(200, "text/javascript", "export const a = 'a'"),
        "/s.js" => Answer::new(200, "text/javascript", "s = 1"),
        _ => Answer::new(404, "text/plain", "not here"),
    });
    let cache = tempfile::tempdir().unwrap();
    let run = |lock: Option<&str>, url: &str, flags: &[&str]| {
        let url = format!("{}{url}", server.url(""));
        let code = format!("load('{}/s.js'); const m = await import('{url}'); m.a", server.url(""));
        let case = Case::cells([code]).file("apinb.toml", "").args(flags);
        let case = case.env("APINB_CACHE_DIR", cache.path().to_str().unwrap());
        lock.into_iter().fold(case, |case, lock| case.file("apinb.lock", lock)).run()
    };
    let outcome = run(None, "/a.js", &[]);
    outcome.exit(0);
    assert!(!outcome.folder().join("apinb.lock").exists());
    let outcome = run(None, "/a.js", &["--update-lock"]);
    outcome.exit(0).cell(0).is("\"a\"");
    let lock = outcome.file("apinb.lock");
    assert_eq!(lock.matches("\": \"sha256-").count(), 2, "{lock}");
    run(Some(&lock), "/a.js", &[]).exit(0).cell(0).is("\"a\"");
    let outcome = run(Some(&lock), "/a.js?new", &[]);
    outcome.exit(1).cell(0).fails("it is not in `apinb.lock` of the project");
    assert_eq!(outcome.cell(0).help(), "`apinb run --update-lock` adds it.");
    assert_eq!(outcome.file("apinb.lock"), lock);
    changed.store(true, std::sync::atomic::Ordering::SeqCst);
    // The cached copy is the one that the lock has.
    run(Some(&lock), "/a.js", &[]).exit(0).cell(0).is("\"a\"");
    let outcome = run(Some(&lock), "/a.js", &["--update-lock"]);
    outcome.exit(0).cell(0).is("\"changed\"");
    let updated = outcome.file("apinb.lock");
    assert_ne!(updated, lock);
    let outcome = run(Some(&lock), "/a.js", &[]);
    outcome.exit(1).cell(0).fails("it has the checksum `sha256-");
    run(Some(&updated), "/a.js", &[]).exit(0).cell(0).is("\"changed\"");
    run(Some("{}"), "/a.js", &[]).exit(2).stderr_contains("`apinb.lock` is not a lock of version 1");
}
