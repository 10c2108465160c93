//! Secrets are redacted everywhere, in every encoding.

use crate::support::{Case, Outcome, Server};

const SECRET: &str = "s3cr\"et/ +&ü\\x";

/// The encodings of the secret.
fn forms() -> Vec<String> {
    let percent: String = SECRET.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let component = "s3cr%22et%2F%20%2B%26%C3%BC%5Cx";
    let form = "s3cr%22et%2F+%2B%26%C3%BC%5Cx";
    let json = serde_json::to_string(SECRET).unwrap();
    let twice = serde_json::to_string(&json).unwrap();
    let trim = |text: &str| text.trim_matches(['"', '\\']).to_owned();
    let base64 = "czNjciJldC8gKybDvFx4";
    [SECRET, &percent, component, form, &trim(&json), &trim(&twice), base64].map(str::to_owned).into()
}

#[track_caller]
fn check(outcome: &Outcome, except: &[&str]) {
    for form in forms() {
        outcome.contains_nowhere(&form, except);
    }
}

/// Sends the secret in every part of a request, prints it, throws it.
fn cells(server: &Server) -> Vec<String> {
    let echo = server.url("/echo");
    vec![
        "SECRET = prompt('The client secret'); undefined".to_owned(),
        "SECRET".to_owned(),
        "({ a: [SECRET], b: { c: 'x' + SECRET + 'y' } })".to_owned(),
        "console.log(SECRET, [SECRET]); console.error('%s', SECRET); alert(SECRET)".to_owned(),
        format!("fetch('{echo}?q=' + encodeURIComponent(SECRET)).then(r => r.json())"),
        format!("fetch('{echo}?' + new URLSearchParams({{ q: SECRET }})).then(r => r.text())"),
        format!("fetch('{echo}', {{ method: 'POST', body: JSON.stringify({{ q: SECRET }}) }}).then(r => r.text())"),
        format!("fetch('{echo}', {{ headers: {{ 'x-key': encodeURIComponent(SECRET) }} }}).then(r => r.text())"),
        "btoa(unescape(encodeURIComponent(SECRET)))".to_owned(),
        "JSON.stringify(JSON.stringify(SECRET))".to_owned(),
        "throw new Error('bad: ' + SECRET)".to_owned(),
        "throw SECRET".to_owned(),
        "null[SECRET].x".to_owned(),
        "eval('function f(){ throw new TypeError(SECRET) }; f()')".to_owned(),
    ]
}

#[test]
fn secrets_of_flags_are_redacted() {
    let server = Server::start();
    for verbosity in ["-v", "-q"] {
        let case = Case::cells(cells(&server)).args([verbosity, "--input", &format!("SECRET={SECRET}")]);
        let outcome = case.run();
        outcome.exit(1).cell(1).is("'[secret]'");
        check(&outcome, &[]);
    }
    // The server received it.
    assert!(server.requests().iter().any(|request| request.text().contains("s3cr")));
}

#[test]
fn secrets_of_the_environment_are_redacted() {
    let server = Server::start();
    let outcome = Case::cells(cells(&server)).args(["-v"]).env("APINB_INPUT_SECRET", SECRET).run();
    outcome.exit(1).cell(1).is("'[secret]'");
    check(&outcome, &[]);
}

#[test]
fn secrets_of_files_are_redacted() {
    let server = Server::start();
    // The name is not that of a secret, but the value comes from a file.
    let cells: Vec<String> = cells(&server).iter().map(|cell| cell.replace("The client secret", "?")).collect();
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace("SECRET", "VALUE")).collect();
    let toml = "[inputs]\nVALUE = { file = \"value.txt\" }\n";
    let outcome = Case::cells(cells).args(["-v"]).file("apinb.toml", toml).file("value.txt", SECRET).run();
    // A handle, in quotes of its own.
    outcome.exit(1).cell(1).is("\"[secret]\"");
    check(&outcome, &["value.txt"]);
}

#[test]
fn secrets_are_redacted_in_every_report() {
    let server = Server::start();
    let reports = crate::report_destinations::all_kinds();
    let outcome = Case::cells(cells(&server)).args(reports).args(["--input", &format!("SECRET={SECRET}")]).run();
    check(outcome.exit(1), &[]);
    for kind in crate::report_destinations::KINDS {
        assert!(outcome.file(&format!("report-{kind}")).contains("[secret]"), "{kind}");
    }
}

#[test]
fn secrets_are_redacted_in_a_report_on_stdout() {
    let server = Server::start();
    let case = Case::cells(cells(&server)).args(["--report", "json=-", "--input", &format!("SECRET={SECRET}")]);
    check(&case.run(), &[]);
}

#[test]
fn secrets_of_invalid_flags_are_redacted() {
    for flag in ["--input", "--token"] {
        let outcome = Case::cells(["1"]).args([flag, SECRET]).run();
        outcome.exit(2);
        check(&outcome, &[]);
    }
}

#[test]
fn secrets_of_invalid_configurations_are_redacted() {
    for toml in [
        "[clients.api]\ntoken = { valeu = \"hunter22\" }\n",
        "[inputs]\nCLIENT_SECRET = \"hunter22\n",
        "[inputs]\nCLIENT_SECRET = [\"hunter22\"]\n",
    ] {
        let outcome = Case::cells(["1"]).file("apinb.toml", toml).run();
        outcome.exit(2).stderr_contains("apinb.toml:2:").contains_nowhere("hunter22", &["apinb.toml"]);
    }
}

#[cfg(unix)]
#[test]
fn secrets_of_prompts_are_redacted() {
    use crate::support::Terminal;
    let notebook =
        "```js\nPASSWORD = prompt('Password?')\nconsole.log(PASSWORD, btoa(PASSWORD)); throw PASSWORD\n```\n";
    let case = Case::command(["run", "a.md", "-v", "--report", "json=/dev/stdout"]).file("a.md", notebook);
    let mut terminal = Terminal::start(case, 120);
    terminal.shows("(not shown)").types("hunter22\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("[secret] [secret]") && screen.contains("\"generator\""), "{screen}");
    assert!(!screen.contains("hunter22") && !screen.contains("aHVudGVyMjI="), "{screen}");
}
