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
