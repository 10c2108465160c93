//! Which files may be read: by a notebook, and by a definition that a person names.

use crate::support::{Case, Outcome, Server};

const API: &str = "#%RAML 0.8\ntitle: Api\nbaseUri: http://127.0.0.1:9\n/users:\n  get:\n";

/// A notebook that makes a client from `reference`.
fn notebook(reference: &str) -> String {
    format!("```js\nAPI.createClient('client', {reference:?})\nObject.keys(client).join()\n```\n")
}

/// What the run of a notebook gives: `ok`, or its exit code and output.
fn ran(outcome: &Outcome) -> String {
    match outcome.code() {
        Some(0) => "ok".to_owned(),
        code => format!("{code:?} {}", outcome.output()),
    }
}

/// Runs notebooks at `path`, each with a reference to a definition, and compares what they give: `ok`, or a part of the
/// error of a run that ends with exit code 3.
#[track_caller]
fn check(path: &str, prepare: impl Fn(Case) -> Case, rows: &[(&str, &str)]) {
    for (reference, expected) in rows {
        let outcome = prepare(Case::command(["run", path]).file(path, notebook(reference))).run();
        let got = ran(&outcome);
        match *expected {
            "ok" => assert_eq!(got, "ok", "{path}: {reference}"),
            error => {
                assert!(got.contains(error), "{path}: {reference}\nexpected: {error}\ngot: {got}");
                assert!(got.starts_with("Some(3) "), "{path}: {reference}: {got}");
            }
        }
    }
}

/// The definition at several paths, and files that are none.
fn with_files(case: Case) -> Case {
    let paths = ["api/a.raml", "n/b.raml", "n/sub/c.raml", ".hidden/d.raml", "n/.e.raml", "n/.f/g.raml", "a.yaml"];
    let case = paths.iter().fold(case, |case, path| case.file(path, API));
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n";
    let files = [("keys/id_rsa", key), ("keys/server.key", key), ("keys/note.txt", key), ("n/plain", API)];
    files.iter().fold(case, |case, (path, text)| case.file(path, text))
}

#[test]
fn a_notebook_reads_its_repository() {
    let rows = [
        ("b.raml", "ok"),
        ("sub/c.raml", "ok"),
        ("../api/a.raml", "ok"),
        ("/../api/a.raml", "ok"),
        ("../n/../api/a.raml", "ok"),
        ("../a.yaml", "ok"),
        ("../none.raml", "there is no file"),
        ("../.hidden/d.raml", "is hidden"),
        (".e.raml", "is hidden"),
        (".f/g.raml", "is hidden"),
        ("../.hidden/none.raml", "is hidden"),
        ("../.git/HEAD", "is hidden"),
        ("../../x.raml", "is outside of"),
        ("../../../../../../../etc/passwd", "is outside of"),
        ("../keys/id_rsa", "private key"),
        ("../keys/server.key", "private key"),
        ("../keys/note.txt", "private key"),
        ("../apinb.toml", "the configuration of apinb"),
        ("plain", "unknown extension"),
        ("file:///etc/passwd", "neither a file below"),
    ];
    // What cannot be read is an error, what may not be read a refusal.
    let (missing, refused): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(_, expected)| *expected == "there is no file");
    let repository = |case: Case| with_files(case).file(".git/HEAD", "").file("apinb.toml", "");
    check("n/n.md", repository, &refused);
    for (reference, error) in missing {
        let outcome = repository(Case::command(["run", "n/n.md"]).file("n/n.md", notebook(reference))).run();
        outcome.exit(1);
        assert!(outcome.output().contains(error));
    }
}

#[test]
fn without_a_repository_a_notebook_reads_the_folder_of_its_configuration() {
    let rows = [("../api/a.raml", "ok"), ("../../x.raml", "is outside of")];
    check("n/n.md", |case| with_files(case).file("apinb.toml", ""), &rows);
}

#[test]
fn without_a_project_a_notebook_reads_its_own_folder_and_below() {
    let rows = [
        ("b.raml", "ok"),
        ("sub/c.raml", "ok"),
        ("../api/a.raml", "is outside of"),
        ("../none.raml", "is outside of"),
        (".e.raml", "is hidden"),
        ("plain", "unknown extension"),
    ];
    check("n/n.md", with_files, &rows);
}

