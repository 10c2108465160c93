//! Export of notebooks without running them.

use std::process::Command;

use crate::support::{Case, Server, validate};

/// Special characters of the shell, HTML and Markdown in one text.
const HOSTILE: &str = "'; touch HOSTILE; '\"$(touch HOSTILE)`touch HOSTILE`\\\"; touch HOSTILE\n touch HOSTILE #\u{7}</script><script>x</script>%0a@/etc/passwd";

fn notebook() -> Case {
    let text = "---\ntitle: Users\n---\n\n# The *users*\n\n```js\nthrow new Error('ran')\n```\n\n1. More:\n\n   ```js\n   x = 1\n   ```\n";
    Case::command(["export", "a.md"]).file("a.md", text)
}

#[test]
fn html_is_a_page_without_results() {
    let outcome = notebook().args(["--to", "html"]).run();
    let page = crate::report_html::check_harmless(&outcome.exit(0).stdout);
    let texts = |selector: &str| crate::report_html::texts(&page, selector);
    assert_eq!(texts("header h1"), ["Users"]);
    assert_eq!(texts("pre.code"), ["throw new Error('ran')\n", "x = 1\n"]);
    assert_eq!(texts("article > h1 em"), ["users"]);
    assert_eq!((texts(".summary"), texts("nav"), texts(".end")), (vec![], vec![], vec![]));
    assert!(!outcome.stdout.contains("skipped\""), "{}", outcome.stdout);
}

#[test]
fn external_a_jupyter_notebook_without_results() {
    let outcome = notebook().args(["--to", "ipynb"]).run();
    validate("ipynb.py", &outcome.exit(0).stdout);
    let read: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(read["cells"][2]["cell_type"], "code");
    assert_eq!(
        (&read["cells"][2]["execution_count"], &read["cells"][2]["outputs"]),
        (&().into(), &serde_json::json!([]))
    );
}

#[test]
fn markdown_is_the_notebook_unchanged() {
    let text = "---\ntitle: Users\n---\ntext\n\n```js\nx\n```\n";
    Case::command(["export", "-", "--to", "md"]).stdin(text).run().exit(0).stdout_is(text);
    let outcome = Case::command(["export", "-", "--to", "md", "-o", "b.md"]).stdin(text).run();
    outcome.exit(0).stdout_is("");
    assert_eq!(outcome.file("b.md"), text);
}

#[test]
fn an_invalid_export_is_an_error() {
    for (arguments, words) in [
        (vec!["export", "none.md", "--to", "md"], "cannot read `none.md`"),
        (vec!["export", ".", "--to", "md"], "`.` is a folder"),
        (vec!["export", "a.md"], "--to <KIND>"),
        (vec!["export", "a.md", "--to", "pdf"], "invalid value 'pdf'"),
        (vec!["export", "a.md", "--to", "md", "--output", "no/such/x"], "cannot write `no/such/x`"),
    ] {
        Case::command(arguments).file("a.md", "").run().exit(2).stdout_is("").stderr_contains(words);
    }
}

#[test]
fn secrets_are_redacted() {
    let text =
        "```js\nAPI.createClient('c', 'api.raml'); c.users.get({token: 'hunter22hunter22'})\n```\nhunter22hunter22\n";
    for kind in ["curl", "html", "ipynb", "md"] {
        let arguments = ["export", "a.md", "--to", kind, "--input", "TOKEN=hunter22hunter22", "--allow-unused"];
        let case = Case::command(arguments).file("a.md", text);
        let outcome = case.file("api.raml", "#%RAML 0.8\ntitle: T\nbaseUri: http://a.test\n/users:\n  get:\n").run();
        outcome.exit(0).contains_nowhere("hunter22hunter22", &["a.md"]);
    }
}

#[test]
fn hostile_notebooks_are_escaped_in_a_page() {
    let text = format!(
        "---\ntitle: {0}\n---\n\n{0}\n\n[a](javascript:alert(1)) <img src=x onerror=x>\n\n```js {0}\n{0}\n```\n",
        "\"><script>alert(1)</script>"
    );
    let outcome = Case::command(["export", "a.md", "--to", "html"]).file("a.md", text).run();
    crate::report_html::check_harmless(&outcome.exit(0).stdout);
}

