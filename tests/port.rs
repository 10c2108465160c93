//! `apinb port`: writes the configuration that foreign notebooks need to run.

use std::fs;
use std::path::Path;

use crate::support::{Case, copy_folder, document, root};

const API: &str = "#%RAML 0.8\ntitle: Things\nbaseUri: https://things.example.org\n/things:\n  get:\n";
const OTHER: &str = "#%RAML 0.8\ntitle: Others\nbaseUri: https://others.example.org\n/others:\n  get:\n";

/// `apinb port` in a folder with the notebooks of `tests/specs/port/notebooks`.
fn port(arguments: &[&str]) -> Case {
    let case = Case::command(["port"]).args(arguments);
    copy_folder(&root().join("tests/specs/port/notebooks"), case.folder());
    case
}

/// `apinb port .` in a folder with these files.
fn around(files: &[(&str, &str)]) -> Case {
    files.iter().fold(Case::command(["port", "."]), |case, (path, text)| case.file(path, text))
}

fn making(client: &str, reference: &str, call: &str) -> String {
    format!("```javascript\nAPI.createClient('{client}', '{reference}')\n```\n\n```javascript\n{client}.{call}\n```\n")
}

#[test]
fn ported_notebooks_run_on_the_mock_server_unchanged() {
    let case = port(&[".", "-v"]);
    let notebooks = ["concert.md", "password.md", "sheets.md", "tides.md", "tools/borrow.md", "tools/manual.md"];
    let texts = |folder: &Path| notebooks.map(|name| fs::read(folder.join(name)).unwrap());
    let before = texts(case.folder());
    assert!(before[2].windows(2).any(|pair| pair == b"\r\n"), "sheets.md has CRLF");
    let ported = case.run();
    ported.exit(0).golden("port/output");
    let written = ported.file("apinb.toml");

    let ran = Case::command(["run", "--mock", "."]);
    copy_folder(&root().join("tests/specs/port/notebooks"), ran.folder());
    let ran = ran.file("apinb.toml", &written);
    assert_eq!(texts(ran.folder()), before);
    let ran = ran.run();
    port(&["."]).run().exit(0).golden("port/summary");
    ran.exit(0).stdout_contains("26 passed, 0 failed, 0 skipped").stdout_contains("6 notebooks");
    for (name, text) in notebooks.iter().zip(before) {
        assert_eq!(ported.file(name).as_bytes(), text, "{name}");
    }

    let again = port(&["."]).file("apinb.toml", &written).run();
    again.exit(0).stdout_contains("apinb.toml  already as it should be");
    assert_eq!(again.file("apinb.toml"), written);
}

#[test]
fn searches_have_hits_where_notebooks_need_them() {
    let users = "#%RAML 0.8\ntitle: Users\nbaseUri: https://users.example.org\n/users:\n  get:\n    responses:\n      200:\n        \
                 body:\n          application/json:\n            example: '{\"users\": [{\"id\": 1, \"name\": \"Ann\"}]}'\n";
    let needs_one =
        making("users", "https://gone.example.org/users.raml", "users.get({ query: 'Bob' }).body.users[0].id");
    let needs_none =
        making("users", "https://gone.example.org/users.raml", "users.get({ query: 'Bob' }).body.users.length");
    let run = |notebook: &str| around(&[("n.md", notebook), ("users.raml", users)]).run();
    let outcome = run(&needs_one);
    assert!(outcome.exit(0).file("apinb.toml").contains("[mock]\nsearch = \"always\"\n"));
    assert!(!run(&needs_none).exit(0).file("apinb.toml").contains("[mock]"));
    let broken = needs_one.replace("users[0].id", "users[0].id.of.nothing");
    assert!(!run(&broken).exit(1).file("apinb.toml").contains("[mock]"));
}

#[test]
fn json_has_its_schema() {
    let broken = making("things", "https://gone.example.org/x.raml", "nothing.get()");
    for (case, code) in
        [(port(&[".", "--json"]), 0), (around(&[("n.md", broken.as_str()), ("things.raml", API)]).args(["--json"]), 1)]
    {
        let outcome = case.run();
        document("port", &outcome.exit(code).stdout);
    }
}

