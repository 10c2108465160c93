//! The calls of a run as an HTTP archive.

use serde_json::Value;

use crate::support::{Case, Server, validate};

#[test]
fn external_an_archive_conforms_to_its_schema() {
    let server = Server::start();
    let cells = [
        "1".to_owned(),
        format!(
            "fetch('{}', {{ method: 'POST', headers: {{ 'content-type': 'text/plain' }}, body: 'é' }}).then(r => r.json())",
            server.url("/echo?a=1&b=%26&c")
        ),
        format!("fetch('{}').then(r => r.text())", Server::refused("/")),
    ];
    let outcome = Case::cells(cells).args(["--report", "har=calls.har"]).run();
    let text = outcome.exit(1).file("calls.har");
    validate("har.mjs", &text);
    let log = &serde_json::from_str::<Value>(&text).unwrap()["log"];
    assert_eq!((&log["version"], &log["creator"]["name"]), (&"1.2".into(), &"apinb".into()));
    assert_eq!(log["pages"].as_array().unwrap().len(), 2);
    assert!(log["pages"][0]["title"].as_str().unwrap().starts_with("notebook.md $1 "), "{log:#}");
    let sent = &log["entries"][0];
    assert_eq!(sent["pageref"], log["pages"][0]["id"]);
    assert_eq!((&sent["request"]["method"], &sent["response"]["status"]), (&"POST".into(), &200.into()));
    assert_eq!(sent["request"]["postData"]["text"], "é");
    assert_eq!(
        (&sent["request"]["postData"]["mimeType"], &sent["request"]["bodySize"]),
        (&"text/plain".into(), &2.into())
    );
    let query: Vec<String> = sent["request"]["queryString"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| format!("{}={}", pair["name"].as_str().unwrap(), pair["value"].as_str().unwrap()))
        .collect();
    assert_eq!(query, ["a=1", "b=%26", "c="]);
    assert!(sent["response"]["content"]["text"].as_str().unwrap().contains("\"POST\""), "{sent:#}");
    let (time, timings) = (sent["time"].as_f64().unwrap(), &sent["timings"]);
    let part = |name: &str| timings[name].as_f64().unwrap();
    assert!(part("wait") > 0.0 && part("receive") >= 0.0 && part("send") == 0.0, "{sent:#}");
    assert!((part("wait") + part("receive") - time).abs() < 0.002, "{sent:#}");
    assert_eq!(
        (&sent["request"]["httpVersion"], &sent["response"]["httpVersion"]),
        (&"HTTP/1.1".into(), &"HTTP/1.1".into())
    );
    let started = outcome.cell(1).cell["calls"][0]["started"].clone();
    assert_eq!(sent["startedDateTime"], started);
    assert!(outcome.report()["started"].as_str() <= started.as_str(), "{started}");
    let failed = &log["entries"][1];
    assert_eq!((&failed["response"]["httpVersion"], &failed["timings"]["receive"]), (&"unknown".into(), &0.0.into()));
    assert_eq!(
        (&failed["response"]["status"], &failed["response"]["_error"]),
        (&0.into(), &"connection refused".into())
    );
}

#[test]
fn external_a_run_without_calls_has_an_empty_archive() {
    validate("har.mjs", &Case::cells(["1"]).args(["--report", "har=-"]).run().exit(0).stdout);
}

#[test]
fn external_calls_of_mock_servers_are_marked() {
    let text = Case::spec("report/mocked").args(["--mock", "--report", "har=-"]).run().exit(0).stdout.clone();
    validate("har.mjs", &text);
    assert!(text.contains("\"answered by a mock server\""), "{text}");
}