/// Checks that the shell accepts the script.
#[track_caller]
fn check_syntax(case_folder: &std::path::Path, script: &str) {
    let path = case_folder.join("calls.sh");
    std::fs::write(&path, script).unwrap();
    for shell in ["sh", "bash"] {
        let output = Command::new(shell).arg("-n").arg(&path).output().unwrap();
        assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn calls_are_curl_commands() {
    let outcome = Case::spec_command("export/users", ["export", "notebook.md", "--to", "curl"]).run();
    outcome.golden("export/users");
    check_syntax(outcome.folder(), &outcome.stdout);
}

#[test]
fn skipped_calls_are_not_in_the_script() {
    let definition = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\nservers: [ { url: 'http://h.test' } ]\npaths:\n  \
                      /a:\n    get: {}\n    delete: {}\n";
    let cells = "```js\nAPI.createClient('api', 'api.yaml')\n```\n```js skip=\"too dangerous\"\napi.a.delete()\n```\n\
                 ```js skip\napi.a.delete()\n```\n```js\napi.a.get()\n```\n";
    let export = |notebook: &str| {
        let case = Case::command(["export", "n.md", "--to", "curl"]).file("api.yaml", definition);
        case.file("n.md", notebook).run()
    };
    let outcome = export(cells);
    outcome.exit(0).stdout_contains("curl").stdout_contains("its cell is marked `skip`: too dangerous");
    assert_eq!(outcome.stdout.matches("\ncurl ").count(), 1, "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("-X DELETE"), "{}", outcome.stdout);
    let outcome = export(&format!("---\nskip: not now\n---\n{cells}"));
    outcome.exit(0).stdout_contains("its notebook is marked `skip`: not now");
    assert_eq!(outcome.stdout.matches("\ncurl ").count(), 0, "{}", outcome.stdout);
}

#[test]
fn notebooks_in_the_published_style_become_scripts() {
    for (notebook, definition) in [
        ("notebooks/zendesk/users-job-statuses.md", "client=notebooks/zendesk/zendesk.raml"),
        ("notebooks/bookshelf/bookshelf.md", ""),
        ("notebooks/parcels/parcels.md", ""),
        ("notebooks/petshop/petshop-3.0.md", ""),
        ("notebooks/greetings/greetings.md", ""),
    ] {
        let root = crate::support::root();
        let mut arguments =
            vec!["export".to_owned(), root.join(notebook).display().to_string(), "--to".into(), "curl".into()];
        if let Some((client, file)) = definition.split_once('=') {
            arguments.extend(["--definition".to_owned(), format!("{client}={}", root.join(file).display())]);
        }
        let outcome = Case::command(arguments).run();
        outcome.exit(0).stdout_contains("\ncurl -gsS");
        check_syntax(outcome.folder(), &outcome.stdout);
    }
}

/// Runs a script and returns its output.
#[track_caller]
fn run(outcome: &crate::support::Outcome, variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let path = outcome.folder().join("calls.sh");
    std::fs::write(&path, &outcome.stdout).unwrap();
    let mut command = Command::new("sh");
    command.arg(&path).current_dir(outcome.folder()).env_clear().env("PATH", std::env::var("PATH").unwrap());
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_script_sends_the_requests_of_the_notebook() {
    let server = Server::start();
    let outcome = Case::spec_command("export/users", ["export", "notebook.md", "--to", "curl"]).run();
    let url = server.url("/api");
    let name = "Ann \"the\" O'Neil\\\n\té%";
    let variables =
        [("NAME", name), ("CLIENT_URL", &url), ("CLIENT_TOKEN", "t0ken"), ("created_body_id", "7"), ("API_KEY", "k&=")];
    let (code, stdout, stderr) = run(&outcome, &variables);
    assert_eq!(code, Some(0), "{stderr}\n{stdout}");
    let requests = server.requests();
    let lines: Vec<String> = requests.iter().map(|one| format!("{} {}", one.method, one.url)).collect();
    assert_eq!(
        lines,
        [
            "GET /api/users.json?role=agent%20x&role=b%26c",
            "POST /api/users.json",
            "GET /api/users/7",
            "PUT /api/users/a%2Fb?notify=true",
            "POST /api/forms",
            "HEAD /api/users.json",
            "DELETE /api/users/7",
        ]
    );
    let body: serde_json::Value = serde_json::from_str(&requests[1].text()).unwrap();
    assert_eq!(
        body,
        serde_json::json!({ "user": { "name": name, "tags": ["it's", 1], "hello": format!("Hello, {name}!"), "parent": 7 } })
    );
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
    assert_eq!(requests[1].header("authorization"), Some("Bearer t0ken"));
    assert_eq!(requests[3].header("x-trace"), Some("a 'b' $HOME"));
    // Versions of curl differ in how they write a space in a form.
    assert_eq!(requests[4].text().replace("%20", "+"), "a=1+%26+2&b=k%26%3D");
    let (code, _, stderr) = run(&outcome, &[("CLIENT_TOKEN", "x")]);
    assert!(code != Some(0) && stderr.contains("NAME: Who are you?"), "{stderr}");
}

#[test]
fn a_script_runs_against_a_mock_server() {
    let root = crate::support::root().join("notebooks/greetings");
    let outcome = Case::command(["export", root.join("greetings.md").to_str().unwrap(), "--to", "curl"]).run();
    outcome.exit(0);
    let mock = Case::command(["mock", root.join("greetings.raml").to_str().unwrap()]);
    let mut child = mock.process().spawn().unwrap();
    let mut first = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut first).unwrap();
    let url = first.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or(&first).to_owned();
    let (code, stdout, stderr) = run(&outcome, &[("HELLO_URL", &url), ("ID", "2")]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains('{'), "{stdout}\n{stderr}\n{}", outcome.stdout);
}

#[test]
fn a_hostile_notebook_cannot_run_commands_in_a_script() {
    let quoted = serde_json::to_string(HOSTILE).unwrap();
    let key = HOSTILE.replace('\n', " ").replace('\u{7}', "");
    let notebook = format!(
        "---\ntitle: $(touch HOSTILE)`touch HOSTILE`\n---\n{HOSTILE}\n\n```js\nAPI.createClient('client', 'api.raml', {{baseUriParameters: {{x: \
         {quoted}}}, headers: {{{quoted}: {quoted}, ok: {quoted}}}}})\nPATH = prompt({quoted}); HOME = prompt({quoted}, {quoted})\n```\n\n```js\n\
         client.users.id({quoted}).get({{{quoted}: {quoted}}})\nclient.users.post({quoted})\nclient.users.post({{{quoted}: {quoted}, a: $x[{quoted}], b: `${{PATH}} \
         {key_}`, c: HOME}})\nclient('/'+{quoted}).get()\nclient('/$(touch HOSTILE)').get()\n```\n",
        key_ = key.replace('`', ""),
    );
    let definition = "#%RAML 0.8\ntitle: T\nbaseUri: \"http://127.0.0.1:1/$(touch HOSTILE)`touch HOSTILE`';touch HOSTILE;'/{x}/{$(touch HOSTILE)}\"\n\
                      /users:\n  get:\n  post:\n    body:\n      application/json:\n  /{id}:\n    get:\n";
    let case = Case::command(["export", "a.md", "--to", "curl"]).file("a.md", notebook).file("api.raml", definition);
    let outcome = case.run();
    outcome.exit(0).stdout_contains("curl");
    check_syntax(outcome.folder(), &outcome.stdout);
    for shell in ["sh", "bash"] {
        // With a curl that always succeeds, so that each command is reached.
        let bin = outcome.folder().join("bin");
        std::fs::create_dir_all(&bin).unwrap();
        std::fs::write(bin.join("curl"), "#!/bin/sh\nprintf '<%s>\\n' \"$@\"\n").unwrap();
        Command::new("chmod").arg("+x").arg(bin.join("curl")).status().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let names: Vec<String> = outcome
            .stdout
            .split("${")
            .skip(1)
            .filter_map(|rest| Some(rest.split([':', '}', '-']).next()?.to_owned()))
            .collect();
        let mut command = Command::new(shell);
        command
            .arg("calls.sh")
            .current_dir(outcome.folder())
            .env_clear()
            .envs(names.iter().map(|name| (name, HOSTILE)))
            .env("PATH", path);
        let output = command.output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{stderr}\n{}", outcome.stdout);
        assert!(stdout.contains("touch HOSTILE"), "{stdout}");
        assert!(!outcome.folder().join("HOSTILE").exists(), "{}", outcome.stdout);
    }
}