#[test]
fn existing_files_are_not_overwritten() {
    let notebook = making("client", "#REF_TAG_DEFENITION", "things.get()");
    let edited = "[clients.client]\ndefinition = \"mine.raml\"\ntoken = \"t0p-s3cret\"\n";
    let case = || around(&[("n.md", notebook.as_str()), ("things.raml", API), ("apinb.toml", edited)]);
    let outcome = case().run();
    outcome
        .exit(1)
        .stdout_contains("apinb.toml  says something else, and was left as it is")
        .stdout_contains("-definition = \"mine.raml\"")
        .stdout_contains("+\"#REF_TAG_DEFENITION\" = \"things.raml\"")
        .stdout_contains("`--force`")
        .contains_nowhere("t0p-s3cret", &["apinb.toml"]);
    assert_eq!(outcome.file("apinb.toml"), edited);
    // The run uses the configuration that would be written, not an existing file.
    outcome.stdout_contains("runs on the mock");

    let forced = case().args(["--force"]).run();
    assert!(forced.exit(0).file("apinb.toml").contains("\"#REF_TAG_DEFENITION\" = \"things.raml\""));

    let outcome = around(&[("n.md", notebook.as_str()), ("things.raml", API), ("apinb.toml", "[[[")]).run();
    assert_eq!(outcome.exit(1).file("apinb.toml"), "[[[");
}

#[test]
fn a_dry_run_writes_nothing() {
    let notebook = making("client", "https://gone.example.org/things.raml", "things.get()");
    let case = around(&[("n.md", notebook.as_str()), ("things.raml", API)]).args(["--dry-run"]);
    let folder = case.folder().to_owned();
    let outcome = case.run();
    outcome.exit(0).stdout_contains("apinb.toml  would be written").stdout_contains("runs on the mock");
    outcome.stdout_contains("\"https://gone.example.org/things.raml\" = \"things.raml\"");
    assert!(!folder.join("apinb.toml").exists());
}

#[test]
fn uncertain_settings_are_comments() {
    let notebook = making("client", "#REF_TAG_DEFENITION", "things.get()");
    let twin = API.replace("Things", "Twins");
    let outcome = around(&[("n.md", notebook.as_str()), ("one.raml", API), ("two.raml", &twin)]).run();
    let unsure = "✗ n.md  not sure about the definition of `client`: 2 definitions also fit; does not run on the mock: 2 of 2 cells failed; line 2: ";
    outcome.exit(1).stdout_contains(unsure);
    let config = outcome.file("apinb.toml");
    assert!(
        config.contains("\n# \"#REF_TAG_DEFENITION\" = \"one.raml\"\n# \"#REF_TAG_DEFENITION\" = \"two.raml\"\n"),
        "{config}"
    );

    // By the title of the notebook.
    let titled = format!("---\ntitle: Twins, all of them\n---\n\n{notebook}");
    let outcome = around(&[("n.md", titled.as_str()), ("one.raml", API), ("two.raml", &twin)]).run();
    outcome.exit(0).stdout_contains("✓ n.md  runs on the mock, 2 cells passed, 1 call");
    let outcome = around(&[("n.md", titled.as_str()), ("one.raml", API), ("two.raml", &twin)]).args(["-v"]).run();
    outcome.exit(0).stdout_contains("→ two.raml, likely: the notebook's title names it, it has 1 of 1 call");
}

#[test]
fn a_notebook_that_reads_a_token_is_offered_to_expose_it() {
    let notebook = making("client", "#REF_TAG_DEFENITION", "things.get()");
    let notebook = format!("{notebook}\n```js\nt = API.authenticate(client); t.accessToken.split('.')\n```\n");
    let outcome = around(&[("n.md", notebook.as_str()), ("things.raml", API)]).args(["--no-run"]).run();
    let config = outcome.file("apinb.toml");
    assert!(config.contains("# `split` reads the characters of `accessToken`\n# expose = true\n"), "{config}");
}

#[test]
fn a_definition_without_the_calls_is_not_used() {
    let notebook = making("things", "https://gone.example.org/things.raml", "others.get()");
    let outcome = around(&[("n.md", notebook.as_str()), ("things.raml", API)]).run();
    outcome.exit(1).stdout_contains("no definition fits").stdout_contains("does not run on the mock");
    let outcome = around(&[("n.md", notebook.as_str())]).args(["-v"]).run();
    outcome.exit(1).stdout_contains("no definition found").stdout_contains("Pass `--online` to allow calls to the web");
    assert!(outcome.file("apinb.toml").contains("\n# \"https://gone.example.org/things.raml\" = \"\"\n"));
}

