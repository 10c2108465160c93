//! `apinb definition check` and `tree`.

use crate::support::{Answer, Case, Server};

const GOOD: &str = "#%RAML 0.8\ntitle: Things\nbaseUri: https://api.test\n/things:\n  get:\n  /{id}:\n    delete:\n";
const BAD: &str = "#%RAML 0.8\ntitle: Things\n/things:\n  gett:\n  get:\n    responses: 5\n";

#[test]
fn check_lists_every_problem() {
    Case::command(["definition", "check", "a.raml"]).file("a.raml", GOOD).run().exit(0).golden("definition/good");
    let case = Case::command(["definition", "check", "a.raml", "b.raml"]).file("a.raml", GOOD).file("b.raml", BAD);
    case.run().golden("definition/bad");
    Case::command(["definition", "check", "none.raml"]).run().exit(2).stdout_contains("none.raml");
    let case = Case::command(["definition", "check", "a.raml"]).file("a.raml", "#%RAML 0.8\ntitle: [\n");
    case.run().exit(1).stdout_contains("a.raml:");
}

#[test]
fn tree_prints_resources_and_methods() {
    let case = || Case::command(["definition", "tree", "a.raml"]).file("a.raml", GOOD);
    case().run().exit(0).golden("definition/tree");
    case().args(["--json"]).run().exit(0).golden("definition/tree-json");
    let case = Case::command(["definition", "tree", "a.raml"]).file("a.raml", "hello");
    case.run().exit(2).stdout_is("").stderr_contains("a.raml");
}

#[test]
fn a_definition_may_be_at_a_url() {
    let server = Server::with(|_| Answer::new(200, "application/raml+yaml", GOOD));
    let url = server.url("/api.raml");
    Case::command(["definition", "tree", &url]).run().exit(0).stdout_contains("2 methods");
    assert_eq!(server.requests()[0].header("accept"), Some("application/raml+yaml, application/json, */*"));
    Case::command(["definition", "check", &Server::refused("/api.raml")]).run().exit(2).stdout_contains("refused");
}