#[test]
fn in_the_home_and_in_a_temporary_folder_a_notebook_reads_known_kinds_beside_it() {
    let rows = [
        ("a.yaml", "ok"),
        ("api/a.raml", "is not directly in"),
        ("n/b.raml", "is not directly in"),
        (".hidden/d.raml", "is hidden"),
        ("../x.raml", "is outside of"),
    ];
    for variable in ["HOME", "TMPDIR"] {
        let shared = |case: Case| {
            let folder = case.folder().display().to_string();
            // Neither makes the folder a project.
            with_files(case).file(".git/HEAD", "").file("apinb.toml", "").env(variable, &folder)
        };
        check("n.md", shared, &rows);
        // A folder in it is as any other.
        check("n/n.md", shared, &[("sub/c.raml", "ok"), ("../a.yaml", "is outside of")]);
    }
}

#[test]
fn a_notebook_on_stdin_reads_nothing() {
    let run = |arguments: &[&str]| {
        let case = with_files(Case::command(["run", "-"]).args(arguments)).file(".git/HEAD", "");
        case.stdin(notebook("api/a.raml")).run()
    };
    let refused = run(&[]);
    refused.exit(3);
    assert!(refused.output().contains("a notebook on stdin reads no file"), "{}", refused.output());
    run(&["--allow-read", "."]).exit(0);
    run(&["--definition", "client=api/a.raml"]).exit(0);
}