#[test]
fn ambiguous_names_are_distinguished() {
    let (one, other) = (
        making("client", "#REF_TAG_DEFENITION", "things.get()"),
        making("client", "#REF_TAG_DEFENITION", "others.get()"),
    );
    let apis = [("apis/things.raml", API), ("apis/others.raml", OTHER)];
    // By the name of the client.
    let named = other.replace("client", "others");
    let outcome = around(&[("a.md", one.as_str()), ("b.md", named.as_str()), apis[0], apis[1]]).run();
    let config = outcome.exit(0).file("apinb.toml");
    assert!(config.contains("[clients.client]\ndefinition = \"apis/things.raml\"\n"), "{config}");
    assert!(config.contains("[clients.others]\ndefinition = \"apis/others.raml\"\n"), "{config}");
    // By the folder.
    let outcome = around(&[("a/n.md", one.as_str()), ("b/n.md", other.as_str()), apis[0], apis[1]]).run();
    outcome.exit(0).stdout_contains("2 of 2 run on the mock");
    assert!(outcome.file("a/apinb.toml").contains("\"#REF_TAG_DEFENITION\" = \"../apis/things.raml\"\n"));
    assert!(outcome.file("b/apinb.toml").contains("\"#REF_TAG_DEFENITION\" = \"../apis/others.raml\"\n"));
    // Not distinguishable.
    let outcome = around(&[("a.md", one.as_str()), ("b.md", other.as_str()), apis[0], apis[1]]).run();
    outcome.exit(1).stdout_contains("move it to its own folder");
    // What most notebooks mean is not spoiled by another one.
    let files = [("a.md", one.as_str()), ("c.md", one.as_str()), ("b.md", other.as_str()), apis[0], apis[1]];
    let outcome = around(&files).run();
    outcome.exit(1).stdout_contains("✓ a.md").stdout_contains("✓ c.md").stdout_contains("✗ b.md  not sure");
}

#[test]
fn a_fault_in_a_notebook_does_not_spoil_the_others() {
    let good = making("client", "#REF_TAG_DEFENITION", "things.get()");
    let broken = making("client", "#REF_TAG_DEFENITION", "nothing.get()");
    let unreadable = "```js\nAPI.createClient('client', '#REF_TAG_DEFENITION'); ((\n```\n";
    let files = [("a.md", good.as_str()), ("b.md", &broken), ("c.md", unreadable), ("things.raml", API)];
    let outcome = around(&files).run();
    outcome.exit(1).stdout_contains("✓ a.md").stdout_contains("✗ b.md").stdout_contains("3 notebooks: 1 of 3");
    assert!(outcome.file("apinb.toml").contains("\n\"#REF_TAG_DEFENITION\" = \"things.raml\"\n"));
}

#[test]
fn notebooks_that_name_one_url_are_evidence_for_each_other() {
    let url = "https://gone.example.org/api/3/definition";
    // The first says the name of the API, the second calls what both APIs have.
    let named = format!("---\ntitle: Things for everybody\n---\n\n```js\nAPI.createClient('c', '{url}')\n```\n");
    let called = making("c", url, "things.get()");
    let twin = API.replace("Things", "Twins");
    let apis = [("one.raml", API), ("two.raml", twin.as_str())];
    for (name, alone) in [("a.md", &named), ("b.md", &called)] {
        let outcome = around(&[(name, alone.as_str()), apis[0], apis[1]]).args(["--no-run"]).run();
        outcome.exit(1).stdout_contains("not sure about the definition of `c`");
    }
    let both = || around(&[("a.md", named.as_str()), ("b.md", called.as_str()), apis[0], apis[1]]);
    both().args(["-v"]).run().exit(0).stdout_contains("together with 1 client of the same URL");
    let outcome = both().run();
    assert!(outcome.exit(0).file("apinb.toml").contains(&format!("\"{url}\" = \"one.raml\"\n")));
}

#[test]
fn a_notebook_that_waits_in_vain_ends() {
    let waiting =
        "```js\ntimeout(Infinity); await new Promise((done) => setTimeout(done, 1e9))\n```\n\n```js\nnever = 1\n```\n";
    let outcome = around(&[("a.md", waiting), ("b.md", "```js\n1\n```\n")]).run();
    outcome
        .exit(1)
        .stdout_contains("✗ a.md  does not run on the mock: 1 of 1 cell failed; line 2: Error: Timeout of 20000ms");
    outcome.stdout_contains("✓ b.md");
}

