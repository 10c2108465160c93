//! `apinb cache`.

use crate::support::Case;

#[test]
fn scripts_are_added_listed_used_and_removed() {
    let script = "answer = 42";
    let url = "https://scripts.test/a.js";
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().to_str().unwrap();
    let case = |case: Case| case.env("APINB_CACHE_DIR", cache).run();
    case(Case::command(["cache", "list"])).exit(0).stdout_is("");
    let added = case(Case::command(["cache", "add", url, "a.js"]).file("a.js", script));
    added.exit(0).stdout_contains(&format!("  {url}\n")).stderr_is("");
    case(Case::command(["cache", "list"])).exit(0).stdout_contains(&format!("  11  {url}\n"));
    case(Case::cells([format!("load('{url}'); undefined"), "answer".to_owned()])).exit(0).cell(1).is("42");
    case(Case::command(["cache", "clear"])).exit(0).stdout_is("deleted 1 script\n");
    case(Case::command(["cache", "list"])).exit(0).stdout_is("");
    case(Case::command(["cache", "add", url, "a.js"]).file("a.js", b"\xff")).exit(2).stderr_contains("not UTF-8 text");
}