#[test]
fn allow_read_widens_what_is_read() {
    let allowed = |case: Case| with_files(case).args(["--allow-read", "api", "--allow-read=keys"]);
    let rows = [
        ("../api/a.raml", "ok"),
        ("../a.yaml", "is outside of"),
        ("../keys/note.txt", "private key"),
        ("../keys/id_rsa", "private key"),
    ];
    check("n/n.md", allowed, &rows);
    // A hidden folder that the user names is not hidden.
    check("n/n.md", |case| with_files(case).args(["--allow-read", ".hidden"]), &[("../.hidden/d.raml", "ok")]);
    let in_file = |case: Case| with_files(case).file("n/apinb.toml", "[run]\nallow-read = [\"../api\"]\n");
    check("n/n.md", in_file, &[("../api/a.raml", "ok"), ("../a.yaml", "is outside of")]);
    // Both count.
    let both = |case: Case| in_file(case).args(["--allow-read", ".hidden"]);
    check("n/n.md", both, &[("../api/a.raml", "ok"), ("../.hidden/d.raml", "ok")]);
    let missing = Case::command(["run", "n.md", "--allow-read", "none"]).file("n.md", "").run();
    missing.exit(2).stderr_contains("none");
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_of_the_project_only() {
    use std::os::unix::fs::symlink;
    let linked = |case: Case| {
        let case = with_files(case).file("n/.git/HEAD", "");
        let at = |path: &str| case.folder().join(path);
        for (target, link) in [
            ("sub/c.raml", "n/inside.raml"),
            ("sub", "n/folder"),
            ("../api/a.raml", "n/out.raml"),
            ("../none", "n/dangling.raml"),
            ("../api", "n/out"),
            (".e.raml", "n/shown.raml"),
            ("plain", "n/named.raml"),
        ] {
            symlink(target, at(link)).unwrap();
        }
        symlink(at("api/a.raml"), at("n/absolute.raml")).unwrap();
        case
    };
    let rows = [
        ("inside.raml", "ok"),
        ("folder/c.raml", "ok"),
        ("out.raml", "is a link that leads out of"),
        ("dangling.raml", "is a link that leads out of"),
        ("out/a.raml", "is a link that leads out of"),
        ("absolute.raml", "is a link that leads out of"),
        ("shown.raml", "is hidden"),
        ("named.raml", "unknown extension"),
    ];
    check("n/n.md", linked, &rows);
}

#[test]
fn scripts_are_read_as_definitions_are() {
    for (reference, code) in [("lib/a.js", 0), ("../a.js", 3), (".a.js", 3), ("lib/a", 3), ("lib/id_rsa", 3)] {
        let cell = format!("```js\nload({reference:?})\n```\n");
        let files = ["n/lib/a.js", "a.js", "n/.a.js", "n/lib/a", "n/lib/id_rsa"];
        let case = files.iter().fold(Case::command(["run", "n/n.md"]), |case, path| case.file(path, "var x = 1"));
        case.file("n/n.md", cell).run().exit(code);
    }
}

/// A definition whose resource comes from `include`.
fn including(include: &str) -> String {
    format!("#%RAML 0.8\ntitle: Api\nbaseUri: http://127.0.0.1:9\n/users: !include {include}\n")
}

#[test]
fn a_definition_that_a_person_names_includes_any_file_of_its_project() {
    let part = "get:\n";
    let case = |include: &str| {
        // What is not RAML by its extension is a text.
        let key = if include.ends_with(".raml") { "" } else { "\n  description:" };
        let api = including(include).replace("/users:", &format!("/users:{key}"));
        let case = Case::command(["definition", "check", "repo/api/a.raml"]).file("repo/.git/HEAD", "");
        let files = ["repo/parts/p.raml", "repo/parts/p", "repo/parts/p.unknown", "out/p.raml", "repo/.p/p.raml"];
        let case = files.iter().fold(case, |case, path| case.file(path, part));
        case.file("repo/keys/id_rsa", part).file("repo/apinb.toml", "").file("repo/api/a.raml", api)
    };
    for include in ["../parts/p.raml", "../parts/p", "../parts/p.unknown"] {
        let outcome = case(include).run();
        assert_eq!(outcome.code(), Some(0), "{include}: {}", outcome.output());
    }
    for (include, error) in [
        ("../../out/p.raml", "is outside of"),
        ("../../out/none.raml", "is outside of"),
        ("../.p/p.raml", "is hidden"),
        ("../keys/id_rsa", "private key"),
        ("../apinb.toml", "the configuration of apinb"),
    ] {
        let outcome = case(include).run();
        outcome.exit(1).stdout_contains(error).stdout_contains("1 error, 0 warnings");
    }
    case("../../out/p.raml").args(["--allow-read", "out"]).run().exit(0);
    let outcome = case("../../out/p.raml").run();
    let out = outcome.folder().canonicalize().unwrap();
    outcome.stdout_contains(&format!("`{}`", out.join("repo").display()));
    outcome.stdout_contains("--allow-read");
}

/// The definition is in a folder of its own, beside that of its parts, and there is no project.
#[test]
fn a_definition_includes_files_beside_its_folder_where_the_person_is_above_both() {
    let case = |arguments: &[&str]| {
        let case = Case::command(arguments).file("api/a.raml", including("../parts/p.raml"));
        case.file("parts/p.raml", "get:\n").file("n.md", notebook("api/a.raml"))
    };
    for arguments in [
        &["run", "n.md"][..],
        &["run", "n.md", "--definition", "client=api/a.raml"],
        &["definition", "check", "api/a.raml"],
        &["definition", "tree", "api/a.raml"],
        &["check", "n.md"],
        &["repl", "--definition", "client=api/a.raml", "-e", "client.users.get"],
    ] {
        let outcome = case(arguments).run();
        assert_eq!(outcome.code(), Some(0), "{arguments:?}: {}", outcome.output());
        assert!(!outcome.output().contains("cannot include"), "{arguments:?}: {}", outcome.output());
    }
    // The notebook is beside both as well.
    let beside = Case::command(["run", "--mock", "notebooks/n.md", "--definition", "client=api/a.raml"]);
    let beside = beside.file("api/a.raml", including("../parts/p.raml")).file("parts/p.raml", "get:\n");
    beside.file("notebooks/n.md", notebook("gone.raml")).run().exit(0);
    let mapped = case(&["run", "n.md"]).file("apinb.toml", "[clients.client]\ndefinition = \"api/a.raml\"\n");
    mapped.run().exit(0);
}

/// The includes of a definition in a folder of its own lead to the folders above it, in a repository and in a project
/// with an `apinb.toml`, however a person names it and wherever the person is.
#[test]
fn includes_lead_above_the_folder_of_the_definition() {
    for marker in ["p/.git/HEAD", "p/apinb.toml"] {
        let case = |arguments: &[&str]| {
            let case = Case::command(arguments).file("p/apis/v1/api.raml", including("../../shared/users.raml"));
            let case = case.file("p/shared/users.raml", "get: !include ../shared/get.raml\n");
            let case = case.file("p/shared/get.raml", "description: x\n").file(marker, "");
            case.file("p/notebooks/n.md", notebook("gone.raml"))
        };
        let api = "p/apis/v1/api.raml";
        let client = format!("client={api}");
        for arguments in [
            &["run", "--mock", "p/notebooks/n.md", "--definition", &client][..],
            &["check", "p/notebooks/n.md", "--definition", &client],
            &["definition", "check", "--strict", api],
            &["definition", "tree", api],
            &["definition", "show", api, "users.get"],
            &["repl", "--definition", &client, "-e", "client.users.get"],
        ] {
            let outcome = case(arguments).run();
            assert_eq!(outcome.code(), Some(0), "{marker}, {arguments:?}: {}", outcome.output());
            assert!(!outcome.output().contains("cannot include"), "{marker}, {arguments:?}: {}", outcome.output());
        }
    }
    let config = "[clients.client]\ndefinition = \"apis/v1/api.raml\"\n";
    let case = Case::command(["run", "--mock", "p/notebooks/n.md"]).file("p/apinb.toml", config);
    let case = case.file("p/apis/v1/api.raml", including("../../shared/users.raml"));
    case.file("p/shared/users.raml", "get:\n").file("p/notebooks/n.md", notebook("gone.raml")).run().exit(0);
}

#[test]
fn a_refused_include_is_one_diagnostic_and_a_policy_error() {
    let definitions = [
        "title: T\n/a:\n  get:\n    responses: { 200: { body: { application/json: { example: !include ../x.json, schema: '{\"type\": \"object\"}' } } } }\n",
        "title: T\n/a:\n  get:\n    body: { application/json: { schema: !include ../x.json, example: '{}' } }\n",
        "title: !include ../x.txt\n/a:\n  get:\n",
        "title: T\n/a: !include ../x.raml\n",
        "title: T\ntraits: [ t: !include ../x.raml ]\n/a:\n  get: { is: [ t ] }\n",
        "title: T\n/a:\n  get: { queryParameters: !include ../x }\n",
        "title: T\nbaseUri: http://a.test/{v}\nbaseUriParameters: { v: { default: !include ../x } }\n/a:\n",
        "title: T\ndocumentation: [ { title: A, content: !include ../x.md } ]\n/a:\n",
    ];
    for version in ["0.8", "1.0"] {
        for definition in definitions {
            // RAML 1.0 declares traits in a map.
            let map = definition.replace("[ t: !include ../x.raml ]", "{ t: !include ../x.raml }");
            let definition = if version == "1.0" { map.as_str() } else { definition };
            let text = format!("#%RAML {version}\n{definition}");
            let case = |arguments: &[&str]| {
                let case = Case::command(arguments).file("api/a.raml", &text).file("api/n.md", notebook("a.raml"));
                let case = case.file("x", "secret: 77777").file("x.json", "{\"secret\": 77777}");
                case.file("x.txt", "77777").file("x.md", "77777").file("x.raml", "get:\n").file("api/.git/HEAD", "")
            };
            let checked = case(&["definition", "check", "api/a.raml"]).run();
            checked.exit(1).stdout_contains("cannot include").stdout_contains("1 error, 0 warnings");
            let ran = case(&["run", "api/n.md"]).run();
            ran.exit(3);
            // In the message of the cell, and in the list of failures.
            assert_eq!(ran.output().matches("cannot include").count(), 2, "{text}: {}", ran.output());
            assert!(ran.output().contains("PolicyError"), "{text}: {}", ran.output());
            assert!(!ran.output().contains("77777"), "{text}: {}", ran.output());
        }
    }
}

/// A file that is a notebook and a definition, which sends what it includes to its own host.
#[test]
fn a_downloaded_file_does_not_send_keys() {
    let server = Server::start();
    let text = format!(
        "#%RAML 0.8\nbaseUri: {}{{v}}\nbaseUriParameters:\n  v:\n    default: !include .ssh/id_rsa\ntitle: |\n  ```js\n  \
         API.createClient('c', 'guide.md')\n  ```\n  ```js\n  c.a.get().status\n  ```\n/a:\n  get:\n",
        server.url("/")
    );
    for is_home in [false, true] {
        for is_repository in [false, true] {
            let case = Case::command(["run", "guide.md"]).file("guide.md", &text);
            let case = case.file(".ssh/id_rsa", "-----BEGIN KEY-----\nPRIVATE-KEY-77777\n-----END KEY-----\n");
            let case = if is_repository { case.file(".git/HEAD", "") } else { case };
            let folder = case.folder().display().to_string();
            let outcome = if is_home { case.env("HOME", &folder) } else { case }.run();
            outcome.exit(3);
            assert!(outcome.output().contains("is hidden"), "{}", outcome.output());
        }
    }
    assert!(server.requests().is_empty(), "nothing was sent");
}

#[test]
fn a_check_reports_what_a_run_refuses() {
    let case = with_files(Case::command(["check", "n/n.md"])).file("n/n.md", notebook("../api/a.raml"));
    let outcome = case.run();
    outcome.exit(1);
    assert!(outcome.output().contains("is outside of"), "{}", outcome.output());
}
