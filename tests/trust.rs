//! A project is trusted once: what its `apinb.toml` asks for beyond its own files, and how the user accepts it.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Answer, Case, Outcome, Request, Server, Terminal, document};

/// A folder with a project in it, a server that its notebook calls, and the data of a user.
struct Project {
    top: TempDir,
    server: Server,
}

impl Project {
    /// A project whose notebook sends the answer to the prompt `KEY` to the server.
    fn new(toml: &str) -> Self {
        let server = Server::with(|_| Answer::new(200, "text/plain", "ok"));
        let project = Self { top: tempfile::Builder::new().prefix("apinb-trust-").tempdir().unwrap(), server };
        let url = project.server.url("/");
        project.writes("project/apinb.toml", toml);
        project.writes(
            "project/n.md",
            &format!(
                "```js\nKEY = prompt('KEY');\n(await fetch('{url}', {{ method: 'POST', body: KEY }})).status\n```\n"
            ),
        );
        project.writes("secret.txt", "SECRET-FILE-77777");
        project
    }

    fn writes(&self, path: &str, content: &str) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn path(&self, path: &str) -> PathBuf {
        self.top.path().join(path)
    }

    /// `apinb COMMAND NOTEBOOK ARGUMENTS` of a user who has accepted nothing in advance.
    fn case(&self, command: &[&str], arguments: &[&str]) -> Case {
        let notebook = self.path("project/n.md");
        let all = command.iter().copied().chain([notebook.to_str().unwrap()]).chain(arguments.iter().copied());
        Case::command(all.collect::<Vec<_>>())
            .env("APINB_TRUST", "")
            .env("APINB_DATA_DIR", self.path("data").to_str().unwrap())
            .env("SECRET_KEY", "SECRET-VARIABLE-77777")
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        self.case(&["run"], arguments).run()
    }

    /// `apinb trust show --json`.
    fn shown(&self) -> Value {
        document("trust-show", &self.case(&["trust", "show"], &["--json"]).run().exit(0).stdout)
    }

    fn hash(&self) -> String {
        self.shown()["hash"].as_str().unwrap().to_owned()
    }

    /// The bodies that arrived at the server.
    fn sent(&self) -> Vec<String> {
        self.server.requests().iter().map(Request::text).collect()
    }

    #[track_caller]
    fn refuses(&self, arguments: &[&str], line: &str) {
        let before = self.sent().len();
        let outcome = self.run(arguments);
        outcome.exit(3).stderr_contains("asks for more than its own files").stderr_contains(line);
        outcome.stderr_contains(&format!("--trust={}", self.hash()));
        outcome.contains_nowhere("77777", &[]);
        assert_eq!(self.sent().len(), before);
    }
}

const VARIABLE: &str = "[inputs]\nKEY = { env = \"SECRET_KEY\" }\n";

#[test]
fn a_project_that_is_not_trusted_does_not_run() {
    for (toml, line) in [
        (VARIABLE, "apinb.toml:2: `inputs.KEY` reads the environment variable `SECRET_KEY`, for `127.0.0.1:"),
        (
            "[inputs]\n\nKEY = { file = \"../secret.txt\" }\n",
            "apinb.toml:3: `inputs.KEY` reads the file `../secret.txt`, outside of the project, for `127.0.0.1:",
        ),
        ("[inputs]\nKEY = { file = \"/etc/passwd\" }\n", "`inputs.KEY` reads the file `/etc/passwd`"),
        ("[inputs]\nKEY = { file = \".git/config\" }\n", "`inputs.KEY` reads the file `.git/config`"),
        ("[network]\nproxy = \"http://ann:pw@127.0.0.1:9\"\n", "`network.proxy` is `http://ann:[secret]@127.0.0.1:9/`"),
        ("[network]\nproxy = { file = \"proxy.txt\" }\n", "`network.proxy` is `http://127.0.0.1:9`"),
        ("[network]\nproxy = { env = \"OWN\" }\n", "`network.proxy` is `http://127.0.0.1:9`"),
        ("[network]\ninsecure = true\n", "`network.insecure` is `true`"),
        ("[clients.api]\nexpose = true\n", "`clients.api.expose` is `true`"),
        ("[network]\ncacert = \"ca.pem\"\n", "`network.cacert` is `ca.pem`"),
        ("[network]\ncert = \"../client.pem\"\n", "`network.cert` reads the file `../client.pem`"),
        (
            "[definitions]\n\"http://a.test/\" = \"../a.raml\"\n",
            "`definitions.\"http://a.test/\"` reads the file `../a.raml`",
        ),
        ("[clients.a]\ndefinition = \"/a.raml\"\n", "`clients.a.definition` reads the file `/a.raml`"),
        ("[scripts]\n\"http://a.test/a.js\" = \"../a.js\"\n", "reads the file `../a.js`"),
        ("[imports]\na = \"../a.js\"\n", "`imports.a` reads the file `../a.js`"),
        ("[env.ci.inputs]\nKEY = { env = \"SECRET_KEY\" }\n", "`env.ci.inputs.KEY` reads the environment variable"),
        // The real environment overrides the project's own `.env`.
        ("[inputs]\nKEY = { env = \"BOTH\" }\n", "`inputs.KEY` reads the environment variable `BOTH`"),
    ] {
        let project = Project::new(toml);
        project
            .writes("project/.env", "OWN=http://127.0.0.1:9\nBOTH=own\n")
            .writes("project/proxy.txt", "http://127.0.0.1:9\n");
        let outcome = project.case(&["run"], &[]).env("BOTH", "77777").run();
        outcome.exit(3).stderr_contains(line).contains_nowhere("77777", &[]).contains_nowhere("ann:pw", &[]);
        assert_eq!(project.sent(), Vec::<String>::new(), "{toml}");
    }
}

