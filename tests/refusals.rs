//! A refusal ends a run with exit code 3, whatever API was used and even if the cell catches the error.

use crate::support::{Case, Server};

#[test]
fn refusals_count_even_if_they_are_caught() {
    let server = Server::start();
    let definition = format!("#%RAML 0.8\ntitle: T\nbaseUri: {}\n/echo:\n  get:\n", server.url(""));
    let request = "x = new XMLHttpRequest(); x.open('GET', 'URL'";
    for cell in [
        "try { await fetch('URL') } catch {}; 'on'".to_owned(),
        "fetch('URL').catch(() => 'on')".to_owned(),
        format!("{request}, false); try {{ x.send() }} catch {{}}; 'on'"),
        format!("await new Promise(end => {{ {request}); x.onloadend = end; x.send() }}); 'on'"),
        "try { load('URL') } catch {}; 'on'".to_owned(),
        "try { load('file:///etc/passwd') } catch {}; 'on'".to_owned(),
        "try { API.createClient('c', 'URL') } catch {}; 'on'".to_owned(),
        "try { API.createClient('c', 'file:///etc/passwd') } catch {}; 'on'".to_owned(),
        "API.createClient('c', 'api.raml'); try { c.echo.get() } catch {}; 'on'".to_owned(),
    ] {
        let cell = cell.replace("URL", &server.url("/echo"));
        let case = Case::cells([&cell]).file("api.raml", &definition).args(["--allow-host", "api.example.test"]);
        let outcome = case.run();
        outcome.exit(3).cell(0).is("\"on\"");
        assert_eq!(outcome.cell(0).cell["refused"], true, "{cell}");
        let console = outcome.cell(0).console();
        let is_explained =
            |line: &String| line.starts_with("warn: the cell was denied access, and passed without it: ");
        assert!(console.iter().any(is_explained), "{cell}: {console:?}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_cell_cannot_forge_a_refusal() {
    let outcome = Case::cells(["class PolicyError extends Error {}; throw new PolicyError('mine')"]).run();
    outcome.exit(1);
    assert!(outcome.cell(0).cell["refused"].is_null());
}

/// A definition whose example is a link that leads out of the project: that is known when the example is needed.
#[cfg(unix)]
fn with_a_refused_example(case: Case) -> Case {
    let example = "get:\n    responses:\n      200:\n        body:\n          application/json:\n            example: !include secret.json\n";
    let case = case
        .file("work/apinb.toml", "")
        .file("work/api.raml", format!("#%RAML 0.8\ntitle: T\nbaseUri: https://api.test\n/a:\n  {example}"));
    std::os::unix::fs::symlink("/etc/passwd", case.folder().join("work/secret.json")).unwrap();
    case
}

#[cfg(unix)]
#[test]
fn a_document_that_is_refused_when_it_is_read_later_counts() {
    let definition = "c=work/api.raml";
    let explains = Case::command(["repl", "--definition", definition, "--eval", ".doc c.a.get"]);
    let outcome = with_a_refused_example(explains).run();
    outcome.exit(3).stdout_contains("warning: the definition of `c`: cannot include `secret.json`");
    let and_a_cell = ["repl", "--definition", definition, "--eval", ".doc c.a.get", "--eval", "1"];
    with_a_refused_example(Case::command(and_a_cell)).run().exit(3);
    let unused = ["repl", "--definition", definition, "--eval", "1"];
    with_a_refused_example(Case::command(unused)).run().exit(0);
    let mocked = with_a_refused_example(Case::cells(["try { API.createClient('c', 'work/api.raml') } catch {}"]));
    mocked.args(["--mock"]).run().exit(3);
}