#[test]
fn answers_of_one_variable_are_distinguished_by_question() {
    let ask = |text: &str| format!("```js\nDOMAIN = prompt('{text}')\n```\n");
    let outcome = around(&[("a.md", &ask("The shop?")), ("b.md", &ask("The bank = *?"))]).run();
    let config = outcome.exit(0).file("apinb.toml");
    assert!(config.contains("# \"The shop?\" = \"\"\n") && config.contains("# \"The bank = *?\" = \"\"\n"), "{config}");
    assert!(!config.contains("DOMAIN"), "{config}");
}

#[test]
fn untrusted_text_is_escaped() {
    let notebook = "---\ntitle: \"x\\u001b[31m\n---\n\n```js\nx = prompt('a\\n[network]\\ninsecure = true\\u202e \"\"\"')\n\
                    API.createClient('a]\\n[run]\\ntimeout = 1', 'https://gone.example.org/\"\\n[network]\\ninsecure = true\\n')\n\
                    API.createClient(\"it's\", '#REF_TAG_DEFENITION_Evil\\u202e:')\n\
                    load('https://scripts.example.org/\"\\n[run]')\n```\n";
    let evil = API.replace("Things", "\"Evil\\u202e\"");
    let outcome = around(&[("n\u{7}.md", notebook), ("e'v\"il.raml", &evil)]).run();
    outcome.exit(1);
    let text = outcome.file("apinb.toml");
    let config = toml::de::DeTable::parse(&text).unwrap();
    let known = ["definitions", "inputs", "scripts", "clients", "mock"];
    assert!(config.get_ref().keys().all(|key| known.contains(&&**key.get_ref())), "{text}");
    for hidden in ['\u{202e}', '\u{7}', '\u{1b}'] {
        assert!(!text.contains(hidden) && !outcome.stdout.contains(hidden), "{hidden:?}: {text}");
    }
    assert!(text.contains("\"#REF_TAG_DEFENITION_Evil\\u202E:\" = \"e'v\\\"il.raml\""), "{text}");
}

#[test]
fn a_folder_without_notebooks_is_an_error() {
    let case = around(&[("things.raml", API), ("readme.md", "Nothing runs here.\n")]);
    let folder = case.folder().to_owned();
    case.run().exit(2).stderr_contains("notebook");
    assert!(!folder.join("apinb.toml").exists());
    Case::command(["port", "none.md"]).run().exit(2).stdout_contains("none.md");
    Case::command(["port", "-"]).run().exit(2).stderr_contains("has no folder");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("things.raml"), API).unwrap();
    fs::write(elsewhere.path().join("apinb.toml"), "# mine\n").unwrap();
    let notebook = making("client", "#REF_TAG_DEFENITION", "things.get()");
    let case = || {
        let case = around(&[("n.md", notebook.as_str())]);
        symlink(elsewhere.path(), case.folder().join("apis")).unwrap();
        symlink(elsewhere.path().join("things.raml"), case.folder().join("things.raml")).unwrap();
        case
    };
    case().run().exit(1).stdout_contains("no definition found");
    // The target of a link is not written.
    for arguments in [&[][..], &["--force"]] {
        let case = case().args(arguments);
        symlink(elsewhere.path().join("apinb.toml"), case.folder().join("apinb.toml")).unwrap();
        case.run().exit(1);
        assert_eq!(fs::read_to_string(elsewhere.path().join("apinb.toml")).unwrap(), "# mine\n");
    }
    // A dangling link counts as an existing file.
    let case = case();
    symlink(elsewhere.path().join("nothing"), case.folder().join("apinb.toml")).unwrap();
    case.run().exit(2);
    assert!(!elsewhere.path().join("nothing").exists());
}

#[test]
fn no_run_writes_without_running() {
    let notebook = "```js\nthrow new Error('it ran')\n```\n";
    let outcome = around(&[("n.md", notebook)]).args(["--no-run"]).run();
    outcome.exit(0).stdout_contains("apinb.toml  written").contains_nowhere("on the mock", &[]);
    around(&[("n.md", notebook)]).run().exit(1).stdout_contains("it ran");
}