#[test]
fn a_project_that_stays_within_its_files_asks_for_nothing() {
    let project = Project::new(
        "[inputs]\nKEY = { env = \"OWN\" }\nOTHER = { file = \"own.txt\" }\n[clients.a]\ndefinition = \"a.raml\"\n\
         [scripts]\n\"http://a.test/a.js\" = \"http://b.test/b.js\"\n[network]\ninsecure = false\nretry = 2\n",
    );
    project.writes("project/.env", "OWN=own\nAPINB_INPUT_X=1\n").writes("project/own.txt", "text");
    project.run(&[]).exit(0);
    assert_eq!(project.sent(), ["own"]);
    let shown = project.shown();
    assert_eq!((&shown["trusted"], &shown["requests"]), (&true.into(), &serde_json::json!([])));
    assert!(shown.get("hash").is_none(), "{shown}");
}

#[test]
fn what_the_user_passes_needs_no_trust() {
    let project = Project::new("");
    project.run(&["--input", "KEY=mine", "--insecure"]).exit(0);
    project.case(&["run"], &[]).env("APINB_INPUT_KEY", "mine too").run().exit(0);
    assert_eq!(project.sent(), ["mine", "mine too"]);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_a_file_outside() {
    let project = Project::new("[inputs]\nKEY = { file = \"link.txt\" }\n");
    std::os::unix::fs::symlink("../secret.txt", project.path("project/link.txt")).unwrap();
    let target = project.path("secret.txt").canonicalize().unwrap();
    project.refuses(&[], &format!("`inputs.KEY` reads the file `link.txt -> {}`", target.display()));
    // In a repository the same file is one of the project's own.
    fs::create_dir(project.path(".git")).unwrap();
    project.run(&[]).exit(0);
    assert_eq!(project.sent(), ["SECRET-FILE-77777"]);
}

#[test]
fn a_hash_accepts_exactly_its_list() {
    let project = Project::new(VARIABLE);
    project.refuses(&[], "SECRET_KEY");
    project.refuses(&["--trust", "0123456789abcdef"], "SECRET_KEY");
    let hash = project.hash();
    project.run(&["--trust", &hash]).exit(0);
    project.case(&["run"], &[]).env("APINB_TRUST", &hash).run().exit(0);
    // What is not asked for may change.
    project.writes("project/apinb.toml", &format!("# comment\n[run]\ntimeout = 5\n{VARIABLE}A = \"text\"\n"));
    project.writes("project/other.md", "text\n\n```js\n1\n```\n");
    project.run(&["--trust", &hash]).exit(0);
    assert_eq!(project.sent(), ["SECRET-VARIABLE-77777"; 3]);
    // One more variable, and one more host.
    project.writes("project/apinb.toml", &format!("{VARIABLE}OTHER = {{ env = \"PATH\" }}\n"));
    project.refuses(&["--trust", &hash], "`PATH`");
    project
        .writes("project/apinb.toml", VARIABLE)
        .writes("project/other.md", "```js\nfetch('http://other.test')\n```\n");
    project.refuses(&["--trust", &hash], "`other.test`");
    // The flag goes before the variable.
    project.case(&["run"], &["--trust", &hash]).env("APINB_TRUST", "all").run().exit(3);
    project.run(&["--trust", &format!("0a,{}", project.hash())]).exit(0);
    project.run(&["--trust", "all"]).exit(0);
    project.run(&["--trust", "yes"]).exit(2).stderr_contains("apinb trust show");
}

#[test]
fn a_project_cannot_accept_its_own_list() {
    let project = Project::new(VARIABLE);
    project.writes("project/.env", "APINB_TRUST=all\n");
    project.refuses(&[], "SECRET_KEY");
    project.writes("project/apinb.toml", &format!("APINB_TRUST = \"all\"\n{VARIABLE}"));
    project.run(&[]).exit(2).stderr_contains("unknown key `APINB_TRUST`");
    // Nor by a file that the user names.
    project.writes("project/apinb.toml", VARIABLE).writes("my.env", "SECRET_KEY=1\nAPINB_TRUST=all\n");
    project.run(&["--env-file", project.path("my.env").to_str().unwrap()]).exit(3);
}

#[test]
fn commands_that_call_nothing_ask_for_nothing() {
    let project = Project::new(&format!("{VARIABLE}[network]\nproxy = \"http://127.0.0.1:9\"\n"));
    project.writes("project/n.md", "```js\nKEY = prompt('KEY')\n```\n");
    let mocked = project.run(&["--mock", "-v"]);
    mocked.exit(0).contains_nowhere("77777", &[]).stderr_is("");
    project.run(&["--mock", "--trust", "all"]).exit(0);
    for command in ["check", "export"] {
        let arguments: &[&str] = if command == "export" { &["--to", "md"] } else { &[] };
        project.case(&[command], arguments).run().exit(0).contains_nowhere("77777", &[]).stderr_is("");
    }
    let shown = project.case(&["config", "show"], &[]).run();
    shown.exit(0).stdout_contains("network.proxy = \"http://127.0.0.1:9\"").contains_nowhere("77777", &[]);
}

#[test]
fn the_first_run_at_a_terminal_asks_once() {
    let project = Project::new(VARIABLE);
    let mut terminal = Terminal::start(project.case(&["run"], &[]), 200);
    terminal.shows("asks for more than its own files").shows("`inputs.KEY`").shows("`SECRET_KEY`").shows("Trust it?");
    terminal.types("n\r");
    let (code, screen) = terminal.end();
    assert!(code == 3 && screen.contains("is not trusted"), "{code} {screen}");
    assert_eq!(project.sent(), Vec::<String>::new());
    let mut terminal = Terminal::start(project.case(&["run"], &[]), 200);
    terminal.shows("Trust it?").types("y\r");
    let (code, screen) = terminal.end();
    assert!(code == 0 && !screen.contains("77777"), "{code} {screen}");
    // The answer is kept for this list.
    project.run(&[]).exit(0);
    assert_eq!(project.sent(), ["SECRET-VARIABLE-77777"; 2]);
    assert_eq!(project.shown()["trusted"], true);
    let listed =
        Case::command(["trust", "list", "--json"]).env("APINB_DATA_DIR", project.path("data").to_str().unwrap());
    let listed = document("trust-list", &listed.run().exit(0).stdout);
    assert_eq!(listed["answers"][0]["hash"], project.hash().as_str());
    project.writes("project/apinb.toml", &format!("{VARIABLE}A = {{ env = \"A\" }}\n"));
    project.refuses(&[], "`A`");
    project.writes("project/apinb.toml", VARIABLE);
    project.run(&[]).exit(0);
    project.case(&["trust", "revoke"], &[]).run().exit(0).stdout_is("revoked 1 answer\n");
    project.refuses(&[], "SECRET_KEY");
}

#[test]
fn a_session_asks_like_a_run() {
    let project = Project::new(VARIABLE);
    let session = project.case(&["repl"], &["--eval", "1 + 1"]).run();
    session.exit(3).stdout_is("").stderr_contains("SECRET_KEY");
    project.case(&["repl"], &["--eval", "1 + 1", "--trust", &project.hash()]).run().exit(0).stdout_contains("2\n");
    project.writes("project/n.md", "```js\nKEY = prompt('KEY')\n```\n");
    project.case(&["repl"], &["--eval", "1 + 1", "--mock"]).run().exit(0).stdout_contains("2\n");
}

#[test]
fn the_list_names_the_hosts_of_clients() {
    let definition = |base: &str| {
        format!(
            "#%RAML 0.8\ntitle: t\nbaseUri: {base}\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      settings:\n        \
             authorizationUri: https://login.test/a\n        accessTokenUri: https://login.test/t\n        \
             authorizationGrants: [credentials]\n/a:\n  get:\n"
        )
    };
    let project = Project::new(
        "[inputs]\nKEY = { env = \"K\" }\n[clients.a]\ntoken = { env = \"A\" }\n[clients.b.auth]\nclientSecret = { env = \"B\" }\n\
         [clients.c]\nbase-uri = { env = \"API\" }\ntoken = { env = \"C\" }\n[clients.d]\ntoken = { env = \"D\" }\n",
    );
    project.writes("project/a.raml", &definition("https://{tenant}.acme.test/v1"));
    project.writes("project/b.raml", &definition("https://b.test:8443"));
    let cells =
        "```js\nAPI.createClient('a', 'a.raml'); API.createClient('b', 'b.raml')\nfetch('http://named.test/x')\n```\n";
    project.writes("project/n.md", cells);
    let shown = project.shown();
    let hosts = |index: usize| shown["requests"][index]["hosts"].as_array().unwrap().clone();
    assert_eq!(hosts(0), ["$API", "*.acme.test", "b.test:8443", "login.test", "named.test"], "{shown}");
    assert_eq!(hosts(1), ["*.acme.test", "login.test"]);
    assert_eq!(hosts(2), ["b.test:8443", "login.test"]);
    assert_eq!(hosts(3), Vec::<&str>::new());
    assert_eq!(hosts(4), ["$API"]);
    // No notebook makes it.
    assert_eq!(hosts(5), ["*"]);
    // Nothing is fetched to find out.
    project.writes("project/n.md", "```js\nAPI.createClient('a', 'https://a.test/a.raml')\n```\n");
    assert!(project.shown()["requests"][0]["hosts"].as_array().unwrap().contains(&"*".into()));
    let text = project.case(&["trust", "show"], &[]).run();
    text.exit(0).stdout_contains("not trusted").stdout_contains("`SECRET_KEY`".replace("SECRET_KEY", "K").as_str());
    text.stdout_contains("for any host").stdout_contains("hash: ");
}

#[test]
fn a_trusted_value_goes_to_its_hosts_only() {
    let project = Project::new(VARIABLE);
    let other = Server::with(|_| Answer::new(200, "text/plain", "other"));
    let computed = other.url("/").replace("http://", "");
    let computed =
        format!("KEY = prompt('KEY');\nawait fetch('http' + '://{computed}', {{ method: 'POST', body: KEY }})\n");
    project.writes("project/other.md", &format!("```js\n{computed}```\n"));
    let notebook = project.path("project/other.md");
    let run = |trust: &str| {
        let arguments = ["run", notebook.to_str().unwrap(), "--trust", trust, "--cell-timeout", "20s"];
        Case::command(arguments).env("SECRET_KEY", "SECRET-VARIABLE-77777").run()
    };
    let refused = run(&project.hash());
    refused.exit(3).stdout_contains("was not sent: cannot call `127.0.0.1:");
    refused.stdout_contains("the value of `inputs.KEY` is trusted for other hosts only");
    assert_eq!(other.requests().len(), 0);
    // The host that its code names may be called.
    project.run(&["--trust", &project.hash()]).exit(0);
    run("all").exit(0);
    assert_eq!(other.requests().len(), 1);
    // A host that the user names may be called as well.
    let named = ["--allow-unused", "--base-uri", &format!("api={}", other.url("/"))].map(str::to_owned);
    let arguments =
        [&["run", notebook.to_str().unwrap(), "--trust", &project.hash()].map(str::to_owned)[..], &named].concat();
    Case::command(arguments).env("SECRET_KEY", "x").run().exit(0);
    assert_eq!(other.requests().len(), 2);
}

#[test]
fn a_file_that_port_wrote_is_trusted() {
    let project = Project::new("");
    fs::remove_file(project.path("project/apinb.toml")).unwrap();
    project.writes("project/n.md", "```js\nSECRET_KEY = prompt('Your secret key?')\n```\n");
    project.case(&["port"], &["--no-run", "-v"]).run().stdout_contains("SECRET_KEY = { env = \"SECRET_KEY\" }");
    assert_eq!(project.shown()["trusted"], true, "{}", project.shown());
    project.run(&[]).exit(0);
    // Later changes are asked for.
    let written = fs::read_to_string(project.path("project/apinb.toml")).unwrap();
    project.writes("project/apinb.toml", &written.replace("env = \"SECRET_KEY\"", "env = \"PATH\""));
    project.refuses(&[], "`PATH`");
    project.case(&["trust", "revoke"], &[]).run().exit(0);
    // A file that was there before is not its own.
    project.writes("project/apinb.toml", &written);
    project.case(&["port"], &["--no-run"]).run().exit(0);
    project.refuses(&[], "`SECRET_KEY`");
}

/// Two projects whose notebooks sign in at the same server as the same client; the second one has no client secret.
fn signing_in() -> Project {
    let project = Project::new("");
    let server = Server::with(|request| match request.url.as_str() {
        "/token" => Answer::new(
            200,
            "application/json",
            r#"{"access_token":"TOKEN-77777","token_type":"bearer","expires_in":3600}"#,
        ),
        _ => Answer::new(200, "text/plain", "ok"),
    });
    let url = server.url("");
    let definition = format!(
        "#%RAML 0.8\ntitle: t\nbaseUri: {url}\nsecuritySchemes:\n  - o:\n      type: OAuth 2.0\n      settings:\n        \
         authorizationUri: {url}/authorize\n        accessTokenUri: {url}/token\n        authorizationGrants: [credentials]\n\
         /a:\n  get:\n"
    );
    for (folder, secret) in [("first", ", clientSecret: 'shhh'"), ("project", "")] {
        let cells = format!(
            "```js\nAPI.createClient('api', 'api.raml')\nAPI.authenticate(api, 'o', {{ clientId: 'app'{secret} }})\n\
             api.a.get().status\n```\n"
        );
        project.writes(&format!("{folder}/api.raml"), &definition).writes(&format!("{folder}/n.md"), &cells);
        project.writes(&format!("{folder}/apinb.toml"), "");
    }
    Project { server, ..project }
}

impl Project {
    fn signs_in_first(&self) {
        let notebook = self.path("first/n.md");
        let case = Case::command(["run", notebook.to_str().unwrap()]).env("APINB_TRUST", "");
        case.env("APINB_DATA_DIR", self.path("data").to_str().unwrap()).run().exit(0);
    }

    fn token_requests(&self) -> usize {
        self.server.requests().iter().filter(|request| request.url == "/token").count()
    }
}

#[test]
fn a_project_uses_its_own_tokens_only() {
    let project = signing_in();
    project.signs_in_first();
    project.signs_in_first();
    assert_eq!(project.token_requests(), 1);
    project.run(&[]).exit(1).stdout_contains("`clientSecret`").contains_nowhere("77777", &[]);
    project.run(&["--trust", "all"]).exit(0);
    // That was for one run.
    project.run(&[]).exit(1);
    assert_eq!(project.token_requests(), 1);
}

#[test]
fn the_use_of_a_token_of_another_project_is_asked_for_once() {
    let project = signing_in();
    project.signs_in_first();
    let mut terminal = Terminal::start(project.case(&["run"], &[]), 300);
    terminal.shows("of `app` at `http://").shows("was stored for another project").types("y\r");
    let (code, screen) = terminal.end();
    assert!(code == 0 && !screen.contains("77777"), "{code} {screen}");
    project.run(&[]).exit(0);
    assert_eq!(project.token_requests(), 1);
    project.case(&["trust", "revoke"], &[]).run().exit(0).stdout_is("revoked 1 answer\n");
    project.run(&[]).exit(1);
}

#[test]
fn a_token_of_a_sign_in_for_the_project_is_its_own() {
    let project = signing_in();
    let definition = project.path("project/api.raml");
    let login =
        ["auth", "login", definition.to_str().unwrap(), "--auth", "clientId=app", "--auth", "clientSecret=shhh"];
    let login = || Case::command(login).env("APINB_DATA_DIR", project.path("data").to_str().unwrap()).run();
    login().exit(0);
    project.run(&[]).exit(0);
    assert_eq!(project.token_requests(), 1);
    // A token that is stored already becomes the project's as well.
    project.case(&["trust", "revoke"], &[]).run().exit(0);
    project.run(&[]).exit(1);
    login().exit(0);
    project.run(&[]).exit(0);
    assert_eq!(project.token_requests(), 1);
}
